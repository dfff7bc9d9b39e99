"""What can stand in the way, each with a code and a sentence for people."""

import datetime
from typing import ClassVar

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _


class CreditError(Exception):
    """Something about hours cannot be done. `str()` is a sentence in the reader's language."""

    code: ClassVar[str] = "credit"


class BadTraining(CreditError):
    """A training is declared with facts or needs that make no sense."""

    code = "bad-training"


class UnknownTraining(CreditError):
    """Nobody has declared a training of this key."""

    code = "unknown-training"

    def __init__(self) -> None:
        super().__init__(_("This training has not been published."))


class BadEvidence(CreditError):
    """Evidence that cannot be recorded as it is."""

    code = "bad-evidence"


class UnknownBooking(CreditError):
    """No such booking, or not one that this person has to do with."""

    code = "unknown-booking"

    def __init__(self) -> None:
        super().__init__(_("These hours do not belong to anybody whose hours you decide on today."))


class OwnHours(CreditError):
    """Nobody decides their own hours."""

    code = "own-hours"

    def __init__(self) -> None:
        super().__init__(_("Nobody decides on their own hours. Somebody else has to do it."))


class AlreadyDecided(CreditError):
    """Somebody was faster."""

    code = "already-decided"

    def __init__(self, *, who: str, at: datetime.datetime, what: str) -> None:
        when = date_format(localtime(at), "Y-m-d H:i")
        super().__init__(
            _("%(who)s has already decided these hours (%(what)s, %(when)s). Nothing was changed.")
            % {"who": who, "what": what, "when": when}
        )


class WrongState(CreditError):
    """The hours are not where this could be done with them, and nobody has decided on them yet."""

    code = "wrong-state"

    def __init__(self, *, what: str) -> None:
        super().__init__(
            _("This cannot be done with these hours as they are (%(what)s). Nothing was changed.")
            % {"what": what}
        )


class OwnQuestion(CreditError):
    """Nobody decides what they questioned themselves."""

    code = "own-question"

    def __init__(self) -> None:
        super().__init__(_("You questioned these hours, so somebody else has to decide."))


class BureausDecision(CreditError):
    """A school cannot decide about hours that the bureau has registered."""

    code = "bureaus-decision"

    def __init__(self) -> None:
        super().__init__(_("The bureau has registered these hours, so the bureau decides."))


class ReasonMissing(CreditError):
    """A decision that somebody will ask about, without a reason."""

    code = "reason-missing"

    def __init__(self) -> None:
        super().__init__(_("Say why: the teacher reads it. Up to 500 characters."))


class NotReversible(CreditError):
    """The transfer is not what last moved the hours."""

    code = "not-reversible"

    def __init__(self) -> None:
        super().__init__(_("The hours have moved on since. Reverse what was done last, then this."))


class CountedElsewhere(CreditError):
    """Hours would count again, but the same minutes were counted for another training in the meantime."""

    code = "counted-elsewhere"

    def __init__(self, title: str) -> None:
        super().__init__(
            _("These minutes have been counted for “%(title)s” since. No minute counts twice.")
            % {"title": title}
        )


class NotConfirmed(CreditError):
    """A certificate was asked for hours that no school has confirmed."""

    code = "not-confirmed"

    def __init__(self) -> None:
        super().__init__(_("A certificate is given for hours that the school has confirmed."))


class BadPolicy(CreditError):
    """A policy cannot be made, published or assigned like this; says why."""

    code = "bad-policy"


class BadCosignature(CreditError):
    """What a witness hands over that cannot be taken."""

    code = "bad-cosignature"


class LostCheckpoint(CreditError):
    """A checkpoint that was signed here and is here no more."""

    code = "lost-checkpoint"

    def __init__(self, *, size: int) -> None:
        super().__init__(
            _(
                "This record signed a checkpoint of %(size)s transfers and does not hold it any more."
                " It was restored from an older backup, or changed. Keep your file and tell the bureau."
            )
            % {"size": size}
        )


class BadPeriod(CreditError):
    """A period that no statement can be of."""

    code = "bad-period"


class NothingToState(CreditError):
    """No hours of the period were known on that day."""

    code = "nothing-to-state"

    def __init__(self) -> None:
        super().__init__(_("No hours of this period were on record that day."))


class UnknownFlag(CreditError):
    """No such flag, or not one that this person has to do with."""

    code = "unknown-flag"

    def __init__(self) -> None:
        super().__init__(_("This question does not concern anybody whose hours you decide on."))


class NotToDecide(CreditError):
    """The flag is in no state for what was asked."""

    code = "not-to-decide"

    def __init__(self) -> None:
        super().__init__(_("This question has been settled already. Nothing was changed."))


class OpenFlags(CreditError):
    """Hours with an undecided flag were to be confirmed without a word about it."""

    code = "open-flags"

    def __init__(self) -> None:
        super().__init__(
            _("Something is still to be looked at. Say why it is in order, then confirm.")
        )


class FlagStands(CreditError):
    """Somebody decided that the question about the evidence stands: its hours are not confirmed."""

    code = "flag-stands"

    def __init__(self) -> None:
        super().__init__(
            _(
                "It was decided that the question about this evidence stands, so it cannot be confirmed."
            )
        )


class BadProof(CreditError):
    """A file that cannot be taken as proof; says why."""

    code = "bad-proof"


class BadClaim(CreditError):
    """A claim that cannot be brought or checked like this; says why."""

    code = "bad-claim"


class StillHere(CreditError):
    """A person who still has a post or a duty was to be erased."""

    code = "still-here"

    def __init__(self) -> None:
        super().__init__(_("This person still has a post or a duty here. End them first."))
