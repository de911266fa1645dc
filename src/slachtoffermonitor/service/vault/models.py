"""The table of the vault, apart from every record."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

__all__ = ["SealedIdentity"]


class SealedIdentity(models.Model):
    """Sealed fields of one person's identity; readable with the key-encryption key only."""

    organisation_path: ClassVar[str] = "organisation"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", null=True, editable=False
    )
    key_id = models.CharField(max_length=40, db_index=True, editable=False)
    wrapped_key = models.BinaryField(editable=False)
    fields = models.JSONField(default=dict, editable=False)
    sealed_at = models.DateTimeField(auto_now_add=True)
    destroyed_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        """Say nothing of what is inside."""
        return f"sealed identity {self.pk}"
