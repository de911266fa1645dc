"""A released table as rows that software can trust: labels beside codes, a status beside counts."""

from __future__ import annotations

import polars as pl

from slachtoffermonitor.disclose import Column, ReleasedTable
from slachtoffermonitor.ground import LANGUAGES
from slachtoffermonitor.publish._reading import labels

__all__ = ["ORIGIN", "STATUS", "may_be_hidden", "open_frame"]

ORIGIN = "origin"
STATUS = ("number", "hidden")


def open_frame(table: ReleasedTable) -> pl.DataFrame:
    """How does the table look as open data?

    Returns:
        Every column of the table; after a coded column its labels in `NAME_nl` and `NAME_en`;
        after a count of which some were hidden `NAME_status` (`number`, `hidden`); last `origin`.

    """
    parts: list[pl.Series] = []
    for column in table.columns:
        values = table.frame[column.name]
        parts.append(values)
        if column.codes:
            parts.extend(
                pl.Series(f"{column.name}_{language}", labels(column, values, language))
                for language in LANGUAGES
            )
        if may_be_hidden(table, column):
            status = pl.when(values.is_null()).then(pl.lit("hidden")).otherwise(pl.lit("number"))
            parts.append(pl.select(status.alias(f"{column.name}_status")).to_series())
    return pl.DataFrame(parts).with_columns(pl.lit(table.origin).alias(ORIGIN))


def may_be_hidden(table: ReleasedTable, column: Column) -> bool:
    """Can a count of this column have been hidden, so that it needs a status?"""
    return column.role == "count" and table.hidden > 0
