"""A few pairs compared by the same SQL as whole registers, without the rest of Splink."""

from __future__ import annotations

import duckdb
import polars as pl

from slachtoffermonitor.link.model import ModelDesign, level_sql

__all__ = ["compare_pairs", "open_comparison"]


def open_comparison(design: ModelDesign) -> duckdb.DuckDBPyConnection:
    """Open a database that knows the macros of a design."""
    connection = duckdb.connect(":memory:", config={"threads": 1})
    connection.execute("SET enable_progress_bar = false")  # it draws on standard output
    for macro in design.macros:
        connection.execute(macro).fetchall()
    return connection


def compare_pairs(
    connection: duckdb.DuckDBPyConnection,
    design: ModelDesign,
    records: pl.DataFrame,
    ends: pl.DataFrame,
) -> pl.DataFrame:
    """Give the level that each pair reaches in each comparison.

    Args:
        connection: from `open_comparison`.
        design: what is compared.
        records: the features of all records that occur.
        ends: `left` and `right`: rows of `records`.

    Returns:
        One Int8 column per comparison, in the order of `ends`: -1 not known, 0 different, higher
        is closer.

    """
    connection.register("few_records", records.with_row_index("place").to_arrow())
    connection.register("few_pairs", ends.with_row_index("turn").to_arrow())
    found = connection.execute(_sql(design)).fetchnumpy()
    return pl.DataFrame(
        {each.name: pl.Series(found[each.name], dtype=pl.Int8) for each in design.comparisons}
    )


def _sql(design: ModelDesign) -> str:
    used = sorted({column for each in design.comparisons for column in each.uses})
    derived = "".join(f", {sql} AS {column}" for column, sql in design.derived.items())
    sides = ", ".join(f"{side}.{column} AS {column}_{side}" for column in used for side in "lr")
    levels = ", ".join(
        f"({level_sql(each)})::TINYINT AS {each.name}" for each in design.comparisons
    )
    return (
        f"WITH record AS (SELECT *{derived} FROM few_records), "  # noqa: S608
        f"pair AS (SELECT turn, {sides} FROM few_pairs "
        'JOIN record l ON l.place = few_pairs."left" JOIN record r ON r.place = few_pairs."right") '
        f"SELECT {levels} FROM pair ORDER BY turn"
    )
