"""Persons of the register, the pairs that may be one, and every merge with its way back."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["MatchCandidate", "Merge", "Person"]


class Person(models.Model):
    """One person as the registrar sees it: a key that reports point to, and nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Name the person by key."""
        return f"person {self.pk}"


class MatchCandidate(models.Model):
    """Two reports that may be about one person; somebody decides, never the program."""

    class Verdict(models.TextChoices):
        """What was decided."""

        OPEN = "OPEN", _("to be decided")
        SAME = "SAME", _("one person")
        DIFFERENT = "DIFFERENT", _("two persons")

    report = models.ForeignKey("register.Report", models.CASCADE, related_name="candidates")
    other = models.ForeignKey("register.Report", models.CASCADE, related_name="+")
    probability = models.FloatField()
    private = models.BooleanField(default=False)
    found_at = models.DateTimeField(auto_now_add=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.OPEN)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """The likeliest first; a pair stands here once."""

        ordering: ClassVar = ["-probability"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "other"], name="one_candidate_of_a_pair")
        ]

    def __str__(self) -> str:
        """Name the pair by keys."""
        return f"{self.report_id} and {self.other_id}"


class Merge(models.Model):
    """A merge of two persons: which reports moved, so that it can be undone."""

    kept = models.ForeignKey(Person, models.CASCADE, related_name="+")
    emptied = models.ForeignKey(Person, models.CASCADE, related_name="+")
    moved = models.JSONField()
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField(auto_now_add=True)
    undone_by = models.CharField(max_length=60, blank=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        """The newest first."""

        ordering: ClassVar = ["-made_at"]

    def __str__(self) -> str:
        """Name both by keys."""
        return f"{self.emptied_id} into {self.kept_id}"
