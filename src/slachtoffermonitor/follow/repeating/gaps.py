"""The time from one event to the next."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from slachtoffermonitor.follow.cohort.choosing import each_linkage
from slachtoffermonitor.follow.cohort.definition import EventChoice, choose_event
from slachtoffermonitor.follow.curves import Curve
from slachtoffermonitor.follow.estimators import aalen_johansen
from slachtoffermonitor.follow.histories import Histories
from slachtoffermonitor.follow.pooling import pool_curves
from slachtoffermonitor.ground import InputError

__all__ = ["gap_times"]


def gap_times(
    histories: Histories | Sequence[Histories],
    *,
    event: str | Sequence[str] | EventChoice = "SLACHTOFFER",
    most: int = 4,
    level: float = 0.95,
) -> dict[int, Curve]:
    """After an event, how soon does the next one come?

    Who reaches a third event is not who reaches a first: shorter gaps later on may only say that
    those hit often are left. Follow-up that is left after a late event is short, so that curves
    of later gaps stop early; they say nothing after their last day.

    Args:
        histories: from `histories`; a sequence of them (one per imputed linkage) is pooled.
        event: which events count, as in `cumulative_incidence`.
        most: up to which gap; 1 is from the landmark to the first event.
        level: of the intervals.

    Returns:
        gap -> the share with the next event, by days since the one before; death and the exits
        that compete stay in the denominator. Two events on one day are one gap of a day at most
        and are counted as one. Gaps that nobody reached are left out.

    Raises:
        InputError: nobody can be followed, or no such event.

    Source:
        Aalen & Johansen (1978); Prentice, Williams & Peterson (1981) for the clock that starts
        anew.

    """
    choice = choose_event(event)
    found: dict[int, list[Curve]] = {}
    linkages = each_linkage(histories)
    for one in linkages:
        for gap, curve in _curves(one, choice, most, level).items():
            found.setdefault(gap, []).append(curve)
    return {gap: pool_curves(one) for gap, one in found.items() if len(one) == len(linkages)}


def _curves(followed: Histories, choice: EventChoice, most: int, level: float) -> dict[int, Curve]:
    if followed.persons.is_empty():
        raise InputError("nobody can be followed")
    competing = list(followed.definition.competing)
    events = (
        followed.events.filter(choice.counts(), pl.col("place") == "COUNTED")
        .select("person", "event_day")
        .unique()
        .sort("person", "event_day")
        .with_columns(number=pl.int_range(1, pl.len() + 1).over("person"))
    )
    started = followed.persons.select("person", event_day="entry_day", number=pl.lit(0))
    gaps = (
        pl.concat([started.cast(events.schema), events])
        .sort("person", "number")
        .with_columns(next=pl.col("event_day").shift(-1).over("person"))
        .join(followed.persons.select("person", "exit_day", "exit_reason"), on="person")
        .with_columns(
            days=pl.coalesce("next", "exit_day") - pl.col("event_day"),
            cause=pl.when(pl.col("next").is_not_null())
            .then(1)
            .when(pl.col("exit_reason").is_in(competing).fill_null(value=False))
            .then(2)
            .otherwise(0),
        )
        .filter(pl.col("days") > 0)
    )
    return {
        gap: aalen_johansen(None, rows["days"], rows["cause"], level=level)[1]
        for gap in range(1, most + 1)
        if (rows := gaps.filter(pl.col("number") == gap - 1)).height
    }
