"""Counting events that come back: mean counts whose variance follows each person through time.

A person's influence on a mean count is a process: it jumps on the days on which something
happens to the person and drifts down on every day at risk by what was expected of anybody. The
variance is the sum over persons of its square. It is followed day by day through sums that
`bincount` gives, never through a table of persons × days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slachtoffermonitor.follow.counting.days import (
    Days,
    Values,
    earlier_days,
    ratio,
    running_before,
    weigh,
)

__all__ = ["Happenings", "Spells", "mean_count", "spell_of"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spells:
    """Stretches at risk, sorted by person and entry: the person (0, 1, …), entry < exit."""

    person: Days
    entry: Days
    exit: Days

    @property
    def first(self) -> int:
        """The day before the first day at risk."""
        return int(self.entry.min())

    @property
    def length(self) -> int:
        """How many days there are to count, the first one included."""
        return int(self.exit.max()) - self.first + 1

    def at_risk(self) -> Days:
        """Count per day who is at risk."""
        starts = np.bincount(self.entry - self.first, minlength=self.length)
        ends = np.bincount(self.exit - self.first, minlength=self.length)
        return earlier_days(starts) - earlier_days(ends)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Happenings:
    """What happens in a spell on a day, sorted by spell and day, one row each."""

    spell: Days
    day: Days
    number: Values


def spell_of(spells: Spells, person: Days, day: Days) -> Days:
    """Give the spell in which each person's day lies; -1 where it lies in none."""
    wide = spells.length + 2
    starts = spells.person * wide + (spells.entry - spells.first)
    inside = np.clip(day - spells.first, -1, wide - 1)
    found = np.searchsorted(starts, person * wide + inside, side="left") - 1
    safe = np.maximum(found, 0)
    fits = (found >= 0) & (spells.person[safe] == person) & (day <= spells.exit[safe])
    fits &= day > spells.entry[safe]
    return np.where(fits, found, -1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Process:
    """One value per spell and day: jumps at happenings, less a drift on every day at risk."""

    at: Happenings
    size: Values  # of each jump
    drift: Values  # per day

    def opening(self, spells: Spells, start: Days, end: Days) -> Values:
        """Give the value with which each spell begins: what the person carried into it."""
        gained = weigh(self.at.spell, self.size, start.size)
        lost = np.cumsum(self.drift)
        return running_before(spells.person, gained - (lost[end] - lost[start]))

    def before(self, spell: Days, day: Days, opening: Values, start: Days) -> Values:
        """Give the value just before a day, for spells that are at risk on it."""
        lost = np.concatenate(([0.0], np.cumsum(self.drift)))  # at day: all before the day
        wide = self.drift.size
        keys = self.at.spell * wide + self.at.day
        total = np.concatenate(([0.0], np.cumsum(self.size)))
        gained = total[np.searchsorted(keys, spell * wide + day)]
        gained -= total[np.searchsorted(keys, spell * wide)]
        value: Values = opening[spell] + gained - (lost[day] - lost[start[spell] + 1])
        return value


def mean_count(
    spells: Spells, events: Happenings, ends: Happenings | None = None
) -> tuple[Values, Values, Days]:
    """Give the mean cumulative count per day, its robust standard error, and events per day.

    With `ends`, the happenings after which nothing can happen any more, the mean is of everybody,
    also of those whose life ended (Ghosh & Lin): the events of a day weigh as much as the share
    that had not ended before it. Without, an end says nothing about what would have come.
    """
    first, length = spells.first, spells.length
    start, end = spells.entry - first, spells.exit - first
    at_risk = spells.at_risk()
    happened = weigh(events.day, events.number, length)
    alive, stops = np.ones(length), np.zeros(length)
    if ends is not None:
        stops = weigh(ends.day, ends.number, length)
        alive = np.concatenate(([1.0], np.cumprod(1.0 - ratio(stops, at_risk))[:-1]))
    step = ratio(alive, at_risk)
    estimate = np.cumsum(step * happened)
    own = _Process(
        at=events, size=events.number * step[events.day], drift=step * ratio(happened, at_risk)
    )
    bounds = (spells, start, end)
    variance = _summed_products(own, own, bounds, at_risk)
    if ends is not None:
        room = np.where(at_risk > stops, at_risk - stops, 0.0)
        leaving = ratio(np.ones(length), room)
        lost = leaving * ratio(stops, at_risk)
        gone = _Process(at=ends, size=ends.number * leaving[ends.day], drift=lost)
        weighted = _Process(at=ends, size=gone.size * estimate[ends.day], drift=lost * estimate)
        # D = own + weighted - estimate × gone; its square is followed term by term.
        ow, og = (_summed_products(own, other, bounds, at_risk) for other in (weighted, gone))
        ww, wg = (_summed_products(weighted, other, bounds, at_risk) for other in (weighted, gone))
        gg = _summed_products(gone, gone, bounds, at_risk)
        variance = variance + 2 * ow + ww - 2 * estimate * (og + wg) + estimate**2 * gg
    return estimate, np.sqrt(np.maximum(variance, 0.0)), happened.astype(np.int64)


def _summed_products(
    left: _Process, right: _Process, bounds: tuple[Spells, Days, Days], at_risk: Days
) -> Values:
    """Give, per day, the sum over persons of the product of two processes."""
    spells, start, end = bounds
    length = at_risk.size
    growth = weigh(*_met(left, right), length) + at_risk * left.drift * right.drift
    for one, other in ((left, right), (right, left)):
        opening = one.opening(spells, start, end)
        growth -= other.drift * weigh(one.at.day, one.size, length)
        seen = one.before(other.at.spell, other.at.day, opening, start)
        growth += weigh(other.at.day, seen * other.size, length)
        growth -= other.drift * _of_all_at_risk(one, opening, (start, end), at_risk)
    total: Values = np.cumsum(growth)
    return total


def _of_all_at_risk(
    process: _Process, opening: Values, bounds: tuple[Days, Days], at_risk: Days
) -> Values:
    """Sum the process over all at risk, just before each day."""
    start, end = bounds
    length = at_risk.size
    lost = np.cumsum(process.drift)
    carried = opening + lost[start]
    gained = weigh(process.at.spell, process.size, start.size)

    def until(day: Days, weight: Values) -> Values:
        return earlier_days(weigh(day, weight, length))

    kept = until(start, carried) - until(end, carried)
    kept += until(process.at.day, process.size) - until(end, gained)
    summed: Values = kept - at_risk * np.concatenate(([0.0], lost[:-1]))
    return summed


def _met(left: _Process, right: _Process) -> tuple[Days, Values]:
    """Give the products of jumps of one spell on one day, with the day."""
    wide = left.drift.size
    keys, others = (one.at.spell * wide + one.at.day for one in (left, right))
    _, here, there = np.intersect1d(keys, others, assume_unique=True, return_indices=True)
    return left.at.day[here], left.size[here] * right.size[there]
