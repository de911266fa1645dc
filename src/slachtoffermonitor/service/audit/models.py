"""The tables of the audit trail: the entries, and the one row that holds the head of the chain."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

__all__ = ["AuditEntry", "AuditHead"]


class AuditEntry(models.Model):
    """One act. Triggers of the database refuse every UPDATE and DELETE."""

    position = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    act = models.CharField(max_length=60, db_index=True)
    actor = models.CharField(max_length=60, db_index=True)
    organisation = models.CharField(max_length=36, blank=True)
    subject = models.CharField(max_length=90, db_index=True)
    purpose = models.CharField(max_length=60, blank=True)
    detail = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        """In the order in which they were written."""

        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        """Say which act, without whom it concerns."""
        return f"{self.position}: {self.act}"


class AuditHead(models.Model):
    """The last position and digest: the row that every writer takes its turn on."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        """There is one."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_head_of_the_chain")
        ]

    def __str__(self) -> str:
        """Give the position."""
        return f"head at {self.position}"
