"""What a curve is: a step function over whole days that carries its own definition."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from slachtoffermonitor.follow._kernels import Days, Interval, Values

__all__ = ["Curve", "CurveDefinition", "CurveValue"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveDefinition:
    """What a curve is: its method, what it measures, how its limits were made, of how many."""

    method: Literal["kaplan-meier", "aalen-johansen", "mean-cumulative-count"]
    measures: Literal["share without event", "share with event", "events per person"]
    interval: Interval
    level: float
    persons: int
    cause: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveValue:
    """A curve at one day. All values are nan after the last day on which anybody was seen."""

    day: int
    estimate: float
    standard_error: float
    low: float
    high: float
    at_risk: int
    events: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """A step function over whole days; it is constant from one `day` to the next.

    Arrays have one value for each day on which somebody left or met the event. `at_risk` is just
    before that day's events, `events` counts up to and including that day. `last_day` is the last
    day that the data speak of; None when nobody was left to be followed, so that it stays as it is.
    """

    day: Days
    estimate: Values
    standard_error: Values
    low: Values
    high: Values
    at_risk: Days
    events: Days
    last_day: int | None
    definition: CurveDefinition

    def at(self, day: int) -> CurveValue:
        """Give the curve on a day; nan when the data end before it."""
        index = int(np.searchsorted(self.day, day, side="right")) - 1
        next_one = int(np.searchsorted(self.day, day, side="left"))
        known = self.last_day is None or day <= self.last_day
        before = self.definition.measures == "share without event"

        def value(values: Values, start: float) -> float:
            if not known:
                return float("nan")
            return float(values[index]) if index >= 0 else start

        nothing_yet = 1.0 if before else 0.0
        return CurveValue(
            day=day,
            estimate=value(self.estimate, nothing_yet),
            standard_error=value(self.standard_error, 0.0),
            low=value(self.low, nothing_yet),
            high=value(self.high, nothing_yet),
            at_risk=int(self.at_risk[next_one]) if next_one < self.day.size else 0,
            events=int(self.events[index]) if index >= 0 else 0,
        )

    def complement(self) -> Curve:
        """Give the share with the event for a curve of the share without it."""
        if self.definition.measures != "share without event":
            return self
        return replace(
            self,
            estimate=1.0 - self.estimate,
            low=1.0 - self.high,
            high=1.0 - self.low,
            definition=replace(self.definition, measures="share with event"),
        )

    def first_day_reaching(self, share: float) -> int | None:
        """Give the first day on which the share with the event reaches `share`; None if never."""
        lived = self.definition.measures == "share without event"
        reached = 1.0 - self.estimate if lived else self.estimate
        return self._first(reached, share)

    def limits_of_day_reaching(self, share: float) -> tuple[int | None, int | None]:
        """Give the limits of `first_day_reaching`, by inverting those of the curve.

        An upper limit of None says that the data cannot exclude that the share is never reached.

        Source: Brookmeyer & Crowley (1982), Biometrics 38(1).
        """
        lived = self.definition.measures == "share without event"
        most, least = (1.0 - self.low, 1.0 - self.high) if lived else (self.high, self.low)
        return self._first(most, share), self._first(least, share)

    def _first(self, reached: Values, share: float) -> int | None:
        found = np.flatnonzero(reached >= share - 1e-12)
        return int(self.day[found[0]]) if found.size else None
