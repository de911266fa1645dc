"""The true shares of repeat victims, under each way of counting, from the hazards themselves.

An event falls on the day after which its time has passed, an exit likewise; an event on the day of
leaving still counts. So everything is a sum over days, and no chance is left in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from slachtoffermonitor.simulate._calibration import Floats

__all__ = ["Estimand", "Lives", "RepeatLaw", "cumulative_hazard", "true_shares"]

Estimand = Literal["aalen-johansen", "kaplan-meier", "fixed"]
ESTIMANDS: tuple[Estimand, ...] = ("aalen-johansen", "kaplan-meier", "fixed")

_DAYS_A_YEAR = 365.25
_PART = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatLaw:
    """The law by which registered residents are harmed again.

    The cumulative hazard at t years since the index day is (t / scale) ** shape, times a factor
    per person and, while waiting for help, times the waiting factor. It was solved so that the
    published shares come out under one way of counting, `estimand`; `shares` holds the true ones
    under each (by estimand and horizon in years).
    """

    estimand: Estimand
    scale: float
    shape: float
    shares: Mapping[tuple[Estimand, float], float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lives:
    """Per person: factor on the hazard, years from index of waiting, and yearly rate of leaving."""

    factor: Floats
    waits_from: Floats
    waits_until: Floats
    leaving: Floats

    def part(self, start: int, stop: int) -> Lives:
        """Give some of the persons."""
        return Lives(
            factor=self.factor[start:stop],
            waits_from=self.waits_from[start:stop],
            waits_until=self.waits_until[start:stop],
            leaving=self.leaving[start:stop],
        )


def cumulative_hazard(
    lives: Lives, years: Floats, law: tuple[float, float], waiting: float
) -> Floats:
    """Give the cumulative hazard of each person at each time (person × time)."""
    scale, shape = law

    def base(time: Floats) -> Floats:
        return np.asarray((time / scale) ** shape, dtype=np.float64)

    grid = years[None, :]
    extra = base(np.minimum(grid, lives.waits_until[:, None]))
    extra -= base(np.minimum(grid, lives.waits_from[:, None]))
    return np.asarray(
        lives.factor[:, None] * (base(grid) + (waiting - 1.0) * extra), dtype=np.float64
    )


def true_shares(
    lives: Lives,
    law: tuple[float, float],
    waiting: float,
    horizons: Sequence[float],
    *,
    step_days: int = 1,
) -> dict[tuple[Estimand, float], float]:
    """Which shares are true under each way of counting?

    aalen-johansen: to whom it happens before they leave. kaplan-meier: what one minus the
    product of the daily risks of those still there comes to. fixed: of those who do not leave
    before the horizon.

    Args:
        lives: the persons.
        law: scale and shape of the hazard.
        waiting: factor on the hazard while waiting.
        horizons: in years.
        step_days: days of one step; more is faster and less exact.

    """
    ends = {horizon: int(horizon * _DAYS_A_YEAR) for horizon in horizons}
    days = np.arange(0, max(ends.values()) + step_days, step_days)
    days = np.unique(np.concatenate([days, list(ends.values())]))
    met, free = np.zeros(days.size - 1), np.zeros(days.size - 1)
    fixed = {horizon: np.zeros(2) for horizon in horizons}
    count = lives.factor.size
    for start in range(0, count, _PART):
        part = lives.part(start, start + _PART)
        survival = np.exp(-cumulative_hazard(part, days / _DAYS_A_YEAR, law, waiting))
        # There on a day: the exit falls on that day or later, so that its time lies after the eve.
        there = np.exp(-part.leaving[:, None] * (days[1:] - 1)[None, :] / _DAYS_A_YEAR)
        met += ((survival[:, :-1] - survival[:, 1:]) * there).sum(axis=0)
        free += (survival[:, :-1] * there).sum(axis=0)
        for horizon, end in ends.items():
            place = int(np.searchsorted(days, end))
            stays = there[:, place - 1]
            fixed[horizon] += ((1.0 - survival[:, place]) @ stays, stays.sum())
    found: dict[tuple[Estimand, float], float] = {}
    for horizon, end in ends.items():
        upto = int(np.searchsorted(days, end))
        found["aalen-johansen", horizon] = float(met[:upto].sum() / count)
        found["kaplan-meier", horizon] = float(1.0 - np.prod(1.0 - met[:upto] / free[:upto]))
        found["fixed", horizon] = float(fixed[horizon][0] / fixed[horizon][1])
    return found
