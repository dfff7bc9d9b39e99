"""What such an application keeps beside hordak's accounts, transactions and legs: the same facts as the platform."""

from typing import ClassVar

from django.db import models


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

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "key"], name="award_once")
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
