"""Newton's method for one hierarchical Poisson log-linear model on the lattice of lists.

With the terms and the cells both indexed by subsets of the lists, fitted values are a product
over subsets and sufficient statistics a sum over supersets. Both are t passes over 2^t numbers,
and the information matrix is a look-up: its (a, b) entry is the sum of the fitted values of the
cells that hold the union of a and b. No design matrix exists.

Parameters whose sufficient statistic is zero are at minus infinity: their factor is 0, which
removes the cells above them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from slachtoffermonitor.estimate._kernels.lattice import (
    Floats,
    Whole,
    subset_products,
    subset_sums,
    superset_sums,
)

# What `fit` says of its own answer.
REGULAR = 0  # converged; the fitted values themselves prove that the maximum exists
DOUBTFUL = 1  # existence or identifiability must be decided by the exact check
HOPELESS = 2  # a bound proves that the likelihood stays below the floor: not converged

_TOLERANCE = 1e-12  # of the Newton decrement, before a last quadratic step
_PIVOT = 1e-10  # relative to the diagonal; below it a column depends on those before it
_SAFE_PIVOT = 1e-6
# Above the last decrement d every |Aδ| is below √(d / mean) < 1, so that μ (1 + Aδ) is positive
# everywhere with the sufficient statistics of the data: by Fienberg & Rinaldo the maximum exists.
_SAFE_MEAN = 1e-8
_STEP = 6.0  # largest change of a parameter in one step, against overflow
_ITERATIONS = 60
_HALVINGS = 30
_BOUND_FROM = 1.0  # the bound is worth its price once the decrement is below this


class Fit(NamedTuple):
    """What came out: `likelihood` leaves out the factorials of the counts."""

    status: int
    likelihood: float
    hidden: float
    variance: float
    iterations: int


class Space(NamedTuple):
    """Arrays that `fit` works in, made once per thread: per cell, per parameter, and a matrix."""

    means: Floats
    sums: Floats
    step: Floats
    trial: Floats
    gradient: Floats
    scale: Floats
    statistic: Floats
    information: Floats
    finite: Whole
    kept: NDArray[np.bool_]


@njit(cache=True, error_model="numpy")
def space(cells: int, size: int) -> Space:
    """Make the arrays for tables of so many cells and models of up to so many terms."""
    cell = np.empty((2, cells))
    own = np.empty((5, size))
    return Space(
        cell[0],
        cell[1],
        own[0],
        own[1],
        own[2],
        own[3],
        own[4],
        np.empty((size, size)),
        np.empty(size, dtype=np.int64),
        np.empty(size, dtype=np.bool_),
    )


@njit(cache=True, error_model="numpy")
def fit(  # noqa: PLR0917 - compiled code takes no keyword-only arguments
    terms: Whole, margins: Floats, alpha: Floats, room: Space, floor: float, counted: float
) -> Fit:
    """Maximise the Poisson likelihood from `alpha`, which is overwritten.

    Args:
        terms: subsets in increasing order, the first 0.
        margins: sufficient statistics of all subsets.
        alpha: start of the parameters; those at minus infinity are not read.
        room: see `space`; `means` holds the fitted values afterwards, cell 0 the hidden number.
        floor: the fit stops as hopeless once its likelihood provably stays below this value;
            -inf to go on to the end.
        counted: 1.0 when the persons on no list have been counted too (in `margins[0]`), or 0.0.

    """
    size = _finite_terms(terms, margins, room)
    likelihood = -np.inf
    decrement = np.inf
    smallest = 1.0
    length = 0.0
    iteration = 0
    while True:
        likelihood = _search_line(
            terms, margins, alpha, size, room, length, likelihood, decrement, counted
        )
        if decrement < _TOLERANCE or iteration == _ITERATIONS:
            break
        smallest = _newton_step(terms, size, room)
        decrement = 0.0
        longest = 0.0
        for j in range(size):
            decrement += room.gradient[j] * room.step[j]
            longest = max(longest, abs(room.step[j]))
        length = min(1.0, _STEP / longest) if longest > 0 else 1.0
        iteration += 1
        if decrement < _BOUND_FROM and floor > -np.inf:
            bound = _upper_bound(terms, size, room)
            if bound < floor:
                return Fit(HOPELESS, bound, room.means[0], np.inf, iteration)
    status = REGULAR
    if iteration == _ITERATIONS or smallest < _SAFE_PIVOT:
        status = DOUBTFUL
    for cell in range(1, room.means.size):
        if 0.0 < room.means[cell] < _SAFE_MEAN:
            status = DOUBTFUL
    return Fit(status, likelihood, room.means[0], _variance(size, room), iteration)


@njit(cache=True, error_model="numpy")
def _finite_terms(terms: Whole, margins: Floats, room: Space) -> int:
    """List the terms that somebody is on, and set their step to nothing."""
    size = 0
    for j in range(terms.size):
        if margins[terms[j]] > 0:
            room.finite[size] = j
            room.statistic[size] = margins[terms[j]]
            room.step[size] = 0.0
            size += 1
    return size


@njit(cache=True, error_model="numpy")
def _search_line(  # noqa: PLR0917
    terms: Whole,
    margins: Floats,
    alpha: Floats,
    size: int,
    room: Space,
    length: float,
    likelihood: float,
    decrement: float,
    counted: float,
) -> float:
    """Go along the step, half as far as long as the likelihood falls; move `alpha` there."""
    value = 0.0
    for _ in range(_HALVINGS):
        for j in range(size):
            room.trial[room.finite[j]] = alpha[room.finite[j]] + length * room.step[j]
        room.means.fill(1.0)
        for j in range(terms.size):
            present = margins[terms[j]] > 0
            room.means[terms[j]] = np.exp(room.trial[j]) if present else 0.0
        subset_products(room.means)
        for cell in range(room.sums.size):
            room.sums[cell] = room.means[cell]
        room.sums[0] *= counted
        superset_sums(room.sums)
        value = -room.sums[0]
        for j in range(size):
            value += room.trial[room.finite[j]] * room.statistic[j]
        # Below this decrement a fall is rounding, not a wrong step.
        if value >= likelihood - 1e-9 * abs(likelihood) or decrement < 1e-9:
            break
        length *= 0.5
    for j in range(size):
        alpha[room.finite[j]] = room.trial[room.finite[j]]
    return value


@njit(cache=True, error_model="numpy")
def _newton_step(terms: Whole, size: int, room: Space) -> float:
    """Fill gradient and step from the sums over supersets; give the smallest pivot."""
    for j in range(size):
        term = terms[room.finite[j]]
        room.gradient[j] = room.statistic[j] - room.sums[term]
        for i in range(j, size):
            room.information[i, j] = room.sums[term | terms[room.finite[i]]]
    smallest = _factor(size, room)
    _solve(size, room)
    return smallest


@njit(cache=True, error_model="numpy")
def _factor(size: int, room: Space) -> float:
    """Take the Cholesky factor of the scaled information, without dependent columns."""
    matrix, scale = room.information, room.scale
    smallest = 1.0
    for j in range(size):
        diagonal = matrix[j, j]
        scale[j] = 1.0 / np.sqrt(diagonal) if diagonal > 0 else 0.0
    for j in range(size):
        for i in range(j, size):
            total = matrix[i, j] * scale[i] * scale[j]
            for k in range(j):
                total -= matrix[i, k] * matrix[j, k]
            matrix[i, j] = total
        pivot = matrix[j, j]
        smallest = min(smallest, pivot)
        room.kept[j] = pivot > _PIVOT
        factor = 1.0 / np.sqrt(pivot) if room.kept[j] else 0.0
        for i in range(j, size):
            matrix[i, j] *= factor
    return smallest


@njit(cache=True, error_model="numpy")
def _solve(size: int, room: Space) -> None:
    """Fill the step with the solution for the gradient; a column left out gets 0."""
    matrix, scale, solution = room.information, room.scale, room.step
    for j in range(size):
        total = room.gradient[j] * scale[j]
        for k in range(j):
            total -= matrix[j, k] * solution[k]
        solution[j] = total / matrix[j, j] if room.kept[j] else 0.0
    for j in range(size - 1, -1, -1):
        total = solution[j]
        for k in range(j + 1, size):
            total -= matrix[k, j] * solution[k]
        solution[j] = total / matrix[j, j] if room.kept[j] else 0.0
    for j in range(size):
        solution[j] *= scale[j]


@njit(cache=True, error_model="numpy")
def _variance(size: int, room: Space) -> float:
    """Give the variance of the log of the hidden number from the last factor."""
    if not room.kept[0]:
        return np.inf
    for j in range(size):
        room.gradient[j] = 1.0 if j == 0 else 0.0
    _solve(size, room)
    return float(room.step[0])


@njit(cache=True, error_model="numpy")
def _upper_bound(terms: Whole, size: int, room: Space) -> float:
    """Bound the largest likelihood of the model from above, by convex duality.

    The maximum is the minimum of Σ (x log x − x) over all x ≥ 0 with the sufficient statistics
    of the data. The Newton step makes such an x of the fitted values: μ (1 + Aδ).
    """
    change = room.sums
    change.fill(0.0)
    for j in range(size):
        change[terms[room.finite[j]]] = room.step[j]
    subset_sums(change)
    bound = 0.0
    for cell in range(1, change.size):
        if room.means[cell] > 0.0:
            value = room.means[cell] * (1.0 + change[cell])
            if value < 0.0:
                return np.inf
            if value > 0.0:
                bound += value * (np.log(value) - 1.0)
    return bound
