"""What the fields of the plugin's models need."""

from django.core.files.storage import Storage, storages


def private_storage() -> Storage:
    """Where handed-out files lie: no address leads there but the view that asks who may attend."""
    return storages["private"]
