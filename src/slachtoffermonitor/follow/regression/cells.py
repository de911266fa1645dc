"""From rows to cells: how many of each covariate pattern are at risk from when to when.

Hazard regression needs sums over everybody at risk on every day on which something happens. Persons
who share their covariates and days are one cell. The sums of one cell start on one event day and
stop on another, so that a difference and a running sum give them on every day at once: the work
is in days × patterns, however many persons there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slachtoffermonitor.follow.counting.days import Days, Values, weigh

__all__ = ["Layer", "RiskCells", "Rows", "event_positions", "make_cells"]

_DENSE = 40_000_000  # cells that a table may have before sorting is the lesser cost


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """Stretches at risk: entry < t <= exit, with what happened on the exit day.

    `event` counts what happened on the day `exit`; a row with entry = exit is at risk on no day
    and says only that something happened once more. `pattern` is a row of `covariates`.
    """

    entry: Days
    exit: Days
    event: Days
    stratum: Days
    pattern: Days
    covariates: Values  # pattern × term


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layer:
    """Cells at risk on the event days from `start` up to `stop`, not included.

    On event day e a cell weighs `weight` × `factor[e]`; no factor: `weight`.
    """

    pattern: Days
    start: Days
    stop: Days
    weight: Values
    factor: Values | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RiskCells:
    """All that a partial likelihood is made of.

    Event days are numbered through all strata. `met` is per cell of an event day and a pattern:
    how many events there were (`met_number`) and of how many persons at risk (`met_persons`): who
    meets two events on a day is at risk once.
    """

    covariates: Values
    layers: tuple[Layer, ...]
    met_day: Days
    met_pattern: Days
    met_number: Values
    met_persons: Values
    events: Days  # per event day
    day: Days  # of each event day
    stratum: Days


def event_positions(rows: Rows) -> tuple[Days, Days, Days, Days, Days]:
    """Number the event days and place every row among them.

    Returns: the day and stratum of each event day; for each row the first event day on which it
        is at risk, the first on which it no longer is, and (for events) that of its own event.
    """
    least = int(min(rows.entry.min(), rows.exit.min()))
    wide = int(max(rows.entry.max(), rows.exit.max())) - least + 1
    strata = int(rows.stratum.max()) + 1
    happened = rows.event > 0
    keys = rows.stratum[happened] * wide + (rows.exit[happened] - least)
    marked = np.bincount(keys, minlength=strata * wide) > 0
    passed = np.cumsum(marked)
    start = passed[rows.stratum * wide + (rows.entry - least)]
    stop = passed[rows.stratum * wide + (rows.exit - least)]
    places = np.flatnonzero(marked)
    return places % wide + least, places // wide, start, stop, stop - 1


def make_cells(rows: Rows) -> RiskCells:
    """Put rows with the same pattern and event days together."""
    day, stratum, start, stop, own = event_positions(rows)
    patterns, days = rows.covariates.shape[0], day.size
    at_risk = stop > start
    layer = _layer(rows.pattern[at_risk], start[at_risk], stop[at_risk], (patterns, days))
    happened = np.flatnonzero(rows.event > 0)
    keys = own[happened] * patterns + rows.pattern[happened]
    number = rows.event[happened].astype(np.float64)
    once = at_risk[happened].astype(np.float64)
    if days * patterns <= _DENSE:
        met = weigh(keys, number, days * patterns)
        cells = np.flatnonzero(met)
        counts = met[cells]
        persons = weigh(keys, once, days * patterns)[cells]
    else:
        cells, inverse = np.unique(keys, return_inverse=True)
        counts = weigh(inverse, number, cells.size)
        persons = weigh(inverse, once, cells.size)
    return RiskCells(
        covariates=rows.covariates,
        layers=(layer,),
        met_day=cells // patterns,
        met_pattern=cells % patterns,
        met_number=counts,
        met_persons=persons,
        events=np.bincount(own[happened], weights=number, minlength=days).astype(np.int64),
        day=day,
        stratum=stratum,
    )


def _layer(pattern: Days, start: Days, stop: Days, shape: tuple[int, int]) -> Layer:
    """Count rows with the same pattern, start and stop."""
    patterns, days = shape
    starts = np.flatnonzero(np.bincount(start, minlength=days + 1))
    place = np.zeros(days + 1, dtype=np.int64)
    place[starts] = np.arange(starts.size)
    keys = (pattern * starts.size + place[start]) * (days + 1) + stop
    if patterns * starts.size * (days + 1) <= _DENSE:
        counted = np.bincount(keys, minlength=1)
        cells = np.flatnonzero(counted)
        weight = counted[cells]
    else:
        cells, weight = np.unique(keys, return_counts=True)
    rest, ends = np.divmod(cells, days + 1)
    return Layer(
        pattern=rest // starts.size,
        start=starts[rest % starts.size],
        stop=ends,
        weight=weight.astype(np.float64),
    )
