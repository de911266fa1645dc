"""Hand-overs of a request: the giver keeps it until the receiver has accepted it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["HandOver"]

_CODE = 20


class HandOver(models.Model):
    """A request that is offered to another municipality, or to another organisation."""

    organisation_path: ClassVar[str] = "to_organisation"
    municipality_path: ClassVar[str] = "to_municipality"

    class Answer(models.TextChoices):
        """What the receiver said."""

        OPEN = "OPEN", _("not answered yet")
        ACCEPTED = "ACCEPTED", _("accepted")
        DECLINED = "DECLINED", _("declined")
        CANCELLED = "CANCELLED", _("taken back")

    request = models.ForeignKey("care.HelpRequest", models.CASCADE, related_name="hand_overs")
    reason = models.CharField(max_length=_CODE)
    to_municipality = models.CharField(max_length=6, blank=True)
    to_organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", null=True
    )
    offered_on = models.DateField()
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.OPEN)
    answered_on = models.DateField(null=True)
    answer_reason = models.CharField(max_length=_CODE, blank=True)

    class Meta:
        """The newest first; a request is offered to one receiver at a time."""

        ordering: ClassVar = ["-offered_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request"],
                condition=models.Q(answer="OPEN"),
                name="one_open_hand_over_of_a_request",
            ),
            models.CheckConstraint(
                condition=models.Q(to_municipality="", to_organisation__isnull=False)
                | (~models.Q(to_municipality="") & models.Q(to_organisation=None)),
                name="a_hand_over_has_one_receiver",
            ),
        ]

    def __str__(self) -> str:
        """Say what became of it."""
        return f"hand-over {self.pk}: {self.answer}"
