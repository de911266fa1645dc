"""The cells of one population and what adds up to what among them.

A level is the set of dimensions in which a cell is no total, kept as a bit mask. Margins that
nobody publishes are cells too where two tables share them: through them one table tells of another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from slachtoffermonitor.disclose.linked._stacking import (
    close_levels,
    merge_trees,
    one_per_key,
    published_codes,
)
from slachtoffermonitor.disclose.linked.pieces import TOTAL, Piece

__all__ = ["Population"]


class Population:
    """Collects the cells of one population and the rows of its system of equations."""

    def __init__(self, name: str, pieces: Sequence[tuple[int, Piece]]) -> None:
        self.name = name
        self.dimensions = tuple(sorted({d for _, piece in pieces for d in piece.dimensions}))
        self.bits = {dimension: 1 << i for i, dimension in enumerate(self.dimensions)}
        self.overlapping = frozenset(d for _, piece in pieces for d in piece.overlapping)
        self.trees = merge_trees([piece for _, piece in pieces])
        stacked = self._stack(pieces)
        self.cells = one_per_key(stacked, self.dimensions)
        self.appearances = stacked.join(
            self.cells.select(*self.dimensions, "cell"), on=self.dimensions, how="left"
        ).select("cell", "piece", "row")
        self.published = published_codes(stacked, self.dimensions)
        self.levels = close_levels(set(self.cells["level"].to_list()))
        self.sums: list[pl.DataFrame] = []  # parent, child, group
        self.coarse: int | None = None  # cells before the finest cross-classification

    def _stack(self, pieces: Sequence[tuple[int, Piece]]) -> pl.DataFrame:
        frames = [
            piece.cells.with_columns(
                *(pl.lit(TOTAL).alias(d) for d in self.dimensions if d not in piece.dimensions),
                piece=pl.lit(number, pl.Int64),
            ).select(*self.dimensions, "piece", "row", "value", "low", "high")
            for number, piece in pieces
        ]
        return pl.concat(frames).with_columns(self._level().alias("level"))

    def _level(self) -> pl.Expr:
        if not self.dimensions:
            return pl.lit(0, pl.Int64)
        return pl.sum_horizontal(
            pl.when(pl.col(d) == TOTAL).then(0).otherwise(bit) for d, bit in self.bits.items()
        ).cast(pl.Int64)

    def names_of(self, level: int) -> list[str]:
        """List the dimensions in which cells of the level are no total."""
        return [d for d, bit in self.bits.items() if level & bit]

    def at(self, level: int) -> pl.DataFrame:
        """Give the cells of the level."""
        return self.cells.filter(pl.col("level") == level)

    def leaves(self, level: int, within: Sequence[str]) -> pl.DataFrame:
        """Give the cells of the level whose codes in these dimensions have no parts in it."""
        frame = self.at(level)
        for dimension in within:
            if tree := self.trees.get(dimension):
                present = set(frame[dimension].unique().to_list())
                whole = [code for code in present if not present.isdisjoint(tree.get(code, ()))]
                frame = frame.filter(~pl.col(dimension).is_in(whole))
        return frame

    def directly_above(self, level: int) -> Iterator[int]:
        """Give the levels that are margins of this one with no level between."""
        upper = [mask for mask in self.levels if mask != level and mask & level == mask]
        for mask in sorted(upper):
            if not any(mask & other == mask and mask != other for other in upper):
                yield mask

    def project(self, level: int, upper: int) -> None:
        """Say that the cells of the upper level are sums over those of the finer one."""
        summed = [d for d in self.names_of(level) if not upper & self.bits[d]]
        open_ended = [d for d in summed if d in self.overlapping]
        group = pl.concat_str(open_ended, separator="\t") if open_ended else pl.lit("")
        parts = self.leaves(level, summed).with_columns(group=group)
        self.say_sum(
            parts.with_columns(pl.lit(TOTAL).alias(d) for d in summed), overlap=bool(open_ended)
        )

    def say_sum(self, parts: pl.DataFrame, *, overlap: bool = False) -> None:
        """Say that each cell is the sum of the parts that stand under its own key."""
        value = pl.when(pl.lit(not overlap) & (pl.col("value").null_count() == 0)).then(
            pl.col("value").sum()
        )
        totals = parts.group_by(self.dimensions, maintain_order=True).agg(value.alias("value"))
        self.add(totals.select(*self.dimensions, "value"))
        linked = parts.rename({"cell": "child"}).join(
            self.cells.select(*self.dimensions, pl.col("cell").alias("parent")),
            on=self.dimensions,
        )
        self.sums.append(
            linked.select("parent", "child", "group", overlap=pl.lit(overlap)).sort(
                "parent", "group", "child"
            )
        )

    def add(self, keys: pl.DataFrame) -> None:
        """Add cells that are in no table; a combination left out of a table counts 0."""
        new = keys.unique(self.dimensions, keep="first", maintain_order=True).join(
            self.cells, on=self.dimensions, how="anti"
        )
        if new.is_empty():
            return
        zero = self._left_out(new)
        added = new.with_columns(
            value=pl.when(zero).then(0.0).otherwise(pl.col("value")),
            low=pl.lit(0.0),
            high=pl.when(zero).then(0.0).otherwise(float("inf")),
            seen=zero,
            level=self._level(),
            cell=pl.int_range(pl.len(), dtype=pl.Int64) + self.cells.height,
        )
        self.cells = pl.concat([self.cells, added.select(self.cells.columns)])

    def _left_out(self, new: pl.DataFrame) -> pl.Series:
        """Say which keys a table covers by its codes without having a row for them."""
        found = pl.Series([False]).new_from_index(0, new.height)
        levels = new.select(self._level().alias("level"))["level"]
        for level, codes in self.published:
            inside = pl.Series(levels == level)
            for dimension, allowed in codes.items():
                inside &= new[dimension].is_in(allowed)
            found |= inside
        return found
