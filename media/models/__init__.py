"""Videos, how they are made, and who has watched what of them."""

from media.models.assets import Asset, Job, Rendition, Upload
from media.models.watching import Coverage, WatchReport

__all__ = ["Asset", "Coverage", "Job", "Rendition", "Upload", "WatchReport"]
