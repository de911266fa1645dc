"""Replicates of an estimate: the whole selection of the model repeated on resampled persons."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.estimate._kernels import searching
from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.loglinear.fitting import (
    Criterion,
    FittedModels,
    fit_models,
    pack,
    penalties,
    starting_values,
)
from slachtoffermonitor.ground import progress

__all__ = ["Replicates", "leave_one_out", "resample", "select_each"]

Floats = NDArray[np.float64]
_BLOCK = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Replicates:
    """Estimates on resampled tables, the model chosen anew on each.

    Attributes:
        estimates: float64, one per replicate; NaN where no model is sound.
        chosen: index of the chosen model among the candidates; -1 where no model is sound.

    """

    estimates: Floats
    chosen: NDArray[np.int64]

    @property
    def refused(self) -> int:
        """How many replicates had no sound model."""
        return int((self.chosen < 0).sum())


def resample(
    counts: NDArray[np.int64], replicates: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Draw tables of as many persons, each with a capture history drawn from the table."""
    observed = int(counts.sum())
    return rng.multinomial(observed, counts / observed, size=replicates)


def leave_one_out(counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the tables with one person left out, one per filled cell, and how many persons it is."""
    filled = np.nonzero(counts)[0]
    tables = np.repeat(counts[None, :], filled.size, axis=0)
    tables[np.arange(filled.size), filled] -= 1
    return tables, counts[filled]


def select_each(
    table: CaptureTable,
    fits: FittedModels,
    tables: NDArray[np.int64],
    *,
    criterion: Criterion,
    threads: int | None = None,
) -> Replicates:
    """Choose the best of all candidates on each table, and estimate with it.

    Args:
        table: the table that the others were drawn from.
        fits: the fits of all candidates to that table.
        tables: counts, one table per row.
        criterion: what is made small.
        threads: how many cores to use; all when not given.

    """
    models = fits.candidates
    values = fits.criterion(criterion)
    start = starting_values(table.counts.astype(np.float64))
    packed = pack(models, start, np.argsort(values, kind="stable"))
    persons = tables.sum(axis=1)
    sizes, which = np.unique(persons, return_inverse=True)
    penalty = np.stack([penalties(models.parameters, int(size), criterion) for size in sizes])
    counts = tables.astype(np.float64)
    chosen = np.empty(len(tables), dtype=np.int64)
    found = np.empty((len(tables), 3))

    def choose_block(first: int) -> None:
        block = slice(first, first + _BLOCK)
        searching.choose_each(
            packed, counts[block], penalty, which[block], chosen[block], found[block]
        )

    firsts = range(0, len(tables), _BLOCK)
    with ThreadPoolExecutor(threads or cpu_count()) as pool:
        for _ in progress(pool.map(choose_block, firsts), "bootstrap", total=len(firsts)):
            pass
    for row in np.nonzero(chosen == searching.UNDECIDED)[0]:
        chosen[row], found[row, 1] = _choose_slowly(table, fits, tables[row], criterion)
    return Replicates(estimates=found[:, 1] + persons, chosen=chosen)


def _choose_slowly(
    table: CaptureTable, fits: FittedModels, counts: NDArray[np.int64], criterion: Criterion
) -> tuple[int, float]:
    """Choose by fitting every candidate, with verdicts in unbounded whole numbers."""
    own = fit_models(CaptureTable.of_counts(table.lists, counts), fits.candidates)
    values = own.criterion(criterion)
    best = int(np.argmin(values))
    return (best, float(own.hidden[best])) if np.isfinite(values[best]) else (-1, np.nan)
