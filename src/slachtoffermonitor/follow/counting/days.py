"""From persons to days: how many are at risk, leave, and meet each cause, on every day.

A person is at risk on day t when entry < t <= exit. One pass of `bincount` per quantity turns
persons into days; what follows costs as many steps as there are days, not persons.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

__all__ = [
    "Days",
    "DaysAtRisk",
    "Values",
    "count_days",
    "earlier_days",
    "greenwood_terms",
    "ratio",
    "running_before",
    "weigh",
]

Days = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]
Counted = TypeVar("Counted", np.int64, np.float64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DaysAtRisk:
    """Per day from `first` on: how many were at risk, left, and met each cause (cause × day)."""

    first: int
    at_risk: Days
    exits: Days
    events: Days


def count_days(entry: Days, exit_: Days, cause: Days, causes: int) -> DaysAtRisk:
    """Count per day who was at risk, who left, and who met cause 1, 2, … `causes`."""
    first = int(entry.min())
    length = int(exit_.max()) - first + 1
    # One pass for all: every day has a cell for each cause, and one for leaving without any.
    cells = np.bincount((exit_ - first) * (causes + 1) + cause, minlength=length * (causes + 1))
    by_cause = np.ascontiguousarray(cells.reshape(length, causes + 1).T)
    exits = by_cause.sum(axis=0)
    entries: Days = np.zeros(length, dtype=np.int64)
    if (entry == first).all():
        entries[0] = entry.size
    else:
        entries = np.bincount(entry - first, minlength=length)
    return DaysAtRisk(
        first=first,
        at_risk=earlier_days(entries) - earlier_days(exits),
        exits=exits,
        events=by_cause[1:],
    )


def earlier_days(per_day: npt.NDArray[Counted]) -> npt.NDArray[Counted]:
    """Sum everything that came on earlier days."""
    total = np.cumsum(per_day)
    return np.concatenate((np.zeros(1, dtype=total.dtype), total[:-1]))


def ratio(top: Days | Values, below: Days | Values) -> Values:
    """Divide; 0 where there is nothing to divide by."""
    return np.divide(top, below, out=np.zeros(top.shape, dtype=np.float64), where=below > 0)


def greenwood_terms(events: Days, at_risk: Days) -> Values:
    """Give d / (Y (Y - d)); where all at risk met the event, nothing after depends on it: 0."""
    return ratio(events, at_risk * (at_risk - events))


def weigh(day: Days, weight: Values, length: int) -> Values:
    """Sum weights per day."""
    return np.bincount(day, weights=weight, minlength=length).astype(np.float64, copy=False)


def running_before(who: Days, weight: Values) -> Values:
    """Sum the earlier weights of the same person; `who` is sorted."""
    if not who.size:
        return weight
    total = np.cumsum(weight) - weight
    first = np.ones(who.size, dtype=np.bool_)
    first[1:] = who[1:] != who[:-1]
    run = np.cumsum(first) - 1
    before: Values = total - total[np.flatnonzero(first)][run]
    return before
