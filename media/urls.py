"""Addresses of the media plugin. Playlists and segments are served by media.streams, beside Django."""

from django.urls import path

from media.views import uploads, watch

urlpatterns = [
    path("watch/<uuid:asset_id>/", watch.page, name="watch"),
    path("report/<uuid:asset_id>/", watch.report, name="report"),
    path("links/<uuid:asset_id>/", watch.links, name="links"),
    path("progress/<uuid:asset_id>/", uploads.progress, name="progress"),
    path("uploads/", uploads.begin_upload, name="begin_upload"),
    path("uploads/<uuid:upload_id>/", uploads.upload_piece, name="upload_piece"),
]
