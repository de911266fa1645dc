"""What a reader knows of a count, given how the table says that it was protected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import polars as pl

from slachtoffermonitor.disclose.linked import Knowledge, Piece
from slachtoffermonitor.disclose.linked.pieces import piece_of
from slachtoffermonitor.disclose.tables import Column, ReleasedTable, Table
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["known_of", "published_pieces"]

Parameters = Mapping[str, int | float | str]
_VALUE = pl.col("value")
_ENDLESS = float("inf")


def known_of(method: str, parameters: Parameters) -> Knowledge:
    """Within what bounds must the true count lie, by the method alone?

    Raises:
        InputError: the method is not known.

    """
    if method not in _KNOWLEDGE:
        raise InputError(
            Problem(
                what="unknown method of protection", found=method, allowed=", ".join(_KNOWLEDGE)
            )
        )
    return _KNOWLEDGE[method](parameters)


def _within(distance: int) -> Knowledge:
    return Knowledge(
        low=(_VALUE - distance).clip(lower_bound=0).fill_null(0.0),
        high=(_VALUE + distance).fill_null(_ENDLESS),
    )


def _hidden_and_rounded(parameters: Parameters) -> Knowledge:
    half, minimum = int(parameters["base"]) // 2, int(parameters["minimum"])
    empty = _VALUE == 0
    low = pl.when(empty).then(0.0).otherwise((_VALUE - half).clip(lower_bound=minimum))
    return Knowledge(
        low=pl.when(_VALUE.is_null()).then(1.0).otherwise(low),
        high=pl.when(_VALUE.is_null())
        .then(float(minimum - 1))
        .otherwise(pl.when(empty).then(0.0).otherwise(_VALUE + half)),
    )


_KNOWLEDGE: dict[str, Callable[[Parameters], Knowledge]] = {
    "suppression": lambda _: _within(0),
    "minimum-and-rounding": _hidden_and_rounded,
    "rounding": lambda parameters: _within(int(parameters["base"]) - 1),
    "nearest": lambda parameters: _within(int(parameters["base"]) // 2),
    "cell-key": lambda parameters: _within(int(parameters["furthest"])),
    "noise": lambda _: Knowledge(low=pl.lit(0.0), high=pl.lit(_ENDLESS)),
}


def published_pieces(
    tables: Iterable[Table | ReleasedTable], method: str, parameters: Parameters
) -> tuple[Piece, ...]:
    """What are the pieces of these tables as a reader sees them?

    A `ReleasedTable` says how it was protected; for a `Table` `method` and `parameters` do. Tables
    of what was public already are left out.
    """
    found = []
    for table in tables:
        if isinstance(table, ReleasedTable):
            if table.method == "public-already":
                continue
            known = known_of(table.method, table.parameters)
        else:
            known = known_of(method, parameters)
        plain = _as_table(table)
        for column in plain.columns:
            if column.role == "count" and _has_all(plain, column):
                piece = piece_of(plain, column, known)
                found.append(_without_truth(piece))
    return tuple(found)


def _has_all(table: Table, column: Column) -> bool:
    """Say whether the columns that classify the count left too; if not, other tables have it."""
    return {name.partition("=")[2] or name for name in table.classified_by(column)} <= set(
        table.frame.columns
    )


def _as_table(table: Table | ReleasedTable) -> Table:
    if isinstance(table, Table):
        return table
    return Table(
        name=table.name,
        title=table.title,
        frame=table.frame,
        columns=table.columns,
        origin=table.origin,
        source=table.source,
        hierarchies=table.hierarchies,
        total=table.total,
    )


def _without_truth(piece: Piece) -> Piece:
    """Keep what is shown only where it is exact: a reader has no other truth."""
    exact = pl.col("low") == pl.col("high")
    cells = piece.cells.with_columns(
        shown=pl.col("value"), value=pl.when(exact).then(pl.col("low"))
    )
    return Piece(
        table=piece.table,
        column=piece.column,
        population=piece.population,
        dimensions=piece.dimensions,
        overlapping=piece.overlapping,
        hierarchies=piece.hierarchies,
        cells=cells,
    )
