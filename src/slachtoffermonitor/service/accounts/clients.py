"""Systems of organisations that call the API: keys made, shown once, checked, taken back."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from slachtoffermonitor.service.accounts.models import ClientKey, Organisation
from slachtoffermonitor.service.audit import record

__all__ = ["client_of", "make_client_key", "revoke_client_key"]

# 256 random bits need no slow hash: there is nothing to guess.
_PREFIX = "smk_"


def make_client_key(organisation: Organisation, label: str, *, actor: Any) -> tuple[ClientKey, str]:
    """Make a key for a system of an organisation.

    Returns:
        The kept row and the key itself, which is shown now and never again.

    """
    key = _PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        row = ClientKey.objects.create(organisation=organisation, label=label, digest=_digest(key))
        record("client_key.made", actor=actor, subject=row)
    return row, key


def revoke_client_key(row: ClientKey, *, actor: Any) -> None:
    """Take a key back; from now on it opens nothing."""
    with transaction.atomic():
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])
        record("client_key.revoked", actor=actor, subject=row)


def client_of(request: HttpRequest) -> ClientKey | None:
    """Which system calls? None without `Authorization: Bearer KEY`, or with a key of nobody."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.startswith(_PREFIX):
        return None
    found = ClientKey.objects.select_related("organisation").filter(
        digest=_digest(key), revoked_at=None, organisation__active=True
    )
    client = found.first()
    today = timezone.localdate()
    if client is not None and client.last_used_on != today:
        ClientKey.objects.filter(pk=client.pk).update(last_used_on=today)
    return client


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
