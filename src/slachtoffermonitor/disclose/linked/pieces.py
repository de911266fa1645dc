"""One column of counts of one table, its conditions as plain keys: what a linked set is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from slachtoffermonitor.disclose.tables import Column, Hierarchy, Table
from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.vocabulary import code_list, code_list_names

__all__ = ["TOTAL", "Knowledge", "Piece", "exact_pieces", "table_hierarchies"]

TOTAL = ""
"""How the total of a dimension is written inside a linked set."""

_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What a reader knows of the counts of one table, as expressions over its count column.

    `low` and `high` bound the true count; where nothing is known they are 0 and infinite.
    """

    low: pl.Expr
    high: pl.Expr


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A column of counts with its conditions.

    `cells` has one string column per dimension (`TOTAL` for a margin), `row` (its row in the
    table), `value` (the true count, null when not known), `low` and `high`.
    """

    table: str
    column: str
    population: str
    dimensions: tuple[str, ...]
    overlapping: frozenset[str]
    hierarchies: Mapping[str, Hierarchy]
    cells: pl.DataFrame


def exact_pieces(tables: Iterable[Table]) -> tuple[Piece, ...]:
    """What are the pieces of these exact tables?

    Raises:
        InputError: a hierarchy does not cover the codes of its dimension; all problems at once.

    """
    tables = tuple(tables)
    problems = [problem for table in tables for problem in _uncovered(table)]
    if problems:
        raise InputError(problems)
    value = pl.col("value")
    known = Knowledge(low=value.fill_null(0.0), high=value.fill_null(float("inf")))
    return tuple(
        piece_of(table, column, known)
        for table in tables
        for column in table.columns
        if column.role == "count"
    )


def piece_of(
    table: Table, column: Column, known: Knowledge, truth: pl.Series | None = None
) -> Piece:
    """Give one column of counts as a piece; `truth` are the true counts where they are known."""
    sources = dict(_source(name) for name in table.classified_by(column))
    trees = table_hierarchies(table)
    dimensions = tuple(sources)
    shown = pl.col(column.name).cast(pl.Float64).alias("value")
    keyed = table.frame.with_row_index("row").select(
        *(
            pl.col(taken)
            .cast(pl.String)
            .fill_null("?")
            .replace(table.total, TOTAL)
            .alias(f"by {name}")
            for name, taken in sources.items()
        ),
        pl.col("row").cast(pl.Int64),
        shown,
    )
    cells = keyed.with_columns(low=known.low, high=known.high)
    if truth is not None:
        cells = cells.with_columns(value=truth.cast(pl.Float64))
    own = f"{table.name}/{column.name}"
    return Piece(
        table=table.name,
        column=column.name,
        population=column.population or own,
        dimensions=tuple(f"by {name}" for name in dimensions),
        overlapping=frozenset(
            f"by {one.name}" for one in table.columns if one.overlapping and one.name in dimensions
        ),
        hierarchies={
            f"by {name}": trees[taken] for name, taken in sources.items() if taken in trees
        },
        cells=cells,
    )


def _source(name: str) -> tuple[str, str]:
    """Give the dimension and the column that has its codes: "year=before_period"."""
    dimension, _, column = name.partition("=")
    return dimension, column or dimension


def table_hierarchies(table: Table) -> dict[str, Hierarchy]:
    """Which codes add up to which: as the table declares, or else as the vocabulary does.

    A list of the vocabulary is used when its parent codes stand in the column.
    """
    found: dict[str, Hierarchy] = {name: dict(tree) for name, tree in table.hierarchies.items()}
    for column in table.columns:
        if column.role != "dimension" or column.name in found or not column.codes:
            continue
        tree = _vocabulary_tree(column.codes)
        if tree and not set(tree).isdisjoint(_codes_of(table, column.name)):
            found[column.name] = tree
    return found


def _vocabulary_tree(name: str) -> dict[str, tuple[str, ...]]:
    if name not in code_list_names():
        return {}
    children: dict[str, list[str]] = {}
    for code, entry in code_list(name).items():
        if entry.parent:
            children.setdefault(entry.parent, []).append(code)
    return {parent: tuple(codes) for parent, codes in children.items()}


def _codes_of(table: Table, dimension: str) -> list[str]:
    codes = table.frame[dimension].cast(pl.String).drop_nulls().unique().sort()
    return [code for code in codes.to_list() if code != table.total]


def _uncovered(table: Table) -> list[Problem]:
    """List the codes that a declared hierarchy does not know, and hierarchies that go in rings."""
    problems = []
    for dimension, tree in table.hierarchies.items():
        if dimension not in table.dimensions:
            problems.append(
                Problem(
                    what=f"table '{table.name}' has a hierarchy for what is no dimension of it",
                    found=dimension,
                    allowed=", ".join(table.dimensions),
                )
            )
            continue
        known = {*tree, *(code for children in tree.values() for code in children)}
        missing = [code for code in _codes_of(table, dimension) if code not in known]
        if missing:
            problems.append(
                Problem(
                    what=f"the hierarchy of table '{table.name}' does not cover its codes",
                    column=dimension,
                    found=_list(missing),
                    allowed=_list(sorted(known)),
                )
            )
        if _has_ring(tree):
            problems.append(
                Problem(
                    what=f"the hierarchy of table '{table.name}' goes in a ring",
                    column=dimension,
                    allowed="every code above what adds up to it, and never below",
                )
            )
    return problems


def _has_ring(tree: Hierarchy) -> bool:
    left = {parent: set(children) & set(tree) for parent, children in tree.items()}
    while left:
        done = {parent for parent, children in left.items() if not children}
        if not done:
            return True
        left = {parent: children - done for parent, children in left.items() if parent not in done}
    return False


def _list(codes: Sequence[str]) -> str:
    rest = len(codes) - _SHOWN
    return ", ".join(codes[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
