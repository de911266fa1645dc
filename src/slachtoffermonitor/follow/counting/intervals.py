"""Limits of shares, counts and ratios, and what to say where nothing has happened."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.special import betaincinv, gammaincinv, ndtri

from slachtoffermonitor.follow.counting.days import Days, Values

__all__ = [
    "Interval",
    "binomial_interval",
    "binomial_limits",
    "count_interval",
    "normal_quantile",
    "poisson_limits",
    "share_interval",
]

Interval = Literal["log-log", "log", "plain", "exact"]

_ROUNDING = 1e-12  # one minus a sum of shares misses 0 and 1 by this much at most


def normal_quantile(level: float) -> float:
    """Give how many standard errors the limits are away."""
    return float(ndtri(0.5 + level / 2))


def share_interval(
    share: Values, error: Values, at_risk: Days, *, interval: Interval, level: float
) -> tuple[Values, Values]:
    """Give the limits of shares between 0 and 1.

    `log-log` works on log(-log(share)). Where nothing has happened yet the share is 1 and its
    standard error 0; the exact binomial limit for the persons at risk stands there instead of
    a false certainty. `log` and `plain` are given as other software gives them.
    """
    z = normal_quantile(level)
    share = np.where(share < _ROUNDING, 0.0, np.where(share > 1.0 - _ROUNDING, 1.0, share))
    with np.errstate(divide="ignore", invalid="ignore"):
        if interval == "plain":
            low, high = share - z * error, share + z * error
        elif interval == "log":
            low, high = share * np.exp(-z * error / share), share * np.exp(z * error / share)
        else:
            width = z * error / (share * np.log(share))
            low, high = share ** np.exp(-width), share ** np.exp(width)
    low, high = np.where(share <= 0.0, 0.0, low), np.where(share <= 0.0, 0.0, high)
    low, high = np.where(share >= 1.0, 1.0, low), np.where(share >= 1.0, 1.0, high)
    if interval == "log-log":
        room = ((1.0 - level) / 2) ** (1.0 / np.maximum(at_risk, 1))
        low, high = np.where(share >= 1.0, room, low), np.where(share <= 0.0, 1.0 - room, high)
    return np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)


def count_interval(
    mean: Values, error: Values, persons: Values, *, level: float
) -> tuple[Values, Values]:
    """Give the limits of a mean count on the log scale.

    Where nothing has happened among the persons the exact Poisson limit stands instead of a
    false certainty.
    """
    z = normal_quantile(level)
    width = np.divide(z * error, mean, out=np.zeros_like(mean), where=mean > 0)
    most = -np.log((1.0 - level) / 2) / np.maximum(persons, 1.0)
    high = np.where(mean > 0, mean * np.exp(width), most)
    return mean * np.exp(-width), high


def binomial_limits(part: Days, whole: Days, *, level: float) -> tuple[Values, Values]:
    """Give the exact (Clopper-Pearson) limits of shares; nan for shares of 0 persons."""
    tail = (1.0 - level) / 2
    part, whole = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        low = np.where(part > 0, betaincinv(np.maximum(part, 1), whole - part + 1, tail), 0.0)
        rest = np.maximum(whole - part, 1)
        high = np.where(part < whole, betaincinv(part + 1, rest, 1.0 - tail), 1.0)
    nobody = whole <= 0
    return np.where(nobody, np.nan, low), np.where(nobody, np.nan, high)


def binomial_interval(part: int, whole: int, *, level: float) -> tuple[float, float]:
    """Give the exact limits of one share; 0 to 1 for a share of 0 persons."""
    if whole == 0:
        return 0.0, 1.0
    low, high = binomial_limits(np.array([part]), np.array([whole]), level=level)
    return float(low[0]), float(high[0])


def poisson_limits(events: Days, *, level: float) -> tuple[Values, Values]:
    """Give the exact limits of the mean of a count."""
    tail = (1.0 - level) / 2
    counted = np.asarray(events, dtype=np.float64)
    low = np.where(counted > 0, gammaincinv(np.maximum(counted, 1), tail), 0.0)
    high: Values = gammaincinv(counted + 1, 1.0 - tail)
    return low, high
