"""Birth dates as they are compared: their parts, and keys under which errors still meet."""

from __future__ import annotations

import polars as pl

__all__ = ["birth_keys", "birth_parts"]

# An age counts completed years: born in this year less the age, or the year before.
_YEARS_OF_AN_AGE = 1


def birth_parts(rows: pl.DataFrame) -> tuple[pl.Expr, ...]:
    """Split the birth date; 1 January stands in for an unknown day and counts as a year only.

    Args:
        rows: `birth_date` as text, year first, such as 1999-05-17; and, where given,
            `birth_year`, or `age` on the day `reported_on`.

    Returns:
        `birth_full` (text), `birth_year`, `birth_month`, `birth_day` (Int32), and the first and
        last year in which the person can have been born. A date that no calendar holds keeps its
        parts: a slip of the pen is seen as one.

    """
    born = pl.col("birth_date")
    year, month, day = (
        born.str.slice(start, length).cast(pl.Int32) for start, length in ((0, 4), (5, 2), (8, 2))
    )
    known = born.is_not_null() & ~((month == 1) & (day == 1))
    years = [year]
    if "birth_year" in rows.columns:
        years.append(pl.col("birth_year").cast(pl.Int32))
    known_year = pl.coalesce(years)
    last = known_year
    if {"age", "reported_on"} <= set(rows.columns):
        last = pl.coalesce(known_year, pl.col("reported_on").dt.year() - pl.col("age"))
    first = pl.coalesce(known_year, last - _YEARS_OF_AN_AGE)
    return (
        pl.when(known).then(born).alias("birth_full"),
        known_year.alias("birth_year"),
        pl.when(known).then(month).alias("birth_month"),
        pl.when(known).then(day).alias("birth_day"),
        first.cast(pl.Int32).alias("birth_first_year"),
        last.cast(pl.Int32).alias("birth_last_year"),
    )


def birth_keys() -> tuple[pl.Expr, ...]:
    """Key the birth date so that a swapped day and month, or a wrong year, still meet."""
    month, day = pl.col("birth_month"), pl.col("birth_day")
    low, high = pl.min_horizontal(month, day), pl.max_horizontal(month, day)
    return (
        (pl.col("birth_year") * 10_000 + low * 100 + high).alias("birth_key"),
        (month * 100 + day).alias("birth_anniversary"),
    )
