"""How rare the values of a few records are in a register that changes report by report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from slachtoffermonitor.link.engine import exchanges, group_columns, rarity_of
from slachtoffermonitor.link.incremental._keys import Key, KeyIndex, keys_of
from slachtoffermonitor.link.model import Comparison, ModelDesign

__all__ = ["counted_keys", "rarities"]

_COUNTS: Final = ("bearers", "borne", "group_bearers", "group_borne")


def counted_keys(design: ModelDesign) -> tuple[Key, ...]:
    """Name the keys by which records are counted."""
    return tuple({key for each in design.weighed_by_frequency for _, key in _counted(each, design)})


def rarities(
    records: pl.DataFrame,
    design: ModelDesign,
    indexes: Mapping[Key, KeyIndex],
    *,
    left_out: int | None,
) -> pl.DataFrame:
    """Give the rarity of each record's values, as a linkage of the whole register would.

    Args:
        records: a few records, with their features; the first is counted on top of the register.
        design: with the comparisons that are weighed by frequency.
        indexes: of the register, by the keys of `counted_keys`.
        left_out: the row of `records` that is not counted, though the register has it.

    Returns:
        One Float64 column for each of `ModelDesign.record_weights`; null without a value.

    """
    wanted = counted_keys(design)
    counts = {}
    for key, keys in zip(wanted, keys_of(records, wanted), strict=True):
        count = indexes[key].count(keys.hashes)
        count += (keys.hashes == keys.hashes[0]) & keys.known[0]
        if left_out is not None:
            count -= (keys.hashes == keys.hashes[left_out]) & keys.known[left_out]
        counts[key] = pl.Series(_name(key), count).set(pl.Series(~keys.known), None)
    rare = pl.DataFrame(list(counts.values())).select(
        _rarity(each, design).alias(each.rarity) for each in design.weighed_by_frequency
    )
    return rare.with_columns(exchanges(design))


def _rarity(comparison: Comparison, design: ModelDesign) -> pl.Expr:
    there = {name: pl.col(_name(key)) for name, key in _counted(comparison, design)}
    none = pl.lit(None, dtype=pl.Int64)
    share = rarity_of(**{name: there.get(name, none) for name in _COUNTS})
    return pl.when(there["bearers"].is_not_null()).then(share)


def _counted(comparison: Comparison, design: ModelDesign) -> Iterator[tuple[str, Key]]:
    """Name the key of each count behind a rarity."""
    value = comparison.frequency or comparison.name
    yield "bearers", Key((value,))
    yield "borne", Key((), (value,))
    groups = group_columns(design) if comparison.grouped else ()
    if groups:
        yield "group_bearers", Key((value, *groups))
        yield "group_borne", Key(groups, (value,))


def _name(key: Key) -> str:
    return f"{key.columns} {key.also_known}"
