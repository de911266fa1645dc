"""Decomposable graphs on a handful of lists, and their posterior weights.

A graph is decomposable when its vertices can be taken away one by one, each time one whose
remaining neighbours are all joined to each other. The marginal likelihood is then a product of one
factor per vertex: that of the vertex with these neighbours over that of the neighbours alone.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["count_decomposable", "elimination_order", "log_masses", "posterior_masses"]

Floats = NDArray[np.float64]
Sets = NDArray[np.uint8]


@njit(cache=True)
def _neighbours(code: int, lists: int, adjacent: NDArray[np.int64]) -> None:
    """Unfold the edges of a graph, one bit per pair (12, 13, 23, 14, …), to sets per vertex."""
    adjacent[:] = 0
    edge = 0
    for high in range(1, lists):
        for low in range(high):
            if (code >> edge) & 1:
                adjacent[high] |= 1 << low
                adjacent[low] |= 1 << high
            edge += 1


@njit(cache=True)
def _take_away(
    adjacent: NDArray[np.int64],
    lists: int,
    joined: NDArray[np.int64],
    kept: NDArray[np.int64],
) -> bool:
    """Take the vertices away in a perfect order; False when there is none.

    Fills `joined` with each vertex together with its remaining neighbours, `kept` with these
    neighbours alone.
    """
    left = (1 << lists) - 1
    for step in range(lists):
        found = -1
        for vertex in range(lists):
            if not (left >> vertex) & 1:
                continue
            around = adjacent[vertex] & left
            simplicial = True
            for other in range(lists):
                if (around >> other) & 1 and (around & ~(1 << other)) & ~adjacent[other]:
                    simplicial = False
                    break
            if simplicial:
                found = vertex
                break
        if found < 0:
            return False
        kept[step] = adjacent[found] & left
        joined[step] = kept[step] | (1 << found)
        left &= ~(1 << found)
    return True


@njit(cache=True)
def count_decomposable(lists: int) -> int:
    """Count the decomposable graphs among all labelled graphs."""
    adjacent = np.zeros(lists, np.int64)
    joined = np.zeros(lists, np.int64)
    kept = np.zeros(lists, np.int64)
    found = 0
    for code in range(1 << (lists * (lists - 1) // 2)):
        _neighbours(code, lists, adjacent)
        if _take_away(adjacent, lists, joined, kept):
            found += 1
    return found


@njit(cache=True)
def elimination_order(lists: int, graphs: int) -> tuple[Sets, Sets]:
    """Give for each decomposable graph the sets whose factors multiply and divide.

    Returns two arrays of graphs × lists: row by row the set taken with its neighbours, and the
    neighbours alone.
    """
    plus = np.zeros((graphs, lists), np.uint8)
    minus = np.zeros((graphs, lists), np.uint8)
    adjacent = np.zeros(lists, np.int64)
    joined = np.zeros(lists, np.int64)
    kept = np.zeros(lists, np.int64)
    row = 0
    for code in range(1 << (lists * (lists - 1) // 2)):
        _neighbours(code, lists, adjacent)
        if _take_away(adjacent, lists, joined, kept):
            for step in range(lists):
                plus[row, step] = joined[step]
                minus[row, step] = kept[step]
            row += 1
    return plus, minus


@njit(cache=True)
def log_masses(
    plus: Sets, minus: Sets, factors: Floats, base: Floats, parts: Floats
) -> tuple[Floats, Floats]:
    """Give the logarithm of the mass of each graph, and of the highest weight at each number.

    `parts` says for how many hidden numbers each of these stands. `factors` holds the log
    marginal likelihood of each set of lists (rows) at each hidden number
    (columns), `base` the terms that all graphs share.
    """
    graphs, steps = plus.shape
    values = base.size
    masses = np.empty(graphs)
    peaks = np.full(values, -np.inf)
    weights = np.empty(values)
    for graph in range(graphs):
        weights[:] = base
        for step in range(steps):
            first, second = plus[graph, step], minus[graph, step]
            for value in range(values):
                weights[value] += factors[first, value] - factors[second, value]
        largest = weights.max()
        mass = 0.0
        for value in range(values):
            mass += np.exp(weights[value] - largest) * parts[value]
            peaks[value] = max(peaks[value], weights[value])
        masses[graph] = largest + np.log(mass)
    return masses, peaks


@njit(cache=True)
def posterior_masses(  # noqa: PLR0917
    plus: Sets,
    minus: Sets,
    factors: Floats,
    base: Floats,
    hidden: Floats,
    by_graph: Floats,
    by_value: Floats,
    moments: Floats,
) -> None:
    """Add the weights of these hidden numbers to the sums by graph and by hidden number.

    `moments` gathers per graph the weighted sum of the hidden numbers.
    """
    graphs, steps = plus.shape
    values = base.size
    weights = np.empty(values)
    for graph in range(graphs):
        weights[:] = base
        for step in range(steps):
            first, second = plus[graph, step], minus[graph, step]
            for value in range(values):
                weights[value] += factors[first, value] - factors[second, value]
        total = 0.0
        moment = 0.0
        for value in range(values):
            weight = np.exp(weights[value])
            by_value[value] += weight
            total += weight
            moment += weight * hidden[value]
        by_graph[graph] += total
        moments[graph] += moment
