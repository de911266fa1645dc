"""Which edition said what: the same year in editions after each other."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from slachtoffermonitor.ground import InputError, Number, Text
from slachtoffermonitor.published import series_frame
from slachtoffermonitor.trend._counts import checked
from slachtoffermonitor.trend._wording import points

__all__ = ["Revisions", "published_revisions", "revisions"]

_SENTENCE = (
    "{year}: {first} in the edition of {first_edition}, {last} in that of {last_edition} "
    "({change}%)."
)
_NONE = Text("No year was revised.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Revisions:
    """What editions said about the same years.

    `table`: year, then a column for each edition, null where it says nothing. `changes`: year,
    first_edition, first, last_edition, last, change (last over first, less 1), for each year that
    two editions or more speak of.
    """

    table: pl.DataFrame
    changes: pl.DataFrame
    sentences: tuple[Text, ...]


def revisions(frame: pl.DataFrame) -> Revisions:
    """Which edition said what, and how much did it change since?

    A change between two years is only a change when both come from one edition, or from editions
    that revised both alike.

    Args:
        frame: the columns year, vintage (the edition, such as "2019") and value, which may be 0.

    Raises:
        InputError: a column is missing or wrong, or a year stands twice in one edition.

    """
    if "value" in frame.columns and frame.schema["value"].is_float():
        whole = frame.filter(pl.col("value").is_not_null() & (pl.col("value") % 1 != 0))
        if not whole.is_empty():
            raise InputError("a value is no whole number, so it is no count")
        frame = frame.with_columns(pl.col("value").cast(pl.Int64))
    rows = checked(
        frame,
        {"year": "whole", "vintage": "text", "value": "count"},
        key=("year", "vintage"),
    ).sort("year", "vintage")
    editions = sorted(rows["vintage"].unique())
    changes = (
        rows.group_by("year", maintain_order=True)
        .agg(
            first_edition=pl.col("vintage").first(),
            first=pl.col("value").first(),
            last_edition=pl.col("vintage").last(),
            last=pl.col("value").last(),
            editions=pl.len(),
        )
        .filter(pl.col("editions") > 1)
        .drop("editions")
        .with_columns(
            change=pl.when(pl.col("first") > 0).then(pl.col("last") / pl.col("first") - 1)
        )
    )
    return Revisions(
        table=rows.pivot(on="vintage", index="year", values="value").select("year", *editions),
        changes=changes,
        sentences=_sentences(changes),
    )


def published_revisions(series: str = "NR") -> Revisions:
    """Which edition of the published series said what about each year?

    Years for which the source names no edition stand under "?".
    """
    rows = series_frame().filter(pl.col("series") == series)
    return revisions(
        rows.select("year", pl.col("vintage").replace("", "?"), "value").unique(
            ["year", "vintage"], keep="first", maintain_order=True
        )
    )


def _sentences(changes: pl.DataFrame) -> tuple[Text, ...]:
    said = tuple(
        Text(
            _SENTENCE,
            {
                "year": row["year"],
                "first": Number(row["first"]),
                "first_edition": row["first_edition"],
                "last": Number(row["last"]),
                "last_edition": row["last_edition"],
                "change": points(row["change"]),
            },
        )
        for row in changes.filter(
            (pl.col("first") != pl.col("last")) & pl.col("change").is_not_null()
        ).iter_rows(named=True)
    )
    return said or (_NONE,)
