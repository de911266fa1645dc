"""What providers can give day by day, and the offers of it to requests."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["Offer", "Supply", "SupplyDay"]

_CODE = 20


class Supply(models.Model):
    """Places of one kind at one provider; an empty age or sex means all."""

    organisation_path: ClassVar[str] = "organisation"

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    care_type = models.CharField(max_length=_CODE)
    speciality = models.CharField(max_length=_CODE)
    age = models.CharField(max_length=_CODE, blank=True)
    sex = models.CharField(max_length=_CODE, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """A provider has a kind of places once."""

        ordering: ClassVar = ["care_type", "speciality", "age", "sex"]
        verbose_name_plural = "supplies"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "care_type", "speciality", "age", "sex"],
                name="one_supply_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        """Say of which kind."""
        return f"{self.care_type} {self.speciality}"


class SupplyDay(models.Model):
    """How many places there are from a day on, and how many of them others have taken.

    It holds until the next such day.
    """

    organisation_path: ClassVar[str] = "supply__organisation"

    supply = models.ForeignKey(Supply, models.CASCADE, related_name="days")
    on = models.DateField()
    places = models.PositiveIntegerField()
    taken_by_others = models.PositiveIntegerField(default=0)

    class Meta:
        """One word for a day."""

        ordering: ClassVar = ["on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["supply", "on"], name="one_word_for_a_day"),
            models.CheckConstraint(
                condition=models.Q(taken_by_others__lte=models.F("places")),
                name="not_more_taken_than_there_are",
            ),
        ]

    def __str__(self) -> str:
        """Say from when and how many."""
        return f"{self.places} from {self.on}"


class Offer(models.Model):
    """A provider that was asked for a place, its answer, the victim's answer, and the placement.

    A provider that says yes holds a place for this request until it ends here.
    """

    organisation_path: ClassVar[str] = "organisation"

    class Status(models.TextChoices):
        """Where the offer stands."""

        ASKED = "ASKED", _("asked")
        OFFERED = "OFFERED", _("offered")
        TAKEN = "TAKEN", _("accepted by the victim")
        PLACED = "PLACED", _("placed")
        ENDED = "ENDED", _("ended")
        DECLINED = "DECLINED", _("declined by the provider")
        REFUSED = "REFUSED", _("declined by the victim")
        CANCELLED = "CANCELLED", _("taken back")

    HOLDING: ClassVar = (Status.OFFERED, Status.TAKEN, Status.PLACED)
    OPEN: ClassVar = (Status.ASKED, *HOLDING)

    request = models.ForeignKey("care.HelpRequest", models.CASCADE, related_name="offers")
    need = models.ForeignKey("care.Need", models.CASCADE, related_name="offers")
    supply = models.ForeignKey(Supply, models.PROTECT, related_name="offers")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ASKED)
    asked_on = models.DateField()
    answered_on = models.DateField(null=True)
    decided_on = models.DateField(null=True)
    reason = models.CharField(max_length=_CODE, blank=True)
    started_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        """The newest first; a need has one open offer of a kind of places."""

        ordering: ClassVar = ["-asked_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["need", "supply"],
                condition=models.Q(status__in=["ASKED", "OFFERED", "TAKEN", "PLACED"]),
                name="one_open_offer_of_a_supply",
            ),
            models.UniqueConstraint(
                fields=["need"],
                condition=models.Q(status__in=["TAKEN", "PLACED"]),
                name="one_place_for_a_need",
            ),
        ]

    def __str__(self) -> str:
        """Say where it stands."""
        return f"offer {self.pk}: {self.status}"
