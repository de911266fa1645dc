"""Reports, their versions, the evidence of consent, and counts without a person."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from slachtoffermonitor.ground import SlachtoffermonitorError

__all__ = ["Consent", "OfficerDecision", "Report", "ReportVersion", "Tally", "TokenRow"]

_CODE = 20


class Report(models.Model):
    """One report about one presumed victim by one organisation; not yet a victim.

    `basis`, `rule_set`, `rule` and `rules_version` say on which ground it was taken in. What it
    says, in codes, stands in its versions; who it is about, sealed in the vault.
    """

    organisation_path: ClassVar[str] = "organisation"

    class Status(models.TextChoices):
        """Where the report stands."""

        NEW = "NEW", _("new")
        ACCEPTED = "ACCEPTED", _("accepted")
        WITHDRAWN = "WITHDRAWN", _("withdrawn")
        EXPIRED = "EXPIRED", _("expired")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    person = models.ForeignKey(
        "register.Person", models.SET_NULL, related_name="reports", null=True, editable=False
    )
    identity = models.OneToOneField(
        "vault.SealedIdentity", models.PROTECT, related_name="+", null=True, editable=False
    )
    reporter = models.CharField(max_length=_CODE)
    own_reference = models.CharField(max_length=40, blank=True)
    received_at = models.DateTimeField(auto_now_add=True, db_index=True)
    reported_on = models.DateField(db_index=True)
    purpose = models.CharField(max_length=_CODE)
    content = models.CharField(max_length=_CODE)
    age = models.CharField(max_length=_CODE)
    basis = models.CharField(max_length=_CODE)
    light = models.CharField(max_length=5)
    rules_version = models.CharField(max_length=_CODE)
    rule_set = models.CharField(max_length=_CODE)
    rule = models.CharField(max_length=60)
    minors = models.CharField(max_length=_CODE)
    contested_ground = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.NEW)
    version = models.PositiveIntegerField(default=1)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        """The newest first; an organisation's own reference is used once."""

        ordering: ClassVar = ["-received_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "own_reference", "purpose"],
                condition=~models.Q(own_reference=""),
                name="one_report_of_a_reference",
            )
        ]

    def __str__(self) -> str:
        """Name the report by its key."""
        return f"report {self.pk}"

    def facts(self) -> dict[str, Any]:
        """Give what the newest version says, in codes; nothing when it was erased."""
        newest = self.versions.order_by("-number").first()
        return dict(newest.facts) if newest else {}


class ReportVersion(models.Model):
    """What a report said at a time, in codes; a version is added and never changed."""

    organisation_path: ClassVar[str] = "report__organisation"

    report = models.ForeignKey(Report, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.CharField(max_length=60)
    facts = models.JSONField()

    class Meta:
        """In their order; a number is used once."""

        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "number"], name="one_version_of_a_number")
        ]

    def __str__(self) -> str:
        """Say which version of which report."""
        return f"version {self.number} of report {self.report_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the version; what was said before stays as it was."""
        if not self._state.adding:
            raise SlachtoffermonitorError("a version of a report is added, never changed")
        super().save(*args, **kwargs)


class Consent(models.Model):
    """The evidence of a consent: in which form, when, to which text, on which document.

    Who gave it by name lies in the vault, with the identity of the report (`consent_giver`).
    """

    organisation_path: ClassVar[str] = "report__organisation"

    report = models.ForeignKey(Report, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=_CODE)
    form = models.CharField(max_length=_CODE)
    given_on = models.DateField()
    text_id = models.CharField(max_length=60)
    text_sha256 = models.CharField(max_length=64)
    document_sha256 = models.CharField(max_length=64, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=60, blank=True)

    class Meta:
        """In their order."""

        ordering: ClassVar = ["given_on", "id"]

    def __str__(self) -> str:
        """Say what form of consent, not whose."""
        return f"consent {self.form} to {self.purpose}"


class OfficerDecision(models.Model):
    """A named officer decided that a vital interest requires the report.

    The name is that of the official, who answers for it; it is not a victim's.
    """

    organisation_path: ClassVar[str] = "report__organisation"

    report = models.OneToOneField(Report, models.CASCADE, related_name="decision")
    officer = models.CharField(max_length=120)
    office = models.CharField(max_length=120)
    decided_on = models.DateField()

    def __str__(self) -> str:
        """Say when it was decided."""
        return f"decision of {self.decided_on}"


class TokenRow(models.Model):
    """A row of keyed tokens, as `slachtoffermonitor tokenise` made it, in place of identity."""

    organisation_path: ClassVar[str] = "report__organisation"

    report = models.OneToOneField(Report, models.CASCADE, related_name="tokens")
    key_id = models.CharField(max_length=80)
    row = models.BinaryField()

    def __str__(self) -> str:
        """Say of which key the tokens are."""
        return f"tokens of key {self.key_id}"


class Tally(models.Model):
    """A count where no basis for more exists: nothing of it is about one person."""

    organisation_path: ClassVar[str] = "organisation"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    reporter = models.CharField(max_length=_CODE)
    received_at = models.DateTimeField(auto_now_add=True)
    month = models.DateField()
    age_band = models.CharField(max_length=_CODE)
    form = models.CharField(max_length=_CODE)
    region = models.CharField(max_length=40, blank=True)
    persons = models.PositiveIntegerField(default=1)
    origin = models.CharField(max_length=_CODE, default="COUNTED")

    class Meta:
        """The newest month first."""

        ordering: ClassVar = ["-month", "reporter"]
        verbose_name_plural = "tallies"

    def __str__(self) -> str:
        """Say month and count."""
        return f"{self.persons} in {self.month:%Y-%m}"
