"""Certificates: that a key of ours signed what they state, about a transfer that says so."""

from lms.credit.domain import statements
from lms.credit.domain.audit.fault import Fault
from lms.credit.models.statement import Certificate


def check() -> None:
    """Raises Fault for the first that states something else than what was issued."""
    for one in (
        Certificate.objects.select_related("transfer").order_by("pk").iterator(chunk_size=1000)
    ):
        if not statements.is_as_issued(one):
            raise Fault(
                f"certificate {one.code} does not state what was signed, or its transfer says otherwise"
            )
