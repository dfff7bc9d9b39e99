"""Videos without files: what is asked of rows alone."""

import factory
from django.utils import timezone

from lms.testing.factories import PersonFactory, ProviderFactory
from media.enums import AssetState
from media.models import Asset, Upload


class AssetFactory(factory.django.DjangoModelFactory):
    """A playable video of 100 s; its files do not exist."""

    class Meta:
        model = Asset

    title = factory.Sequence(lambda n: f"视频{n}")
    provider = factory.SubFactory(ProviderFactory)
    uploaded_by = factory.SubFactory(PersonFactory)
    created_at = factory.LazyFunction(timezone.now)
    state = AssetState.READY
    duration_ms = 100_000
    build = "0123456789ab"


class UploadFactory(factory.django.DjangoModelFactory):
    """A file of 1000 bytes of which nothing has come."""

    class Meta:
        model = Upload

    asset = factory.SubFactory(AssetFactory, state=AssetState.DRAFT, duration_ms=0, build="")
    name = "video.mp4"
    fingerprint = factory.Sequence(lambda n: f"{n:064d}")
    size = 1000
    touched_at = factory.LazyFunction(timezone.now)
