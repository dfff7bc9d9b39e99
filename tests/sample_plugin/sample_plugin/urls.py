"""Mounted under sample/ with the namespace sample_plugin."""

from django.urls import path

from sample_plugin import views

urlpatterns = [path("", views.about, name="about")]
