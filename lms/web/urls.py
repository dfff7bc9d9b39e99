"""The platform's own pages."""

from django.urls import path

from lms.web import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
]
