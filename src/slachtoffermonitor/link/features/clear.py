"""From a report or a register entry to the features that the linkage model compares.

Only the columns that are there are used; nothing is guessed: what is missing stays missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import polars as pl

from slachtoffermonitor.link.features.births import birth_keys, birth_parts
from slachtoffermonitor.link.features.names import (
    full_forms,
    plain,
    sorted_words,
    sound,
    without_particles,
)

__all__ = ["FEATURES", "clear_features", "features_from"]

# Each feature, and the columns that it is made of.
FEATURES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "given": ("given_name",),
        "given_tokens": ("given_name",),
        "given_key": ("given_name",),
        "given_forms": ("given_name",),
        "surname": ("surname",),
        "surname_tokens": ("surname",),
        "surname_key": ("surname",),
        "name_sorted": ("given_name", "surname"),
        "sounds_sorted": ("given_name", "surname"),
        "birth_full": ("birth_date",),
        "birth_year": ("birth_date",),
        "birth_month": ("birth_date",),
        "birth_day": ("birth_date",),
        "birth_first_year": ("birth_date",),
        "birth_last_year": ("birth_date",),
        "birth_key": ("birth_date",),
        "birth_anniversary": ("birth_date",),
        "sex": ("sex",),
        "citizenship": ("citizenship",),
        "municipality": ("municipality",),
        "contact": ("contact_fragment",),
        "document": ("document_fragment",),
        "address": ("address",),
        "address_tokens": ("address",),
        "house_number": ("house_number",),
        "postcode": ("postcode",),
        "region": ("region",),
    }
)
_UNKNOWN: Final = "ONB"


def features_from(columns: frozenset[str] | set[str]) -> tuple[str, ...]:
    """Name the features that can be made of these columns."""
    return tuple(name for name, sources in FEATURES.items() if columns.issuperset(sources))


def clear_features(rows: pl.DataFrame, *, first_record: int) -> pl.DataFrame:
    """Give the features of each row, in the order of the rows.

    Args:
        rows: with `birth_date` as a date, or as text with the year first, and those of the other
            columns of `FEATURES` that there are; `birth_year`, or `age` with `reported_on`, may
            stand in for the birth date.
        first_record: number given to the first row; the others follow.

    Returns:
        One row per row: `record` Int64 and the features, in the order of `FEATURES`: years,
        months and days Int32, tokens as lists, all else text; what is not known is null.

    """
    if rows.schema.get("birth_date") == pl.Date:
        rows = rows.with_columns(pl.col("birth_date").dt.to_string("%Y-%m-%d"))
    made = [*_names(rows), *_places(rows), *_marks(rows)]
    features = pl.DataFrame(made) if made else pl.DataFrame({"record": range(rows.height)})
    if "birth_date" in rows.columns:
        features = features.with_columns(rows.select(birth_parts(rows))).with_columns(birth_keys())
    if {"given", "surname"} <= set(features.columns):
        features = features.with_columns(
            name_sorted=sorted_words("given", "surname"),
            sounds_sorted=sorted_words("given_key", "surname_key"),
        )
    record = pl.int_range(first_record, first_record + pl.len(), dtype=pl.Int64).alias("record")
    return features.select(record, *(name for name in FEATURES if name in features.columns))


def _names(rows: pl.DataFrame) -> list[pl.Series]:
    made: list[pl.Series] = []
    for column, name in (("given_name", "given"), ("surname", "surname")):
        if column not in rows.columns:
            continue
        said = pl.DataFrame({name: plain(rows[column])}).select(without_particles(pl.col(name)))
        words = pl.col(name).str.split(" ")
        first = words.list.first() if name == "given" else pl.col(name).str.replace_all(" ", "")
        keyed = said.with_columns(words.alias(f"{name}_tokens"), sound(first).alias(f"{name}_key"))
        if name == "given":
            keyed = keyed.with_columns(full_forms(keyed[name]).alias("given_forms"))
        made += keyed.get_columns()
    return made


def _places(rows: pl.DataFrame) -> list[pl.Series]:
    """Write places alike; the words of an address in one order, as its parts change places."""
    made = [
        plain(rows[name]).alias(name) for name in ("municipality", "region") if name in rows.columns
    ]
    made += [_solid(rows[name], 1) for name in ("house_number", "postcode") if name in rows.columns]
    if "address" in rows.columns:
        address = plain(rows["address"]).alias("address").to_frame()
        words = pl.col("address").str.split(" ").list.sort()
        made += address.select(words.list.join(" "), words.alias("address_tokens")).get_columns()
    return made


def _marks(rows: pl.DataFrame) -> list[pl.Series]:
    made = []
    if "sex" in rows.columns:
        made.append(rows["sex"].set(rows["sex"] == _UNKNOWN, None))
    if "citizenship" in rows.columns:
        made.append(rows["citizenship"])
    for column, name in (("contact_fragment", "contact"), ("document_fragment", "document")):
        if column in rows.columns:
            made.append(_solid(rows[column], 2).alias(name))
    return made


def _solid(fragment: pl.Series, shortest: int) -> pl.Series:
    """Write letters and digits only; what is shorter says nothing."""
    solid = fragment.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", "")
    return solid.set(solid.str.len_chars() < shortest, None)
