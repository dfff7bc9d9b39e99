"""The words of hours. Values are the policies' vocabulary (`lms.credit.core.words`)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Form(TextChoices):
    """How a training is held (培训形式)."""

    SCHOOL = "school", _("School-based study")
    CONCENTRATED = "concentrated", _("Concentrated training")
    REMOTE = "remote", _("Remote training")
    OUTREACH = "outreach", _("Outreach training")
    PRACTICE = "practice", _("Practical training")
    DEGREE = "degree", _("Degree studies")
    SELF = "self", _("Self-study")


class Level(TextChoices):
    """Who the training is run for (级别)."""

    NATIONAL = "national", _("National")
    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County")
    SCHOOL = "school", pgettext_lazy("level", "School")


class Theme(TextChoices):
    """What a training is about (内容)."""

    ETHICS = "ethics", _("Professional ethics")
    CLASS_MANAGEMENT = "class_management", _("Class management")
    SCHOOL_MANAGEMENT = "school_management", _("School management")
    SUBJECT = "subject", _("Subject teaching")
    TECHNOLOGY = "technology", _("Information technology")
    SAFETY = "safety", _("Safety")
    PSYCHOLOGY = "psychology", _("Psychology")
    CADRE_SUMMER = "cadre_summer", _("Summer course for cadres")


class Purpose(TextChoices):
    """What the hours are for (类别)."""

    IN_SERVICE = "in_service", _("In-service")
    INDUCTION = "induction", _("Induction of new teachers")
    QUALIFICATION = "qualification", _("Qualification for a post")


class AccountKind(TextChoices):
    """Where hours lie: what a provider's trainings have issued, or in which state a person has them."""

    ISSUED = "issued", _("Issued")
    PENDING = "pending", _("Awaiting confirmation")
    CONFIRMED = "confirmed", _("Confirmed")
    REGISTERED = "registered", _("Registered")
    REJECTED = "rejected", _("Not accepted")
    DISPUTED = "disputed", _("In question")


class Erasable(TextChoices):
    """What can be erased, by the table it stands in."""

    REASON = "credit_reason", _("The reason of a decision")
    DETAIL = "credit_evidencedetail", _("Devices and sessions of evidence")
    FLAG_WORDS = "credit_flagwords", _("What was said about a flag")
    CLAIM_WORDS = "credit_claimwords", _("The reason of a refused claim")
    PROOF = "credit_prooffile", _("The file of a proof")


class Act(TextChoices):
    """What a transfer does."""

    BOOK = "book", _("Booked by evidence")
    CONFIRM = "confirm", _("Confirmed by the school")
    REJECT = "reject", _("Not accepted by the school")
    REGISTER = "register", _("Registered by the bureau")
    DISPUTE = "dispute", _("Questioned")
    REVERSE = "reverse", _("Reversed")


class CheckpointKind(TextChoices):
    """Why a checkpoint was made."""

    DAILY = "daily", _("Daily")
    PERIOD = "period", _("A period's close")
    DEMAND = "demand", _("On demand")


class FlagAct(TextChoices):
    """What people do about a flag."""

    ANSWER = "answer", _("Answered")
    FINE = "fine", _("Nothing wrong with it")
    STANDS = "stands", _("The question stands")


class FlagState(TextChoices):
    """What is known of a flag."""

    OPEN = "open", _("Not yet decided")
    FINE = "fine", _("Nothing wrong with it")
    STANDS = "stands", _("The question stands")
    APPEALED = "appealed", _("Before the bureau")


class ProofKind(TextChoices):
    """What a proof is."""

    PICTURE = "picture", _("Picture")
    PDF = "pdf", _("PDF")
