"""Which pairs are compared at all: blocking rules, narrowed where too many records meet.

The number of pairs of each rule is counted before any pair is made. A rule that would bring more
pairs together than the budget allows is narrowed in its largest blocks only: people who share a
frequent name must share a birth year too, the others need not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from slachtoffermonitor.link.model import BlockingRule, ModelDesign

__all__ = [
    "BlockKeys",
    "Blocked",
    "block",
    "budget_of",
    "choose",
    "choose_cap",
    "count_rules",
    "key_by",
    "pairs_under",
    "widths_of",
]

Ints = npt.NDArray[np.int64]

# So many pairs may be compared: for each record, and in a small register at least.
_PAIRS_PER_RECORD: Final = 20
_PAIRS_AT_LEAST: Final = 300_000
# Against a register as large as a country's, a report meets at most so many.
_PAIRS_AT_MOST: Final = 2_000
_SPLIT: Final = "\x1f"
_SMALLEST_CAP: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Blocked:
    """Tables with a column for each rule; records in which it is equal and known are compared.

    `rules` has for each rule its features, its pairs before narrowing and after it, and the
    largest block allowed (null when nothing had to be narrowed).
    """

    tables: tuple[pl.DataFrame, ...]
    columns: tuple[str, ...]
    rules: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class BlockKeys:
    """One rule at one width: the key of each record (0: none), its block's size and its pairs."""

    key: npt.NDArray[np.uint64]
    size: Ints
    pairs: npt.NDArray[np.float64]


def block(tables: tuple[pl.DataFrame, ...], design: ModelDesign) -> Blocked:
    """Give each record its block under each rule, within a budget of pairs."""
    records = _stacked(tables, design)
    budget = budget_of(*(table.height for table in tables))
    wide = [_keys(records, rule.columns, len(tables)) for rule in design.blocking_rules]
    total = sum(float(each.pairs.sum()) for each in wide)
    cap = None
    chosen = [each.key for each in wide]
    after = [float(each.pairs.sum()) for each in wide]
    if total > budget:
        widths = [
            (first, *_narrower(records, rule, len(tables)))
            for first, rule in zip(wide, design.blocking_rules, strict=True)
        ]
        cap = choose_cap(widths, budget)
        chosen = [each[0] for each in (choose(width, cap) for width in widths)]
        after = [pairs_under(each, cap) for each in widths]
    names = tuple(f"block_{place}" for place in range(len(design.blocking_rules)))
    keyed = pl.DataFrame({name: key for name, key in zip(names, chosen, strict=True)}).with_columns(
        pl.when(pl.col(name) != 0).then(pl.col(name)).alias(name) for name in names
    )
    starts = np.cumsum([0, *(table.height for table in tables)])
    return Blocked(
        tables=tuple(
            pl.concat([table, keyed.slice(int(start), table.height)], how="horizontal")
            for table, start in zip(tables, starts[:-1], strict=True)
        ),
        columns=names,
        rules=count_rules(design, wide, after, cap),
    )


def budget_of(*records: int) -> int:
    """Say how many pairs may be compared within a table, or across tables, of so many records."""
    most = min(_PAIRS_PER_RECORD * sum(records), _PAIRS_AT_MOST * min(records))
    return max(_PAIRS_AT_LEAST, most)


def key_by(columns: Sequence[str]) -> pl.Expr:
    """Key records by these features as one number; 0 where one of them is not known."""
    texts = [pl.col(name).cast(pl.String) for name in columns]
    known = pl.all_horizontal(pl.col(name).is_not_null() for name in columns)
    return pl.when(known).then(pl.concat_str(texts, separator=_SPLIT).hash(seed=0)).otherwise(0)


def widths_of(rule: BlockingRule) -> list[tuple[str, ...]]:
    """Give the features of a rule, widest block first."""
    narrower = rule.narrower
    return [(*rule.columns, *narrower[:width]) for width in range(len(narrower) + 1)]


def _stacked(tables: tuple[pl.DataFrame, ...], design: ModelDesign) -> pl.DataFrame:
    """Put the features that rules speak of under one another, with the side of each record."""
    used = sorted(
        {name for rule in design.blocking_rules for name in (*rule.columns, *rule.narrower)}
    )
    return pl.concat(
        table.select(*used, pl.lit(side, pl.Int8).alias("side"))
        for side, table in enumerate(tables)
    )


def _keys(records: pl.DataFrame, columns: Sequence[str], sides: int) -> BlockKeys:
    """Key the records by these features, and count who meets whom."""
    counted = records.select(key_by(columns).alias("key"), "side").with_columns(
        pl.len().over("key").alias("size"),
        (pl.col("side") == 1).sum().over("key").alias("right"),
    )
    size, right = (
        counted["size"].to_numpy().astype(np.int64),
        counted["right"].to_numpy(),
    )
    has_key = counted["key"].to_numpy() != 0
    if sides == 1:
        pairs = np.where(has_key, (size - 1) / 2, 0.0)
    else:
        pairs = np.where(has_key & (counted["side"].to_numpy() == 0), right.astype(np.float64), 0.0)
    return BlockKeys(key=counted["key"].to_numpy(), size=np.where(has_key, size, 0), pairs=pairs)


def _narrower(records: pl.DataFrame, rule: BlockingRule, sides: int) -> list[BlockKeys]:
    return [_keys(records, columns, sides) for columns in widths_of(rule)[1:]]


def choose(widths: Sequence[BlockKeys], cap: int) -> tuple[npt.NDArray[np.uint64], Ints]:
    """Give each record the key of the first width at which its block is small enough.

    Returns:
        The keys (0: none), and the place of the width (-1: none).

    """
    chosen = np.zeros_like(widths[0].key)
    place = np.full(chosen.size, -1, dtype=np.int64)
    for number, width in enumerate(widths):
        fits = (place < 0) & (width.size <= cap)
        chosen[fits], place[fits] = width.key[fits], number
    return chosen, place


def pairs_under(widths: Sequence[BlockKeys], cap: int) -> float:
    """Count the pairs of a rule when no block may be larger than the cap."""
    total = 0.0
    open_ = np.ones(widths[0].key.size, dtype=bool)
    for width in widths:
        fits = open_ & (width.size <= cap)
        total += float(width.pairs[fits].sum())
        open_ &= ~fits
    return total


def choose_cap(widths: Sequence[Sequence[BlockKeys]], budget: float) -> int:
    """Find the largest size of a block for which all rules together keep within the budget.

    Args:
        widths: for each rule its widths; records that meet nobody need not be among them.
        budget: of pairs.

    """
    sizes = (each[0].size[each[0].pairs > 0] for each in widths)
    cap = float(max(int(size.max(initial=0)) for size in sizes))
    while cap > _SMALLEST_CAP and sum(pairs_under(each, int(cap)) for each in widths) > budget:
        cap /= np.sqrt(2)
    return int(cap)


def count_rules(
    design: ModelDesign, wide: Sequence[BlockKeys], after: Sequence[float], cap: int | None
) -> pl.DataFrame:
    """Tell of each rule its pairs before narrowing and after it; see `Blocked`."""
    return pl.DataFrame(
        {
            "rule": [" and ".join(rule.columns) for rule in design.blocking_rules],
            "pairs": [round(float(each.pairs.sum())) for each in wide],
            "pairs_kept": [round(each) for each in after],
            "largest_block": [cap] * len(wide),
        },
        schema={
            "rule": pl.String,
            "pairs": pl.Int64,
            "pairs_kept": pl.Int64,
            "largest_block": pl.Int64,
        },
    )
