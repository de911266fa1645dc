"""Intervals for a population size: logarithmic for a hidden number, and by profile likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import digamma, gammaln

from slachtoffermonitor.estimate.closed._newton import Groups, maximise
from slachtoffermonitor.estimate.closed._poisson import PoissonFit

__all__ = ["SizeEstimate", "log_normal_interval", "profile_interval"]

_NORMAL_95 = 1.959963984540054
_CUT = _NORMAL_95**2 / 2.0
_FURTHEST = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeEstimate:
    """An estimated population size: persons seen and hidden together.

    Attributes:
        abundance: persons.
        standard_error: of `abundance`, in persons.
        interval: 95%, never below the persons seen; None when nobody is estimated to be hidden,
            because the method cannot give one there.

    """

    abundance: float
    standard_error: float
    interval: tuple[float, float] | None


def log_normal_interval(
    seen: float, hidden: float, standard_error: float
) -> tuple[float, float] | None:
    """Between which sizes does the population lie, when the log of the hidden number is normal?

    Source: Chao (1987), Biometrics 43(4).
    """
    if not hidden > 0:
        return None
    spread = exp(_NORMAL_95 * sqrt(log(1.0 + (standard_error / hidden) ** 2)))
    return seen + hidden / spread, seen + hidden * spread


def profile_interval(fit: PoissonFit) -> tuple[float, float]:
    """Between which sizes does the population lie, by the multinomial profile likelihood?

    For each hidden number the model is fitted again to the whole table, hidden cell included; the
    interval holds the sizes whose log-likelihood is within 1.92 of the best. It is not symmetric
    and can have no upper end (infinite) when the lists hardly overlap. Columns that were removed
    from a model stay removed.

    Source: Cormack (1992), Biometrics 48(2).
    Checked against: Rcapture 1.4-4, `closedpCI.t` for Mt. That takes Stirling's formula for the
    factorials of the population and of the hidden number, this the factorials themselves: the
    limits differ by about one part in 10,000 when 20 persons are hidden, less when more are.

    """
    profile = _Profile(fit)
    top = max(fit.hidden(), 1e-3)
    floor = 1e-6
    if profile.slope(floor) <= 0:
        best = floor
    elif profile.slope(top) >= 0:  # so flat that only rounding is left
        best = top
    else:
        best = float(brentq(profile.slope, floor, top))
    limit = profile.value(best) - _CUT

    def above(log_hidden: float) -> float:
        return profile.value(exp(log_hidden)) - limit

    low = log(floor)
    lower = exp(float(brentq(above, low, log(best)))) if above(low) < 0 else 0.0
    reach = max(best, 0.5)
    while above(log(reach)) > 0 and reach < _FURTHEST * max(best, 1.0):
        reach *= 2.0
    upper = (
        float("inf") if above(log(reach)) > 0 else exp(float(brentq(above, log(best), log(reach))))
    )
    return profile.seen + lower, profile.seen + upper


class _Profile:
    """The log-likelihood of a multinomial table as a function of its hidden cell."""

    def __init__(self, fit: PoissonFit) -> None:
        inner = fit.reduced()
        self.seen = float(inner.counts.sum())
        self._design = np.vstack([inner.design, fit.hidden_row()])
        self._counts = inner.counts
        self._log_size = np.append(inner.log_size, 0.0)
        self._start: NDArray[np.float64] = fit.solution

    def value(self, hidden: float) -> float:
        """Give the log-likelihood at its maximum over the capture probabilities."""
        total = self.seen + hidden
        predictor = self._predictor(hidden)
        shares = self._counts @ predictor[:-1] + hidden * predictor[-1] - total * log(total)
        return float(gammaln(total + 1.0) - gammaln(hidden + 1.0) + shares)

    def slope(self, hidden: float) -> float:
        """Give the derivative of `value`: at a maximum over the rest, only the direct part."""
        total = self.seen + hidden
        share = float(self._predictor(hidden)[-1]) - log(total)
        return float(digamma(total + 1.0) - digamma(hidden + 1.0)) + share

    def _predictor(self, hidden: float) -> NDArray[np.float64]:
        counts = np.append(self._counts, hidden)
        groups = Groups(design=self._design, counts=counts, log_size=self._log_size)
        self._start = maximise(groups, self._start)
        return self._design @ self._start
