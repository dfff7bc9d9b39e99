"""What such an application keeps beside hordak's accounts, transactions and legs: the same facts as the platform."""

from typing import ClassVar

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models


class Employment(models.Model):
    """Where a person worked from a day on, to a day or still."""

    account = models.ForeignKey("hordak.Account", on_delete=models.PROTECT, related_name="posts")
    school = models.CharField(max_length=200)
    bureau = models.CharField(max_length=200)
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.school


class Accreditation(models.Model):
    """A provider whose trainings a bureau counted on these days."""

    provider = models.CharField(max_length=200)
    bureau = models.CharField(max_length=200)
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["provider", "bureau"])]

    def __str__(self) -> str:
        return f"{self.provider}, {self.bureau}"


class Training(models.Model):
    """What is to be watched for how many hours."""

    subject = models.CharField(max_length=120, unique=True)
    share = models.DecimalField(max_digits=7, decimal_places=6)
    hundredths = models.PositiveIntegerField()
    provider = models.CharField(max_length=200)
    facts = models.JSONField()

    def __str__(self) -> str:
        return self.subject


class Participation(models.Model):
    """Who takes part in it."""

    account = models.ForeignKey("hordak.Account", on_delete=models.PROTECT, related_name="+")
    training = models.ForeignKey(Training, on_delete=models.PROTECT)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "training"], name="part_once")
        ]

    def __str__(self) -> str:
        return f"{self.account_id}, {self.training_id}"


class Standing(models.Model):
    """What somebody has of what a year asks for: hundredths by theme."""

    account = models.ForeignKey("hordak.Account", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    counted = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "year"], name="standing_once")
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.year}"


class Evidence(models.Model):
    """What a person did."""

    account = models.ForeignKey("hordak.Account", on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    source_key = models.CharField(max_length=200, unique=True)
    amount = models.DecimalField(max_digits=7, decimal_places=6)
    spans = models.JSONField()
    wall = models.JSONField()
    facts = models.JSONField()
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.source_key


class EvidenceDetail(models.Model):
    """What may have to be erased one day."""

    evidence = models.OneToOneField(Evidence, on_delete=models.CASCADE, primary_key=True)
    data = models.JSONField()

    def __str__(self) -> str:
        return f"{self.evidence_id}"


class Award(models.Model):
    """What a transaction was booked for: once for a key, with the facts of that day."""

    account = models.ForeignKey("hordak.Account", on_delete=models.PROTECT, related_name="awards")
    key = models.CharField(max_length=200)
    transaction = models.OneToOneField("hordak.Transaction", on_delete=models.PROTECT)
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT)
    facts = models.JSONField()
    recorded_at = models.DateTimeField()
    #: The minutes it was given for, its place in the person's chain, and the hash over it and the one before.
    wall = DateTimeRangeField()
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "key"], name="award_once"),
            models.UniqueConstraint(fields=["account", "number"], name="award_in_order"),
        ]

    def __str__(self) -> str:
        return self.key


class AwardLine(models.Model):
    """Hours of an award that arose on one day."""

    award = models.ForeignKey(Award, on_delete=models.CASCADE, related_name="lines")
    on = models.DateField()
    hundredths = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.on}: {self.hundredths}"
