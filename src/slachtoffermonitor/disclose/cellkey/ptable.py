"""The perturbation table: with which probability a count is published how much higher or lower.

Source: Giessing (2016), Computational issues in the design of transition probabilities and
disclosure risk estimation for additive noise, Privacy in Statistical Databases, 237-251: the
distribution of largest entropy with mean 0 and a given variance; the cell-key method is that of
Fraser and Wooton (2005, ABS) and Thompson, Broadfoot and Elazar (2013).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

__all__ = ["PerturbationTable", "perturbation_table"]

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PerturbationTable:
    """For each true count (the last row: that count and all larger) the chance of each change.

    `changes` are the possible changes, from `-furthest` to `furthest`.
    """

    changes: NDArray[np.int64]
    chances: _Floats

    def perturb(self, counts: NDArray[np.int64], keys: _Floats) -> NDArray[np.int64]:
        """Which counts are published, given the true ones and their cell keys?"""
        row = np.minimum(counts, len(self.chances) - 1)
        steps = np.cumsum(self.chances, axis=1)[row]
        chosen = (keys[:, None] >= steps[:, :-1]).sum(axis=1)
        return np.asarray(counts + self.changes[chosen], dtype=np.int64)


def perturbation_table(*, variance: float, furthest: int, smallest: int = 1) -> PerturbationTable:
    """Which changes, with which chances, have mean 0, this variance and the largest entropy?

    A count of 0 stays 0. Small counts cannot fall below 0, and none is published that is above 0
    and below `smallest`; where that leaves no distribution with the variance, the nearest
    variance that there is one for is taken.

    Args:
        variance: of the change.
        furthest: the largest change, up or down.
        smallest: the smallest count above 0 that is published.

    """
    changes = np.arange(-furthest, furthest + 1)
    rows = []
    for count in range(furthest + smallest + 1):
        result = count + changes
        allowed = (result == 0) | (result >= smallest)
        rows.append(_largest_entropy(changes, allowed, variance, count))
    return PerturbationTable(changes=changes, chances=np.array(rows))


def _largest_entropy(
    changes: NDArray[np.int64], allowed: NDArray[np.bool_], variance: float, count: int
) -> _Floats:
    chances = np.zeros(changes.size)
    if count == 0:
        chances[changes == 0] = 1.0
        return chances
    support = changes[allowed].astype(float)
    least, most = _possible_variance(support)
    target = float(np.clip(variance, least * 1.001 + 1e-9, most * 0.999))
    moments = np.stack([support, support**2 - target])

    def potential(weights: _Floats) -> tuple[float, _Floats]:
        exponent = weights @ moments
        top = exponent.max()
        terms = np.exp(exponent - top)
        total = terms.sum()
        return float(top + np.log(total)), moments @ (terms / total)

    found = minimize(potential, np.zeros(2), jac=True, method="BFGS", options={"gtol": 1e-10})
    exponent = found.x @ moments
    terms = np.exp(exponent - exponent.max())
    chances[allowed] = terms / terms.sum()
    return chances


def _possible_variance(support: _Floats) -> tuple[float, float]:
    """Give the smallest and largest variance of a change with mean 0 on these values."""
    below, above = support[support <= 0], support[support >= 0]
    return float(-below.max() * above.min()), float(-below.min() * above.max())
