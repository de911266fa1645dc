"""Files with many reports, what became of each row, and what the jurist chose."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["RuleChoice", "UploadBatch", "UploadRow"]


class UploadBatch(models.Model):
    """One file that was taken in: how many rows became what."""

    organisation_path: ClassVar[str] = "organisation"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    sent_by = models.CharField(max_length=60)
    sent_at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=10)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()

    class Meta:
        """The newest first."""

        ordering: ClassVar = ["-sent_at"]

    def __str__(self) -> str:
        """Name it by its key."""
        return f"upload {self.pk}"


class UploadRow(models.Model):
    """What became of one row: a report, a count, or nothing with its reason in a code."""

    organisation_path: ClassVar[str] = "batch__organisation"

    class Outcome(models.TextChoices):
        """What a row became."""

        REPORT = "REPORT", _("report")
        TALLY = "TALLY", _("count only")
        KNOWN = "KNOWN", _("was here already")

    batch = models.ForeignKey(UploadBatch, models.CASCADE, related_name="outcomes")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    rule = models.CharField(max_length=60, blank=True)
    report = models.ForeignKey("register.Report", models.SET_NULL, related_name="+", null=True)

    class Meta:
        """As in the file."""

        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        """Say what the row became."""
        return f"row {self.number}: {self.outcome}"


class RuleChoice(models.Model):
    """What the register's jurist chose where the sources differ; a choice is added, not changed."""

    minors = models.CharField(max_length=20)
    contested_ground = models.BooleanField(default=False)
    jurist = models.CharField(max_length=120)
    chosen_on = models.DateField()
    chosen_by = models.CharField(max_length=60)

    class Meta:
        """The newest first."""

        ordering: ClassVar = ["-chosen_on", "-id"]

    def __str__(self) -> str:
        """Say what was chosen."""
        return self.minors
