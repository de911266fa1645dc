"""Reports that are not finished, codes by which somebody returns, and requests that were sent."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

__all__ = ["AccessCode", "Draft", "IdempotencyKey"]


class Draft(models.Model):
    """A report that somebody is writing: all answers so far, sealed in the vault."""

    organisation_path: ClassVar[str] = "organisation"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    author = models.ForeignKey("accounts.User", models.SET_NULL, related_name="+", null=True)
    answers = models.OneToOneField("vault.SealedIdentity", models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        """The newest first."""

        ordering: ClassVar = ["-changed_at"]

    def __str__(self) -> str:
        """Name the draft by its key."""
        return f"draft {self.pk}"


class AccessCode(models.Model):
    """A code that was shown once: of the reporter (a receipt), or of the victim.

    The first part finds the row; of the rest only a slow digest is kept.
    """

    organisation_path: ClassVar[str] = "organisation"

    class Kind(models.TextChoices):
        """Whose the code is."""

        DRAFT = "DRAFT"
        REPORTER = "REPORTER"
        VICTIM = "VICTIM"

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    selector = models.CharField(max_length=8, unique=True)
    digest = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    report = models.ForeignKey("register.Report", models.CASCADE, related_name="codes", null=True)
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="codes", null=True)
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Say whose it is, not what it is."""
        return f"code of {self.kind}"


class IdempotencyKey(models.Model):
    """A request that was answered: the same one sent again gets the same answer."""

    organisation_path: ClassVar[str] = "organisation"

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)
    request_sha256 = models.CharField(max_length=64)
    answer = models.JSONField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """A key is used once by an organisation."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "key"], name="one_use_of_a_key")
        ]

    def __str__(self) -> str:
        """Say when."""
        return f"request of {self.made_at}"
