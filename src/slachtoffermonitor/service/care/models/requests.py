"""Requests for help, the ground that each rests on, what is needed, and what happened."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from slachtoffermonitor.ground import SlachtoffermonitorError

__all__ = ["CareEvent", "HelpGround", "HelpRequest", "Need"]

_CODE = 20


class HelpRequest(models.Model):
    """A request for help for one victim, answered for by an organisation and a municipality.

    Who it is about lies sealed in the vault, under a key of the request's own: help and
    registration are two purposes. `report` ties it to the register where the person is known.
    """

    organisation_path: ClassVar[str] = "organisation"
    municipality_path: ClassVar[str] = "municipality"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    municipality = models.CharField(max_length=6)
    report = models.ForeignKey("register.Report", models.SET_NULL, related_name="+", null=True)
    identity = models.OneToOneField(
        "vault.SealedIdentity", models.PROTECT, related_name="+", null=True, editable=False
    )
    age = models.CharField(max_length=_CODE)
    turns_18_in = models.DateField(null=True)
    sex = models.CharField(max_length=_CODE)
    language = models.CharField(max_length=_CODE, blank=True)
    wanted_place = models.CharField(max_length=_CODE)
    speciality = models.CharField(max_length=_CODE)
    requested_on = models.DateField(db_index=True)
    urgency = models.CharField(max_length=_CODE)
    urgency_reason = models.CharField(max_length=_CODE)
    triaged_on = models.DateField(null=True)
    ended_on = models.DateField(null=True, db_index=True)
    end_reason = models.CharField(max_length=_CODE, blank=True)

    class Meta:
        """The oldest first."""

        ordering: ClassVar = ["requested_on", "id"]

    def __str__(self) -> str:
        """Name the request by its key."""
        return f"request {self.pk}"

    @property
    def short(self) -> str:
        """Give the first signs of the key, by which people speak of a request."""
        return str(self.pk)[:8]


class HelpGround(models.Model):
    """Why a request is lawful: the verdict of the rules, and the evidence of the consent.

    The name of who consented lies in the vault (`consent_giver`). An officer's name is that of
    an official, who answers for the decision; it is not a victim's.
    """

    organisation_path: ClassVar[str] = "request__organisation"
    municipality_path: ClassVar[str] = "request__municipality"

    request = models.OneToOneField(HelpRequest, models.CASCADE, related_name="ground")
    basis = models.CharField(max_length=_CODE)
    light = models.CharField(max_length=5)
    rules_version = models.CharField(max_length=_CODE)
    rule_set = models.CharField(max_length=_CODE)
    rule = models.CharField(max_length=60)
    form = models.CharField(max_length=_CODE)
    given_on = models.DateField(null=True)
    text_id = models.CharField(max_length=60, blank=True)
    text_sha256 = models.CharField(max_length=64, blank=True)
    document_sha256 = models.CharField(max_length=64, blank=True)
    officer = models.CharField(max_length=120, blank=True)
    office = models.CharField(max_length=120, blank=True)
    decided_on = models.DateField(null=True)
    of_the_report = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        """Say on which basis, not whose."""
        return f"ground {self.basis}"


class Need(models.Model):
    """One type of care that a request asks for; it waits until `started_on`."""

    organisation_path: ClassVar[str] = "request__organisation"
    municipality_path: ClassVar[str] = "request__municipality"

    request = models.ForeignKey(HelpRequest, models.CASCADE, related_name="needs")
    care_type = models.CharField(max_length=_CODE)
    started_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=_CODE, blank=True)

    class Meta:
        """A request asks for a type of care once."""

        ordering: ClassVar = ["care_type"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "care_type"], name="one_need_of_a_type")
        ]

    def __str__(self) -> str:
        """Say of which type."""
        return f"need {self.care_type}"


class CareEvent(models.Model):
    """Something that happened to a request: added, and never changed."""

    organisation_path: ClassVar[str] = "request__organisation"
    municipality_path: ClassVar[str] = "request__municipality"

    class Kind(models.TextChoices):
        """What happened."""

        ASKED = "ASKED", _("Help requested")
        TRIAGED = "TRIAGED", _("Urgency judged")
        WAITING = "WAITING", _("Waiting")
        TURNS_18 = "TURNS_18", _("Month of turning 18 given")
        OFFER_ASKED = "OFFER_ASKED", _("Provider asked")
        OFFERED = "OFFERED", _("Place offered")
        DECLINED = "DECLINED", _("Provider declined")
        TAKEN = "TAKEN", _("Victim accepted the place")
        REFUSED = "REFUSED", _("Victim declined the place")
        CANCELLED = "CANCELLED", _("Offer taken back")
        STARTED = "STARTED", _("Help began")
        STOPPED = "STOPPED", _("Help ended")
        HANDED = "HANDED", _("Hand-over offered")
        HAND_OVER_TAKEN = "HAND_OVER_TAKEN", _("Hand-over accepted")
        HAND_OVER_DECLINED = "HAND_OVER_DECLINED", _("Hand-over declined")
        ENDED = "ENDED", _("Request ended")

    request = models.ForeignKey(HelpRequest, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    on = models.DateField()
    code = models.CharField(max_length=_CODE, blank=True)
    reason = models.CharField(max_length=_CODE, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.CharField(max_length=60)

    class Meta:
        """In their order."""

        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        """Say what happened when."""
        return f"{self.kind} on {self.on}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the event; what happened before stays as it was written."""
        if not self._state.adding:
            raise SlachtoffermonitorError("an event of a request is added, never changed")
        super().save(*args, **kwargs)
