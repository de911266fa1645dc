"""Sensitivity to the assumption that no table can test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slachtoffermonitor.estimate.result import PopulationEstimate
from slachtoffermonitor.estimate.verdict import STEADY
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["SensitivityCurve", "SensitivityPoint", "sensitivity_curve"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivityPoint:
    """The estimate and its 95% limits if the highest-order interaction were ξ."""

    xi: float
    estimate: float
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivityCurve:
    """How the estimate moves with a dependence that all lists share.

    Attributes:
        observed: persons seen.
        hidden: persons unseen if the assumption holds, that is at ξ = 1.
        points: the curve, ξ rising.

    """

    observed: int
    hidden: float
    points: tuple[SensitivityPoint, ...]

    def at(self, xi: float) -> float:
        """Give the estimate at one ξ: observed + hidden × ξ.

        Raises:
            InputError: ξ is not above zero.

        """
        _require_positive(xi)
        return self.observed + self.hidden * xi

    def xi_for(self, times: float) -> float | None:
        """Which ξ makes the estimate this many times as large; None when no ξ can."""
        hidden = times * (self.observed + self.hidden) - self.observed
        return hidden / self.hidden if hidden > 0 and self.hidden > 0 else None

    @property
    def tolerated(self) -> tuple[float | None, float | None]:
        """The ξ below and above 1 at which the estimate has moved by the factor of the rule."""
        return self.xi_for(1.0 / STEADY), self.xi_for(STEADY)


def sensitivity_curve(
    estimate: PopulationEstimate, *, strongest: float = 4.0, points: int = 41
) -> SensitivityCurve:
    """What if the lists do depend on each other in a way that involves all of them?

    The estimate presumes that they do not (no highest-order interaction). That cannot be checked:
    it is about the persons whom nobody saw. With μ_ω the mean number of persons with capture
    history ω and t lists, let

        log ξ = Σ_ω (−1)^|ω| log μ_ω,

    the sum over all 2^t histories: the highest-order interaction of the log-linear model, with
    the sign that puts the hidden cell above the line. For two lists ξ is their odds ratio; for
    three it is the odds ratio of two lists among persons not on the third ÷ that among persons on
    it. Holding the fitted means of the histories that can be seen, hidden(ξ) = hidden × ξ. ξ = 1 is
    the estimate itself; ξ = 2: twice as many are hidden as the lists suggest.

    The curve has no best point. Compare its range with the values that were true where one list
    was hidden on purpose (`hide_each_list`, `HiddenList.factor`), which are all that the table has
    to say about it.

    Args:
        estimate: the estimate at ξ = 1. Where the chosen model puts cells at zero ξ is a limit,
            and keeps its meaning as a factor on the hidden number only.
        strongest: the curve runs from 1/strongest to strongest, evenly spaced in log ξ.
        points: number of points; made odd, so that ξ = 1 is one of them.

    Raises:
        InputError: `strongest` is not above 1, or fewer than 3 points.

    Source: Aleshin-Guendel, Sadinle & Wakefield (2024), Biometrics, "The central role of the
    identifying assumption in population size estimation" (no-highest-order-interaction
    assumption and sensitivity analysis around it).

    """
    if not strongest > 1.0 or not np.isfinite(strongest) or points < 3:
        raise InputError(
            Problem(
                what="the sensitivity curve has no range",
                found=f"up to {strongest}, {points} points",
                allowed="a factor above 1, and 3 points or more",
            )
        )
    half = points // 2
    grid = [float(strongest ** (step / half)) for step in range(-half, half + 1)]
    low, high = (limit - estimate.observed for limit in estimate.intervals["95"])
    return SensitivityCurve(
        observed=estimate.observed,
        hidden=estimate.hidden,
        points=tuple(
            SensitivityPoint(
                xi=xi,
                estimate=estimate.observed + estimate.hidden * xi,
                interval=(estimate.observed + low * xi, estimate.observed + high * xi),
            )
            for xi in grid
        ),
    )


def _require_positive(xi: float) -> None:
    if not (xi > 0 and np.isfinite(xi)):
        raise InputError(
            Problem(what="the interaction is no odds ratio", found=str(xi), allowed="above 0")
        )
