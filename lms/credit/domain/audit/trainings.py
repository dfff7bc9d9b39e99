"""The versions of trainings: what each declared, and its digest."""

from lms.credit.core import chain
from lms.credit.domain.audit.fault import Fault
from lms.credit.models.training import TrainingVersion


def check() -> dict[int, str]:
    """The canonical text by which transfers name each version. Raises Fault for one that was changed."""
    found: dict[int, str] = {}
    for version in TrainingVersion.objects.select_related("training").order_by("pk").iterator():
        if version.digest != version.content_digest():
            raise Fault(
                f"version {version.number} of {version.training.key} is not what was declared"
            )
        named = {
            "key": version.training.key,
            "version": version.number,
            "digest": version.digest,
        }
        found[version.pk] = chain.canonical(named).decode()
    return found
