"""Addresses of the live plugin. Playlists and segments are served by live.streams, beside Django."""

from django.urls import path

from live import views

urlpatterns = [
    path("", views.lessons, name="lessons"),
    path("new/", views.schedule, name="schedule"),
    path("<uuid:lesson_id>/", views.watch, name="watch"),
    path("<uuid:lesson_id>/links/", views.links, name="links"),
    path("<uuid:lesson_id>/studio/", views.studio, name="studio"),
    path("<uuid:lesson_id>/end/", views.end, name="end"),
]
