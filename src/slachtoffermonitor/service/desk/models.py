"""Runs of editions, and who let each of them begin. About no person whom a report is about."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

__all__ = ["Approval", "EditionRun"]


class EditionRun(models.Model):
    """One run of an edition that somebody asked for, of the files as they were then.

    `digest` is of the settings and deliveries: what was approved is what runs. `approvals_needed`
    is none for an edition of a simulated nation.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.CharField(max_length=60, db_index=True)
    digest = models.CharField(max_length=64)
    approvals_needed = models.PositiveSmallIntegerField()
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)

    class Meta:
        """The newest first."""

        ordering: ClassVar = ["-asked_at"]

    def __str__(self) -> str:
        """Name the edition."""
        return f"run of {self.edition}"


class Approval(models.Model):
    """Somebody's word that this run may begin and its tables may leave."""

    run = models.ForeignKey(EditionRun, models.CASCADE, related_name="approvals")
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """One word a person."""

        ordering: ClassVar = ["at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "by"], name="one_approval_of_a_person")
        ]

    def __str__(self) -> str:
        """Name the run."""
        return f"approval of {self.run}"
