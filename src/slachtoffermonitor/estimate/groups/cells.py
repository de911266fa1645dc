"""The table of lists × covariates: counts, what cannot occur, and who has a covariate missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import gammaln, xlogy

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.groups.coverage import Gap, possible_cells
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["GroupCells", "Partial", "count_cells"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

_MOST = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Partial:
    """Persons of whom the same covariates are missing.

    Attributes:
        member: groups × classes, 1 where a group is of a class (agrees on what is known).
        counts: 2^lists × classes.

    """

    member: Floats
    counts: Floats

    def occupied(self) -> tuple[Whole, Whole]:
        """Give the histories and the classes with persons."""
        histories, classes = np.nonzero(self.counts)
        return histories.astype(np.int64), classes.astype(np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupCells:
    """Persons per capture history and group.

    A group is one combination of covariate levels, in row-major order of the covariates. Row 0 of
    each array is the history "seen by no list": never counted, and outside the likelihood.

    Attributes:
        lists: names of the lists.
        covariates: names of the covariates.
        levels: per covariate the names of its levels.
        counts: float64, 2^lists × groups: persons whose covariates are all known.
        possible: bool, 2^lists × groups: the history can occur in the group.
        exists: bool, groups: such persons can exist.
        partial: persons with covariates missing, one entry per set of missing covariates.

    """

    lists: tuple[str, ...]
    covariates: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    counts: Floats
    possible: Flags
    exists: Flags
    partial: tuple[Partial, ...] = ()

    @property
    def observed(self) -> float:
        """The number of persons."""
        return float(self.counts.sum() + sum(part.counts.sum() for part in self.partial))

    @property
    def incomplete(self) -> float:
        """The number of persons with a covariate missing."""
        return float(sum(part.counts.sum() for part in self.partial))

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of levels of each covariate."""
        return tuple(len(names) for names in self.levels)

    def codes(self) -> tuple[Whole, ...]:
        """Give the level of each covariate in each group."""
        if not self.sizes:
            return ()
        groups = np.arange(self.counts.shape[1])
        return tuple(code.astype(np.int64) for code in np.unravel_index(groups, self.sizes))

    def with_counts(self, drawn: Sequence[Floats]) -> GroupCells:
        """Give the same cells with other persons: the counts, then those of each partial part."""
        partial = tuple(
            replace(part, counts=counts)
            for part, counts in zip(self.partial, drawn[1:], strict=True)
        )
        return replace(self, counts=drawn[0], partial=partial)

    def could_hold(self) -> Floats:
        """Give, per cell, the persons who are in it or could be, for the pattern of zeros."""
        held = self.counts.copy()
        for part in self.partial:
            held += part.counts @ part.member.T
        return np.where(self.possible, held, 0.0)

    def shares(self, means: Floats) -> Iterator[tuple[Partial, Floats]]:
        """Give per part the expected persons in each of its classes under these means."""
        for part in self.partial:
            yield part, means @ part.member

    def completed(self, means: Floats) -> Floats:
        """Divide the persons with a covariate missing over the groups: the expectation step.

        Source: Dempster, Laird & Rubin (1977); van der Heijden, Smith, Cruyff & Bakker (2018).
        """
        full = self.counts.copy()
        for part, expected in self.shares(means):
            factor = np.divide(
                part.counts, expected, out=np.zeros_like(expected), where=part.counts > 0
            )
            full += means * (factor @ part.member.T)
        return full

    def log_likelihood(self, means: Floats) -> float:
        """Give the Poisson log-likelihood of what was recorded, up to `constant`."""
        value = float(xlogy(self.counts, means).sum() - means.sum())
        for part, expected in self.shares(means):
            value += float(xlogy(part.counts, expected).sum())
        return value

    def constant(self) -> float:
        """Give what the log-likelihood holds that no parameter changes."""
        parts = (self.counts, *(part.counts for part in self.partial))
        return -float(sum(gammaln(counts + 1.0).sum() for counts in parts))

    def ceiling(self) -> float:
        """Give the log-likelihood, up to `constant`, of a model that fits every count."""
        parts = (self.counts, *(part.counts for part in self.partial))
        return float(sum((xlogy(counts, counts) - counts).sum() for counts in parts))


