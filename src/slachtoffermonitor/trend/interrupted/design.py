"""The terms of an interrupted series: trend, season, and what changes at the event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.trend._counts import evenly_spaced, periods_per_year
from slachtoffermonitor.vocabulary import code_list

__all__ = ["Impact", "Timeline", "day_of_event", "known_events", "timeline_of"]

Floats = NDArray[np.float64]
Impact = Literal["level", "level and slope"]

LEAST_POINTS = 8  # a side; with fewer the trend and the event cannot be told apart


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Timeline:
    """The periods of a series around an event.

    `design` has a row for every period kept, with the event; `without` is the same had the event
    not been. `step` is the place of the term that changes at the event; `after` marks the periods
    after it.
    """

    at: date
    periods: pl.Series
    after: NDArray[np.bool_]
    left_out: tuple[date, ...]
    design: Floats
    without: Floats
    step: int
    per_year: float


def day_of_event(at: date | str) -> tuple[date, str | None]:
    """Give the day, and the code when it was named by one of the list of dated events.

    Raises:
        InputError: no such event.

    """
    if isinstance(at, date):
        return at, None
    found = code_list("shocks")[at].valid_from
    if found is None:
        raise InputError(Problem(what="the event has no day", found=at))
    return found, at


def known_events(first: date, last: date, but: str | None) -> tuple[str, ...]:
    """Give the dated events that fall in the series too, and may have changed it."""
    listed = code_list("shocks")
    return tuple(
        code
        for code in listed
        if code != but and (day := listed[code].valid_from) is not None and first < day <= last
    )


def timeline_of(
    periods: pl.Series, at: date, *, impact: Impact, harmonics: int, transition: int
) -> Timeline:
    """Lay out the terms of the series.

    A period in which the event falls, but not on its first day, belongs to neither side and is
    left out, as are the `transition` periods after it.

    Raises:
        InputError: the periods are not evenly spaced, or one side has fewer than eight.

    """
    days = periods.unique().sort()
    per_year = periods_per_year(evenly_spaced(days))
    starts = days.to_list()
    first_after = next((n for n, day in enumerate(starts) if day >= at), len(starts))
    inside = first_after > 0 and first_after < len(starts) and starts[first_after] != at
    left_out = list(range(first_after - 1, first_after)) if inside else []
    left_out += range(first_after, min(first_after + transition, len(starts)))
    kept = np.array([n for n in range(len(starts)) if n not in left_out])
    after = kept >= first_after
    points = int((~after).sum()), int(after.sum())
    if min(points) < LEAST_POINTS:
        raise InputError(
            Problem(
                what="too few periods on one side of the event to tell it from the trend",
                found=f"{points[0]} before and {points[1]} after {at}",
                allowed=f"{LEAST_POINTS} or more on each side",
            )
        )
    since = (kept - first_after) / per_year
    columns = [np.ones(len(kept)), since]
    for wave in range(1, harmonics + 1):
        angle = 2 * np.pi * wave * kept / per_year
        columns += [np.sin(angle), np.cos(angle)]
    step = len(columns)
    columns.append(after.astype(float))
    if impact == "level and slope":
        columns.append(np.where(after, since, 0.0))
    design = np.column_stack(columns)
    without = design.copy()
    without[:, step:] = 0.0
    return Timeline(
        at=at,
        periods=days[kept.tolist()],
        after=after,
        left_out=tuple(starts[n] for n in left_out),
        design=design,
        without=without,
        step=step,
        per_year=per_year,
    )
