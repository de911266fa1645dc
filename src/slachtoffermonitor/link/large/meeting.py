"""Who in a population shares a block with some report, within the budget of pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from slachtoffermonitor.link.engine.blocking import (
    BlockKeys,
    budget_of,
    choose,
    choose_cap,
    count_rules,
    pairs_under,
    widths_of,
)
from slachtoffermonitor.link.large.files import Store
from slachtoffermonitor.link.model import BlockingRule, ModelDesign

__all__ = ["Blocks", "Meeting", "find_meetings", "in_blocks", "people_in_blocks"]

Numbers = npt.NDArray[np.uint64]
# For each rule: the widths that some report chose, and the numbers of those blocks.
Blocks = Mapping[str, tuple[tuple[tuple[str, ...], pl.Series], ...]]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Meeting:
    """The blocks of the reports.

    Attributes:
        rules: of the design, in order.
        numbers: for each rule the block of each report (0: none).
        widths: for each rule the place of the width that was chosen.
        counted: pairs of each rule before and after narrowing.
        pairs: after narrowing, of all rules together.

    """

    rules: tuple[BlockingRule, ...]
    numbers: tuple[Numbers, ...]
    widths: tuple[npt.NDArray[np.int64], ...]
    counted: pl.DataFrame
    pairs: float

    @property
    def own_blocks(self) -> pl.DataFrame:
        """Give the block of each report under each rule; null where it has none."""
        blocks = pl.DataFrame({f"block_{place}": key for place, key in enumerate(self.numbers)})
        return blocks.select(_known_block(pl.col(name)).alias(name) for name in blocks.columns)

    @property
    def blocks(self) -> Blocks:
        """Give for each rule the blocks that some report is in, by their width."""
        return {
            f"block_{place}": tuple(
                (columns, pl.Series(np.unique(numbers[(widths == width) & (numbers != 0)])))
                for width, columns in enumerate(_key_widths(rule))
                if ((widths == width) & (numbers != 0)).any()
            )
            for place, (rule, numbers, widths) in enumerate(
                zip(self.rules, self.numbers, self.widths, strict=True)
            )
        }


def find_meetings(store: Store, design: ModelDesign, keys: pl.DataFrame, people: int) -> Meeting:
    """Choose for each report and rule the widest block that is not too large.

    Args:
        store: with the table `keyed`; gets the table `asked_keys`.
        design: with the rules.
        keys: of the reports.
        people: how many there are.

    """
    store.put("asked_keys", keys)
    rules = design.blocking_rules
    wide = [_met(store, keys, _key_widths(rule)[0]) for rule in rules]
    budget = budget_of(keys.height, people)
    widths, cap = [[each] for each in wide], None
    if sum(float(each.pairs.sum()) for each in wide) > budget:
        for rule, found in zip(rules, widths, strict=True):
            found += [_met(store, keys, columns) for columns in _key_widths(rule)[1:]]
        cap = choose_cap(widths, budget)
    largest = np.iinfo(np.int64).max if cap is None else cap
    chosen = [choose(each, largest) for each in widths]
    after = [pairs_under(each, largest) for each in widths]
    places = [pl.Series(f"width_{place}", width) for place, (_, width) in enumerate(chosen)]
    store.put("asked_keys", keys.with_columns(places))
    return Meeting(
        rules=rules,
        numbers=tuple(numbers for numbers, _ in chosen),
        widths=tuple(width for _, width in chosen),
        counted=count_rules(design, wide, after, cap),
        pairs=sum(after),
    )


def people_in_blocks(meeting: Meeting) -> list[str]:
    """Write the conditions under which somebody in `keyed` shares a block with some report."""
    conditions = []
    for place, rule in enumerate(meeting.rules):
        for width, columns in enumerate(_key_widths(rule)):
            if (meeting.widths[place] == width).any():
                listed = ", ".join(columns)
                conditions.append(
                    f"({listed}) IN (SELECT {listed} FROM asked_keys "  # noqa: S608
                    f"WHERE width_{place} = {width} AND {_known(columns)})"
                )
    return conditions


def in_blocks(keys: pl.DataFrame, *, blocks: Blocks) -> pl.DataFrame:
    """Give people (`record`, and their keys) their block: at the width that reports in it chose."""
    none = pl.lit(None, dtype=pl.UInt64)
    return keys.select(
        pl.col("record").cast(pl.Int64),
        *(
            pl.coalesce(
                none,
                *(
                    pl.when(_block(columns).is_in(numbers.implode())).then(_block(columns))
                    for columns, numbers in widths
                ),
            )
            .reinterpret(signed=True)
            .alias(name)
            for name, widths in blocks.items()
        ),
    )


def _met(store: Store, keys: pl.DataFrame, columns: tuple[str, ...]) -> BlockKeys:
    """Count whom each report meets in blocks of these features."""
    listed = ", ".join(columns)
    counted = store.get(
        f"SELECT {listed}, count(*) AS met FROM keyed WHERE ({listed}) IN "  # noqa: S608
        f"(SELECT {listed} FROM asked_keys WHERE {_known(columns)}) GROUP BY {listed}"
    )
    found = (
        keys.select(*columns, _block(columns).alias("number"))
        .join(counted, on=columns, how="left", maintain_order="left")
        .with_columns(pl.len().over(columns).alias("own"), pl.col("met").fill_null(0))
    )
    number, met = found["number"].to_numpy(), found["met"].to_numpy()
    size = np.where(number != 0, found["own"].to_numpy() + met, 0).astype(np.int64)
    pairs = np.where(number != 0, met, 0).astype(np.float64)
    return BlockKeys(key=number, size=size, pairs=pairs)


def _key_widths(rule: BlockingRule) -> list[tuple[str, ...]]:
    return [tuple(f"key_{name}" for name in columns) for columns in widths_of(rule)]


def _block(columns: Sequence[str]) -> pl.Expr:
    """Number a block by its keys; 0 where one of them is not known."""
    known = pl.all_horizontal(pl.col(name).is_not_null() for name in columns)
    return pl.when(known).then(pl.struct(columns).hash(seed=0)).otherwise(0)


def _known_block(number: pl.Expr) -> pl.Expr:
    return pl.when(number != 0).then(number.reinterpret(signed=True))


def _known(columns: Sequence[str]) -> str:
    return " AND ".join(f"{name} IS NOT NULL" for name in columns)
