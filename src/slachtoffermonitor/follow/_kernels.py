"""Counting over whole days: the arithmetic under every curve, on plain arrays.

A person is at risk on day t when entry < t <= exit. One pass of `bincount` per quantity turns
persons into days; what follows costs as many steps as there are days, not persons.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, ndtri

__all__ = [
    "Days",
    "DaysAtRisk",
    "Interval",
    "Values",
    "binomial_interval",
    "count_days",
    "count_interval",
    "incidence",
    "mean_count",
    "share_interval",
    "survival",
]

Interval = Literal["log-log", "log", "plain"]
Days = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]
Counted = TypeVar("Counted", np.int64, np.float64)

_ROUNDING = 1e-12  # one minus a sum of shares misses 0 and 1 by this much at most


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
        at_risk=_before(entries) - _before(exits),
        exits=exits,
        events=by_cause[1:],
    )


def survival(table: DaysAtRisk) -> tuple[Values, Values]:
    """Give the product-limit survival per day and its Greenwood standard error."""
    events = table.events.sum(axis=0)
    estimate: Values = np.cumprod(1.0 - _ratio(events, table.at_risk), dtype=np.float64)
    greenwood = np.cumsum(_greenwood(events, table.at_risk))
    error: Values = estimate * np.sqrt(greenwood)
    return estimate, error


def incidence(table: DaysAtRisk, cause: int) -> tuple[Values, Values]:
    """Give the Aalen-Johansen incidence of one cause per day and its standard error.

    When all enter together the variance is the infinitesimal jackknife, whose terms on different
    days are orthogonal; with late entry it is Greenwood's sum. Both are a sum over days s <= t of

        S(s-)² p(1 - p) / Y  -  2 (P(t) - P(s)) S(s-) p / Y  +  (P(t) - P(s))² d / (Y (Y - d))

    with p the hazard of the cause, d the events of all causes, Y at risk and P the incidence.
    """
    everyone = table.events.sum(axis=0)
    before = np.concatenate(([1.0], np.cumprod(1.0 - _ratio(everyone, table.at_risk))[:-1]))
    hazard = _ratio(table.events[cause - 1], table.at_risk)
    estimate = np.cumsum(before * hazard)
    own = _ratio(before * before * hazard * (1.0 - hazard), table.at_risk)
    cross = _ratio(before * hazard, table.at_risk)
    greenwood = _greenwood(everyone, table.at_risk)
    variance = (
        np.cumsum(own)
        - 2.0 * (estimate * np.cumsum(cross) - np.cumsum(cross * estimate))
        + estimate**2 * np.cumsum(greenwood)
        - 2.0 * estimate * np.cumsum(greenwood * estimate)
        + np.cumsum(greenwood * estimate**2)
    )
    return estimate, np.sqrt(np.maximum(variance, 0.0))


def mean_count(
    table: DaysAtRisk, entry: Days, exit_: Days, person: Days, event_day: Days
) -> tuple[Values, Values, Days]:
    """Give the mean cumulative count per day, its robust standard error, and events per day.

    The variance is the sum over persons of D², where D grows on every day at risk by the
    person's own events / Y less what was expected of anybody, events / Y². It is followed day
    by day through sums that `bincount` gives, never through a persons × days table.
    """
    length = table.at_risk.size
    start, end = entry - table.first, exit_ - table.first
    at_risk = table.at_risk
    order = np.lexsort((event_day, person))
    who, when = person[order], event_day[order] - table.first
    events = np.bincount(when, minlength=length)
    estimate = np.cumsum(_ratio(events, at_risk))
    expected = _ratio(_ratio(events, at_risk), at_risk)
    reached = np.cumsum(expected)
    reached_before = np.concatenate(([0.0], reached[:-1]))

    opening = np.flatnonzero(_changes(who, when))
    who, when = who[opening], when[opening]
    own: Values = np.diff(np.append(opening, order.size)) / at_risk[when]
    own_before = _running_before(who, own)
    since = own_before - (reached_before[when] - reached[start[who]])

    def by_day(day: Days, weight: Values) -> Values:
        return np.bincount(day, weights=weight, minlength=length).astype(np.float64, copy=False)

    gathered: Values = np.zeros(start.size)
    np.add.at(gathered, who, own)
    still_there = _before(by_day(when, own)) - _before(by_day(end, gathered))
    from_entry = _before(by_day(start, reached[start])) - _before(by_day(end, reached[start]))
    others = still_there - (at_risk * reached_before - from_entry)
    growth = (
        by_day(when, 2.0 * since * own + own * own)
        - 2.0 * expected * (others + by_day(when, own))
        + at_risk * expected**2
    )
    return estimate, np.sqrt(np.maximum(np.cumsum(growth), 0.0)), events


def _before(per_day: npt.NDArray[Counted]) -> npt.NDArray[Counted]:
    """Sum everything that came on earlier days."""
    total = np.cumsum(per_day)
    return np.concatenate((np.zeros(1, dtype=total.dtype), total[:-1]))


def _ratio(top: Days | Values, below: Days) -> Values:
    return np.divide(top, below, out=np.zeros(top.shape, dtype=np.float64), where=below > 0)


def _greenwood(events: Days, at_risk: Days) -> Values:
    """Give d / (Y (Y - d)); where all at risk met the event, nothing after depends on it: 0."""
    return _ratio(events, at_risk * (at_risk - events))


def _changes(who: Days, when: Days) -> npt.NDArray[np.bool_]:
    """Mark the first of each run of events of one person on one day."""
    changed = np.ones(who.size, dtype=np.bool_)
    changed[1:] = (who[1:] != who[:-1]) | (when[1:] != when[:-1])
    return changed


def _running_before(who: Days, weight: Values) -> Values:
    """Sum the earlier weights of the same person; `who` is sorted."""
    total = np.cumsum(weight) - weight
    first = np.ones(who.size, dtype=np.bool_)
    first[1:] = who[1:] != who[:-1]
    run = np.cumsum(first) - 1
    return total - total[np.flatnonzero(first)][run] if who.size else total


def share_interval(
    share: Values, error: Values, at_risk: Days, *, interval: Interval, level: float
) -> tuple[Values, Values]:
    """Give the limits of shares between 0 and 1.

    `log-log` works on log(-log(share)). Where nothing has happened yet the share is 1 and its
    standard error 0; the exact binomial limit for the persons at risk stands there instead of
    a false certainty. `log` and `plain` are given as other software gives them.
    """
    z = ndtri(0.5 + level / 2)
    share = np.where(share < _ROUNDING, 0.0, np.where(share > 1.0 - _ROUNDING, 1.0, share))
    with np.errstate(divide="ignore", invalid="ignore"):
        if interval == "plain":
            low, high = share - z * error, share + z * error
        elif interval == "log":
            low, high = share * np.exp(-z * error / share), share * np.exp(z * error / share)
        else:
            width = z * error / (share * np.log(share))
            low, high = share ** np.exp(-width), share ** np.exp(width)
    low, high = np.where(share <= 0.0, 0.0, low), np.where(share <= 0.0, 0.0, high)
    low, high = np.where(share >= 1.0, 1.0, low), np.where(share >= 1.0, 1.0, high)
    if interval == "log-log":
        room = ((1.0 - level) / 2) ** (1.0 / np.maximum(at_risk, 1))
        low, high = np.where(share >= 1.0, room, low), np.where(share <= 0.0, 1.0 - room, high)
    return np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)


def count_interval(mean: Values, error: Values, *, level: float) -> tuple[Values, Values]:
    """Give the limits of a mean count on the log scale; a mean of 0 has the limits 0 and 0."""
    z = ndtri(0.5 + level / 2)
    width = np.divide(z * error, mean, out=np.zeros_like(mean), where=mean > 0)
    return mean * np.exp(-width), mean * np.exp(width)


def binomial_interval(part: int, whole: int, *, level: float) -> tuple[float, float]:
    """Give the exact (Clopper-Pearson) limits of a share; no limits are known of 0 persons."""
    tail = (1.0 - level) / 2
    low = float(betaincinv(part, whole - part + 1, tail)) if part > 0 else 0.0
    high = float(betaincinv(part + 1, whole - part, 1.0 - tail)) if part < whole else 1.0
    return low, high
