"""Many tables as one set of variables and equations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from slachtoffermonitor.disclose.linked._equations import write_equations
from slachtoffermonitor.disclose.linked._joint import add_joint
from slachtoffermonitor.disclose.linked._population import Population
from slachtoffermonitor.disclose.linked.pieces import TOTAL, Piece
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["LinkedSet", "link_pieces"]

_SHOWN = 5
_APPEARING = {"cell": pl.Int64, "piece": pl.Int64, "row": pl.Int64}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinkedSet:
    """All cells of a set of tables, each once, and the equations between them.

    `value` is the true count (NaN where not known), `low` and `high` what a reader knows of it,
    `seen` whether it stands in a table. `row_low <= matrix @ counts <= row_high` holds for the
    true counts. `appearances` has `cell`, `piece` and `row`: where each cell stands. `joint` says
    whether the finest cross-classification is in the system (its cells are `atom`), so that
    nothing a reader could know from the counts being margins of one table of persons is left out.
    """

    pieces: tuple[Piece, ...]
    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    seen: NDArray[np.bool_]
    atom: NDArray[np.bool_]
    matrix: csr_array
    row_low: NDArray[np.float64]
    row_high: NDArray[np.float64]
    appearances: pl.DataFrame
    keys: tuple[pl.DataFrame, ...]
    joint: bool

    def __repr__(self) -> str:
        """Show the size, never the values."""
        return f"LinkedSet({self.value.size} cells, {self.row_low.size} equations)"

    def conditions(self, cell: int) -> Mapping[str, str]:
        """Which codes does the cell combine, dimension by dimension, totals left out?"""
        for keys in self.keys:
            first = int(keys["cell"][0]) if keys.height else 0
            if first <= cell < first + keys.height:
                row = keys.row(cell - first, named=True)
                return {
                    name.removeprefix("by "): code
                    for name, code in row.items()
                    if name.startswith("by ") and code != TOTAL
                }
        raise KeyError(cell)

    def tables_of(self, cells: Sequence[int]) -> tuple[str, ...]:
        """In which tables do these cells stand?"""
        found = self.appearances.filter(pl.col("cell").is_in(list(cells)))["piece"].unique()
        return tuple(sorted({self.pieces[number].table for number in found.to_list()}))


def link_pieces(pieces: Sequence[Piece], *, joint_limit: int = 0) -> LinkedSet:
    """Which cells of these tables are the same, and which add up to which?

    Args:
        pieces: the columns of counts of all tables that a reader can put side by side.
        joint_limit: the finest cross-classification of a population is added as unpublished cells
            while it has no more cells than this. Without it an attack can miss what follows from
            counts being 0 or more in that finest table.

    Raises:
        InputError: hierarchies of linked tables contradict one another, or the same cell has two
            different counts.

    """
    named: dict[str, list[tuple[int, Piece]]] = {}
    for number, piece in enumerate(pieces):
        named.setdefault(piece.population, []).append((number, piece))
    populations = [Population(name, members) for name, members in named.items()]
    problems = [
        problem
        for population in populations
        for problem in _two_counts(population, [piece.table for piece in pieces])
    ]
    if problems:
        raise InputError(problems)
    joint = True
    for population in populations:
        write_equations(population)
        joint &= joint_limit > 0 and add_joint(population, joint_limit)
    return _assemble(populations, tuple(pieces), joint)


def _assemble(
    populations: Sequence[Population], pieces: tuple[Piece, ...], joint: bool
) -> LinkedSet:
    offset = 0
    keys, appearances, entries, bounds = [], [], [], []
    rows = 0
    for population in populations:
        coarse = population.cells.height if population.coarse is None else population.coarse
        keys.append(
            population.cells.with_columns(pl.col("cell") + offset, atom=pl.col("cell") >= coarse)
        )
        appearances.append(population.appearances.with_columns(pl.col("cell") + offset))
        for sums in population.sums:
            made, low, high = _rows_of(sums, rows, offset)
            entries.append(made)
            bounds.append((low, high))
            rows += low.size
        offset += population.cells.height
    row, column, weight = (
        np.concatenate([part[i] for part in entries]) if entries else np.empty(0) for i in range(3)
    )
    whole = [frame.select("value", "low", "high", "seen", "atom") for frame in keys]
    stacked = pl.concat(whole) if whole else pl.DataFrame()
    empty = np.empty(0)
    return LinkedSet(
        pieces=pieces,
        value=stacked["value"].fill_null(float("nan")).to_numpy() if whole else empty,
        low=stacked["low"].to_numpy() if whole else empty,
        high=stacked["high"].to_numpy() if whole else empty,
        seen=stacked["seen"].to_numpy() if whole else empty.astype(bool),
        atom=stacked["atom"].to_numpy() if whole else empty.astype(bool),
        matrix=csr_array(
            (weight, (row.astype(np.int64), column.astype(np.int64))), shape=(rows, offset)
        ),
        row_low=np.concatenate([low for low, _ in bounds]) if bounds else empty,
        row_high=np.concatenate([high for _, high in bounds]) if bounds else empty,
        appearances=pl.concat(appearances) if appearances else pl.DataFrame(schema=_APPEARING),
        keys=tuple(keys),
        joint=joint,
    )


Entries = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def _rows_of(
    sums: pl.DataFrame, first: int, offset: int
) -> tuple[Entries, NDArray[np.float64], NDArray[np.float64]]:
    """Write `parent - sum of children`: 0, or at most 0 in all and at least 0 in each part."""
    parent = sums["parent"].to_numpy() + offset
    child = sums["child"].to_numpy() + offset
    tops, number = np.unique(parent, return_inverse=True)
    row = np.concatenate([number, np.arange(tops.size)])
    column = np.concatenate([child, tops])
    weight = np.concatenate([np.full(child.size, -1.0), np.ones(tops.size)])
    low, high = np.zeros(tops.size), np.zeros(tops.size)
    if not sums.is_empty() and sums["overlap"][0]:
        low[:] = -np.inf
        part = sums.select(pl.struct("parent", "group").rank("dense"))["parent"].to_numpy() - 1
        of_part, where = np.unique(part, return_index=True)
        row = np.concatenate([row, tops.size + part, tops.size + of_part])
        column = np.concatenate([column, child, parent[where]])
        weight = np.concatenate([weight, np.full(child.size, -1.0), np.ones(of_part.size)])
        low = np.concatenate([low, np.zeros(of_part.size)])
        high = np.concatenate([high, np.full(of_part.size, np.inf)])
    return (row.astype(np.int64) + first, column.astype(np.int64), weight), low, high


def _two_counts(population: Population, tables: Sequence[str]) -> list[Problem]:
    wrong = population.cells.filter(pl.col("low") > pl.col("high"))["cell"]
    if wrong.is_empty():
        return []
    numbers = population.appearances.filter(pl.col("cell").is_in(wrong.to_list()))["piece"]
    names = sorted({tables[number] for number in numbers.unique().to_list()})
    return [
        Problem(
            what=f"{wrong.len()} cells have another count in one table than in another "
            f"({', '.join(names[:_SHOWN])})",
            allowed="the same count wherever the same is counted, or another population",
        )
    ]
