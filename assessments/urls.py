"""Routes of the quiz; its questions are shown inside a course's step."""

from django.urls import path

from assessments import views

app_name = "assessments"
urlpatterns = [
    path("papers/<uuid:paper_id>/start/", views.start, name="start"),
    path("attempts/<uuid:attempt_id>/", views.attempt, name="attempt"),
    path("attempts/<uuid:attempt_id>/answers/", views.save, name="save"),
]
