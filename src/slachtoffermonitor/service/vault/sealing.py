"""Sealing, opening and destroying identities."""

from __future__ import annotations

import base64
import secrets
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from slachtoffermonitor.service.accounts.rows import standing
from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.vault.keys import KeyRing, VaultError, decrypt, encrypt
from slachtoffermonitor.service.vault.models import SealedIdentity

__all__ = ["open_identity", "remove_fields", "reseal", "seal", "seal_many", "shred"]

# Ciphertexts are as long as the next multiple of this: a length would tell names apart.
_BUCKET = 64


def _ring() -> KeyRing:
    ring: KeyRing = settings.CONFIGURATION.keys
    return ring


def seal(fields: Mapping[str, str], *, organisation: uuid.UUID | None = None) -> SealedIdentity:
    """Seal what identifies a person, under a data key of its own; save it in the vault.

    Args:
        fields: Each field's name and its value; an empty value is not kept.
        organisation: Whose record it is; that of the one who acts now if not given.

    """
    return seal_many([fields], organisation=organisation)[0]


def seal_many(
    identities: Iterable[Mapping[str, str]], *, organisation: uuid.UUID | None = None
) -> list[SealedIdentity]:
    """Seal several identities as `seal` does, in their order; each under a data key of its own."""
    own = standing().organisation
    whose = organisation or (uuid.UUID(own) if own else None)
    sealed = [_new(fields, whose, _ring()) for fields in identities]
    return SealedIdentity.objects.bulk_create(sealed)


def _new(fields: Mapping[str, str], whose: uuid.UUID | None, ring: KeyRing) -> SealedIdentity:
    sealed = SealedIdentity(organisation_id=whose, key_id=ring.current)
    key = secrets.token_bytes(32)
    sealed.wrapped_key = ring.wrap(key, sealed.pk.bytes)
    sealed.fields = _sealed(sealed, key, fields)
    return sealed


def _sealed(sealed: SealedIdentity, key: bytes, fields: Mapping[str, str]) -> dict[str, str]:
    return {
        name: base64.b64encode(
            encrypt(key, _padded(value.encode()), sealed.pk.bytes + name.encode())
        ).decode()
        for name, value in fields.items()
        if value
    }


def _padded(plain: bytes) -> bytes:
    return plain + b"\x01" + bytes(-(len(plain) + 1) % _BUCKET)


def open_identity(
    sealed: SealedIdentity, *, actor: Any, purpose: str, fields: Iterable[str] | None = None
) -> dict[str, str]:
    """Open a sealed identity for a purpose; the opening stands in the audit trail, or fails.

    Args:
        sealed: Which one.
        actor: Who asks.
        purpose: Why, as a code; without one nothing is opened.
        fields: Only these fields; all if not given.

    Raises:
        VaultError: There is no purpose, or it was destroyed, altered, or its key is away.

    """
    if not purpose.strip():
        raise VaultError("the vault opens only for a purpose")
    with transaction.atomic():
        key = _data_key(sealed)
        wanted = sorted(set(sealed.fields) & set(fields if fields is not None else sealed.fields))
        opened = {
            name: decrypt(
                key, base64.b64decode(sealed.fields[name]), sealed.pk.bytes + name.encode()
            )
            .rstrip(b"\x00")[:-1]
            .decode()
            for name in wanted
        }
        record(
            "identity.opened",
            actor=actor,
            subject=sealed,
            purpose=purpose,
            detail={"fields": len(wanted)},
        )
    return opened


def _data_key(sealed: SealedIdentity) -> bytes:
    if sealed.destroyed_at is not None:
        raise VaultError("this identity was destroyed and cannot be opened")
    return _ring().unwrap(bytes(sealed.wrapped_key), sealed.pk.bytes, sealed.key_id)


def reseal(sealed: SealedIdentity, changes: Mapping[str, str], *, actor: Any, purpose: str) -> None:
    """Put corrected or further fields in a sealed identity; the others stay as they are."""
    with transaction.atomic():
        row = SealedIdentity.objects.select_for_update().get(pk=sealed.pk)
        key = _data_key(row)
        row.fields = {**row.fields, **_sealed(row, key, changes)}
        row.save(update_fields=["fields"])
        record(
            "identity.changed",
            actor=actor,
            subject=row,
            purpose=purpose,
            detail={"fields": len(changes)},
        )
    sealed.fields = row.fields


def remove_fields(sealed: SealedIdentity, names: Iterable[str], *, actor: Any, reason: str) -> None:
    """Take fields out of a sealed identity, as when their time of keeping is over."""
    with transaction.atomic():
        row = SealedIdentity.objects.select_for_update().get(pk=sealed.pk)
        gone = set(names) & set(row.fields)
        row.fields = {name: text for name, text in row.fields.items() if name not in gone}
        row.save(update_fields=["fields"])
        record(
            "identity.reduced",
            actor=actor,
            subject=row,
            purpose=reason,
            detail={"fields": len(gone)},
        )
    sealed.fields = row.fields


def shred(sealed: SealedIdentity, *, actor: Any, reason: str) -> None:
    """Destroy a record's data key and what it sealed: no copy of the ring opens it again.

    A backup made earlier still holds the wrapped key. It is unreadable from the day that the
    key-encryption key of its time is destroyed, which is what rotating keys is for.
    """
    with transaction.atomic():
        row = SealedIdentity.objects.select_for_update().get(pk=sealed.pk)
        row.wrapped_key, row.fields, row.destroyed_at = b"", {}, timezone.now()
        row.save(update_fields=["wrapped_key", "fields", "destroyed_at"])
        record("identity.destroyed", actor=actor, subject=row, purpose=reason)
    sealed.wrapped_key, sealed.fields, sealed.destroyed_at = b"", {}, row.destroyed_at
