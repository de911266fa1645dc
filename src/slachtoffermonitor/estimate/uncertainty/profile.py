"""The profile-likelihood interval of the number of persons under one model."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import chdtri, gammaln, xlogy

from slachtoffermonitor.estimate._kernels import fitting as kernel
from slachtoffermonitor.estimate._kernels.lattice import sufficient_statistics
from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.loglinear.fitting import fit_model, fitted_cells
from slachtoffermonitor.estimate.model import HierarchicalModel

__all__ = ["profile_limits"]

_REACH = 30.0  # how far, in logarithms of the hidden number, a limit is looked for


def profile_limits(
    table: CaptureTable, model: HierarchicalModel, level: float
) -> tuple[float, float]:
    """Which numbers of persons does the likelihood not rule out, the model taken as true?

    Too narrow when the model was chosen by the same data: it knows nothing of the choice.

    Assumes: capture histories of all persons are one multinomial sample, whose size is the
    unknown; for each size the other parameters are fitted to the completed table.

    Args:
        table: the persons per capture history.
        model: a model that passes `check_model`.
        level: of the interval, such as 0.95.

    Returns:
        The limits: where twice the log-likelihood falls by the χ²(1) quantile below its maximum.
        The lower one is the observed number when even nobody hidden is not ruled out; the upper
        one is infinite when no number is ruled out.

    Source: Cormack (1992), Biometrics 48(2).
    Checked against: Rcapture 1.4-4, `closedpCI.t` with the multinomial profile.

    """
    from scipy.optimize import brentq, minimize_scalar  # noqa: PLC0415 - a second to import

    likelihood = _log_likelihood(table, model)
    start = np.log(fit_model(table, model).hidden)
    peak = minimize_scalar(
        lambda value: -likelihood(value), bracket=(start - 0.1, start + 0.1), tol=1e-12
    )
    drop = float(chdtri(1, 1.0 - level)) / 2.0

    def gap(value: float) -> float:
        return likelihood(value) + float(peak.fun) + drop

    low, high = peak.x, peak.x
    while gap(low) > 0 and low > peak.x - _REACH:
        low -= 1.0
    while gap(high) > 0 and high < peak.x + _REACH:
        high += 1.0
    return (
        table.observed + float(np.exp(brentq(gap, low, peak.x)))
        if gap(low) < 0
        else table.observed,
        table.observed + float(np.exp(brentq(gap, peak.x, high))) if gap(high) < 0 else np.inf,
    )


def _log_likelihood(table: CaptureTable, model: HierarchicalModel) -> Callable[[float], float]:
    """Give the multinomial log-likelihood as a function of the log of the hidden number."""
    counts = table.counts.astype(np.float64)
    margins = sufficient_statistics(counts)
    terms = model.array
    alpha, _ = fitted_cells(table, model)
    room = kernel.space(counts.size, terms.size)
    observed = counts.sum()

    def value(log_hidden: float) -> float:
        hidden = np.exp(log_hidden)
        completed = margins.copy()
        completed[0] += hidden
        kernel.fit(terms, completed, alpha, room, -np.inf, 1.0)
        total = observed + hidden
        shares = room.means / total
        seen = xlogy(counts, np.where(counts > 0, shares, 1.0)).sum()
        return float(
            gammaln(total + 1.0) - gammaln(hidden + 1.0) + seen + hidden * np.log(shares[0])
        )

    return value
