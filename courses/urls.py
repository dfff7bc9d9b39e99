"""Under courses/, with the namespace courses."""

from django.urls import path

from courses import views

urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("mine/", views.mine, name="mine"),
    path("<uuid:key>/", views.course, name="course"),
    path("<uuid:key>/enrol/", views.enrol, name="enrol"),
    path("<uuid:key>/leave/", views.leave, name="leave"),
    path("<uuid:key>/steps/<str:step>/", views.step, name="step"),
    path("<uuid:key>/steps/<str:step>/progress/", views.progress, name="progress"),
]
