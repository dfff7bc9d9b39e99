"""What a plugin's apps.py needs."""

from lms.plugins.config import API_VERSION, PluginConfig

__all__ = ["API_VERSION", "PluginConfig"]
