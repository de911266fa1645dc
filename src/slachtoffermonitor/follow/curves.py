"""What a curve is: a step function over whole days that carries its own definition."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from slachtoffermonitor.follow.counting.days import Days, Values, greenwood_terms
from slachtoffermonitor.follow.counting.intervals import Interval
from slachtoffermonitor.ground import InputError

__all__ = ["Curve", "CurveDefinition", "CurveValue", "Method"]

Method = Literal["kaplan-meier", "aalen-johansen", "fixed", "mean-cumulative-count", "ghosh-lin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveDefinition:
    """What a curve is: its method, what it measures, how its limits were made, of how many.

    `imputations` says over how many linkages it was pooled (1: over none).
    """

    method: Method
    measures: Literal["share without event", "share with event", "events per person"]
    interval: Interval
    level: float
    persons: int
    cause: int = 1
    imputations: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveValue:
    """A curve at one day. All values are nan after the last day on which anybody was seen.

    `linkage` is the share of the variance that comes from doubt about the linkage (0: one linkage
    was taken for certain).
    """

    day: int
    estimate: float
    standard_error: float
    low: float
    high: float
    at_risk: int
    events: int
    linkage: float = 0.0


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
    linkage: Values | None = None

    def at(self, day: int) -> CurveValue:
        """Give the curve on a day; nan when the data end before it."""
        index = int(np.searchsorted(self.day, day, side="right")) - 1
        next_one = int(np.searchsorted(self.day, day, side="left"))
        if self.definition.method == "fixed":
            next_one = index
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
            at_risk=int(self.at_risk[next_one]) if 0 <= next_one < self.day.size else 0,
            events=int(self.events[index]) if index >= 0 else 0,
            linkage=value(self.linkage, 0.0) if self.linkage is not None else 0.0,
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

    def restricted_mean(self, until: float) -> tuple[float, float]:
        """How many days without the event do people have on average, of the first `until` days?

        Returns: the mean and its standard error, in days.
        Raises: InputError for a curve of anything but the Kaplan-Meier share, or when the data
            end before `until`.
        Source: Irwin (1949); Klein & Moeschberger (2003), section 4.5.
        """
        if self.definition.method != "kaplan-meier":
            raise InputError("a restricted mean is taken of a Kaplan-Meier curve")
        if self.last_day is not None and until > self.last_day:
            raise InputError(f"the data end on day {self.last_day}, before day {until:g}")
        lived = self.definition.measures == "share without event"
        share = self.estimate if lived else 1.0 - self.estimate
        inside = self.day < until
        edges = np.concatenate(([0.0], self.day[inside], [until]))
        steps = np.concatenate(([1.0], share[inside])) * np.diff(edges)
        to_come = np.cumsum(steps[::-1])[::-1][1:]
        met = np.diff(self.events, prepend=0)[inside]
        variance = np.sum(to_come**2 * greenwood_terms(met, self.at_risk[inside]))
        return float(steps.sum()), float(np.sqrt(variance))
