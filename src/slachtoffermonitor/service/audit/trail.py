"""Writing the audit trail."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.utils import timezone

from slachtoffermonitor.ground import SlachtoffermonitorError
from slachtoffermonitor.service.accounts.rows import standing
from slachtoffermonitor.service.audit.models import AuditEntry, AuditHead

__all__ = [
    "Act",
    "AuditError",
    "Detail",
    "digest_of",
    "record",
    "record_many",
    "start_of_chain",
]

Detail = Mapping[str, str | int | bool | None]

# A code, a key, a day, a digest: no spaces and no @, so that no sentence, name in full or address
# can slip into a trail that is kept for ever.
_CODE = re.compile(r"[A-Za-z0-9_.:/+-]{0,90}")


class AuditError(SlachtoffermonitorError):
    """An act that cannot be written down, and therefore must not happen."""


def start_of_chain() -> str:
    """Give what stands before the first entry."""
    return "0" * 64


def record(
    act: str,
    *,
    actor: Any,
    subject: models.Model | str,
    purpose: str | None = None,
    detail: Detail | None = None,
) -> AuditEntry:
    """Write down an act, inside the transaction of the act itself.

    Outside a transaction the trail could tell of an act that never happened, or miss one that did:
    it is refused there. Call it late in the transaction: from here to the commit, every other
    writer waits for the head of the chain.

    Args:
        act: What was done, as `thing.done` (`report.received`, `identity.opened`).
        actor: The user, API client or `Standing`, or a word such as `service:retention`.
        subject: To which object: a saved model, or `kind:key`.
        purpose: Why, as a code (`REGISTER`, `ZORG`); for opening the vault it is required there.
        detail: Codes, keys, counts and days that help to understand the entry. No value of a
            person's identity: what is not code-like is refused.

    Raises:
        AuditError: There is no transaction, no head, or a text is not code-like.

    """
    act_of = Act(act=act, subject=subject, purpose=purpose, detail=detail)
    return record_many([act_of], actor=actor)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act among many that are written down together; the fields are those of `record`."""

    act: str
    subject: models.Model | str
    purpose: str | None = None
    detail: Detail | None = None


def record_many(acts: Iterable[Act], *, actor: Any) -> list[AuditEntry]:
    """Write down many acts of one actor in their order, with one turn on the head of the chain.

    Raises:
        AuditError: As `record`; none of them is written.

    """
    entries = [_entry(one, actor) for one in acts]
    if not connection.in_atomic_block:
        raise AuditError(
            f"'{entries[0].act}' must be written down inside the transaction of the act itself"
        )
    head = AuditHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        raise AuditError("the audit trail has lost its head; verify it before anything else")
    for entry in entries:
        entry.position, entry.previous, entry.at = head.position + 1, head.digest, timezone.now()
        entry.digest = digest_of(entry)
        head.position, head.digest = entry.position, entry.digest
    AuditEntry.objects.bulk_create(entries)
    head.save(update_fields=["position", "digest"])
    return entries


def _entry(told: Act, actor: Any) -> AuditEntry:
    subject = told.subject
    return AuditEntry(
        act=_code("act", told.act),
        actor=_code("actor", actor if isinstance(actor, str) else _name(actor)),
        organisation=str(getattr(actor, "organisation_id", "") or standing().organisation),
        subject=_code("subject", subject if isinstance(subject, str) else subject_of(subject)),
        purpose=_code("purpose", told.purpose or ""),
        detail={_code("detail", key): _plain(value) for key, value in (told.detail or {}).items()},
    )


def subject_of(about: models.Model) -> str:
    """Name a model's row by kind and key."""
    return f"{about._meta.model_name}:{about.pk}"


def _name(actor: Any) -> str:
    name = getattr(actor, "audit_name", None) or getattr(actor, "actor", None)
    if not isinstance(name, str) or not name:
        raise AuditError("nobody is named as the actor")
    return name


def _code(place: str, text: str) -> str:
    if not _CODE.fullmatch(text):
        raise AuditError(f"the {place} of an audit entry must be a code without spaces")
    return text


def _plain(value: str | int | bool | None) -> str | int | bool | None:
    return _code("detail", value) if isinstance(value, str) else value


def digest_of(entry: AuditEntry) -> str:
    """Give the keyed digest of an entry with the digest before it.

    The key lies outside the database: who can write there cannot make a chain that fits.
    """
    at = entry.at.astimezone(UTC) if isinstance(entry.at, datetime) else entry.at
    told = [
        entry.position,
        at.isoformat(timespec="microseconds"),
        *(entry.act, entry.actor, entry.organisation, entry.subject, entry.purpose),
        entry.detail,
        entry.previous,
    ]
    text = json.dumps(told, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    key: bytes = settings.CONFIGURATION.keys.audit
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
