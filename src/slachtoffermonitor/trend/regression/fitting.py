"""Log-linear regression of counts by iteratively reweighted least squares.

Small on purpose: series of a few hundred counts and a handful of terms; no table of factors, no
formula language. Judged by statsmodels in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

from slachtoffermonitor.ground import InputError

__all__ = ["CountFit", "fit_counts", "fit_negative_binomial"]

Floats = NDArray[np.float64]

_STEPS = 100
_CLOSE = 1e-12
_FARTHEST = 30.0  # a coefficient beyond e^30 is on its way to infinity
_LEAST_ALPHA, _MOST_ALPHA = 1e-8, 1e3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountFit:
    """A log-linear fit: the variance of a count is mean + alpha × mean².

    `inverse` is the inverse of the information, the covariance of the coefficients when the
    variance is as the model says. `pearson` is the sum of squared Pearson residuals.
    """

    design: Floats
    counts: Floats
    offset: Floats
    coefficients: Floats
    means: Floats
    inverse: Floats
    alpha: float
    log_likelihood: float

    @property
    def degrees(self) -> int:
        """Counts less coefficients."""
        return len(self.counts) - len(self.coefficients)

    @property
    def pearson(self) -> Floats:
        """The Pearson residuals."""
        found: Floats = (self.counts - self.means) / np.sqrt(
            self.means + self.alpha * self.means**2
        )
        return found

    @property
    def dispersion(self) -> float:
        """How many times the variance is what the model says (Pearson)."""
        return float(self.pearson @ self.pearson) / self.degrees


def fit_counts(
    design: Floats, counts: Floats, offset: Floats | None = None, *, alpha: float = 0.0
) -> CountFit:
    """Fit log(mean) = offset + design × coefficients by maximum likelihood.

    Args:
        design: counts × terms, of full rank.
        counts: what was counted.
        offset: the logarithm of the exposure of each count; 0 without it.
        alpha: the extra variance of a negative binomial count; 0 for a Poisson count.

    Returns:
        The `CountFit`.

    Raises:
        InputError: terms that say the same, no more counts than terms, or a maximum that does not
            exist (a term with no count at all on its side).

    Source: McCullagh & Nelder (1989), ch. 2 and 6.

    """
    base = np.zeros(len(counts)) if offset is None else offset
    if len(counts) <= design.shape[1] or np.linalg.matrix_rank(design) < design.shape[1]:
        raise InputError("the series is too short, or too uniform, for the terms asked for")
    # a start near the counts, so that the first step is a least-squares fit of their logarithms
    eta = np.log(counts + 0.5)
    beta, best = np.zeros(design.shape[1]), -inf
    for _ in range(_STEPS):
        means = np.exp(eta)
        weights = means / (1 + alpha * means)
        target = eta - base + (counts - means) / means
        root = np.sqrt(weights)
        step = np.linalg.lstsq(root[:, None] * design, root * target, rcond=None)[0] - beta
        beta, eta, found = _climbed(design, counts, base, (beta, step, best), alpha)
        if np.abs(beta).max() > _FARTHEST:
            break
        if abs(found - best) <= _CLOSE * (1 + abs(found)) and np.abs(step).max() < 1e-8:
            means = np.exp(eta)
            weights = means / (1 + alpha * means)
            return CountFit(
                design=design,
                counts=counts,
                offset=base,
                coefficients=beta,
                means=means,
                inverse=np.asarray(np.linalg.inv((weights[:, None] * design).T @ design), float),
                alpha=alpha,
                log_likelihood=found,
            )
        best = found
    raise InputError("the counts fix no fit: on one side of a term there is nothing at all")


def _climbed(
    design: Floats,
    counts: Floats,
    offset: Floats,
    at: tuple[Floats, Floats, float],
    alpha: float,
) -> tuple[Floats, Floats, float]:
    """Take the step, or half of it as often as needed for the likelihood not to fall."""
    beta, step, best = at
    size = 1.0
    while True:
        moved = beta + size * step
        eta = np.clip(offset + design @ moved, -700, 700)
        found = _log_likelihood(counts, np.exp(eta), alpha)
        if found >= best - 1e-9 * (1 + abs(best)) or size < 1e-6:
            return moved, eta, found
        size /= 2


def _log_likelihood(counts: Floats, means: Floats, alpha: float) -> float:
    if alpha == 0:
        return float((counts * np.log(means) - means - gammaln(counts + 1)).sum())
    size = 1 / alpha
    return float(
        (
            gammaln(counts + size)
            - gammaln(size)
            - gammaln(counts + 1)
            - (counts + size) * np.log1p(alpha * means)
            + counts * np.log(alpha * means)
        ).sum()
    )


def fit_negative_binomial(design: Floats, counts: Floats, offset: Floats | None = None) -> CountFit:
    """Fit a negative binomial regression, its extra variance by maximum likelihood too.

    Where the counts vary no more than Poisson counts the extra variance is (nearly) 0.

    Raises:
        InputError: as `fit_counts`.

    Source: Lawless (1987); the profile likelihood of alpha.

    """
    poisson = fit_counts(design, counts, offset)
    if float(((counts - poisson.means) ** 2 - counts).sum()) <= 0:  # the slope at alpha 0
        return poisson

    def against(log_alpha: float) -> float:
        return -fit_counts(design, counts, offset, alpha=exp(log_alpha)).log_likelihood

    found = minimize_scalar(
        against,
        bounds=(np.log(_LEAST_ALPHA), np.log(_MOST_ALPHA)),
        method="bounded",
        options={"xatol": 1e-10},
    )
    best = fit_counts(design, counts, offset, alpha=exp(float(found.x)))
    return best if best.log_likelihood > poisson.log_likelihood else poisson
