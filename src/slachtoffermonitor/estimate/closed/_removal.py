"""Models of removal: only the first time that a person is seen tells the population's size."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.closed._designs import captures
from slachtoffermonitor.estimate.closed._newton import Groups
from slachtoffermonitor.estimate.closed._poisson import fit_poisson

__all__ = ["Removal", "fit_removal"]

_LEVEL = 1e-9  # a slower fall is none but for rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A fitted removal model.

    Attributes:
        hidden: persons seen by no list; 0 when nobody is new after the first list, nan when the
            number newly seen does not fall.
        standard_error: of the population size; None where `hidden` is 0 or nan.
        log_likelihood: Σ n log μ − Σ μ over the capture histories.
        parameters: how many were estimated.

    """

    hidden: float
    standard_error: float | None
    log_likelihood: float
    parameters: int


def fit_removal(table: CaptureTable, *, first_apart: bool) -> Removal:
    """How fast does the number of newly seen persons fall from list to list?

    A person's history has two independent parts: the list that saw the person first, whose number
    falls as N p (1 − p)^(j − 1), and whether later lists saw the person again, which says nothing
    about N. `first_apart` gives the first list a chance of its own (Mbh).

    Source: Zippin (1956), Biometrics 12(2); Otis et al. (1978), Wildlife Monographs 62
    (models Mb and Mbh); Cormack (1989), Biometrics 45(2).

    """
    on = captures(table.size)
    counts = table.counts[1:].astype(np.float64)
    first = on.argmax(axis=1)
    newly = np.zeros(table.size)
    np.add.at(newly, first, counts)
    again = float(counts @ (on.sum(axis=1) - 1))
    chances = float(newly @ np.arange(table.size - 1, -1, -1))
    recaptures = float(
        xlogy(again, again) + xlogy(chances - again, chances - again) - xlogy(chances, chances)
    )
    start = int(first_apart)
    apart = float((xlogy(newly[:start], newly[:start]) - newly[:start]).sum())
    hidden, error, falling = _geometric(newly[start:])
    return Removal(
        hidden=hidden,
        standard_error=error,
        log_likelihood=recaptures + apart + falling,
        parameters=3 + start,
    )


def _geometric(newly: NDArray[np.float64]) -> tuple[float, float | None, float]:
    """Give the hidden number, the standard error and the likelihood of a falling series."""
    if not newly.any():
        return 0.0, None, 0.0
    turn = np.arange(newly.size, dtype=np.float64)
    fit = fit_poisson(
        Groups(
            design=np.column_stack([np.ones(newly.size), turn]),
            counts=newly,
            log_size=np.zeros(newly.size),
        )
    )
    if not fit.kept.all():
        return (0.0 if fit.kept[0] else float("nan")), None, fit.log_likelihood
    level, slope = fit.coefficients
    if slope > -_LEVEL:
        return float("nan"), None, fit.log_likelihood
    share = exp(slope)
    size = exp(level) / (1.0 - share)
    to_coefficients = fit.basis / fit.scale[:, None]
    gradient = to_coefficients.T @ np.array([size, size * share / (1.0 - share)])
    variance = float(gradient @ fit.covariance @ gradient) - size
    return size - float(newly.sum()), sqrt(max(variance, 0.0)), fit.log_likelihood
