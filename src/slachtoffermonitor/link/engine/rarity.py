"""How rare a value is among those it could be taken for: agreement on a rare name says more."""

from __future__ import annotations

from typing import Final

import polars as pl

from slachtoffermonitor.link.model import ModelDesign

__all__ = ["exchanges", "group_columns", "rarity_of", "with_rarity", "without_rarity"]

_BORROWED: Final = 100.0
_USUAL_RARITY: Final = 0.003


def with_rarity(features: pl.DataFrame, design: ModelDesign) -> pl.DataFrame:
    """Add how likely another record of the same group bears the same value.

    Returns:
        The features with one rarity per comparison weighed by frequency (Float64; null without
        that value), for instance `given_rarity`, and where values may be exchanged how many bear
        both, for instance `given_exchange`.

    """
    rare = features.with_columns(
        _rarity(each.frequency, group_columns(design) if each.grouped else ()).alias(each.rarity)
        for each in design.weighed_by_frequency
        if each.frequency is not None
    )
    return rare.with_columns(exchanges(design))


def without_rarity(features: pl.DataFrame, design: ModelDesign) -> pl.DataFrame:
    """Leave the rarity of values to the other side of the pair."""
    return features.with_columns(
        pl.lit(None, dtype=pl.Float64).alias(name) for name in design.record_weights
    )


def exchanges(design: ModelDesign) -> list[pl.Expr]:
    """Multiply rarities: the share of others that bear both of two values that may be exchanged."""
    return [
        (pl.col(each.rarity) * pl.col(design.comparison(each.exchanged_with).rarity)).alias(
            each.exchange
        )
        for each in design.comparisons
        if each.exchanged_with is not None
    ]


def group_columns(design: ModelDesign) -> tuple[str, ...]:
    """Name the features that say from which stock of values a record draws."""
    return tuple(design.comparison(name).uses[0] for name in design.groups)


def rarity_of(
    *, bearers: pl.Expr, borne: pl.Expr, group_bearers: pl.Expr, group_borne: pl.Expr
) -> pl.Expr:
    """Turn counts of records, the record itself included, into the share of others.

    A small group borrows from all records, and a small register from what is usual, as if
    `_BORROWED` records were added; a record whose group is not known is compared with all.

    Args:
        bearers: how many bear the value.
        borne: how many bear any value.
        group_bearers: how many of the record's group bear the value; null where it has no group.
        group_borne: how many of its group bear any value.

    """
    overall = (bearers - 1 + _BORROWED * _USUAL_RARITY) / (borne - 1 + _BORROWED)
    here = (group_bearers - 1 + _BORROWED * overall) / (group_borne - 1 + _BORROWED)
    return pl.coalesce(here, overall)


def _rarity(value: str, group: tuple[str, ...]) -> pl.Expr:
    there = pl.col(value).is_not_null()
    none = pl.lit(None, dtype=pl.Int64)
    known = pl.all_horizontal(pl.lit(True), *(pl.col(name).is_not_null() for name in group))
    share = rarity_of(
        bearers=there.sum().over(value),
        borne=there.sum(),
        group_bearers=pl.when(known).then(there.sum().over(value, *group)) if group else none,
        group_borne=there.sum().over(*group) if group else none,
    )
    return pl.when(there).then(share)
