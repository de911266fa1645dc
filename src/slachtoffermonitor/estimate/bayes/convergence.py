"""Have the chains converged, and how many independent draws are they worth?"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import beta, rankdata

__all__ = ["R_HAT_LIMIT", "effective_size", "quantile_error", "split_r_hat", "tail_effective_size"]

Floats = NDArray[np.float64]

R_HAT_LIMIT = 1.01
_TAILS = (0.05, 0.95)
_ONE_SIGMA = (0.15865525393145707, 0.8413447460685429)


def split_r_hat(draws: Floats) -> float:
    """Do the chains, and the halves of each chain, tell the same story?

    Above 1.01 they do not: the draws are then no sample of the posterior, and quantiles computed
    from them say where the chains happened to start.

    Args:
        draws: chains × draws, at least four draws per chain.

    Returns:
        The rank-normalised split R-hat, the larger of that for the bulk and that for the spread;
        1 when all draws are equal, infinity when chains stand still at different values.

    Source: Vehtari, Gelman, Simpson, Carpenter & Bürkner (2021), Bayesian Analysis 16(2), 667-718,
    section 4.

    Example:
        >>> split_r_hat(np.random.default_rng(1).normal(size=(4, 1000))) < 1.01
        True
        >>> split_r_hat(np.arange(4.0)[:, None] + np.zeros((4, 10)))
        inf

    """
    halves = _halve(draws)
    folded = np.abs(halves - np.median(halves))
    return max(_ratio(_normal_scores(halves)), _ratio(_normal_scores(folded)))


def effective_size(draws: Floats) -> float:
    """How many independent draws say as much about the middle of the posterior?

    Args:
        draws: chains × draws.

    Returns:
        The bulk effective sample size, of rank-normalised split chains.

    Source: Vehtari et al. (2021), sections 3.2 and 4.1; Geyer (1992), Statistical Science 7(4).
    """
    return _independent(_normal_scores(_halve(draws)))


def tail_effective_size(draws: Floats) -> float:
    """How many independent draws say as much about the ends of an interval?

    The smaller of the effective sizes at the 5% and the 95% quantile.

    Source: Vehtari et al. (2021), section 4.3.
    """
    halves = _halve(draws)
    return min(_independent(halves <= np.quantile(halves, tail)) for tail in _TAILS)


def quantile_error(draws: Floats, probability: float) -> float:
    """How far may a posterior quantile be off because the chains are finite?

    Args:
        draws: chains × draws.
        probability: which quantile.

    Returns:
        The Monte-Carlo standard error: half the distance between the draws at which the
        distribution of the quantile's rank has its 16% and 84% points.

    Source: Vehtari et al. (2021), section 4.4.
    """
    halves = _halve(draws)
    size = _independent(halves <= np.quantile(halves, probability))
    ranks = beta.ppf(_ONE_SIGMA, size * probability + 1, size * (1 - probability) + 1)
    low, high = np.quantile(halves, ranks)
    return float(high - low) / 2.0


def _halve(draws: Floats) -> Floats:
    """Cut every chain in two, so that a drift within a chain shows."""
    half = draws.shape[1] // 2
    return np.concatenate([draws[:, :half], draws[:, -half:]]).astype(np.float64)


def _normal_scores(draws: Floats) -> Floats:
    ranks = rankdata(draws, method="average").reshape(draws.shape)
    return np.asarray(ndtri((ranks - 0.375) / (draws.size + 0.25)), dtype=np.float64)


def _ratio(draws: Floats) -> float:
    """Compare the variance of all draws with that within chains."""
    length = draws.shape[1]
    if not np.ptp(draws, axis=1).any():
        return math.inf if np.ptp(draws) else 1.0
    within = float(draws.var(axis=1, ddof=1).mean())
    between = float(draws.mean(axis=1).var(ddof=1))
    return math.sqrt((length - 1) / length + between / within)


def _independent(draws: NDArray[np.float64] | NDArray[np.bool_]) -> float:
    """Divide the number of draws by their autocorrelation time (Geyer's monotone sequence)."""
    values = np.asarray(draws, dtype=np.float64)
    chains, length = values.shape
    if not np.ptp(values, axis=1).any():
        return float(values.size)
    within = values.var(axis=1, ddof=1).mean()
    centred = values - values.mean(axis=1, keepdims=True)
    spectrum = np.fft.rfft(centred, n=2 << (length - 1).bit_length(), axis=1)
    covariance = np.fft.irfft(np.abs(spectrum) ** 2, axis=1)[:, :length].mean(axis=0) / length
    pooled = within * (length - 1) / length + (
        float(values.mean(axis=1).var(ddof=1)) if chains > 1 else 0.0
    )
    correlation = 1.0 - (within - covariance * length / (length - 1)) / pooled
    correlation[0] = 1.0
    pairs = correlation[: length // 2 * 2].reshape(-1, 2).sum(axis=1)
    negative = np.nonzero(pairs <= 0)[0]
    used = np.minimum.accumulate(pairs[: negative[0]] if negative.size else pairs)
    time = max(-1.0 + 2.0 * float(used.sum()), 1.0 / math.log10(values.size))
    return values.size / time
