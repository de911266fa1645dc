"""The cells of one population and what adds up to what among them.

A level is the set of dimensions in which a cell is no total, kept as a bit mask. Margins that
nobody publishes are cells too where two tables share them: through them one table tells of another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from slachtoffermonitor.disclose.linked.pieces import TOTAL, Piece
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["Population"]

_MOST_LEVELS = 4096
_KINDS = {"value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "seen": pl.Boolean}


class Population:
    """Collects the cells of one population and the rows of its system of equations."""

    def __init__(self, name: str, pieces: Sequence[tuple[int, Piece]]) -> None:
        self.name = name
        self.dimensions = tuple(sorted({d for _, piece in pieces for d in piece.dimensions}))
        self.bits = {dimension: 1 << i for i, dimension in enumerate(self.dimensions)}
        self.overlapping = frozenset(d for _, piece in pieces for d in piece.overlapping)
        self.trees = _merged_trees([piece for _, piece in pieces])
        stacked = self._stack(pieces)
        self.cells = _one_per_key(stacked, self.dimensions)
        self.appearances = stacked.join(
            self.cells.select(*self.dimensions, "cell"), on=self.dimensions, how="left"
        ).select("cell", "piece", "row")
        self.published = _published_codes(stacked, self.dimensions)
        self.levels = _close(set(self.cells["level"].to_list()))
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

    def build(self) -> None:
        """Make every equation, from the finest levels up."""
        for level in sorted(self.levels, key=lambda mask: (-mask.bit_count(), mask)):
            for dimension in self.names_of(level):
                self._add_parts(level, dimension)
            for dimension in self.names_of(level):
                self._sum_parts(level, dimension)
            for upper in self._directly_above(level):
                self.project(level, upper)

    def _directly_above(self, level: int) -> Iterator[int]:
        upper = [mask for mask in self.levels if mask != level and mask & level == mask]
        for mask in sorted(upper):
            if not any(mask & other == mask and mask != other for other in upper):
                yield mask

    def _add_parts(self, level: int, dimension: str) -> None:
        """Add the unpublished parts that overlapping codes share, as windows share years."""
        tree = self.trees.get(dimension, {})
        frame = self.at(level)
        present = [code for code in frame[dimension].unique().sort().to_list() if code in tree]
        parts = [part for code in present for part in tree[code]]
        shared = {part for part in parts if parts.count(part) > 1}
        sharing = {code: tree[code] for code in present if shared & set(tree[code])}
        if not sharing:
            return
        pairs = pl.DataFrame(
            [(code, part) for code, listed in sharing.items() for part in listed],
            schema={dimension: pl.String, "part": pl.String},
            orient="row",
        )
        keys = frame.join(pairs, on=dimension).with_columns(pl.col("part").alias(dimension))
        self._add(keys.select(*self.dimensions, pl.lit(None, pl.Float64).alias("value")))

    def _sum_parts(self, level: int, dimension: str) -> None:
        """Say that each parent code of the dimension is the sum of its parts."""
        frame = self.at(level)
        present = set(frame[dimension].unique().to_list())
        pairs = [
            (code, part)
            for code, parts in self.trees.get(dimension, {}).items()
            if code in present and not present.isdisjoint(parts)
            for part in parts
        ]
        if not pairs:
            return
        known = pl.DataFrame(
            pairs, schema={"parent_code": pl.String, dimension: pl.String}, orient="row"
        )
        parts = frame.join(known, on=dimension).with_columns(
            pl.col("parent_code").alias(dimension), group=pl.lit("")
        )
        self._say_sum(parts)

    def project(self, level: int, upper: int) -> None:
        """Say that the cells of the upper level are sums over those of the finer one."""
        summed = [d for d in self.names_of(level) if not upper & self.bits[d]]
        open_ended = [d for d in summed if d in self.overlapping]
        group = pl.concat_str(open_ended, separator="\t") if open_ended else pl.lit("")
        parts = self.leaves(level, summed).with_columns(group=group)
        self._say_sum(
            parts.with_columns(pl.lit(TOTAL).alias(d) for d in summed), overlap=bool(open_ended)
        )

    def _say_sum(self, parts: pl.DataFrame, *, overlap: bool = False) -> None:
        value = pl.when(pl.lit(not overlap) & (pl.col("value").null_count() == 0)).then(
            pl.col("value").sum()
        )
        totals = parts.group_by(self.dimensions, maintain_order=True).agg(value.alias("value"))
        self._add(totals.select(*self.dimensions, "value"))
        linked = parts.rename({"cell": "child"}).join(
            self.cells.select(*self.dimensions, pl.col("cell").alias("parent")),
            on=self.dimensions,
        )
        self.sums.append(
            linked.select("parent", "child", "group", overlap=pl.lit(overlap)).sort(
                "parent", "group", "child"
            )
        )

    def _add(self, keys: pl.DataFrame) -> None:
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

    def add_joint(self, limit: int) -> bool:
        """Add the finest cross-classification that all tables are margins of, if within limit.

        Returns:
            Whether the system now holds it (also when it needed no adding).

        """
        finest = [
            mask
            for mask in self.levels
            if not any(mask & other == mask and mask != other for other in self.levels)
        ]
        if len(finest) < 2:
            return True
        whole = 0
        for mask in finest:
            whole |= mask
        named = self.names_of(whole)
        if self.overlapping & set(named) or self._mixed(finest):
            return False
        atoms = self._support(finest, limit)
        if atoms is None:
            return False
        self.coarse = self.cells.height
        self._add(atoms.select(*self.dimensions, pl.lit(None, pl.Float64).alias("value")))
        for mask in sorted(finest):
            self.project(whole, mask)
        return True

    def _mixed(self, finest: Sequence[int]) -> bool:
        """Say whether tables classify one dimension more and less finely."""
        for dimension, tree in self.trees.items():
            leaves = [
                set(self.leaves(mask, [dimension])[dimension].to_list())
                for mask in finest
                if mask & self.bits[dimension]
            ]
            every = set().union(*leaves) if leaves else set()
            if any(not every.isdisjoint(tree.get(code, ())) for code in every):
                return True
        return False

    def _support(self, finest: Sequence[int], limit: int) -> pl.DataFrame | None:
        """Combine all cells that may be above 0; None when they are too many."""
        left = {
            mask: self.leaves(mask, self.names_of(mask))
            .filter(pl.col("high") > 0)
            .select(self.names_of(mask))
            for mask in finest
        }
        mask = max(left, key=lambda one: (left[one].height, one))
        atoms, covered = left.pop(mask), mask
        while left:
            mask = max(left, key=lambda one: ((one & covered).bit_count(), -left[one].height, one))
            other = left.pop(mask)
            shared = self.names_of(mask & covered)
            if _joined_rows(atoms, other, shared) > 20 * limit:
                return None
            atoms = atoms.join(other, on=shared) if shared else atoms.join(other, how="cross")
            covered |= mask
        if atoms.height > limit:
            return None
        return atoms.with_columns(
            pl.lit(TOTAL).alias(d) for d in self.dimensions if d not in atoms.columns
        ).sort(self.dimensions)


def _joined_rows(one: pl.DataFrame, other: pl.DataFrame, shared: list[str]) -> int:
    if not shared:
        return one.height * other.height
    counts = one.group_by(shared).len("n").join(other.group_by(shared).len("m"), on=shared)
    return int((counts["n"].cast(pl.Int64) * counts["m"].cast(pl.Int64)).sum())


def _one_per_key(stacked: pl.DataFrame, dimensions: Sequence[str]) -> pl.DataFrame:
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


def _published_codes(
    stacked: pl.DataFrame, dimensions: Sequence[str]
) -> list[tuple[int, dict[str, list[str]]]]:
    """List per table and level which codes of each dimension it has rows for."""
    grouped = stacked.group_by("piece", "level", maintain_order=True).agg(
        pl.col(d).unique().sort() for d in dimensions
    )
    return [
        (row["level"], {d: row[d] for d in dimensions}) for row in grouped.iter_rows(named=True)
    ]


def _close(levels: set[int]) -> set[int]:
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


def _merged_trees(pieces: Sequence[Piece]) -> dict[str, dict[str, tuple[str, ...]]]:
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
