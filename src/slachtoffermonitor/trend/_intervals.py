"""Exact and score limits of a count and of a share, and of sums of counts with weights."""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincc, betaincinv, gammaincinv, ndtri
from scipy.stats import t as student

__all__ = [
    "count_limits",
    "exact_limits",
    "known_dispersion",
    "odds",
    "score_limits",
    "split_tails",
    "weighted_limits",
]

Floats = NDArray[np.float64]


def count_limits(count: float, level: float, dispersion: float = 1.0) -> tuple[float, float]:
    """Give the exact Poisson limits of an expected count (Garwood, 1936).

    With a dispersion above 1, count / dispersion is taken as the Poisson count: it has the
    variance that belongs to it.
    """
    tail = (1.0 - level) / 2
    part = count / dispersion
    low = dispersion * float(gammaincinv(part, tail)) if count > 0 else 0.0
    return low, dispersion * float(gammaincinv(part + 1, 1.0 - tail))


def exact_limits(part: float, whole: float, level: float) -> tuple[float, float]:
    """Give the exact limits of a share (Clopper & Pearson, 1934); 0 and 1 for a whole of 0."""
    tail = (1.0 - level) / 2
    low = float(betaincinv(part, whole - part + 1, tail)) if part > 0 else 0.0
    high = float(betaincinv(part + 1, whole - part, 1.0 - tail)) if part < whole else 1.0
    return low, high


def split_tails(part: float, whole: float, share: float) -> tuple[float, float]:
    """Give the chances of at most and at least `part` of `whole`, each going there with `share`."""
    at_most = float(betaincc(part + 1, whole - part, share)) if part < whole else 1.0
    at_least = float(betainc(part, whole - part + 1, share)) if part > 0 else 1.0
    return at_most, at_least


def score_limits(part: int, whole: int, level: float) -> tuple[float, float]:
    """Give the score limits of a share (Wilson, 1927), from which Newcombe builds a difference."""
    z = float(ndtri(0.5 + level / 2))
    share = part / whole
    centre = share + z * z / (2 * whole)
    width = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    stretch = 1 + z * z / whole
    return max(0.0, (centre - width) / stretch), min(1.0, (centre + width) / stretch)


def odds(share: float) -> float:
    """Give share / (1 - share)."""
    return share / (1.0 - share) if share < 1.0 else inf


def known_dispersion(dispersion: float, degrees: float, level: float) -> float:
    """Give the dispersion that, taken as known, is as wide as this one estimated from few years.

    Limits with a known dispersion use the normal distribution, with an estimated one Student's.
    """
    if degrees == inf:
        return dispersion
    tail = 0.5 + level / 2
    return dispersion * float(student.ppf(tail, degrees) / ndtri(tail)) ** 2


def weighted_limits(
    weights: Floats, counts: Floats, level: float, dispersion: float = 1.0
) -> tuple[float, float]:
    """Give limits of a sum of independent Poisson counts, each with a weight of either sign.

    The limits of each count are joined by squares (Zou, Huang & Zhang, 2009); with one count and
    weight 1 they are Garwood's, and a count of 0 still has an upper limit.
    """
    limits = np.array([count_limits(count, level, dispersion) for count in counts])
    value = float(weights @ counts)
    down = weights * counts - np.where(weights > 0, weights * limits[:, 0], weights * limits[:, 1])
    up = np.where(weights > 0, weights * limits[:, 1], weights * limits[:, 0]) - weights * counts
    return value - sqrt(float(down @ down)), value + sqrt(float(up @ up))
