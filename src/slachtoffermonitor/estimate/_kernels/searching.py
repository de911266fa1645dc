"""Fits of many models to one table, and the best of many models for each of many tables."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from slachtoffermonitor.estimate._kernels.fitting import (
    DOUBTFUL,
    HOPELESS,
    REGULAR,
    Fit,
    Space,
    fit,
    space,
)
from slachtoffermonitor.estimate._kernels.lattice import Floats, Whole, sufficient_statistics
from slachtoffermonitor.estimate._kernels.polyhedron import (
    EXISTS,
    IDENTIFIABLE,
    OVERFLOW,
    verdict,
)

SOUND = EXISTS | IDENTIFIABLE
NONE_SOUND = -1
UNDECIDED = -2

Words = NDArray[np.uint64]


class Models(NamedTuple):
    """Models for the kernels.

    `terms` holds the terms of all models one after the other, `offsets` where each begins and the
    end, `words` each model as a word whose bit k says that term k is in it, `start` a starting
    value for each of `terms`, `rank` the order in which models are tried: good ones first saves
    time. `complete` says that with a model every smaller one is there.
    """

    terms: Whole
    offsets: Whole
    words: Words
    start: Floats
    rank: Whole
    complete: bool


@njit(cache=True, error_model="numpy")
def main_effect_start(margins: Floats) -> Floats:
    """Give a start per subset: lists independent, half of the persons hidden."""
    start = np.zeros(margins.size)
    persons = 2.0 * margins[0]
    start[0] = np.log(persons)
    bit = 1
    while bit < margins.size:
        share = margins[bit] / persons
        if share > 0:
            start[bit] = np.log(share / (1.0 - share))
            start[0] += np.log(1.0 - share)
        bit *= 2
    return start


@njit(cache=True, error_model="numpy")
def _longest(offsets: Whole) -> int:
    longest = 0
    for model in range(offsets.size - 1):
        longest = max(longest, offsets[model + 1] - offsets[model])
    return longest


@njit(cache=True, nogil=True, error_model="numpy")
def fit_each(  # noqa: PLR0917 - compiled code takes no keyword-only arguments
    models: Models, first: int, last: int, counts: Floats, results: Floats, verdicts: Whole
) -> None:
    """Fit the models `first` to `last` and decide on each whether its maximum is sound.

    `results` is filled per model with log-likelihood, hidden number and the variance of its log,
    `verdicts` as by `polyhedron.verdict`; `models.start` of a sound model becomes its solution.
    """
    margins = sufficient_statistics(counts)
    longest = _longest(models.offsets[first : last + 1])
    room = space(counts.size, longest)
    alpha = np.empty(longest)
    for model in range(first, last):
        low, high = models.offsets[model], models.offsets[model + 1]
        own = models.terms[low:high]
        for j in range(own.size):
            alpha[j] = models.start[low + j]
        found = fit(own, margins, alpha, room, -np.inf, 0.0)
        results[model, 0] = found.likelihood
        results[model, 1] = found.hidden
        results[model, 2] = found.variance
        verdicts[model] = SOUND if found.status == REGULAR else verdict(own, margins, counts)
        if verdicts[model] == SOUND:
            for j in range(own.size):
                if margins[own[j]] > 0:
                    models.start[low + j] = alpha[j]


@njit(cache=True, nogil=True, error_model="numpy")
def choose_each(  # noqa: PLR0917
    models: Models,
    tables: Floats,
    penalties: Floats,
    which: Whole,
    margin: float,
    chosen: Whole,
    results: Floats,
) -> None:
    """Find the best model of each table by −2 log-likelihood + penalty, among all models.

    Every model is either fitted or proved to be more than `margin` behind the best: by its
    penalty alone, by a bound on the likelihood of any model without the same pairs, by a bound on
    its own likelihood after a few Newton steps, or because another model with fewer parameters
    has the same fit. With margin 0 the answer is that of fitting every one.

    Row `which[table]` of `penalties` holds the penalty of each model. `chosen` is filled with the
    model of each table (or NONE_SOUND, or UNDECIDED when a verdict outgrew 64 bits), `results`
    with log-likelihood, hidden number, variance of its log, and the mean of the hidden numbers
    within the margin, weighted by exp(−criterion / 2).
    """
    cells = tables.shape[1]
    room = space(cells, _longest(models.offsets))
    near = np.empty((models.rank.size, 2))
    everything = _union(models.words)
    for table in range(tables.shape[0]):
        counts = tables[table]
        margins = sufficient_statistics(counts)
        bounds = _bounds_without_pairs(counts, margins, everything, models.complete, room)
        idle = _idle_terms(margins)
        penalty = penalties[which[table]]
        best = np.inf
        kept = 0
        chosen[table] = NONE_SOUND
        results[table].fill(np.nan)
        for model in models.rank:
            word = models.words[model]
            limit = best + margin
            if models.complete and margin == 0.0 and word & idle:
                continue
            if not penalty[model] - 2.0 * _pair_bound(word, bounds) < limit:
                continue
            answer, found = _try_model(models, model, counts, margins, penalty[model], limit, room)
            if answer == OVERFLOW:
                chosen[table] = UNDECIDED
                break
            if answer != SOUND:
                continue
            value = penalty[model] - 2.0 * found.likelihood
            near[kept, 0] = value
            near[kept, 1] = found.hidden
            kept += 1
            if value < best:
                best = value
                chosen[table] = model
                results[table, 0] = found.likelihood
                results[table, 1] = found.hidden
                results[table, 2] = found.variance
        results[table, 3] = _weighted_mean(near[:kept], best)


@njit(cache=True, error_model="numpy")
def _weighted_mean(near: Floats, best: float) -> float:
    """Average the second column by exp(−(first column − best) / 2)."""
    total = 0.0
    weights = 0.0
    for k in range(near.shape[0]):
        weight = np.exp(-0.5 * (near[k, 0] - best))
        weights += weight
        total += weight * near[k, 1]
    return total / weights if weights > 0.0 else np.nan


@njit(cache=True, error_model="numpy")
def _try_model(  # noqa: PLR0917
    models: Models,
    model: int,
    counts: Floats,
    margins: Floats,
    penalty: float,
    limit: float,
    room: Space,
) -> tuple[int, Fit]:
    """Fit a model as long as it can come below the limit; 0 when it cannot."""
    low, high = models.offsets[model], models.offsets[model + 1]
    own = models.terms[low:high]
    alpha = np.empty(own.size)
    for j in range(own.size):
        alpha[j] = models.start[low + j]
    found = fit(own, margins, alpha, room, 0.5 * (penalty - limit), 0.0)
    if found.status == HOPELESS or not penalty - 2.0 * found.likelihood < limit:
        return 0, found
    return (SOUND if found.status == REGULAR else verdict(own, margins, counts)), found


@njit(cache=True, error_model="numpy")
def _union(words: Words) -> np.uint64:
    """Mark the terms that are in any model."""
    union = np.uint64(0)
    for word in words:
        union |= word
    return union


@njit(cache=True, error_model="numpy")
def _idle_terms(margins: Floats) -> np.uint64:
    """Mark terms that cannot change a fit: a smaller term already removes all their cells."""
    idle = np.uint64(0)
    for term in range(1, margins.size):
        bit = 1
        while bit < term:
            if term & bit and margins[term ^ bit] <= 0:
                idle |= np.uint64(1) << np.uint64(term)
            bit *= 2
    return idle


@njit(cache=True, error_model="numpy")
def _pairs(cells: int) -> Whole:
    """List the interactions of two lists."""
    pairs = np.empty(cells, dtype=np.int64)
    found = 0
    a = 2
    while a < cells:
        b = 1
        while b < a:
            pairs[found] = a | b
            found += 1
            b *= 2
        a *= 2
    return pairs[:found]


@njit(cache=True, error_model="numpy")
def _bounds_without_pairs(
    counts: Floats, margins: Floats, everything: np.uint64, complete: bool, room: Space
) -> tuple[Whole, Floats]:
    """Bound the likelihood of every candidate that leaves out one pair of lists, or two.

    The bound in the last row is that of a model that leaves out nothing. Without a complete set
    of models it is the only one: few models are sooner fitted than bounded.
    """
    pairs = _pairs(counts.size) if complete else np.empty(0, dtype=np.int64)
    saturated = 0.0
    for cell in range(1, counts.size):
        if counts[cell] > 0:
            saturated += counts[cell] * (np.log(counts[cell]) - 1.0)
    bounds = np.full((pairs.size + 1, pairs.size + 1), saturated)
    terms = np.empty(margins.size, dtype=np.int64)
    start = main_effect_start(margins)
    alpha = np.empty(margins.size)
    for a in range(pairs.size):
        for b in range(a + 1):
            size = 0
            for term in range(margins.size):
                inside = everything >> np.uint64(term) & np.uint64(1)
                if inside and term & pairs[a] != pairs[a] and term & pairs[b] != pairs[b]:
                    terms[size] = term
                    alpha[size] = start[term]
                    size += 1
            found = fit(terms[:size], margins, alpha, room, np.inf, 0.0)
            if found.status != DOUBTFUL:
                bounds[a, b] = min(saturated, found.likelihood)
    return pairs, bounds


@njit(cache=True, error_model="numpy")
def _pair_bound(word: np.uint64, bounds: tuple[Whole, Floats]) -> float:
    """Give the lowest bound that holds for a model, from the pairs that it leaves out."""
    pairs, values = bounds
    lowest: float = values[pairs.size, pairs.size]
    for a in range(pairs.size):
        if word >> np.uint64(pairs[a]) & np.uint64(1):
            continue
        for b in range(a + 1):
            if not word >> np.uint64(pairs[b]) & np.uint64(1):
                lowest = min(lowest, values[a, b])
    return lowest
