"""Exact and score limits of a count and of a share."""

from __future__ import annotations

from math import inf, sqrt

from scipy.special import betaincinv, gammaincinv, ndtri

__all__ = ["count_limits", "exact_limits", "odds", "score_limits"]


def count_limits(count: int, level: float) -> tuple[float, float]:
    """Give the exact Poisson limits of an expected count (Garwood, 1936)."""
    tail = (1.0 - level) / 2
    low = float(gammaincinv(count, tail)) if count > 0 else 0.0
    return low, float(gammaincinv(count + 1, 1.0 - tail))


def exact_limits(part: int, whole: int, level: float) -> tuple[float, float]:
    """Give the exact limits of a share (Clopper & Pearson, 1934); 0 and 1 for a whole of 0."""
    tail = (1.0 - level) / 2
    low = float(betaincinv(part, whole - part + 1, tail)) if part > 0 else 0.0
    high = float(betaincinv(part + 1, whole - part, 1.0 - tail)) if part < whole else 1.0
    return low, high


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
