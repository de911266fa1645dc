"""Replicates of an estimate: the whole selection of the model repeated on other tables."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from os import cpu_count

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.estimate._kernels import searching, walking
from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.loglinear.fitting import fit_models, pack, penalties
from slachtoffermonitor.estimate.loglinear.search import Search, rank_sound, search_models
from slachtoffermonitor.estimate.loglinear.stepwise import step_both_ways, step_models
from slachtoffermonitor.estimate.model import HierarchicalModel
from slachtoffermonitor.estimate.uncertainty.averaging import MARGIN, average
from slachtoffermonitor.ground import InputError, progress

__all__ = ["Replicates", "leave_one_out", "repeat", "resample"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
_BLOCK = 25
_STARTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Replicates:
    """Estimates on other tables, the model chosen anew on each.

    Attributes:
        estimates: float64, one per table; NaN where no model is sound.
        models: the chosen models; None where no model is sound.

    """

    estimates: Floats
    models: tuple[HierarchicalModel | None, ...]

    @property
    def refused(self) -> int:
        """How many tables had no sound model."""
        return sum(model is None for model in self.models)


def resample(counts: Whole, replicates: int, rng: np.random.Generator) -> Whole:
    """Draw tables of as many persons, each with a capture history drawn from the table."""
    observed = int(counts.sum())
    return rng.multinomial(observed, counts / observed, size=replicates)


def leave_one_out(counts: Whole) -> tuple[Whole, Whole]:
    """Give the tables with one person left out, one per filled cell, and how many persons it is."""
    filled = np.nonzero(counts)[0]
    tables = np.repeat(counts[None, :], filled.size, axis=0)
    tables[np.arange(filled.size), filled] -= 1
    return tables, counts[filled]


def repeat(
    search: Search, tables: Whole, *, averaged: bool = False, threads: int | None = None
) -> Replicates:
    """Make the same choice on each table that a search made on its own, and estimate.

    Among neighbours the walk starts from independence and from the ten best models of the search;
    steps both ways start from independence alone.

    Args:
        search: the search to repeat.
        tables: counts per capture history, one table per row.
        averaged: estimate by averaging over the models, not by the best; for `all` only.
        threads: how many cores to use; all when not given.

    """
    rows = len(tables)
    counts = tables.astype(np.float64)
    results = np.full((rows, 4), np.nan)
    states = np.empty(rows, dtype=np.int64)
    inside = np.zeros((0, 0) if search.way in ("all", "given") else counts.shape, dtype=np.bool_)
    work = _work(search, counts, results, states, inside, averaged=averaged)
    blocks = [slice(first, first + _BLOCK) for first in range(0, rows, _BLOCK)]
    with ThreadPoolExecutor(threads or cpu_count()) as pool:
        for _ in progress(pool.map(work, blocks), "bootstrap", total=len(blocks)):
            pass
    candidates = search.fits.candidates
    models: list[HierarchicalModel | None] = []
    for row in range(rows):
        if states[row] == searching.UNDECIDED:
            again = _slowly(search, tables[row])
            models.append(again.best.model if again else None)
            results[row, 1] = again.best.hidden if again else np.nan
            results[row, 3] = average(again).hidden if again and averaged else np.nan
        elif states[row] == searching.NONE_SOUND:
            models.append(None)
        elif inside.size:
            terms = tuple(np.nonzero(inside[row])[0].tolist())
            models.append(HierarchicalModel(size=candidates.size, terms=terms))
        else:
            models.append(candidates[int(states[row])])
    hidden = results[:, 3 if averaged else 1]
    return Replicates(estimates=hidden + tables.sum(axis=1), models=tuple(models))


def _work(
    search: Search,
    counts: Floats,
    results: Floats,
    states: Whole,
    inside: NDArray[np.bool_],
    *,
    averaged: bool,
) -> Callable[[slice], None]:
    """Give the function that fills one block of the tables' results."""
    persons, which = np.unique(counts.sum(axis=1).astype(np.int64), return_inverse=True)
    models = search.fits.candidates
    if search.way == "stepwise":
        return lambda rows: walking.step_each(
            counts[rows], search.threshold, inside[rows], results[rows], states[rows]
        )
    if search.way in ("neighbours", "both_ways"):
        sizes = np.arange(counts.shape[1] + 1)
        penalty = np.stack([penalties(sizes, int(n), search.criterion) for n in persons])
        starts, pool = _starts(search, counts.shape[1])
        return lambda rows: walking.walk_each(
            counts[rows], starts, pool, penalty, which[rows], inside[rows], results[rows],
            states[rows],
        )  # fmt: skip
    penalty = np.stack([penalties(models.parameters, int(n), search.criterion) for n in persons])
    rank = np.argsort(search.fits.criterion(search.criterion), kind="stable")
    packed = pack(
        models, search.fits.start, rank, complete=search.way == "all" and models.size <= 6
    )
    margin = MARGIN if averaged else 0.0
    return lambda rows: searching.choose_each(
        packed, counts[rows], penalty, which[rows], margin, states[rows], results[rows]
    )


def _starts(search: Search, cells: int) -> tuple[NDArray[np.bool_], Whole]:
    """Mark the models that each walk starts from, and list the terms that may come and go."""
    size = search.fits.candidates.size
    models = [HierarchicalModel.closure(size)]
    if search.way == "neighbours":
        models += [fit.model for fit in search.top(_STARTS)]
    marks = np.zeros((len(models), cells), dtype=np.bool_)
    for row, model in zip(marks, models, strict=True):
        row[list(model.terms)] = True
    orders = np.array([term.bit_count() for term in range(cells)])
    return marks, np.nonzero((orders > 1) & (orders <= search.max_order))[0]


def _slowly(search: Search, counts: Whole) -> Search | None:
    """Search one table step by step, with verdicts in unbounded whole numbers."""
    size = search.fits.candidates.size
    table = CaptureTable.of_counts(tuple(f"list {i}" for i in range(1, size + 1)), counts)
    try:
        if search.way == "given":
            fits = fit_models(table, search.fits.candidates)
            return replace(search, fits=fits, ranking=rank_sound(fits, search.criterion))
        if search.way == "stepwise":
            return step_models(table, threshold=search.threshold)
        if search.way == "both_ways":
            return step_both_ways(table, criterion=search.criterion, max_order=search.max_order)
        return search_models(
            table,
            criterion=search.criterion,
            max_order=search.max_order,
            exhaustive=search.exhaustive,
        )
    except InputError:
        return None
