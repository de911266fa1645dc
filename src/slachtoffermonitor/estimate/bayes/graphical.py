"""Decomposable graphical models, averaged: the posterior summed exactly."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.estimate.bayes._graph_sums import (
    GraphPosterior,
    Sets,
    graphs_on,
    sum_posterior,
)
from slachtoffermonitor.estimate.bayes.posterior import (
    QUANTILES,
    PosteriorEstimate,
    WeightedModel,
)
from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.model import HierarchicalModel
from slachtoffermonitor.ground import InputError, Number, Problem, Text

__all__ = ["average_graphs", "decomposable_models"]

Floats = NDArray[np.float64]

_MOST_LISTS = 6
_REACH = 30  # the largest hidden number looked at, in times the observed number
_MOST_VALUES = 1_000_000
_TAIL = 1e-4  # posterior probability of the last tenth of the grid above which a notice is due
_OTHER = 1.25  # factor by which another prior may move the estimate without a notice
_CHAINS = 4
_SHOWN = 20


def average_graphs(
    table: CaptureTable,
    *,
    delta: float | None = None,
    hidden: Sequence[int] | None = None,
    draws: int = 1000,
    seed: int = 0,
) -> PosteriorEstimate:
    """How many are hidden, averaged over every decomposable graph of dependence between lists?

    The prior weight `delta` decides much when lists overlap little: with `delta` = 1 the model of
    full dependence, which says nothing about the hidden cell, takes over and the answer falls to
    hardly more than the persons observed. Compare at least two values before you publish.

    Assumes: persons are alike and independent; the truth is near some decomposable graph; every
    graph equally likely beforehand; Dirichlet(δ, …, δ) cell probabilities; a prior proportional
    to 1 / (observed + hidden), on the hidden numbers looked at.

    Args:
        table: the capture table; strata are taken together.
        delta: prior persons per cell; 2^−lists when not given.
        hidden: hidden numbers to look at, increasing; when not given every number from 0 to 30
            times the observed number (evenly spaced if these are over a million).
        draws: draws per chain of the four that go with the result. They are independent draws
            from the exact posterior; quantiles, mean and probabilities do not depend on them.
        seed: of these draws.

    Returns:
        The posterior. `models` are the 20 most probable graphs. `convergence` is empty.

    Raises:
        InputError: fewer than 2 or more than 6 lists; delta not above zero; hidden numbers
            below 0 or not increasing.

    Source: Madigan & York (1997), Biometrika 84(1), 19-31; Dawid & Lauritzen (1993), Annals of
    Statistics 21(3), for the hyper-Dirichlet law.
    Checked against: dga 2.0.2, tests/reference/mse/rcd_*.json.

    Example:
        >>> import polars as pl
        >>> rows = {"A": [1, 0, 0, 1], "B": [0, 1, 0, 1], "C": [0, 0, 1, 1]}
        >>> frame = pl.DataFrame({**rows, "count": [40, 30, 20, 6]})
        >>> posterior = average_graphs(CaptureTable.from_counts(frame))
        >>> len(posterior.models)
        8

    """
    started = perf_counter()
    weight = 2.0**-table.size if delta is None else delta
    values = _hidden_numbers(table, hidden)
    _refuse(table, weight, values)
    posterior = sum_posterior(table.counts, table.size, weight, values)
    cumulative = np.cumsum(posterior.by_value)
    rng = np.random.default_rng(seed)
    sampled = rng.choice(values, size=(_CHAINS, draws), p=posterior.by_value).astype(np.float64)
    found = np.minimum(np.searchsorted(cumulative, np.array(QUANTILES)), values.size - 1)
    instead, prior_notices = _other_prior(table, weight, values, posterior.by_value)
    return PosteriorEstimate(
        method="graphical",
        lists=table.lists,
        observed=table.observed,
        hidden={p: float(values[i]) for p, i in zip(QUANTILES, found, strict=True)},
        hidden_mean=float(posterior.by_value @ values),
        draws={"hidden": sampled, "population": sampled + table.observed},
        models=_best_models(posterior, table),
        settings={
            "delta": weight,
            "graphs": graphs_on(table.size)[0].shape[0],
            "largest_hidden": int(values[-1]),
            "values": values.size,
            "seed": seed,
        },
        notices=(
            *table.notices,
            *_tail_notice(posterior.by_value, values),
            *prior_notices,
        ),
        under_other_priors=(instead,),
        seconds=perf_counter() - started,
    )


def decomposable_models(lists: int) -> list[str]:
    """Which decomposable graphs are there on this many lists (2 to 6), in model notation?

    Example:
        >>> decomposable_models(2)
        ['[1,2]', '[12]']

    """
    _check_lists(lists)
    return [_notation(row, lists) for row in graphs_on(lists)[0]]


def _check_lists(lists: int) -> None:
    if lists > _MOST_LISTS:
        raise InputError(
            Problem(
                what="too many lists to go through every decomposable graph; merge or drop lists",
                found=str(lists),
                allowed=f"2 to {_MOST_LISTS}",
            )
        )


def _refuse(table: CaptureTable, delta: float, values: NDArray[np.int64]) -> None:
    _check_lists(table.size)
    problems = []
    if not 0 < delta < np.inf:
        problems.append(
            Problem(what="the prior weight delta", found=str(delta), allowed="above zero")
        )
    if values.size == 0 or values[0] < 0 or (np.diff(values) <= 0).any():
        problems.append(
            Problem(what="the hidden numbers to look at", allowed="whole, from 0, increasing")
        )
    if problems:
        raise InputError(problems)


def _hidden_numbers(table: CaptureTable, hidden: Sequence[int] | None) -> NDArray[np.int64]:
    if hidden is not None:
        return np.asarray(hidden, dtype=np.int64)
    largest = _REACH * table.observed
    return np.arange(0, largest + 1, ceil(largest / _MOST_VALUES), dtype=np.int64)


def _notation(plus: Sets, lists: int) -> str:
    """Write a graph as a model: its cliques are the maximal interactions."""
    names = tuple(f"L{i}" for i in range(1, lists + 1))
    return HierarchicalModel.closure(lists, map(int, plus)).notation(names)


def _best_models(posterior: GraphPosterior, table: CaptureTable) -> tuple[WeightedModel, ...]:
    best = np.argsort(-posterior.by_graph, kind="stable")[:_SHOWN]
    return tuple(
        WeightedModel(
            model=_notation(posterior.plus[i], table.size),
            probability=float(posterior.by_graph[i]),
            estimate=table.observed + float(posterior.means[i]),
        )
        for i in best
    )


def _tail_notice(by_value: Floats, values: NDArray[np.int64]) -> tuple[Text, ...]:
    last = float(by_value[values > 0.9 * values[-1]].sum())
    if last < _TAIL:
        return ()
    return (
        Text(
            "The posterior reaches beyond the largest hidden number looked at ({largest}): its "
            "upper limits depend on that number.",
            {"largest": Number(int(values[-1]))},
        ),
    )


def _other_prior(
    table: CaptureTable, delta: float, values: NDArray[np.int64], by_value: Floats
) -> tuple[float, tuple[Text, ...]]:
    """Give the estimate with one prior person per cell (2^−lists, if it is one), and say it."""
    other = 1.0 if delta != 1.0 else 2.0**-table.size
    instead = sum_posterior(table.counts, table.size, other, values).by_value
    ours, theirs = (table.observed + _median(each, values) for each in (by_value, instead))
    if max(ours, theirs) < _OTHER * min(ours, theirs):
        return theirs, ()
    return theirs, (
        Text(
            "The estimate hangs on the prior: {ours} with prior weight {delta} per cell, "
            "{theirs} with {other}.",
            {
                "ours": Number(ours),
                "delta": Number(delta, "0.####"),
                "theirs": Number(theirs),
                "other": Number(other, "0.####"),
            },
        ),
    )


def _median(by_value: Floats, values: NDArray[np.int64]) -> int:
    place = int(np.searchsorted(np.cumsum(by_value), 0.5))
    return int(values[min(place, values.size - 1)])