def count_cells(
    table: CaptureTable,
    covariates: Sequence[str],
    *,
    gaps: Sequence[Gap] = (),
    unknown: Sequence[str] = (),
) -> GroupCells:
    """Lay a capture table out over lists × covariates.

    Args:
        table: with these covariates among its strata; other strata are added up.
        covariates: names, in order.
        gaps: what cannot occur.
        unknown: values that mean that a covariate is missing; null always does.

    Raises:
        InputError: no such stratum, more than four million cells, or persons where a gap says
            that none can be.

    """
    absent = [name for name in covariates if name not in table.strata]
    if absent or len(set(covariates)) < len(covariates):
        raise InputError(
            Problem(
                what="a covariate is not a stratum of the table, or is named twice",
                found=", ".join(absent or covariates),
                allowed=", ".join(table.strata),
            )
        )
    levels = tuple(_levels(table.cells[name], unknown) for name in covariates)
    groups = int(np.prod([len(names) for names in levels], dtype=np.int64)) if levels else 1
    if groups << table.size > _MOST:
        raise InputError(
            Problem(
                what="the table has too many cells",
                found=f"{groups} groups × {1 << table.size} histories",
                allowed=f"{_MOST:,} cells: fewer covariates, levels or lists",
            )
        )
    possible, exists = possible_cells(table.lists, covariates, levels, gaps)
    coded = _coded(table.cells, covariates, levels)
    empty = GroupCells(
        lists=table.lists,
        covariates=tuple(covariates),
        levels=levels,
        counts=np.zeros(possible.shape),
        possible=possible,
        exists=exists,
    )
    cells = _fill(empty, coded)
    _refuse_impossible(cells)
    return cells


def _levels(column: pl.Series, unknown: Sequence[str]) -> tuple[str, ...]:
    """Give the levels in the order of their values, as text."""
    found = column.drop_nulls().unique().sort().cast(pl.String).to_list()
    levels = tuple(name for name in found if name not in unknown)
    if not levels:
        raise InputError(
            Problem(what="no person has a known value of a covariate", column=column.name)
        )
    return levels


def _coded(
    cells: pl.DataFrame, covariates: Sequence[str], levels: Sequence[Sequence[str]]
) -> pl.DataFrame:
    """Give histories, the number of the level of each covariate (−1: missing) and counts."""
    return cells.select(
        pl.col("history").cast(pl.Int64),
        *(
            pl.col(name)
            .cast(pl.String)
            .replace_strict(
                {level: i for i, level in enumerate(names)}, default=-1, return_dtype=pl.Int64
            )
            .fill_null(-1)
            for name, names in zip(covariates, levels, strict=True)
        ),
        pl.col("count").cast(pl.Float64),
    )


def _fill(empty: GroupCells, coded: pl.DataFrame) -> GroupCells:
    """Put the persons in their cells, and those with missing covariates in classes of groups."""
    sizes, counts = empty.sizes, empty.counts.copy()
    codes = coded.select(empty.covariates).to_numpy().reshape(coded.height, len(sizes))
    history = coded["history"].to_numpy()
    persons = coded["count"].to_numpy()
    known = codes >= 0
    partial = []
    patterns, which = np.unique(known, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        rows = np.flatnonzero(which.ravel() == number)
        places = np.flatnonzero(pattern)
        shape = tuple(sizes[i] for i in places)
        target = _ravel([codes[rows, i] for i in places], shape, rows.size)
        if pattern.all():
            np.add.at(counts, (history[rows], target), persons[rows])
            continue
        of = _ravel([empty.codes()[i] for i in places], shape, counts.shape[1])
        classes = int(np.prod(shape, dtype=np.int64))
        member = np.zeros((counts.shape[1], classes))
        member[np.arange(counts.shape[1]), of] = 1.0
        held = np.zeros((counts.shape[0], classes))
        np.add.at(held, (history[rows], target), persons[rows])
        partial.append(Partial(member=member, counts=held))
    return replace(empty, counts=counts, partial=tuple(partial))


def _ravel(codes: Sequence[Whole], shape: tuple[int, ...], length: int) -> Whole:
    if not shape:
        return np.zeros(length, dtype=np.int64)
    return np.asarray(np.ravel_multi_index(tuple(codes), shape), dtype=np.int64)


def _refuse_impossible(cells: GroupCells) -> None:
    """Refuse persons in cells that cannot occur."""
    wrong = float(cells.counts[~cells.possible].sum())
    for part in cells.partial:
        wrong += float(part.counts[(cells.possible @ part.member) == 0].sum())
    if wrong:
        raise InputError(
            Problem(
                what="persons are on a list in a group that the list is said not to cover",
                found=f"{wrong:,.0f} persons",
                allowed="gaps in coverage without persons: check the gaps, or the list",
            )
        )
