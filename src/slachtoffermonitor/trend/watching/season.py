"""The season that reporters share: fewer reports in a holiday are no silence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import f as fisher

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.trend.regression.fitting import fit_counts

__all__ = ["season_of"]

Floats = NDArray[np.float64]

_WEEKS_A_YEAR = 365.25 / 7
_LEAST_WEEKS = 104  # two years, or a season cannot be told from a trend
_WAVES = 2
_SURE = 0.99  # a season is only taken out where the reports are this sure of one


def season_of(totals: Floats, ahead: int) -> Floats:
    """Give the season as factors around 1 for the weeks of the totals and as many ahead.

    Args:
        totals: the reports of all reporters together, one number a week.
        ahead: for how many weeks after them.

    Source: two pairs of sine and cosine beside a trend, by quasi-Poisson regression; taken as 1
        where they are not beyond chance (F test).

    """
    number = len(totals)
    flat = np.ones(number + ahead)
    if number < _LEAST_WEEKS or not totals.sum():
        return flat
    angle = 2 * np.pi * np.arange(number + ahead) / _WEEKS_A_YEAR
    waves = np.column_stack(
        [wave(turn * angle) for turn in range(1, _WAVES + 1) for wave in (np.sin, np.cos)]
    )
    plain = np.column_stack([np.ones(number), np.arange(number) / number])
    try:
        without = fit_counts(plain, totals)
        fit = fit_counts(np.column_stack([plain, waves[:number]]), totals)
    except InputError:  # a stretch without any report: no season can be seen
        return flat
    terms = waves.shape[1]
    gain = 2 * (fit.log_likelihood - without.log_likelihood) / terms / max(1.0, fit.dispersion)
    if fisher.cdf(gain, terms, fit.degrees) < _SURE:
        return flat
    factors = np.exp(waves @ fit.coefficients[2:])
    return np.asarray(factors / factors[:number].mean(), dtype=np.float64)
