"""Gibbs sampler for latent classes of persons, the hidden persons filled in at every turn.

Persons fall into classes; within a class the lists find a person independently. Shares of the
classes follow a stick-breaking prior cut off at a number of classes. Gamma draws are made in
logarithms: with a small concentration the sticks are shorter than the smallest float.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["sample_classes"]

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

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
def _deal(persons: int, weights: Floats, dealt: Counts, rng: np.random.Generator) -> None:
    """Deal persons over classes in proportion to the weights."""
    rest = weights.sum()
    left = persons
    last = weights.size - 1
    for k in range(last):
        if left == 0:
            dealt[k] = 0
            continue
        share = weights[k] / rest if rest > 0.0 else 0.0
        if share >= 1.0:
            dealt[k] = left
        elif left == 1:
            dealt[k] = 1 if rng.random() < share else 0
        else:
            dealt[k] = rng.binomial(left, share)
        left -= dealt[k]
        rest -= weights[k]
    dealt[last] = left


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
def _weigh_cells(seen: Floats, shares: Floats, weights: Floats) -> None:
    """Give per capture history the chance of each class together with that of the history."""
    lists, classes = seen.shape
    for k in range(classes):
        weights[0, k] = shares[k]
    for j in range(lists):
        for cell in range(1 << j):
            for k in range(classes):
                weights[cell | (1 << j), k] = weights[cell, k] * seen[j, k]
                weights[cell, k] *= 1.0 - seen[j, k]


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
    members[:] = 0
    found[:] = 0
    for c in range(cells.size):
        _deal(counts[c], weights[cells[c]], dealt, rng)
        for k in range(classes):
            if dealt[k] == 0:
                continue
            members[k] += dealt[k]
            for j in range(found.shape[0]):
                found[j, k] += dealt[k] * ((cells[c] >> j) & 1)
    hidden = _draw_hidden(weights[0].sum(), counts.sum(), largest, rng)
    _deal(hidden, weights[0], dealt, rng)
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
    shares: Floats,
    seen: Floats,
    rng: np.random.Generator,
) -> None:
    """Turn sticks into shares, and draw how likely each list is to see each class."""
    log_rest = 0.0
    for k in range(members.size):
        shares[k] = math.exp(log_rest + log_taken[k])
        log_rest += log_left[k]
        for j in range(seen.shape[0]):
            if members[k]:
                seen[j, k] = rng.beta(1.0 + found[j, k], 1.0 + members[k] - found[j, k])
            else:
                seen[j, k] = rng.random()


@njit(cache=True, nogil=True)
def _start(lists: int, classes: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Draw a start at random, so that every chain has another one."""
    seen = np.empty((lists, classes))
    shares = np.empty(classes)
    for k in range(classes):
        shares[k] = rng.standard_gamma(1.0)
        for j in range(lists):
            seen[j, k] = rng.random()
    return seen, shares / shares.sum()


@njit(cache=True, nogil=True)
def sample_classes(  # noqa: PLR0917
    cells: Counts,
    counts: Counts,
    lists: int,
    classes: int,
    shape: float,
    rate: float,
    largest: int,
    warmup: int,
    draws: int,
    thinning: int,
    rng: np.random.Generator,
) -> tuple[Counts, Floats, Counts]:
    """Run one chain.

    Args:
        cells: capture histories with persons, as bitmasks.
        counts: persons per history.
        lists: number of lists.
        classes: largest number of classes.
        shape: of the gamma prior of the concentration.
        rate: of that prior.
        largest: hidden number at which the prior is cut off.
        warmup: turns before the first draw.
        draws: number of draws.
        thinning: turns per draw.
        rng: the source of randomness of this chain alone.

    Returns:
        Per draw the hidden number, the concentration and the number of classes with a member.

    """
    seen, shares = _start(lists, classes, rng)
    members = np.zeros(classes, np.int64)
    found = np.zeros((lists, classes), np.int64)
    log_taken, log_left = np.zeros(classes), np.zeros(classes)
    weights = np.empty((1 << lists, classes))
    log_concentration = math.log(shape / rate)
    hidden_draws = np.empty(draws, np.int64)
    concentration_draws = np.empty(draws)
    class_draws = np.empty(draws, np.int64)
    for turn in range(warmup + draws * thinning):
        _weigh_cells(seen, shares, weights)
        hidden = _fill_in(cells, counts, weights, largest, members, found, rng)
        log_concentration = _move_concentration(log_concentration, members, shape, rate, rng)
        _break_stick(members, math.exp(log_concentration), log_taken, log_left, rng)
        _swap_neighbours(members, found, log_taken, log_left, rng)
        _redraw_chances(members, found, log_taken, log_left, shares, seen, rng)
        if turn >= warmup and (turn - warmup) % thinning == thinning - 1:
            index = (turn - warmup) // thinning
            hidden_draws[index] = hidden
            concentration_draws[index] = math.exp(log_concentration)
            class_draws[index] = (members > 0).sum()
    return hidden_draws, concentration_draws, class_draws
