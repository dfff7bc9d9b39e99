"""The published versions of policies: that each says what it said when it was published, and that none is missing."""

from lms.credit.domain.audit.fault import Fault
from lms.credit.models.policy import PolicyVersion


def check() -> None:
    """Raises Fault for the first version that was changed or taken out."""
    numbers: dict[int, int] = {}
    versions = PolicyVersion.objects.select_related("policy").order_by("policy_id", "number")
    for version in versions.iterator(chunk_size=100):
        what = f"version {version.number} of the policy {version.policy.slug}"
        if version.digest != version.content_digest():
            raise Fault(f"{what} does not say what was published")
        if version.number != numbers.get(version.policy_id, 0) + 1:
            raise Fault(f"{what} does not follow the one before it: one is missing")
        numbers[version.policy_id] = version.number
