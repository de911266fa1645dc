"""Putting the columns of counts of one population under one another, each cell once."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from slachtoffermonitor.disclose.linked.pieces import Piece
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["close_levels", "merge_trees", "one_per_key", "published_codes"]

_MOST_LEVELS = 4096
_KINDS = ("value", "low", "high", "seen")


def one_per_key(stacked: pl.DataFrame, dimensions: Sequence[str]) -> pl.DataFrame:
    keys: list[pl.Expr] = [pl.col(d) for d in dimensions] or [pl.lit(0).alias("_")]
    return (
        stacked.group_by(keys, maintain_order=True)
        .agg(
            pl.col("level").first(),
            pl.col("value").drop_nulls().first(),
            pl.col("low").max(),
            pl.col("high").min(),
            pl.lit(True).alias("seen"),
        )
        .with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias("cell"))
        .select(*dimensions, "level", *_KINDS, "cell")
    )


def published_codes(
    stacked: pl.DataFrame, dimensions: Sequence[str]
) -> list[tuple[int, dict[str, list[str]]]]:
    """List per table and level which codes of each dimension it has rows for."""
    grouped = stacked.group_by("piece", "level", maintain_order=True).agg(
        pl.col(d).unique().sort() for d in dimensions
    )
    return [
        (row["level"], {d: row[d] for d in dimensions}) for row in grouped.iter_rows(named=True)
    ]


def close_levels(levels: set[int]) -> set[int]:
    """Add the levels that two tables share: what is common to both is known from either."""
    closed = set(levels)
    fresh = set(levels)
    while fresh:
        fresh = {one & other for one in fresh for other in closed} - closed
        closed |= fresh
        if len(closed) > _MOST_LEVELS:
            raise InputError(
                Problem(
                    what="the tables share too many margins to be protected together",
                    found=f"more than {_MOST_LEVELS}",
                    allowed="fewer dimensions, or tables in separate populations",
                )
            )
    return closed


def merge_trees(pieces: Sequence[Piece]) -> dict[str, dict[str, tuple[str, ...]]]:
    merged: dict[str, dict[str, tuple[str, ...]]] = {}
    problems = []
    for piece in pieces:
        for dimension, tree in piece.hierarchies.items():
            known = merged.setdefault(dimension, {})
            for parent, children in tree.items():
                if set(known.setdefault(parent, tuple(children))) != set(children):
                    problems.append(
                        Problem(
                            what=f"table '{piece.table}' has another hierarchy than one it is "
                            "linked with",
                            column=dimension.removeprefix("by "),
                            found=parent,
                            allowed=", ".join(known[parent]),
                        )
                    )
    if problems:
        raise InputError(problems)
    return merged
