"""How sure coefficients are: four answers to the question what the counts vary by."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import t as student

from slachtoffermonitor.trend.regression.fitting import (
    CountFit,
    fit_counts,
    fit_negative_binomial,
)

__all__ = [
    "METHODS",
    "Method",
    "autocorrelation",
    "covariance_of",
    "critical_value",
    "fit_by",
    "newey_west",
]

Floats = NDArray[np.float64]
Method = Literal["quasi-poisson", "poisson", "negative-binomial", "hac"]
METHODS: tuple[Method, ...] = ("quasi-poisson", "poisson", "negative-binomial", "hac")


def fit_by(
    method: Method, design: Floats, counts: Floats, offset: Floats | None = None
) -> CountFit:
    """Fit the counts as the method asks for."""
    if method == "negative-binomial":
        return fit_negative_binomial(design, counts, offset)
    return fit_counts(design, counts, offset)


def covariance_of(fit: CountFit, method: Method) -> Floats:
    """Give the covariance of the coefficients.

    "poisson" believes that counts vary by chance alone; "quasi-poisson" multiplies by the
    dispersion found, never below 1; "negative-binomial" has it in the model; "hac" lets
    neighbouring counts go together.
    """
    if method == "quasi-poisson":
        return fit.inverse * max(1.0, fit.dispersion)
    if method == "hac":
        return newey_west(fit)
    return fit.inverse


def critical_value(fit: CountFit, method: Method, level: float) -> float:
    """Give how many standard errors an interval is wide: Student's where a variance was found."""
    tail = 0.5 + level / 2
    if method == "poisson":
        return float(ndtri(tail))
    return float(student.ppf(tail, fit.degrees))


def newey_west(fit: CountFit, lags: int | None = None) -> Floats:
    """Give the covariance that is right when neighbours go together, in long series.

    Assumes: the counts stand in the order of time, evenly spaced.
    Source: Newey & West (1987), Bartlett weights; lags 4 (n / 100)^(2/9) (Newey & West, 1994);
        times n / (n - terms).
    """
    number = len(fit.counts)
    span = int(4 * (number / 100) ** (2 / 9)) if lags is None else lags
    scores = fit.design * ((fit.counts - fit.means) / (1 + fit.alpha * fit.means))[:, None]
    middle = scores.T @ scores
    for lag in range(1, min(span, number - 1) + 1):
        shifted = scores[lag:].T @ scores[:-lag]
        middle = middle + (1 - lag / (span + 1)) * (shifted + shifted.T)
    found: Floats = fit.inverse @ middle @ fit.inverse * (number / fit.degrees)
    return found


def autocorrelation(fit: CountFit) -> float:
    """Give how neighbouring residuals go together: from -1 to 1."""
    residuals = fit.pearson
    whole = float(residuals @ residuals)
    return float(residuals[1:] @ residuals[:-1]) / whole if whole else 0.0
