"""How much places truly differ, apart from chance: one number with its limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import chi2, gamma

from slachtoffermonitor.trend.places.laws import Law

__all__ = ["Spread", "dispersion_of", "heterogeneity", "spread_of"]

Floats = NDArray[np.float64]

_WINSORISED = 0.1
_FINE = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How much places differ beyond chance.

    `value` is the standard deviation of the true ratios between places (0.3: places differ by
    30% of the average), 0 when chance explains it all. `variance_ratio` is how many times the
    counts vary more than chance. `p_value`: how often places that are all alike differ as much.
    `high_over_low` is the ratio of the place above which one tenth of true ratios lie to that
    below which one tenth lie.
    """

    value: float
    low: float
    high: float
    level: float
    variance_ratio: float
    p_value: float
    high_over_low: float

    @property
    def beyond_chance(self) -> bool:
        """Whether alike places would hardly ever differ as much."""
        return self.p_value < 1 - self.level


def spread_of(law: Law, *, level: float, replicates: int, chance: np.random.Generator) -> Spread:
    """Measure how much places differ beyond chance.

    Source: gamma-Poisson (Clayton & Kaldor, 1987) or beta-binomial likelihood, limits where it
        falls by the quantile of chi-squared; the p-value by drawing the counts anew given their
        total, for places may be too small for any approximation.

    """
    widest = law.widest

    def against(spread: float) -> float:
        return -law.log_likelihood(spread)

    found = minimize_scalar(
        against, bounds=(_FINE, widest), method="bounded", options={"xatol": 1e-8}
    )
    best, top = float(found.x), -float(found.fun)
    if law.log_likelihood(0) >= top - 1e-9:
        best, top = 0.0, law.log_likelihood(0)
    limit = top - float(chi2.ppf(level, 1)) / 2

    def above(spread: float) -> float:
        return law.log_likelihood(spread) - limit

    low = 0.0
    if best > _FINE and above(_FINE) < 0:
        low = float(brentq(above, _FINE, best))
    high = widest if above(widest) > 0 else float(brentq(above, max(best, _FINE), widest))
    return Spread(
        value=best,
        low=low,
        high=high,
        level=level,
        variance_ratio=dispersion_of(law, winsorised=0.0),
        p_value=_p_value(law, replicates, chance),
        high_over_low=_high_over_low(best),
    )


def _p_value(law: Law, replicates: int, chance: np.random.Generator) -> float:
    # the weights are those of the score test against a gamma or beta law of true ratios
    def statistic(counts: Floats) -> Floats:
        found: Floats = ((counts - law.expected) ** 2 / law.variance).sum(axis=-1)
        return found

    seen = float(statistic(law.counts))
    others = statistic(law.drawn(chance, replicates))
    return float((1 + (others >= seen * (1 - 1e-12)).sum()) / (replicates + 1))


def _high_over_low(spread: float) -> float:
    if spread == 0:
        return 1.0
    shape = 1 / spread**2
    low, high = gamma.ppf([0.1, 0.9], shape)
    return float(high / low) if low > 0 else np.inf


def dispersion_of(law: Law, *, winsorised: float = _WINSORISED) -> float:
    """Give how many times counts vary more than chance, extreme places held back.

    Source: Spiegelhalter (2005), section 4.2: the tenth of places at either end counts as the
        place next to it, so that a few extremes do not excuse themselves.
    """
    scores = (law.counts - law.expected) / np.sqrt(law.variance)
    if winsorised:
        low, high = np.quantile(scores, [winsorised, 1 - winsorised])
        scores = np.clip(scores, low, high)
        return float((scores**2).mean())
    return float((scores**2).sum() / max(1, len(scores) - 1))


def heterogeneity(law: Law) -> float:
    """Give the variance of true ratios by moments, for funnels that widen by adding it.

    Source: DerSimonian & Laird (1986), as in Spiegelhalter (2005), section 4.3.
    """
    within = law.variance / law.expected**2
    weight = 1 / within
    ratio = law.counts / law.expected
    mean = float((weight * ratio).sum() / weight.sum())
    surplus = float((weight * (ratio - mean) ** 2).sum()) - (len(ratio) - 1)
    scale = float(weight.sum() - (weight**2).sum() / weight.sum())
    return max(0.0, surplus / scale) if scale > 0 else 0.0
