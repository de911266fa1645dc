"""Who acts now, told to the database: the second wall behind the permission table.

In PostgreSQL every table of a person's has row-level security. Its policies ask four settings of
the transaction that `acting` sets with SET LOCAL; without them no row is seen. SQLite has no such
wall: there the first wall stands alone, in one office.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection, transaction

from slachtoffermonitor.service.accounts.permissions import Scope

__all__ = ["Standing", "acting", "as_service", "in_own_transactions", "standing"]


View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the one who acts stands: organisation, municipality and scope."""

    actor: str
    organisation: str
    municipality: str
    scope: Scope


_NOBODY = Standing(actor="", organisation="", municipality="", scope=Scope.NONE)
_standing: ContextVar[Standing] = ContextVar("standing", default=_NOBODY)


def standing() -> Standing:
    """Who acts now? Nobody, outside `acting` and `as_service`."""
    return _standing.get()


@contextmanager
def acting(actor: Any, scope: Scope, *, write: bool = True) -> Iterator[Standing]:
    """Act for a user or client within a scope, in one transaction.

    A block that only reads (`write=False`) takes no transaction on SQLite, where it would keep
    every writer waiting.
    """
    now = Standing(
        actor=actor.audit_name,
        organisation=str(actor.organisation_id),
        municipality=actor.organisation.municipality,
        scope=scope,
    )
    with _told(now, write=write):
        yield now


@contextmanager
def as_service(reason: str, *, write: bool = True) -> Iterator[Standing]:
    """Act for the service itself, which sees every row: commands, and entries by a code.

    `reason` stands as the actor in the audit trail (`service:retention`), never a person's value.
    """
    now = Standing(actor=f"service:{reason}", organisation="", municipality="", scope=Scope.ALL)
    with _told(now, write=write):
        yield now


def in_own_transactions(view: View) -> View:
    """Say of a view that it writes in transactions of its own, each short.

    For what takes long, as linking: one transaction around it would keep every other writer of
    SQLite waiting, and would take back, if it failed, what stands in the trail about names that
    were opened.
    """
    view.in_own_transactions = True  # type: ignore[attr-defined]
    return view


@contextmanager
def _told(now: Standing, *, write: bool) -> Iterator[None]:
    token = _standing.set(now)
    try:
        if connection.vendor != "postgresql":
            if write:
                with transaction.atomic():
                    yield
            else:
                yield
            return
        nested = connection.in_atomic_block
        with transaction.atomic():
            before = _settings() if nested else ()
            _tell((now.scope.value, now.organisation, now.municipality, now.actor))
            yield
            if nested:
                _tell(before)
    finally:
        _standing.reset(token)


_NAMES = ("monitor.scope", "monitor.organisation", "monitor.municipality", "monitor.actor")


def _settings() -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join("current_setting(%s, true)" for _ in _NAMES), _NAMES)
        return tuple(value or "" for value in cursor.fetchone())


def _tell(values: tuple[str, ...]) -> None:
    pairs = [part for pair in zip(_NAMES, values, strict=True) for part in pair]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join("set_config(%s, %s, true)" for _ in _NAMES), pairs)
