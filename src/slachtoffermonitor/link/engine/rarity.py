"""How rare a value is among those it could be taken for: agreement on a rare name says more."""

from __future__ import annotations

from typing import Final

import polars as pl

from slachtoffermonitor.link.model import ModelDesign

__all__ = ["with_rarity", "without_rarity"]

_BORROWED: Final = 100.0
_USUAL_RARITY: Final = 0.003


def with_rarity(features: pl.DataFrame, design: ModelDesign) -> pl.DataFrame:
    """Add how likely another record of the same group bears the same value.

    A small group borrows from all records, and a small register from what is usual, as if
    `_BORROWED` records were added; a record whose group is not known is compared with all.

    Returns:
        The features with one rarity per comparison weighed by frequency (Float64; null without
        that value), for instance `given_rarity`.

    """
    return features.with_columns(
        _rarity(each.frequency, _group_columns(design) if each.grouped else ()).alias(each.rarity)
        for each in design.weighed_by_frequency
        if each.frequency is not None
    )


def without_rarity(features: pl.DataFrame, design: ModelDesign) -> pl.DataFrame:
    """Leave the rarity of values to the other side of the pair."""
    return features.with_columns(
        pl.lit(None, dtype=pl.Float64).alias(each.rarity) for each in design.weighed_by_frequency
    )


def _group_columns(design: ModelDesign) -> tuple[str, ...]:
    return tuple(design.comparison(name).uses[0] for name in design.groups)


def _rarity(value: str, group: tuple[str, ...]) -> pl.Expr:
    borne = pl.col(value).is_not_null()
    others = borne.sum().over(value) - 1 + _BORROWED * _USUAL_RARITY
    overall = others / (borne.sum() - 1 + _BORROWED)
    if not group:
        return pl.when(borne).then(overall)
    known = pl.all_horizontal(pl.col(name).is_not_null() for name in group)
    here = borne.sum().over(value, *group) - 1 + _BORROWED * overall
    share = pl.when(known).then(here / (borne.sum().over(*group) - 1 + _BORROWED))
    return pl.when(borne).then(share.otherwise(overall))
