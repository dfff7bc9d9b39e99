"""Addresses of the live plugin. Playlists and segments are served by live.streams, beside Django."""

from django.urls import path

from live.views import ingest, lessons, log, plan, replay, report, room, slides

urlpatterns = [
    path("", lessons.lessons, name="lessons"),
    path("new/", lessons.schedule, name="schedule"),
    path("<uuid:lesson_id>/", lessons.watch, name="watch"),
    path("<uuid:lesson_id>/links/", lessons.links, name="links"),
    path("<uuid:lesson_id>/ticket/", lessons.ticket, name="ticket"),
    path("<uuid:lesson_id>/studio/", lessons.studio, name="studio"),
    path("ingest/hook/", ingest.asked, name="ingest-hook"),
    path("<uuid:lesson_id>/key/", ingest.key, name="key"),
    path("<uuid:lesson_id>/end/", lessons.end, name="end"),
    path("<uuid:lesson_id>/plan/", plan.plan, name="plan"),
    path("<uuid:lesson_id>/cancel/", plan.cancel, name="cancel"),
    path("<uuid:lesson_id>/co-hosts/", plan.co_hosts, name="co_hosts"),
    path("<uuid:lesson_id>/lesson.ics", plan.calendar, name="calendar"),
    path("<uuid:lesson_id>/report/", report.report, name="report"),
    path("<uuid:lesson_id>/log/", log.log, name="log"),
    path("<uuid:lesson_id>/report.xlsx", report.file, name="report-file"),
    path("<uuid:lesson_id>/remind/", report.remind, name="remind"),
    path("<uuid:lesson_id>/outage/", report.outage, name="outage"),
    path("<uuid:lesson_id>/cut/", report.cut, name="cut"),
    path("<uuid:lesson_id>/discussion/", replay.discuss, name="discuss"),
    path("replayed/<uuid:lesson_id>/", replay.replayed, name="replayed"),
    path("<uuid:lesson_id>/slides/", slides.slides_of, name="slides"),
    path("<uuid:lesson_id>/files/", room.hand_out, name="files"),
    path("<uuid:lesson_id>/files/<uuid:file_id>/", room.file, name="file"),
    path("<uuid:lesson_id>/files/<uuid:file_id>/withdraw/", room.withdraw, name="withdraw"),
    path("<uuid:lesson_id>/assistants/", room.assistants, name="assistants"),
    path("words/", room.words, name="words"),
]
