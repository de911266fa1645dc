"""Reports as the frames that `link` takes; identity is opened for this purpose and in the trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

import polars as pl

from slachtoffermonitor.records import Notification
from slachtoffermonitor.service.register.models import Report
from slachtoffermonitor.service.register.receiving.submission import IDENTITY
from slachtoffermonitor.service.register.receiving.tokens import frame_of
from slachtoffermonitor.service.vault import open_identity

__all__ = ["PURPOSE", "named_frame", "nameless_frame", "token_frame"]

PURPOSE: Final = "DUPLICATES"
_DATES: Final = ("exploited_from", "exploited_until")


def named_frame(reports: Iterable[Report], *, actor: Any, purpose: str = PURPOSE) -> pl.DataFrame:
    """Give full reports as notifications, their ids those of the register.

    Every opening of an identity stands in the audit trail. The frame holds identity: it goes to
    `link` and nowhere else.
    """
    return _frame(_row(report, _opened(report, actor, purpose)) for report in reports)


def nameless_frame(reports: Iterable[Report]) -> pl.DataFrame:
    """Give reports as notifications without identity, as those that are past their time."""
    return _frame(_row(report, {}) for report in reports)


def _frame(rows: Iterable[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=dict(Notification.create_empty().schema))


def _opened(report: Report, actor: Any, purpose: str) -> Mapping[str, str]:
    if report.identity is None:
        raise ValueError("a report without identity cannot be compared by name")
    return open_identity(report.identity, actor=actor, purpose=purpose, fields=IDENTITY)


def _row(report: Report, known: Mapping[str, str]) -> dict[str, Any]:
    facts = report.facts()
    born = known.get("birth_date")
    row: dict[str, Any] = {name: facts.get(name) for name in Notification.columns()}
    row |= {name: known.get(name) for name in IDENTITY}
    row |= {name: date.fromisoformat(facts[name]) if facts.get(name) else None for name in _DATES}
    return row | {
        "notification_id": str(report.pk),
        "reporter": report.reporter,
        "organisation": None,
        "reported_on": report.reported_on,
        "basis": report.basis,
        "purpose": report.purpose,
        "birth_date": date.fromisoformat(born) if born else None,
        "birth_year": int(born[:4]) if born else None,
    }


def token_frame(reports: Iterable[Report]) -> pl.DataFrame:
    """Give the tokens of reports as one table, their ids those of the register."""
    return pl.concat(
        frame_of(bytes(report.tokens.row)).with_columns(notification_id=pl.lit(str(report.pk)))
        for report in reports
    )
