"""What was said of people, prepared once for each distinct value and not for each person.

A country has millions of people, but far fewer names, dates and places.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Final

import polars as pl

from slachtoffermonitor.link.features import FEATURES, clear_features
from slachtoffermonitor.link.large.files import Store

__all__ = ["ANY_ORDER", "Features", "join_said", "keys_of", "prepare_said", "sources_of"]

Features = tuple[str, ...]

# Features of several columns that hold their words in any order: where they agree, the numbers of
# the words add up alike.
ANY_ORDER: Final[Mapping[str, Features]] = {
    "name_sorted": ("given_tokens", "surname_tokens"),
    "sounds_sorted": ("given_key", "surname_key"),
}
_LARGEST: Final = 2**58  # sixteen words add up to less than what a number of 64 bits can hold


def sources_of(features: Iterable[str]) -> Features:
    """Name the columns that these features are made of."""
    return tuple(sorted({source for name in features for source in FEATURES[name]}))


def keys_of(features: pl.DataFrame, wanted: Sequence[str]) -> pl.DataFrame:
    """Give the number of each wanted feature: the same for the same value, null without one."""
    columns = []
    for name in wanted:
        first, *others = (
            _number(pl.col(part), features.schema[part]) for part in ANY_ORDER.get(name, (name,))
        )
        columns.append(sum(others, first).alias(f"key_{name}"))
    return features.select(columns)


def prepare_said(
    store: Store, source: str, features: Features, keyed: Features, among: str
) -> None:
    """Make the table `said_SOURCE`: each distinct value (`said`), its features and their keys.

    Args:
        store: gets the table.
        source: the column of `people`.
        features: those of them that are made of this column.
        keyed: those of which the number is wanted too.
        among: the people whose values are wanted, as tables and joins.

    """
    store.transform(
        f"said_{source}",
        f"SELECT DISTINCT people.{source} AS said FROM {among} WHERE people.{source} IS NOT NULL",  # noqa: S608
        partial(_said, source=source, features=features, keyed=keyed),
    )


def join_said(sources: Iterable[str]) -> str:
    """Write the joins from people to what is prepared of these columns."""
    return " ".join(
        f"LEFT JOIN said_{source} ON people.{source} = said_{source}.said" for source in sources
    )


def _said(
    values: pl.DataFrame, *, source: str, features: Features, keyed: Features
) -> pl.DataFrame:
    made = clear_features(values.rename({"said": source}), first_record=0)
    return values.hstack(made.select(features)).hstack(keys_of(made, keyed))


def _number(value: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """Give a number of 58 bits for a value; for a list of words, the sum of those of its words."""
    if isinstance(kind, pl.List):
        return value.list.eval((pl.element().hash(seed=0) % _LARGEST).cast(pl.Int64)).list.sum()
    number = (value.hash(seed=0) % _LARGEST).cast(pl.Int64)
    return pl.when(value.is_not_null()).then(number)
