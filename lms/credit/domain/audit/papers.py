"""Certificates and statements: that a key of ours signed what they state, about transfers that say so."""

from lms.credit.domain.audit.fault import Fault
from lms.credit.domain.checking import is_as_issued, is_signed
from lms.credit.models.statement import Certificate, Statement


def check() -> None:
    """Raises Fault for the first that states something else than what was issued."""
    certificates = Certificate.objects.select_related("transfer").order_by("pk")
    for one in certificates.iterator(chunk_size=1000):
        # Its transfer is at hand, and was derived again before this.
        if not is_signed(one) or one.transfer.hash != one.payload["hash"]:
            raise Fault(
                f"certificate {one.code} does not state what was signed, or its transfer says otherwise"
            )
    for statement in Statement.objects.order_by("pk").iterator(chunk_size=1000):
        if not is_as_issued(statement):
            raise Fault(
                f"statement {statement.code} does not state what was signed, or its transfers say otherwise"
            )
