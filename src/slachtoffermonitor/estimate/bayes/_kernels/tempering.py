"""Chains that leave a mode: copies of the sampler on ever fewer persons, which trade places.

The first level holds nobody, so that its turns are fresh draws of the prior; each level holds the
persons of the one before and some more; the last holds all. Neighbouring levels trade states by
Metropolis' rule, the persons' classes and the hidden number summed out, which leaves every level
its own posterior. A state of the last level that has been down at the first owes nothing to where
the chain was before.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from slachtoffermonitor.estimate.bayes._kernels.cutting import NO_LIMIT, log_within
from slachtoffermonitor.estimate.bayes._kernels.gibbs import draw_prior, sweep

__all__ = ["sample_classes"]

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

_SMALLEST = 1e-12  # chance to be on a list, as in the draw of the hidden number
_LEAST_LIKELY = 1e-300
_GOLDEN = 0.6180339887498949
_FIRST_SPACING = (
    3.0  # levels at the cubes of even steps, until it is known which trades are refused
)
_SPACINGS = 4  # times that the levels are laid anew in the warm-up, each twice as long as before
_LEAST_REFUSED = 1e-3


class _States(NamedTuple):
    """What the levels trade: `holder` says which row each level has."""

    holder: Counts
    seen: Floats  # rows × lists × classes
    weights: Floats  # rows × (1 + histories) × classes
    heights: Floats  # rows × (1 + histories), see `_measure`
    log_concentration: Floats


@njit(cache=True, nogil=True)
def _admit(counts: Counts, parts: Floats) -> Counts:
    """Give per level and history how many of the persons take part."""
    admitted = np.empty((parts.size, counts.size), np.int64)
    for c in range(counts.size):
        offset = (0.5 + c * _GOLDEN) % 1.0  # histories of one person come in one after the other
        for level in range(parts.size):
            wanted = math.ceil(parts[level] * counts[c] - offset)
            admitted[level, c] = min(max(wanted, 0), counts[c])
    admitted[0] = 0
    admitted[-1] = counts
    return admitted


@njit(cache=True, nogil=True)
def _measure(weights: Floats, heights: Floats) -> None:
    """Give the log chance of each history for a person on a list, and the chance of no list."""
    unseen = min(weights[0].sum(), 1.0 - _SMALLEST)
    heights[0] = unseen
    for row in range(1, heights.size):
        heights[row] = math.log(max(weights[row].sum(), _LEAST_LIKELY)) - math.log1p(-unseen)


@njit(cache=True, nogil=True)
def _gain(further: Counts, fewer: Floats, more: Floats) -> float:
    """Give the log likelihood of the further persons, in one state less that in the other."""
    total = 0.0
    for c in range(further.size):
        total += further[c] * (fewer[c + 1] - more[c + 1])
    return total


@njit(cache=True, nogil=True)
def _trade(  # noqa: PLR0917 - compiled code takes no keyword-only arguments
    turn: int,
    admitted: Counts,
    largest: int,
    states: _States,
    refused: Floats,
    rng: np.random.Generator,
) -> None:
    """Let every other pair of neighbours trade places, the rest of the pairs at the next turn."""
    holder = states.holder
    top = holder.size - 1
    for level in range(turn % 2, top, 2):
        below, above = states.heights[holder[level]], states.heights[holder[level + 1]]
        gain = _gain(admitted[level + 1] - admitted[level], below, above)
        if level + 1 == top and largest < NO_LIMIT:
            observed = admitted[top].sum()
            gain += log_within(below[0], observed, largest)
            gain -= log_within(above[0], observed, largest)
        refused[level] += 1.0 - math.exp(min(gain, 0.0))
        if math.log(1.0 - rng.random()) < gain:
            holder[level], holder[level + 1] = holder[level + 1], holder[level]


@njit(cache=True, nogil=True)
def _space_evenly(parts: Floats, refused: Floats) -> None:
    """Lay the levels anew, so that trades between all neighbours are refused equally often."""
    barrier = np.zeros(parts.size)
    for level in range(refused.size):
        barrier[level + 1] = barrier[level] + max(refused[level], _LEAST_REFUSED)
    wanted = np.arange(1, parts.size - 1) / (parts.size - 1.0) * barrier[-1]
    parts[1:-1] = np.interp(wanted, barrier, parts)


@njit(cache=True, nogil=True)
def _turn(  # noqa: PLR0917
    cells: Counts,
    admitted: Counts,
    prior: tuple[float, float],
    largest: int,
    states: _States,
    rng: np.random.Generator,
) -> tuple[int, int]:
    """Take a turn at every level; give the hidden number and the classes in use at the last."""
    hidden = filled = 0
    levels = states.holder.size
    for level in range(levels):
        row = states.holder[level]
        seen, weights = states.seen[row], states.weights[row]
        if level == 0 and levels > 1:
            state = draw_prior(cells, prior, seen, weights, rng)
        else:
            hidden, filled, state = sweep(
                cells,
                admitted[level],
                prior,
                largest if level == levels - 1 else NO_LIMIT,
                states.log_concentration[row],
                seen,
                weights,
                rng,
            )
        states.log_concentration[row] = state
        _measure(weights, states.heights[row])
    return hidden, filled


@njit(cache=True, nogil=True)
def _start(
    cells: Counts,
    shape: tuple[int, int, int],
    prior: tuple[float, float],
    rng: np.random.Generator,
) -> _States:
    """Draw the states of all levels from the prior, so that every chain has another start."""
    levels, lists, classes = shape
    seen = np.empty((levels, lists, classes))
    weights = np.empty((levels, cells.size + 1, classes))
    heights = np.empty((levels, cells.size + 1))
    log_concentration = np.empty(levels)
    for row in range(levels):
        log_concentration[row] = draw_prior(cells, prior, seen[row], weights[row], rng)
    return _States(np.arange(levels), seen, weights, heights, log_concentration)


@njit(cache=True, nogil=True)
def sample_classes(  # noqa: PLR0917
    cells: Counts,
    counts: Counts,
    shape: tuple[int, int, int],
    prior: tuple[float, float],
    largest: int,
    lengths: tuple[int, int, int],
    rng: np.random.Generator,
) -> tuple[Counts, Floats, Counts]:
    """Run one chain.

    Args:
        cells: capture histories with persons, as bitmasks.
        counts: persons per history.
        shape: number of levels (1: no tempering), lists, largest number of classes.
        prior: shape and rate of the gamma prior of the concentration.
        largest: hidden number at which the prior is cut off.
        lengths: turns before the first draw, number of draws, turns per draw.
        rng: the source of randomness of this chain alone.

    Returns:
        Per draw the hidden number, the concentration and the number of classes with a member.

    """
    warmup, draws, thinning = lengths
    parts = (np.arange(shape[0]) / max(shape[0] - 1, 1)) ** _FIRST_SPACING
    admitted = _admit(counts, parts)
    states = _start(cells, shape, prior, rng)
    refused = np.zeros(shape[0] - 1)
    begun, spaced = 0, warmup >> _SPACINGS
    hidden_draws, class_draws = np.empty(draws, np.int64), np.empty(draws, np.int64)
    concentration_draws = np.empty(draws)
    for turn in range(warmup + draws * thinning):
        hidden, filled = _turn(cells, admitted, prior, largest, states, rng)
        index = (turn - warmup) // thinning
        if turn >= warmup and (turn - warmup) % thinning == thinning - 1:
            hidden_draws[index] = hidden
            concentration_draws[index] = math.exp(states.log_concentration[states.holder[-1]])
            class_draws[index] = filled
        _trade(turn, admitted, largest, states, refused, rng)
        if turn == spaced < warmup and turn > begun:
            _space_evenly(parts, refused / ((turn - begun) / 2.0))
            admitted = _admit(counts, parts)
            refused[:] = 0.0
            begun, spaced = turn, 2 * turn
    return hidden_draws, concentration_draws, class_draws
