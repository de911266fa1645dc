"""Residence tracks and what happened in them: codes and days, and nobody's name."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models

from slachtoffermonitor.ground import SlachtoffermonitorError

__all__ = ["Track", "TrackEvent"]

_CODE = 20


class Track(models.Model):
    """The way of one victim to a right to stay, followed for a report or a request for help."""

    organisation_path: ClassVar[str] = "organisation"
    municipality_path: ClassVar[str] = "request__municipality"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    report = models.ForeignKey("register.Report", models.CASCADE, related_name="+", null=True)
    request = models.ForeignKey("care.HelpRequest", models.CASCADE, related_name="+", null=True)
    opened_on = models.DateField()
    ended_on = models.DateField(null=True, db_index=True)
    end_reason = models.CharField(max_length=_CODE, blank=True)

    class Meta:
        """The newest first; a track is of one report or one request, and that has one open."""

        ordering: ClassVar = ["-opened_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(report=None) ^ models.Q(request=None),
                name="a_track_is_of_one_record",
            ),
            models.UniqueConstraint(
                fields=["report"],
                condition=models.Q(ended_on=None),
                name="one_open_track_of_a_report",
            ),
            models.UniqueConstraint(
                fields=["request"],
                condition=models.Q(ended_on=None),
                name="one_open_track_of_a_request",
            ),
        ]

    def __str__(self) -> str:
        """Name the track by its key."""
        return f"track {self.pk}"

    @property
    def short(self) -> str:
        """Give the first signs of the key, by which people speak of a track."""
        return str(self.pk)[:8]


class TrackEvent(models.Model):
    """Something that happened on a day: added, never changed; a mistake is cancelled by another.

    `until` is a last day that the decision itself names.
    """

    organisation_path: ClassVar[str] = "track__organisation"
    municipality_path: ClassVar[str] = "track__request__municipality"

    track = models.ForeignKey(Track, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=_CODE)
    on = models.DateField()
    until = models.DateField(null=True)
    article = models.CharField(max_length=60, blank=True)
    cancels = models.OneToOneField(
        "self", models.CASCADE, related_name="cancelled_by", null=True, editable=False
    )
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.CharField(max_length=60)

    class Meta:
        """In the order of their days."""

        ordering: ClassVar = ["on", "id"]

    def __str__(self) -> str:
        """Say what happened when."""
        return f"{self.kind} on {self.on}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the event; what was written before stays."""
        if not self._state.adding:
            raise SlachtoffermonitorError("an event of a track is added, never changed")
        super().save(*args, **kwargs)
