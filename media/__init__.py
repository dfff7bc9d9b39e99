"""Uploads, transcoding, playback and watching."""
