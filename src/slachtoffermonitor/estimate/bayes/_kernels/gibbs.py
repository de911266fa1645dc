"""Gibbs sampler for latent classes of persons, the hidden persons filled in at every turn.

Persons fall into classes; within a class the lists find a person independently. Shares of the
classes follow a stick-breaking prior cut off at a number of classes. Gamma draws are made in
logarithms: with a small concentration the sticks are shorter than the smallest float.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from slachtoffermonitor.estimate.bayes._kernels.sliding import slide

__all__ = ["draw_prior", "sweep"]

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Prior = tuple[float, float]  # shape and rate of the gamma prior of the concentration

_SLIDES = 6  # per turn
_TRIES = 1000  # to draw a hidden number below the cut-off, before the cut-off itself is taken
_SMALLEST_LOG = -50.0  # of the log concentration: below it a second class has no chance anyway


@njit(cache=True, nogil=True)
def _log_gamma(shape: float, rng: np.random.Generator) -> float:
    """Draw the logarithm of a gamma variate with this shape and scale 1."""
    if shape >= 1.0:
        return math.log(rng.standard_gamma(shape))
    boost = math.log(1.0 - rng.random()) / shape
    return math.log(rng.standard_gamma(shape + 1.0)) + boost


@njit(cache=True, nogil=True)
def _log_sum(first: float, second: float) -> float:
    largest = max(first, second)
    return largest + math.log(math.exp(first - largest) + math.exp(second - largest))


@njit(cache=True, nogil=True)
def _deal(
    persons: int, weights: Floats, order: Counts, dealt: Counts, rng: np.random.Generator
) -> None:
    """Deal persons over classes in proportion to the weights, the large classes first."""
    dealt[:] = 0
    rest = weights.sum()
    left = persons
    for k in order[:-1]:
        if left == 0:
            return
        share = weights[k] / rest if rest > 0.0 else 0.0
        if share >= 1.0:
            dealt[k] = left
        elif left == 1:
            dealt[k] = 1 if rng.random() < share else 0
        else:
            dealt[k] = rng.binomial(left, share)
        left -= dealt[k]
        rest -= weights[k]
    dealt[order[-1]] = left


@njit(cache=True, nogil=True)
def _break_stick(
    members: Counts,
    concentration: float,
    log_taken: Floats,
    log_left: Floats,
    rng: np.random.Generator,
) -> None:
    """Draw which part of what is left of the stick each class takes."""
    beyond = members.sum()
    for k in range(members.size - 1):
        beyond -= members[k]
        taken = _log_gamma(1.0 + members[k], rng)
        left = _log_gamma(concentration + beyond, rng)
        whole = _log_sum(taken, left)
        log_taken[k] = taken - whole
        log_left[k] = left - whole
    log_taken[-1] = 0.0


@njit(cache=True, nogil=True)
def _swap_neighbours(
    members: Counts,
    found: Counts,
    log_taken: Floats,
    log_left: Floats,
    rng: np.random.Generator,
) -> None:
    """Let neighbouring classes change places, so that large classes can move to the front.

    Two exchanges: of the members alone, and of the members together with their part of the stick.
    """
    classes = members.size
    for k in range(classes - 1):
        log_ratio = log_taken[k] - log_taken[k + 1] - log_left[k]
        alone = (members[k + 1] - members[k]) * log_ratio
        if alone >= 0.0 or rng.random() < math.exp(alone):
            members[k], members[k + 1] = members[k + 1], members[k]
            for j in range(found.shape[0]):
                found[j, k], found[j, k + 1] = found[j, k + 1], found[j, k]
        if k == classes - 2:
            break
        together = members[k] * log_left[k + 1] - members[k + 1] * log_left[k]
        if together >= 0.0 or rng.random() < math.exp(together):
            members[k], members[k + 1] = members[k + 1], members[k]
            log_taken[k], log_taken[k + 1] = log_taken[k + 1], log_taken[k]
            log_left[k], log_left[k + 1] = log_left[k + 1], log_left[k]
            for j in range(found.shape[0]):
                found[j, k], found[j, k + 1] = found[j, k + 1], found[j, k]


@njit(cache=True, nogil=True)
def _weigh_cells(cells: Counts, seen: Floats, shares: Floats, weights: Floats) -> None:
    """Give the chance of each class together with that of each history, that on no list first."""
    lists, classes = seen.shape
    for row in range(cells.size + 1):
        cell = cells[row - 1] if row else 0
        for k in range(classes):
            chance = shares[k]
            for j in range(lists):
                chance *= seen[j, k] if (cell >> j) & 1 else 1.0 - seen[j, k]
            weights[row, k] = chance


@njit(cache=True, nogil=True)
def _draw_hidden(unseen: float, observed: int, largest: int, rng: np.random.Generator) -> int:
    """Draw how many no list has seen, given the chance of that and the prior 1 / population."""
    chance = min(unseen, 1.0 - 1e-12)
    for _ in range(_TRIES):
        mean = rng.standard_gamma(float(observed)) * chance / (1.0 - chance)
        hidden = rng.poisson(mean) if mean > 0.0 else 0
        if hidden <= largest:
            return int(hidden)
    return largest


@njit(cache=True, nogil=True)
def _fill_in(  # noqa: PLR0917
    cells: Counts,
    counts: Counts,
    weights: Floats,
    largest: int,
    members: Counts,
    found: Counts,
    rng: np.random.Generator,
) -> int:
    """Deal the persons over the classes, the hidden ones drawn anew; give their number."""
    classes = members.size
    dealt = np.empty(classes, np.int64)
    order = np.argsort(-weights.sum(axis=0))
    members[:] = 0
    found[:] = 0
    for c in range(cells.size):
        _deal(counts[c], weights[c + 1], order, dealt, rng)
        for k in range(classes):
            if dealt[k] == 0:
                continue
            members[k] += dealt[k]
            for j in range(found.shape[0]):
                found[j, k] += dealt[k] * ((cells[c] >> j) & 1)
    hidden = _draw_hidden(weights[0].sum(), counts.sum(), largest, rng)
    _deal(hidden, weights[0], order, dealt, rng)
    members += dealt
    return hidden


@njit(cache=True, nogil=True)
def _concentration_height(log_value: float, members: Counts, shape: float, rate: float) -> float:
    """Give the log posterior of the log concentration given the members, the sticks summed out."""
    value = math.exp(log_value)
    height = shape * log_value - rate * value
    beyond = members.sum()
    for k in range(members.size - 1):
        here = value + beyond
        beyond -= members[k]
        height += log_value + math.lgamma(value + beyond) - math.lgamma(here + 1.0)
    return height


@njit(cache=True, nogil=True)
def _move_concentration(
    log_value: float, members: Counts, shape: float, rate: float, rng: np.random.Generator
) -> float:
    """Take Metropolis steps, small and large, through the log concentration."""
    height = _concentration_height(log_value, members, shape, rate)
    for width in (0.5, 2.0):
        proposed = log_value + width * rng.standard_normal()
        if proposed < _SMALLEST_LOG:
            continue
        reached = _concentration_height(proposed, members, shape, rate)
        if math.log(1.0 - rng.random()) < reached - height:
            log_value, height = proposed, reached
    return log_value


@njit(cache=True, nogil=True)
def _redraw_chances(  # noqa: PLR0917
    members: Counts,
    found: Counts,
    log_taken: Floats,
    log_left: Floats,
    log_shares: Floats,
    seen: Floats,
    rng: np.random.Generator,
) -> None:
    """Turn sticks into shares, and draw how likely each list is to see each class."""
    log_rest = 0.0
    for k in range(members.size):
        log_shares[k] = log_rest + log_taken[k]
        log_rest += log_left[k]
        for j in range(seen.shape[0]):
            if members[k]:
                seen[j, k] = rng.beta(1.0 + found[j, k], 1.0 + members[k] - found[j, k])
            else:
                seen[j, k] = rng.random()


@njit(cache=True, nogil=True)
def _redraw(  # noqa: PLR0917
    cells: Counts,
    members: Counts,
    found: Counts,
    concentration: float,
    seen: Floats,
    weights: Floats,
    rng: np.random.Generator,
) -> Floats:
    """Draw shares and chances given who is in which class, and weigh the histories by them.

    Gives the logarithms of the shares.
    """
    log_taken, log_left = np.zeros(members.size), np.zeros(members.size)
    log_shares = np.empty(members.size)
    _break_stick(members, concentration, log_taken, log_left, rng)
    _swap_neighbours(members, found, log_taken, log_left, rng)
    _redraw_chances(members, found, log_taken, log_left, log_shares, seen, rng)
    _weigh_cells(cells, seen, np.exp(log_shares), weights)
    return log_shares


@njit(cache=True, nogil=True)
def draw_prior(
    cells: Counts, prior: Prior, seen: Floats, weights: Floats, rng: np.random.Generator
) -> float:
    """Draw chances and shares as they are believed before any person is seen.

    `seen` (lists × classes) and `weights` (histories, that on no list first, × classes) are
    written; the log concentration is given back.
    """
    lists, classes = seen.shape
    shape, rate = prior
    log_concentration = max(_log_gamma(shape, rng) - math.log(rate), _SMALLEST_LOG)
    members, found = np.zeros(classes, np.int64), np.zeros((lists, classes), np.int64)
    _redraw(cells, members, found, math.exp(log_concentration), seen, weights, rng)
    return log_concentration


@njit(cache=True, nogil=True)
def sweep(  # noqa: PLR0917
    cells: Counts,
    counts: Counts,
    prior: Prior,
    largest: int,
    log_concentration: float,
    seen: Floats,
    weights: Floats,
    rng: np.random.Generator,
) -> tuple[int, int, float]:
    """Take one turn; give the hidden number, the classes with a member, the log concentration.

    `seen` and `weights` are read and written anew, as in `draw_prior`.
    """
    lists, classes = seen.shape
    shape, rate = prior
    members, found = np.empty(classes, np.int64), np.empty((lists, classes), np.int64)
    hidden = _fill_in(cells, counts, weights, largest, members, found, rng)
    filled = (members > 0).sum()
    log_concentration = _move_concentration(log_concentration, members, shape, rate, rng)
    concentration = math.exp(log_concentration)
    log_shares = _redraw(cells, members, found, concentration, seen, weights, rng)
    slide(cells, counts, largest, concentration, log_shares, seen, weights, _SLIDES, rng)
    return hidden, filled, log_concentration
