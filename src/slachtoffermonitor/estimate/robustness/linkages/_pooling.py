"""One number from many imputations: Rubin's rules, and replicates mixed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, t

from slachtoffermonitor.estimate.uncertainty.intervals import percentile_limits

__all__ = ["LEVELS", "Pooled", "mix_replicates", "pool_by_rubin"]

LEVELS = {"95": 0.95, "80": 0.8}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """The logarithm of the hidden number over all linkages, with the parts of its variance."""

    middle: float
    within: float
    between: float
    added: float
    degrees: float

    @property
    def total(self) -> float:
        """Within, and what the linkages add: (1 + 1/m) × between."""
        return self.within + self.added

    @property
    def share(self) -> float:
        """The share that the linkages add."""
        return self.added / self.total if self.total else 0.0

    def limits(self, observed: float, level: float) -> tuple[float, float]:
        """Give the limits of observed + hidden."""
        tail = 0.5 + level / 2
        finite = math.isfinite(self.degrees)
        quantile = float(t.ppf(tail, self.degrees) if finite else norm.ppf(tail))
        reach = quantile * math.sqrt(self.total)
        return (
            observed + math.exp(self.middle - reach),
            observed + math.exp(self.middle + reach),
        )


def pool_by_rubin(estimates: Sequence[float], variances: Sequence[float]) -> Pooled:
    """Combine estimates with their variances; t quantiles where the imputations differ.

    Source: Rubin (1987), Multiple Imputation for Nonresponse in Surveys.
    """
    number = len(estimates)
    values = np.array(estimates)
    # Shifting first keeps the variance of equal numbers exactly zero.
    between = float(np.var(values - values[0], ddof=1))
    within = float(np.mean(variances))
    added = (1.0 + 1.0 / number) * between
    degrees = (number - 1) * (1.0 + within / added) ** 2 if added > 0 else math.inf
    return Pooled(
        middle=float(values.mean()), within=within, between=between, added=added, degrees=degrees
    )


def mix_replicates(replicates: Sequence[NDArray[np.float64]]) -> dict[str, tuple[float, float]]:
    """Take quantiles of all replicates together, each imputation weighing the same.

    Source: Schomaker & Heumann (2018), Statistics in Medicine 37(14).
    """
    shortest = min(each.size for each in replicates)
    pooled = np.concatenate([each[:shortest] for each in replicates])
    if pooled.size < 2:
        return {}
    mixed = {}
    for name, level in LEVELS.items():
        low, high = percentile_limits(pooled, [0.5 - level / 2, 0.5 + level / 2])
        mixed[name] = (float(low), float(high))
    return mixed
