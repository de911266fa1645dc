"""The share to whom it happens: three methods for three questions, each labelled.

The same register gives 45% or 50% within five years, depending on what is asked. A figure without
its question is therefore never given: every result carries the question that it answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy.typing as npt
import polars as pl

from slachtoffermonitor.follow._wording import question
from slachtoffermonitor.follow.cohort.choosing import each_linkage, grouped, is_histories
from slachtoffermonitor.follow.cohort.definition import EventChoice, choose_event
from slachtoffermonitor.follow.counting.intervals import Interval
from slachtoffermonitor.follow.histories import Histories
from slachtoffermonitor.follow.pooling import pool_curves
from slachtoffermonitor.follow.repeating.by_method import curve_of_persons, curves_of_arrays
from slachtoffermonitor.follow.repeating.result import (
    METHODS,
    CumulativeIncidence,
    IncidenceMethod,
)
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["cumulative_incidence"]


def cumulative_incidence(
    histories: Histories | Sequence[Histories] | npt.ArrayLike | None = None,
    exit: npt.ArrayLike | None = None,  # noqa: A002 (the word of the field)
    event: str | Sequence[str] | EventChoice | npt.ArrayLike = "SLACHTOFFER",
    *,
    by: str | Sequence[str] | npt.ArrayLike | None = None,
    method: IncidenceMethod = "aalen-johansen",
    entry: npt.ArrayLike | None = None,
    followed_until: npt.ArrayLike | None = None,
    interval: Interval = "log-log",
    level: float = 0.95,
) -> CumulativeIncidence:
    """To which share does it happen, day by day since the index day?

    The three methods answer three questions; a figure by one cannot be compared with a figure by
    another. `aalen-johansen`: who died or emigrated stays in the denominator. `kaplan-meier`: as
    if nobody had died or emigrated. `fixed`: of those who lived in the country all the time.

    Args:
        histories: from `histories`; a sequence of them (one per imputed linkage) is pooled. Or
            the array of entry days, None when all enter at the start.
        exit: with plain arrays: the last day of each person's follow-up, or the day of the event.
        event: which event counts: a role, a kind, several kinds, ROLE:KIND, or `any` (again a
            victim of any crime). With plain arrays: 0 nothing, 1 the event, 2, 3, … others.
        by: a column (or columns) of the persons to group by; with plain arrays the labels.
        method: the question.
        entry: the array of entry days, as a keyword.
        followed_until: plain arrays and `fixed`: the last day on which each person's event could
            have been seen. Without it the curve ends where the first person was lost.
        interval: `log-log` (default), `log` or `plain`; the fixed cohort has exact limits.
        level: of the interval.

    Returns:
        CumulativeIncidence, with one curve for everybody and one for each group.

    Raises:
        InputError: nobody can be followed, no such event, group or method, or arrays that differ
            in length.

    Source:
        Aalen & Johansen (1978); Kaplan & Meier (1958); Anderson, Cain & Gelber (1983) for the
        landmark; Rubin (1987) for pooling.

    Checked against:
        R survival 3.5-3: tests/reference/follow/km_colon.json and competing_mgus2.json.

    >>> cumulative_incidence(None, [2, 3, 5], [1, 2, 1]).curve().at(4).estimate.__round__(3)
    0.333

    """
    if method not in METHODS:
        raise InputError(
            Problem(what="no such method", found=str(method), allowed=", ".join(METHODS))
        )
    if not is_histories(histories):
        given = entry if entry is not None else histories
        curves, names = curves_of_arrays(
            (given, exit, event, followed_until), by, method, interval=interval, level=level
        )
        return CumulativeIncidence(
            method=method,
            question=question(method, "SLACHTOFFER"),
            curves=curves,
            event=EventChoice(),
            by=names,
            definition=None,
            account={},
            level=level,
        )
    found = [
        _of_histories(one, choose_event(event), by, method, interval=interval, level=level)
        for one in each_linkage(histories)
    ]
    return found[0] if len(found) == 1 else _pooled(found)


def _pooled(found: Sequence[CumulativeIncidence]) -> CumulativeIncidence:
    """Pool what each linkage gives; a group that some linkage lacks cannot be pooled."""
    shared = [name for name in found[0].curves if all(name in one.curves for one in found)]
    return replace(
        found[0],
        curves={name: pool_curves([one.curves[name] for one in found]) for name in shared},
        linkages=len(found),
        account={
            name: round(sum(one.account[name] for one in found) / len(found))
            for name in found[0].account
        },
    )


def _of_histories(
    followed: Histories,
    choice: EventChoice,
    by: object,
    method: IncidenceMethod,
    *,
    interval: Interval,
    level: float,
) -> CumulativeIncidence:
    if followed.persons.is_empty():
        raise InputError(
            Problem(
                what="nobody can be followed",
                found=", ".join(f"{name} {n}" for name, n in followed.account.items() if n),
                allowed="persons present in the population register after the clearing period",
            )
        )
    theirs = followed.events.filter(choice.counts())
    first = (
        theirs.filter(pl.col("place") == "COUNTED")
        .group_by("person")
        .agg(pl.col("event_day").min())
    )
    parts, names = grouped(followed.persons.join(first, on="person", how="left"), by)
    places = dict(theirs.group_by("place").len().iter_rows())
    competing = followed.definition.competing
    return CumulativeIncidence(
        method=method,
        question=question(method, choice.role),
        curves={
            label: curve_of_persons(frame, method, competing, interval=interval, level=level)
            for label, frame in parts.items()
        },
        event=choice,
        by=names,
        definition=followed.definition,
        account={
            **followed.account,
            "events_before_index": places.get("BEFORE_INDEX", 0),
            "events_cleared": places.get("CLEARED", 0),
            "events_after_exit": places.get("AFTER_EXIT", 0),
            "events_counted": places.get("COUNTED", 0),
        },
        level=level,
    )
