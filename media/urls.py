"""Addresses of the media plugin."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
