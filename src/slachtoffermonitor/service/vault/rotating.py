"""Putting everything sealed under the current key, while others seal and open."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.conf import settings
from django.db import OperationalError, connection

from slachtoffermonitor.ground import SlachtoffermonitorError
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.vault.keys import KeyRing, VaultError
from slachtoffermonitor.service.vault.models import SealedIdentity

__all__ = ["rotate_keys"]

_BATCH: Final = 5000
_PATIENCE_SECONDS: Final = 600.0
_BETWEEN_TRIES_SECONDS: Final = 0.002
_UPDATE: Final = (
    "UPDATE vault_sealedidentity SET key_id = %s, wrapped_key = %s"
    " WHERE id = %s AND key_id = %s AND wrapped_key = %s"
)
Wrapped = tuple[uuid.UUID, str, bytes]


def rotate_keys(progress: Callable[[int], None] = lambda _: None) -> int:
    """Re-wrap every data key that lies under an older key; nobody has to stop working.

    Keys are unwrapped and wrapped outside any transaction; a batch is then written in one that
    changes a row only if it is as it was read. A record that was destroyed or changed meanwhile
    stays so. Run again after a stop: what is done stays done.

    Returns:
        How many were re-wrapped.

    Raises:
        SlachtoffermonitorError: Some could not be unwrapped; the others are done.

    """
    ring: KeyRing = settings.CONFIGURATION.keys
    done = 0
    broken: set[uuid.UUID] = set()
    while True:
        before = done
        for rows in _due(ring):
            whole = {row[0]: new for row in rows if (new := _rewrapped(row, ring)) is not None}
            broken |= {row[0] for row in rows} - set(whole)
            done += _written([row for row in rows if row[0] in whole], whole, ring)
            progress(done)
        if done == before:
            break
    _in_turn(lambda: _told(ring, done, len(broken)))
    if broken:
        raise SlachtoffermonitorError(
            f"{len(broken)} sealed identities cannot be unwrapped any more"
        )
    return done


def _due(ring: KeyRing) -> Iterator[list[Wrapped]]:
    """Read what lies under an older key, a batch at a time, in the order of its keys."""
    last = uuid.UUID(int=0)
    while True:
        with as_service("rotate-keys", write=False):
            due = SealedIdentity.objects.filter(destroyed_at=None, pk__gt=last)
            found = due.exclude(key_id=ring.current).order_by("pk")
            rows = list(found.values_list("pk", "key_id", "wrapped_key")[:_BATCH])
        if not rows:
            return
        yield [(key, key_id, bytes(wrapped)) for key, key_id, wrapped in rows]
        last = rows[-1][0]


def _rewrapped(row: Wrapped, ring: KeyRing) -> bytes | None:
    key, key_id, wrapped = row
    try:
        return ring.wrap(ring.unwrap(wrapped, key.bytes, key_id), key.bytes)
    except VaultError:
        return None


def _written(rows: Iterable[Wrapped], new: dict[uuid.UUID, bytes], ring: KeyRing) -> int:
    place = SealedIdentity._meta.pk
    values = [
        (ring.current, new[key], place.get_db_prep_value(key, connection), key_id, wrapped)
        for key, key_id, wrapped in rows
    ]
    if not values:
        return 0
    return _in_turn(lambda: _updated(values))


def _updated(values: list[tuple[Any, ...]]) -> int:
    with connection.cursor() as cursor:
        cursor.executemany(_UPDATE, values)
        return int(cursor.rowcount)


def _told(ring: KeyRing, done: int, broken: int) -> int:
    entry = record(
        "keys.rotated",
        actor="service:rotate-keys",
        subject=f"key:{ring.current}",
        detail={"rewrapped": done, "broken": broken},
    )
    return int(entry.position)


def _in_turn(write: Callable[[], int]) -> int:
    """Write in one transaction, however many others ask for SQLite's one writer all the time.

    Who waits for it asks again after ever longer pauses, and who has just finished asks at once:
    under steady load the one who waits longest could wait for ever. Asking in short steps takes
    the turn within moments.
    """
    end = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            with _impatient(), as_service("rotate-keys"):
                return write()
        except OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(_BETWEEN_TRIES_SECONDS)


@contextmanager
def _impatient() -> Iterator[None]:
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    connection.connection.execute("PRAGMA busy_timeout = 0")
    try:
        yield
    finally:
        seconds = connection.settings_dict["OPTIONS"].get("timeout", 5)
        connection.connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
