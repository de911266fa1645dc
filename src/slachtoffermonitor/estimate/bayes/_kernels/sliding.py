"""Slides along the ridge: a class that is larger and found less explains the same persons.

When most persons are hidden, filling them in ties the next chances to the last ones and the chain
creeps. Here the chances of one class go down while its share goes up, or the other way round, and
the move is judged by the likelihood of the table, hidden persons and classes summed out.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from slachtoffermonitor.estimate.bayes._kernels.cutting import NO_LIMIT, log_within

__all__ = ["slide"]

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

_SMALLEST = 1e-12  # chance to be on a list
_LEAST_LIKELY = 1e-300
_WIDTHS = (0.1, 0.4)  # standard deviations of a slide, in log odds
_ANY = 0.02  # added to each share, so that every class is slid at times


@njit(cache=True, nogil=True)
def _log_likelihood(counts: Counts, weights: Floats, largest: int) -> float:
    """Give the log likelihood of the histories, with at most so many hidden persons."""
    unseen = min(weights[0].sum(), 1.0 - _SMALLEST)
    observed = counts.sum()
    total: float = -observed * math.log1p(-unseen)
    if largest < NO_LIMIT:
        total += log_within(unseen, observed, largest)
    for c in range(counts.size):
        if counts[c]:
            total += counts[c] * math.log(max(weights[c + 1].sum(), _LEAST_LIKELY))
    return total


@njit(cache=True, nogil=True)
def _log_sticks(log_shares: Floats, concentration: float) -> float:
    """Give the log density of the shares, up to a constant."""
    rest = log_shares[-1]
    total = 0.0
    for k in range(log_shares.size - 2, -1, -1):
        larger = max(rest, log_shares[k])
        whole = larger + math.log1p(math.exp(-abs(rest - log_shares[k])))
        total += (concentration - 1.0) * (rest - whole) - whole
        rest = whole
    return total


@njit(cache=True, nogil=True)
def _choose(log_shares: Floats, rng: np.random.Generator) -> int:
    """Choose a class, large ones more often."""
    left = rng.random() * (1.0 + _ANY * log_shares.size)
    for k in range(log_shares.size - 1):
        left -= math.exp(log_shares[k]) + _ANY
        if left < 0.0:
            return k
    return log_shares.size - 1


@njit(cache=True, nogil=True)
def _shifted(chances: Floats, step: float, moved: Floats) -> float:
    """Lower log odds by a step; give the log Jacobian, minus infinity off the scale."""
    jacobian = 0.0
    for j in range(chances.size):
        before = chances[j]
        if not 0.0 < before < 1.0:
            return -math.inf
        odds = math.exp(-step) * before / (1.0 - before)
        moved[j] = odds / (1.0 + odds)
        if not 0.0 < moved[j] < 1.0:
            return -math.inf
        jacobian += math.log(moved[j] * (1.0 - moved[j])) - math.log(before * (1.0 - before))
    return jacobian


@njit(cache=True, nogil=True)
def _reweigh(  # noqa: PLR0917 - compiled code takes no keyword-only arguments
    cells: Counts, share: float, chances: Floats, scale: float, k: int, weights: Floats
) -> None:
    """Weigh the histories anew for one class, and scale those of the others."""
    for row in range(weights.shape[0]):
        cell = cells[row - 1] if row else 0
        weight = share
        for j in range(chances.size):
            weight *= chances[j] if (cell >> j) & 1 else 1.0 - chances[j]
        for other in range(weights.shape[1]):
            weights[row, other] *= scale
        weights[row, k] = weight


@njit(cache=True, nogil=True)
def slide(  # noqa: PLR0917 - compiled code takes no keyword-only arguments
    cells: Counts,
    counts: Counts,
    largest: int,
    concentration: float,
    log_shares: Floats,
    seen: Floats,
    weights: Floats,
    tries: int,
    rng: np.random.Generator,
) -> None:
    """Try a number of slides; `log_shares`, `seen` and `weights` are written anew.

    Every second slide leaves the shares as they are.
    """
    lists, classes = seen.shape
    height = _log_likelihood(counts, weights, largest)
    sticks = _log_sticks(log_shares, concentration)
    moved, trial = np.empty(lists), np.empty_like(weights)
    for attempt in range(tries):
        k = _choose(log_shares, rng)
        width = _WIDTHS[0] if rng.random() < 0.5 else _WIDTHS[1]
        step = width * rng.standard_normal()
        gain = _shifted(seen[:, k], step, moved)
        if gain == -math.inf:
            continue
        shift = 0.0
        shares = log_shares.copy()
        if attempt % 2:
            # The odds of the class rise by the step; what the others lose is `shift`.
            shift = math.log1p(math.exp(log_shares[k]) * math.expm1(step))
            shares -= shift
            shares[k] += step
            gain += step - classes * shift
        trial[:] = weights
        _reweigh(cells, math.exp(shares[k]), moved, math.exp(-shift), k, trial)
        reached = _log_likelihood(counts, trial, largest)
        laid = _log_sticks(shares, concentration)
        gain += reached - height + laid - sticks
        gain += math.log(math.exp(shares[k]) + _ANY) - math.log(math.exp(log_shares[k]) + _ANY)
        if math.log(1.0 - rng.random()) < gain:
            height, sticks = reached, laid
            log_shares[:] = shares
            seen[:, k] = moved
            weights[:] = trial
