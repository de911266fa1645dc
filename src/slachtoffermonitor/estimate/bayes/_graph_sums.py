"""The posterior over hidden numbers and decomposable graphs, summed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from slachtoffermonitor.estimate.bayes._kernels import graphs as kernels

Floats = NDArray[np.float64]
Sets = NDArray[np.uint8]

_COARSE = 600  # hidden numbers, at least, at which all graphs are weighed before the sum is made
_LIGHT = 1e-12  # share of the posterior of all graphs together that are left out of the sum
_FAR = 45.0  # log of how far below the peak a stretch of hidden numbers is left out: e⁻⁴⁵ = 3e-20
_BLOCK = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphPosterior:
    """The posterior over hidden numbers and over the graphs that weigh anything."""

    by_value: Floats
    by_graph: Floats
    means: Floats
    plus: Sets
    minus: Sets


@cache
def graphs_on(lists: int) -> tuple[Sets, Sets]:
    return kernels.elimination_order(lists, kernels.count_decomposable(lists))


def sum_posterior(
    counts: NDArray[np.int64], lists: int, delta: float, values: NDArray[np.int64]
) -> GraphPosterior:
    """Sum over graphs and hidden numbers; what weighs nothing is first found on a coarse grid.

    The grid is so fine that the posterior of one graph, which is about 1 / √persons wide on the
    logarithmic scale, cannot hide between its points.
    """
    plus, minus = graphs_on(lists)
    number = max(_COARSE, math.ceil(math.log(values.size + 1.0) * math.sqrt(counts.sum())))
    coarse = np.unique(np.geomspace(1, values.size, number).astype(np.int64)) - 1
    parts = np.gradient(coarse.astype(np.float64)) if coarse.size > 1 else np.ones(1)
    factors, base = _log_factors(counts, lists, delta, values[coarse].astype(np.float64))
    masses, peaks = kernels.log_masses(plus, minus, factors, base, parts)
    offset = masses.max()
    kept = _heavy(np.exp(masses - offset))
    plus, minus = plus[kept], minus[kept]
    by_graph, moments = np.zeros(len(plus)), np.zeros(len(plus))
    by_value = np.zeros(values.size)
    for start in range(0, values.size, _BLOCK):
        first = np.searchsorted(coarse, start, side="right") - 1
        last = np.searchsorted(coarse, start + _BLOCK)
        if peaks[first : last + 1].max() < peaks.max() - _FAR:
            continue
        points = values[start : start + _BLOCK].astype(np.float64)
        factors, base = _log_factors(counts, lists, delta, points)
        part = by_value[start : start + _BLOCK]
        kernels.posterior_masses(
            plus, minus, factors, base - offset, points, by_graph, part, moments
        )
    return GraphPosterior(
        by_value=by_value / by_value.sum(),
        by_graph=by_graph / by_graph.sum(),
        means=moments / by_graph,
        plus=plus,
        minus=minus,
    )


def _heavy(shares: Floats) -> NDArray[np.bool_]:
    """Mark the graphs that matter: the lightest are left out while all that together is nothing."""
    order = np.argsort(shares)
    kept = np.empty(shares.size, dtype=np.bool_)
    kept[order] = np.cumsum(shares[order]) > _LIGHT * shares.sum()
    return kept


def _log_factors(
    counts: NDArray[np.int64], lists: int, delta: float, hidden: Floats
) -> tuple[Floats, Floats]:
    """Give the log marginal likelihood of the table of each set of lists, and what all share.

    Only the cell of persons on none of the lists of the set depends on the hidden number. What all
    graphs share is the number of ways to choose these persons among all, and the prior 1 / N.
    """
    persons = hidden + counts.sum()
    whole = delta * 2**lists
    cells = np.arange(counts.size)
    normaliser = gammaln(whole + persons) - gammaln(whole)
    factors = np.empty((counts.size, hidden.size))
    for group in range(counts.size):
        prior = delta * 2.0 ** (lists - group.bit_count())
        table = np.bincount(cells & group, weights=counts, minlength=counts.size)
        filled = table[(table > 0) & (cells > 0)]
        fixed = float((gammaln(prior + filled) - gammaln(prior)).sum())
        factors[group] = fixed + gammaln(prior + table[0] + hidden) - gammaln(prior) - normaliser
    return factors, gammaln(persons) - gammaln(hidden + 1)
