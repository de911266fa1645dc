"""Intervals around a share or a mean count."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.stats import beta, norm

from slachtoffermonitor.follow._kernels import Days, Values

__all__ = ["Interval", "binomial_interval", "count_interval", "share_interval"]

Interval = Literal["log-log", "log", "plain"]

_ROUNDING = 1e-12  # one minus a sum of shares misses 0 and 1 by this much at most


def share_interval(
    share: Values, error: Values, at_risk: Days, *, interval: Interval, level: float
) -> tuple[Values, Values]:
    """Give the limits of shares between 0 and 1.

    `log-log` works on log(-log(share)). Where nothing has happened yet the share is 1 and its
    standard error 0; the exact binomial limit for the persons at risk stands there instead of
    a false certainty. `log` and `plain` are given as other software gives them.
    """
    z = norm.ppf(0.5 + level / 2)
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


def count_interval(mean: Values, error: Values, *, level: float) -> tuple[Values, Values]:
    """Give the limits of a mean count on the log scale; a mean of 0 has the limits 0 and 0."""
    z = norm.ppf(0.5 + level / 2)
    width = np.divide(z * error, mean, out=np.zeros_like(mean), where=mean > 0)
    return mean * np.exp(-width), mean * np.exp(width)


def binomial_interval(part: int, whole: int, *, level: float) -> tuple[float, float]:
    """Give the exact (Clopper-Pearson) limits of a share; no limits are known of 0 persons."""
    tail = (1.0 - level) / 2
    low = float(beta.ppf(tail, part, whole - part + 1)) if part > 0 else 0.0
    high = float(beta.ppf(1.0 - tail, part + 1, whole - part)) if part < whole else 1.0
    return low, high
