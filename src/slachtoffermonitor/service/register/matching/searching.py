"""Looking for reports that may be about one person, by name and by tokens.

The first look links all reports; later ones ask the register of that linkage about the new ones
alone, until they are so many that their weights should be learned anew. That register lives in
this process only: nothing of it is written to a disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import polars as pl
from django.db import transaction

from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.register.matching.frames import named_frame, token_frame
from slachtoffermonitor.service.register.models import MatchCandidate, Report

if TYPE_CHECKING:
    from slachtoffermonitor.link import Register

__all__ = ["LOWEST", "forget_registers", "look_for_duplicates"]

# Below this chance nobody is asked to look at a pair.
LOWEST: Final = 0.05
_KNOWN_SHARE: Final = 0.8
_BY_NAME: Final = "names"
_held: dict[str, Register] = {}
_lock = Lock()

Pairs = list[tuple[str, str, float]]


def look_for_duplicates(*, actor: Any) -> int:
    """Which reports may be about one person? New pairs are kept for the registrar to decide.

    Reports with a name are compared by name, reports with tokens by the tokens of one key. Nobody
    is joined to anybody here, and no pair ever stops a report.

    Returns:
        How many pairs are new.

    """
    open_now = Report.objects.filter(status__in=[Report.Status.NEW, Report.Status.ACCEPTED])
    named = list(
        open_now.filter(identity__isnull=False, identity__destroyed_at=None)
        .select_related("identity")
        .order_by("pk")
    )
    with _lock:
        found = _kept(
            _pairs(_BY_NAME, named, lambda some: named_frame(some, actor=actor)), private=False
        )
        for key in (
            open_now.exclude(tokens=None).values_list("tokens__key_id", flat=True).distinct()
        ):
            of_key = list(
                open_now.filter(tokens__key_id=key).select_related("tokens").order_by("pk")
            )
            found += _kept(_pairs(f"tokens:{key}", of_key, token_frame), private=True)
    with transaction.atomic():
        record("duplicates.sought", actor=actor, subject="register:reports", detail={"new": found})
    return found


def forget_registers() -> None:
    """Forget what earlier looks learned; the next one links all reports anew."""
    with _lock:
        _held.clear()


def _pairs(
    kind: str, reports: list[Report], frame: Callable[[Iterable[Report]], pl.DataFrame]
) -> Pairs:
    ids = {str(report.pk) for report in reports}
    register = _held.get(kind)
    new = [report for report in reports if register is None or str(report.pk) not in register]
    if len(reports) < 2:
        _held.pop(kind, None)
        return []
    if register is None or len(new) > (1 - _KNOWN_SHARE) * len(reports):
        return _linked(kind, frame(reports), private=kind != _BY_NAME)
    found: Pairs = []
    for report in new:
        row = frame([report])
        likely = register.find_candidates(row).filter(pl.col("match_probability") >= LOWEST)
        found += [
            (str(report.pk), other, chance)
            for other, chance in likely.select("notification_id", "match_probability").iter_rows()
            if other in ids
        ]
        register.add(row)
    return found


def _linked(kind: str, frame: pl.DataFrame, *, private: bool) -> Pairs:
    # Linking loads more than all the rest of the service: a server that starts anew does without.
    from slachtoffermonitor.link import Register, link_reports  # noqa: PLC0415

    linkage = link_reports(frame, private=private)
    _held[kind] = Register.of(frame, linkage)
    likely = linkage.pairs.filter(
        (pl.col("right_is") == "report") & (pl.col("match_probability") >= LOWEST)
    )
    return list(likely.select("left", "right", "match_probability").iter_rows())


def _kept(pairs: Pairs, *, private: bool) -> int:
    """Keep the pairs that are new; what was decided about a pair before stays decided."""
    new = 0
    for left, right, chance in pairs:
        first, second = sorted((left, right))
        _, made = MatchCandidate.objects.get_or_create(
            report_id=UUID(first),
            other_id=UUID(second),
            defaults={"probability": chance, "private": private},
        )
        new += made
    return new
