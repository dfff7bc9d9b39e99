"""What a plugin may contribute. Each hook is a frozen dataclass whose `key` starts with the plugin's name.

Imports no models: plugins' apps.py import this before the app registry is ready.
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest
    from django.utils.functional import Promise
    from wagtail.blocks import Block

    from lms.demo.plan import Plan
    from lms.demo.visitor import Visitor
    from lms.people.models import Person

    Text: TypeAlias = str | Promise


class Who(enum.Enum):
    """Who may come through a route at all; the view asks about the object."""

    PUBLIC = "public"
    SIGNED_IN = "signed-in"
    TEACHER = "teacher"
    TRAINER = "trainer"
    VERIFIER = "verifier"
    MODERATOR = "moderator"
    BUREAU = "bureau"


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """A place in the navigation; phones show the first five. `aside`: in the menu under one's name instead."""

    key: str
    label: Text
    url_name: str
    icon: str
    order: int
    visible: Callable[[Person], bool]
    aside: bool = False


class Device(enum.Enum):
    """What a page may use of the machine it is shown on; the values are Permissions-Policy's."""

    CAMERA = "camera"
    MICROPHONE = "microphone"
    SCREEN = "display-capture"


@dataclass(frozen=True, kw_only=True)
class PermissionRow:
    """A line of the permission table. `key` is the route's full name; a route without a line is refused.

    `foreign` names what the test that walks the table has to build: an object of another school, provider or person
    that must answer 403 or 404. None: the route carries no object. `uses`: what its page may ask the browser for.
    """

    key: str
    who: tuple[Who, ...]
    foreign: str | None = None
    uses: tuple[Device, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ActivityFacts:
    """What a course page says of an activity. `problem` is a sentence when it cannot be taken yet.

    `study_s` is the study time that it carries, in seconds, where that is not its duration.
    """

    title: str
    subject: str
    duration_s: int | None
    ready: bool
    problem: str = ""
    study_s: int | None = None

    @property
    def carries_s(self) -> int:
        """Seconds of study that a course's hours can stand on."""
        return (self.duration_s or 0) if self.study_s is None else self.study_s


@dataclass(frozen=True, kw_only=True)
class StepPlace:
    """Where in a course an activity is shown. `minimum` is the fraction (0 to 1) that completes it."""

    course_title: str
    step_key: str
    step_title: str
    number: int
    count: int
    minimum: Decimal
    back_url: str
    next_url: str | None


@dataclass(frozen=True, kw_only=True)
class Activity:
    """A rendered activity: a template and its context, set into the course's page.

    `brings_head`: the template shows the step's title itself (a video stands above its title), the page need not.
    """

    template: str
    context: Mapping[str, Any]
    brings_head: bool = False


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far one person is with one activity; `fraction` from 0 to 1, `words` one short sentence.

    `notice`: what whoever looks at the course should know beforehand, such as when it is; {share} in it becomes the
    share that the course asks for.
    """

    fraction: Decimal
    done: bool
    words: str
    position_s: int | None = None
    notice: str = ""


@dataclass(frozen=True, kw_only=True)
class ActivityKind:
    """A kind of activity that a course can hold, such as a video or a quiz. All lookups take many refs at once.

    `choosable` says which of the refs a person may put into a course today; None: the kind's things are nobody's own.
    `united_with`: further kinds of evidence on the subject's one timeline that complete it together with the first.
    """

    key: str
    label: Text
    icon: str
    evidence_kind: str
    block: Callable[[], Block]
    describe: Callable[[Sequence[str]], Mapping[str, ActivityFacts]]
    present: Callable[[HttpRequest, str, StepPlace], Activity]
    progress: Callable[[Person, Sequence[str]], Mapping[str, Progress]]
    choosable: Callable[[Person, Sequence[str]], Collection[str]] | None = None
    united_with: tuple[str, ...] = ()
    order: int = 0


@dataclass(frozen=True, kw_only=True)
class EvidenceKind:
    """A kind of evidence; `template` draws one for the person and for who verifies it (context: evidence)."""

    key: str
    label: Text
    template: str


@dataclass(frozen=True, kw_only=True)
class Offer:
    """Where somebody can begin what gives them the use of a subject."""

    title: str
    url: str


@dataclass(frozen=True, kw_only=True)
class SubjectAccess:
    """Says who may use a subject (play a video, sit a paper). Nobody may unless one of these says so.

    `usable`: of the subjects that begin with a prefix, those that somebody may use because they take something.
    `offered`: of subjects, those that somebody may have the use of by beginning something. `left`: who once took
    something about a subject and takes nothing about it now. All in constant queries.
    """

    key: str
    may_use: Callable[[Person, str], bool]
    usable: Callable[[Person, str], Collection[str]] | None = None
    offered: Callable[[Person, Collection[str]], Mapping[str, Offer]] | None = None
    left: Callable[[str], Collection[int]] | None = None


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """What a plugin keeps about a person: `export` as JSON-ready data, `erase` what no ledger entry needs."""

    key: str
    export: Callable[[Person], dict[str, Any]]
    erase: Callable[[Person], None]


@dataclass(frozen=True, kw_only=True)
class Told:
    """A piece of evidence whose detail is forgotten: about whom and what, and until when its raw rows can lie."""

    person_id: int
    subject: str
    until: datetime.datetime


@dataclass(frozen=True, kw_only=True)
class Traces:
    """Raw rows that a plugin makes evidence of `evidence_kind` from, such as the reports of a player.

    They go by the rules that the evidence's own detail goes by (lms/credit/retention.toml): `forget` those that led to
    a piece of evidence, `forget_before` whatever was received before a moment. Both say how many rows went. Evidence
    must never need them again.
    """

    key: str
    evidence_kind: str
    forget: Callable[[Sequence[Told]], int]
    forget_before: Callable[[datetime.datetime], int]


@dataclass(frozen=True, kw_only=True)
class DemoPart:
    """A plugin's part of the demo. `load` makes its content from the plan, once; loading again makes nothing twice.

    `learn` lets a visitor take the plan's course with this key over HTTP as a browser would, up to a share (0 to 1).
    """

    key: str
    load: Callable[[Plan], None]
    order: int = 0
    learn: Callable[[Visitor, str, float], None] | None = None


@dataclass(frozen=True, kw_only=True)
class DemoActivity:
    """How a visitor does an activity of the kind `key` over HTTP: its ref, the page that shows it, the share to do."""

    key: str
    do: Callable[[Visitor, str, str, float], None]


@dataclass(frozen=True, kw_only=True)
class HomePanel:
    """A section of the home page of those who are `for_`; `context` answers None to stay out, in constant queries."""

    key: str
    order: int
    for_: Who
    template: str
    context: Callable[[Person | AnonymousUser], Mapping[str, Any] | None]


@dataclass(frozen=True, kw_only=True)
class NextActivity:
    """Something begun and not finished. `place` is where it is, `words` how far it is, `minutes` what is left."""

    title: str
    place: str
    url: str
    icon: str
    words: str
    fraction: Decimal
    minutes: int | None = None

    @property
    def per_mille(self) -> int:
        """How far it is, of 1000."""
        return int(self.fraction * 1000)


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """Finds the nearest unfinished thing, the home page's one button; the first of these hooks to name one wins."""

    key: str
    order: int
    find: Callable[[Person], NextActivity | None]


@dataclass(frozen=True, kw_only=True)
class FlagKind:
    """A kind of odd thing about evidence. `ask` makes of a flag's facts the sentence that teacher and verifier read.

    It asks and accuses nobody. `label` says the same in a few words, for lists.
    """

    key: str
    label: Text
    ask: Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Hours that would count for something that somebody owes; an empty set lets any word through.

    Words are the policies' (`lms.credit.enums`); `providers`: keys of those that count, None where any does.
    """

    forms: frozenset[str]
    levels: frozenset[str]
    themes: frozenset[str]
    purposes: frozenset[str]
    providers: frozenset[int] | None


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A training that somebody can still begin: what completing it books, and where to begin it."""

    key: str
    title: str
    url: str
    source: str
    hundredths: int
    form: str
    level: str
    purpose: str
    themes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Openings:
    """Finds trainings that fit at least one of what is wanted and that the person has not begun, a hundred at most."""

    key: str
    find: Callable[[Person, Sequence[Wanted]], Sequence[Opening]]
    order: int = 0


@dataclass(frozen=True, kw_only=True)
class HttpMount:
    """An ASGI application of the plugin's own for all addresses under `prefix`, beside Django and its middleware.

    For bytes by the thousand that a signed address lets through. `application` is its dotted name: it is loaded when
    the site starts. Nobody is signed in there: the application has to check by itself who may have what.
    """

    key: str
    prefix: str
    application: str


@dataclass(frozen=True, kw_only=True)
class BodyLimit:
    """The most bytes that a request under `prefix` may carry; more is refused with 413 before it is read."""

    key: str
    prefix: str
    most_bytes: int


@dataclass(frozen=True, kw_only=True)
class SocketRoute:
    """A WebSocket address of the plugin's own. Its line in the permission table has the key `socket:<key>`.

    `route` is written as in a urlconf. `application` is the dotted name of an ASGI application; in its scope stand
    the `user`, who is one whom the table admits, and `url_route`. It has to ask about the object by itself.
    `signed`: a signed ticket in the address says who comes and to what. The wall then asks only whose page it is: no
    session, no query and no `user`; the application opens the ticket and refuses who has none.
    """

    key: str
    route: str
    application: str
    signed: bool = False


@dataclass(frozen=True, kw_only=True)
class Chore:
    """Something that falls due by the time of day: `act` is called about every `every_s` seconds with the moment.

    By one process of the site, one chore after another, each within its own connection: it has to be short.
    """

    key: str
    every_s: int
    act: Callable[[datetime.datetime], None]


Contribution = (
    NavItem
    | PermissionRow
    | ActivityKind
    | EvidenceKind
    | SubjectAccess
    | PersonalData
    | Traces
    | HomePanel
    | NextStep
    | Openings
    | DemoPart
    | DemoActivity
    | FlagKind
    | HttpMount
    | BodyLimit
    | SocketRoute
    | Chore
)
HOOKS: tuple[type[Contribution], ...] = (
    NavItem,
    PermissionRow,
    ActivityKind,
    EvidenceKind,
    SubjectAccess,
    PersonalData,
    Traces,
    HomePanel,
    NextStep,
    Openings,
    DemoPart,
    DemoActivity,
    FlagKind,
    HttpMount,
    BodyLimit,
    SocketRoute,
    Chore,
)
