"""The app that the entry point names."""

from lms.api.plugins import PluginConfig


class SamplePluginConfig(PluginConfig):
    """A page to read."""

    name = "sample_plugin"
    version = "1.0.0"
    requires_api = 1
    url_prefix = "sample/"
