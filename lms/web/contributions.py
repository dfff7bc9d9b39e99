"""The platform's own places in the navigation and lines of the permission table."""

from collections.abc import Callable

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lms.credit.domain import claims
from lms.people import rules
from lms.people.models import Person
from lms.plugins.hooks import EvidenceKind, NavItem, PermissionRow, Who
from lms.plugins.registry import Registry


def _today(predicate: Callable[..., bool]) -> Callable[[Person], bool]:
    return lambda person: predicate(person, timezone.localdate())


def _always(person: Person) -> bool:
    return True


PLACES = (
    NavItem(
        key="web.home", label=_("Home"), url_name="home", icon="home", order=10, visible=_always
    ),
    NavItem(
        key="web.desk",
        label=pgettext_lazy("place", "To confirm"),
        url_name="desk",
        icon="check",
        order=15,
        visible=_today(rules.is_verifier),
    ),
    NavItem(
        key="web.register",
        label=pgettext_lazy("place", "To register"),
        url_name="register",
        icon="seal",
        order=16,
        visible=_today(rules.is_bureau),
    ),
    NavItem(
        key="web.teachers",
        label=_("Teachers"),
        url_name="teachers",
        icon="users",
        order=17,
        # A verifier gets there from the desk: on a phone there is room for five.
        visible=_today(rules.is_bureau),
    ),
    NavItem(
        key="web.hours",
        label=pgettext_lazy("place", "Hours"),
        url_name="hours",
        icon="hours",
        order=40,
        visible=_today(rules.is_teacher),
    ),
    NavItem(
        key="web.me",
        label=pgettext_lazy("place", "Me"),
        url_name="me",
        icon="user",
        order=90,
        visible=_always,
    ),
)

ROWS = (
    PermissionRow(key="home", who=(Who.PUBLIC,)),
    PermissionRow(key="hours", who=(Who.SIGNED_IN,)),
    PermissionRow(key="hours-entry", who=(Who.SIGNED_IN,), foreign="booking"),
    PermissionRow(key="hours-known", who=(Who.SIGNED_IN,)),
    PermissionRow(key="register", who=(Who.BUREAU,)),
    PermissionRow(key="register-take", who=(Who.BUREAU,)),
    PermissionRow(key="register-run", who=(Who.BUREAU,), foreign="register_run"),
    PermissionRow(key="books", who=(Who.VERIFIER, Who.BUREAU)),
    PermissionRow(key="book", who=(Who.VERIFIER, Who.BUREAU), foreign="school"),
    PermissionRow(key="book-file", who=(Who.VERIFIER, Who.BUREAU), foreign="school"),
    PermissionRow(key="teachers", who=(Who.VERIFIER, Who.BUREAU)),
    PermissionRow(key="teacher-hours", who=(Who.VERIFIER, Who.BUREAU), foreign="teacher"),
    PermissionRow(key="move-begin", who=(Who.BUREAU,), foreign="teacher"),
    PermissionRow(key="moves", who=(Who.BUREAU,)),
    PermissionRow(key="move-answer", who=(Who.BUREAU,), foreign="move"),
    PermissionRow(key="certificate", who=(Who.SIGNED_IN,), foreign="confirmed_booking"),
    PermissionRow(key="certificate-json", who=(Who.SIGNED_IN,), foreign="confirmed_booking"),
    PermissionRow(key="certificate-badge", who=(Who.SIGNED_IN,), foreign="confirmed_booking"),
    PermissionRow(key="statements", who=(Who.SIGNED_IN,)),
    PermissionRow(key="statements-of", who=(Who.VERIFIER, Who.BUREAU), foreign="teacher"),
    PermissionRow(key="statement", who=(Who.SIGNED_IN,), foreign="statement"),
    PermissionRow(key="statement-json", who=(Who.SIGNED_IN,), foreign="statement"),
    PermissionRow(key="did", who=(Who.PUBLIC,)),
    PermissionRow(key="badge-status", who=(Who.PUBLIC,)),
    PermissionRow(key="standing", who=(Who.SIGNED_IN,)),
    PermissionRow(key="standing-rule", who=(Who.SIGNED_IN,)),
    PermissionRow(key="standing-of", who=(Who.SIGNED_IN,), foreign="teacher"),
    PermissionRow(key="standing-rule-of", who=(Who.SIGNED_IN,), foreign="teacher_and_rule"),
    PermissionRow(key="standings", who=(Who.VERIFIER, Who.BUREAU)),
    PermissionRow(key="standings-remind", who=(Who.VERIFIER, Who.BUREAU)),
    PermissionRow(key="standings-schools", who=(Who.VERIFIER, Who.BUREAU)),
    PermissionRow(key="check", who=(Who.PUBLIC,)),
    PermissionRow(key="check-code", who=(Who.PUBLIC,)),
    # What anybody may hold against us one day; who hands in a signature is known by its key.
    PermissionRow(key="checkpoints", who=(Who.PUBLIC,)),
    PermissionRow(key="checkpoint-latest", who=(Who.PUBLIC,)),
    PermissionRow(key="checkpoint-file", who=(Who.PUBLIC,)),
    PermissionRow(key="checkpoint-witness", who=(Who.PUBLIC,)),
    PermissionRow(key="privacy", who=(Who.PUBLIC,)),
    PermissionRow(key="terms", who=(Who.PUBLIC,)),
    PermissionRow(key="desk", who=(Who.VERIFIER,)),
    PermissionRow(key="desk-decided", who=(Who.VERIFIER,)),
    PermissionRow(key="desk-entry", who=(Who.VERIFIER,), foreign="booking"),
    PermissionRow(key="desk-decide", who=(Who.VERIFIER,)),
    PermissionRow(key="claims", who=(Who.SIGNED_IN,)),
    PermissionRow(key="claim-new", who=(Who.TEACHER,)),
    PermissionRow(key="claim-roster", who=(Who.VERIFIER,)),
    PermissionRow(key="claim", who=(Who.SIGNED_IN,), foreign="claim"),
    PermissionRow(key="claim-proof", who=(Who.SIGNED_IN,), foreign="claim_proof"),
    PermissionRow(key="questions", who=(Who.VERIFIER, Who.BUREAU)),
    PermissionRow(key="question", who=(Who.SIGNED_IN,), foreign="booking"),
    PermissionRow(key="flag", who=(Who.SIGNED_IN,), foreign="flag"),
    # Published rules are public, as the documents they follow are; a draft has no address here.
    PermissionRow(key="policies", who=(Who.PUBLIC,)),
    PermissionRow(key="policy", who=(Who.PUBLIC,)),
    PermissionRow(key="policy-version", who=(Who.PUBLIC,)),
    PermissionRow(key="me", who=(Who.SIGNED_IN,)),
    PermissionRow(key="me-data", who=(Who.SIGNED_IN,)),
)


CLAIMED = EvidenceKind(key=claims.KIND, label=_("Claimed with proof"), template="lms/claimed.html")


def register(registry: Registry) -> None:
    """Add them; called when the app is ready."""
    registry.add(CLAIMED, *PLACES, *ROWS)
