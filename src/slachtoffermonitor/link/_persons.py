"""What is said of one person by several reports: the most frequent, ties by the earliest report."""

from __future__ import annotations

import polars as pl

__all__ = ["describe"]

_STAND_IN = (pl.col("birth_date").dt.month() == 1) & (pl.col("birth_date").dt.day() == 1)
_UNKNOWN = "ONB"


def describe(reports: pl.DataFrame, register: pl.DataFrame | None) -> pl.DataFrame:
    """Give one row per person with the columns of `records.Person` and `register_id`.

    What is known goes before what is not, and the population register before the reports for
    birth date, sex and citizenship; for the municipality the reports speak, as people are found
    elsewhere than where they are registered.

    Args:
        reports: the notifications with `person_id` and `register_id`, sorted by date and id.
        register: the population register extract, or None.

    """
    by_person = reports.group_by("person_id", maintain_order=True).agg(
        pl.col("register_id").drop_nulls().first(), pl.col("reported_on").min()
    )
    persons = by_person.rename({"reported_on": "first_reported_on"})
    for column in ("sex", "citizenship", "municipality", "main_form", "route"):
        known = pl.col(column).is_not_null() & (pl.col(column) != _UNKNOWN)
        persons = persons.join(_most_frequent(reports, column, known), "person_id", how="left")
    persons = persons.join(
        _most_frequent(reports, "birth_date", ~_STAND_IN), "person_id", how="left"
    ).join(_all_forms(reports), "person_id", how="left")
    persons = persons.join(
        _most_frequent(reports, "birth_year", pl.lit(True)), "person_id", how="left"
    )
    if register is not None:
        persons = _prefer_register(persons, register)
    return persons.sort("person_id").select(
        "person_id",
        "register_id",
        "birth_date",
        pl.coalesce(pl.col("birth_date").dt.year(), "birth_year").alias("birth_year"),
        pl.col("sex").fill_null(_UNKNOWN),
        "citizenship",
        "municipality",
        pl.col("main_form").fill_null(_UNKNOWN),
        "forms",
        pl.col("route").fill_null(_UNKNOWN),
        "first_reported_on",
    )


def _most_frequent(reports: pl.DataFrame, column: str, better: pl.Expr) -> pl.DataFrame:
    """Give per person the value that most reports give; a `better` value wins from any other."""
    return (
        reports.with_row_index("turn")
        .drop_nulls(column)
        .group_by("person_id", column)
        .agg(pl.len().alias("times"), pl.col("turn").min(), better.first().alias("better"))
        .sort("better", "times", "turn", descending=[True, True, False])
        .unique("person_id", keep="first", maintain_order=True)
        .select("person_id", column)
    )


def _all_forms(reports: pl.DataFrame) -> pl.DataFrame:
    """Unite the forms of all reports; `unknown` goes as soon as one form is known."""
    each = (
        reports.select("person_id", pl.col("forms").str.split(";").alias("form"))
        .explode("form")
        .unique()
    )
    known = pl.col("form") != _UNKNOWN
    return (
        each.filter(known | ~known.any().over("person_id"))
        .sort("person_id", "form")
        .group_by("person_id")
        .agg(pl.col("form").str.join(";").alias("forms"))
    )


def _prefer_register(persons: pl.DataFrame, register: pl.DataFrame) -> pl.DataFrame:
    entry = register.select(
        pl.col("person_id").alias("register_id"),
        "birth_date",
        pl.when(pl.col("sex") != _UNKNOWN).then(pl.col("sex")).alias("sex"),
        "citizenship",
        "municipality",
    )
    both = persons.join(entry, on="register_id", how="left", suffix="_registered")
    preferred = [
        pl.coalesce(f"{column}_registered", column).alias(column)
        for column in ("birth_date", "sex", "citizenship")
    ]
    return both.with_columns(
        *preferred, pl.coalesce("municipality", "municipality_registered").alias("municipality")
    )
