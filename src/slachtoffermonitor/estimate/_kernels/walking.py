"""Selection that goes from model to neighbouring model, on each of many tables."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from slachtoffermonitor.estimate._kernels.fitting import (
    HOPELESS,
    REGULAR,
    Fit,
    Space,
    fit,
    space,
)
from slachtoffermonitor.estimate._kernels.lattice import Floats, Whole, sufficient_statistics
from slachtoffermonitor.estimate._kernels.polyhedron import OVERFLOW, verdict
from slachtoffermonitor.estimate._kernels.searching import (
    NONE_SOUND,
    SOUND,
    UNDECIDED,
    main_effect_start,
)

FOUND = 0

Marks = NDArray[np.bool_]


@njit(cache=True, error_model="numpy")
def log_poisson_tail(count: float, mean: float) -> float:
    """Give the log of the one-sided p-value of a Poisson count, on the side where it lies."""
    if mean <= 0.0:
        return 0.0 if count == 0 else -np.inf
    log_mass = count * math.log(mean) - mean - math.lgamma(count + 1.0)
    total = 1.0
    factor = 1.0
    step = count
    if count >= mean:
        while factor > 1e-17 * total:
            step += 1.0
            factor *= mean / step
            total += factor
    else:
        while factor > 1e-17 * total and step > 0:
            factor *= step / mean
            step -= 1.0
            total += factor
    return log_mass + math.log(total)


@njit(cache=True, error_model="numpy")
def _gather(inside: Marks, alpha_of: Floats, terms: Whole, alpha: Floats) -> int:
    """Write the terms of the model and their starting values; give their number."""
    size = 0
    for term in range(inside.size):
        if inside[term]:
            terms[size] = term
            alpha[size] = alpha_of[term]
            size += 1
    return size


@njit(cache=True, error_model="numpy")
def _copy(source: Marks, target: Marks) -> None:
    """Copy marks; written out because the compiler takes seconds over a slice."""
    for term in range(source.size):
        target[term] = source[term]


@njit(cache=True, error_model="numpy")
def _keep(terms: Whole, alpha: Floats, margins: Floats, alpha_of: Floats) -> None:
    """Remember the solution as the start of the next model."""
    for j in range(terms.size):
        alpha_of[terms[j]] = alpha[j] if margins[terms[j]] > 0 else 0.0


@njit(cache=True, error_model="numpy")
def _sound(found: Fit, terms: Whole, margins: Floats, counts: Floats) -> int:
    if found.status == REGULAR:
        return SOUND
    return verdict(terms, margins, counts)


@njit(cache=True, nogil=True, error_model="numpy")
def step_each(
    tables: Floats, threshold: float, inside: Marks, results: Floats, states: Whole
) -> None:
    """Add pairs of lists one by one while the smallest Poisson p-value is below the threshold.

    Under the model so far the number of persons on both lists is Poisson with the fitted mean. A
    pair whose model has no sound maximum is passed over.

    `inside` is filled per table with the terms of the model, `results` with log-likelihood,
    hidden number and variance of its log, `states` with FOUND, NONE_SOUND or UNDECIDED.
    """
    cells = tables.shape[1]
    lists = round(math.log2(cells))
    room = space(cells, 1 + lists + lists * (lists - 1) // 2)
    terms = np.empty(cells, dtype=np.int64)
    alpha = np.empty(cells)
    barred = np.empty(cells, dtype=np.bool_)
    limit = math.log(threshold) if threshold > 0 else -np.inf
    for table in range(tables.shape[0]):
        counts = tables[table]
        margins = sufficient_statistics(counts)
        alpha_of = main_effect_start(margins)
        marks = inside[table]
        for term in range(cells):
            marks[term] = term & (term - 1) == 0
        size = _gather(marks, alpha_of, terms, alpha)
        found = fit(terms[:size], margins, alpha, room, -np.inf, 0.0)
        answer = _sound(found, terms[:size], margins, counts)
        states[table] = FOUND
        while answer == SOUND:
            _keep(terms[:size], alpha, margins, alpha_of)
            _copy(marks, barred)
            added = _add_pair(marks, barred, counts, margins, limit, room)
            if added != FOUND:
                answer = OVERFLOW if added == UNDECIDED else SOUND
                break
            size = _gather(marks, alpha_of, terms, alpha)
            found = fit(terms[:size], margins, alpha, room, -np.inf, 0.0)
        if answer != SOUND:
            states[table] = UNDECIDED if answer == OVERFLOW else NONE_SOUND
        results[table, 0] = found.likelihood
        results[table, 1] = found.hidden if answer == SOUND else np.nan
        results[table, 2] = found.variance


@njit(cache=True, error_model="numpy")
def _add_pair(  # noqa: PLR0917 - compiled code takes no keyword-only arguments
    marks: Marks, barred: Marks, counts: Floats, margins: Floats, limit: float, room: Space
) -> int:
    """Mark the pair with the smallest p-value that leaves a sound model; FOUND when there is one.

    Pairs in `barred` are passed over; `room.sums` holds the fitted numbers of the model so far.
    """
    while True:
        pair = _best_pair(barred, margins, room, limit)
        if pair == 0:
            return NONE_SOUND
        barred[pair] = True
        marks[pair] = True
        answer = verdict(np.nonzero(marks)[0], margins, counts)
        if answer == SOUND:
            return FOUND
        if answer == OVERFLOW:
            return UNDECIDED
        marks[pair] = False


@njit(cache=True, error_model="numpy")
def _best_pair(marks: Marks, margins: Floats, room: Space, log_threshold: float) -> int:
    """Give the pair outside the model with the smallest p-value below the threshold, or 0."""
    best = 0
    lowest = log_threshold
    a = 1
    while a < marks.size:
        b = 1
        while b < a:
            pair = a | b
            if not marks[pair]:
                p = log_poisson_tail(margins[pair], room.sums[pair])
                if p < lowest:
                    lowest = p
                    best = pair
            b *= 2
        a *= 2
    return best


@njit(cache=True, error_model="numpy")
def _can_flip(marks: Marks, term: int) -> bool:
    """Tell whether the model stays hierarchical when the term is added or taken out."""
    wanted = not marks[term]
    bit = 1
    while bit < marks.size:
        if wanted:
            if term & bit and not marks[term ^ bit]:
                return False
        elif not term & bit and marks[term | bit]:
            return False
        bit *= 2
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def walk_each(  # noqa: PLR0917 - compiled code takes no keyword-only arguments
    tables: Floats,
    starts: Marks,
    pool: Whole,
    penalties: Floats,
    which: Whole,
    inside: Marks,
    results: Floats,
    states: Whole,
) -> None:
    """Walk from each start to the best neighbour until none is better; keep the best end.

    `starts` marks the terms of one model per row; `pool` lists the terms that may come and go;
    row `which[table]` of `penalties` holds the penalty of each number of parameters. The other
    arguments are filled as in `step_each`.
    """
    cells = tables.shape[1]
    room = space(cells, 1 + round(math.log2(cells)) + pool.size)
    marks = np.empty(cells, dtype=np.bool_)
    for table in range(tables.shape[0]):
        counts = tables[table]
        margins = sufficient_statistics(counts)
        main = main_effect_start(margins)
        best = np.inf
        states[table] = NONE_SOUND
        results[table].fill(np.nan)
        for start in range(starts.shape[0]):
            _copy(starts[start], marks)
            value, found = _walk(
                counts, margins, marks, pool, penalties[which[table]], main.copy(), room
            )
            if value < best:
                best = value
                states[table] = FOUND if value > -np.inf else UNDECIDED
                _copy(marks, inside[table])
                results[table, 0] = found.likelihood
                results[table, 1] = found.hidden
                results[table, 2] = found.variance


@njit(cache=True, error_model="numpy")
def _walk(  # noqa: PLR0917
    counts: Floats,
    margins: Floats,
    marks: Marks,
    pool: Whole,
    penalty: Floats,
    alpha_of: Floats,
    room: Space,
) -> tuple[float, Fit]:
    """Change `marks` to the end of the walk; give its criterion and fit."""
    terms = np.empty(marks.size, dtype=np.int64)
    alpha = np.empty(marks.size)
    value, found = _weigh(counts, margins, marks, penalty, np.inf, alpha_of, (terms, alpha), room)
    while True:
        move = 0
        best = value
        for term in pool:
            if not _can_flip(marks, term):
                continue
            marks[term] = not marks[term]
            other, _ = _weigh(counts, margins, marks, penalty, best, alpha_of, (terms, alpha), room)
            marks[term] = not marks[term]
            if other < best:
                best = other
                move = term
        if move == 0:
            return value, found
        marks[move] = not marks[move]
        value, found = _weigh(
            counts, margins, marks, penalty, np.inf, alpha_of, (terms, alpha), room
        )
        _keep(terms[: marks.sum()], alpha, margins, alpha_of)


@njit(cache=True, error_model="numpy")
def _weigh(  # noqa: PLR0917
    counts: Floats,
    margins: Floats,
    marks: Marks,
    penalty: Floats,
    best: float,
    alpha_of: Floats,
    arrays: tuple[Whole, Floats],
    room: Space,
) -> tuple[float, Fit]:
    """Give the criterion of a model, infinity when it is not sound or not below `best`.

    −infinity says that a verdict outgrew 64 bits: it ends the walk, undecided.
    """
    terms, alpha = arrays
    size = _gather(marks, alpha_of, terms, alpha)
    found = fit(terms[:size], margins, alpha, room, 0.5 * (penalty[size] - best), 0.0)
    value = penalty[size] - 2.0 * found.likelihood
    if found.status == HOPELESS or not value < best:
        return np.inf, found
    answer = _sound(found, terms[:size], margins, counts)
    if answer == OVERFLOW:
        return -np.inf, found
    return (value if answer == SOUND else np.inf), found
