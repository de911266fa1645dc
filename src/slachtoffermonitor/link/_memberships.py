"""Who was on whose list, and first reported when: what estimates and follow-up take."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import cast

import polars as pl

from slachtoffermonitor.ground import InputError, Problem

__all__ = ["Period", "first_dates", "memberships_of"]

# Years of reporting, or the first and the last day.
Period = Collection[int] | tuple[date, date]


def memberships_of(reports: pl.DataFrame, period: Period | None) -> pl.DataFrame:
    """Count reports per person, list and year; the columns of `records.Membership`.

    Args:
        reports: `person_id`, `reporter`, `reported_on`, one row per report.
        period: years to keep, or the first and the last day of reporting; all when None.

    Raises:
        InputError: the reports do not say who reported, or when.

    """
    problems = [
        Problem(
            what="persons cannot be counted by list and year: the reports do not tell it",
            column=name,
            allowed="a column of the deliveries, or deliveries by name",
        )
        for name in ("reporter", "reported_on")
        if reports.height and reports[name].null_count() == reports.height
    ]
    if problems:
        raise InputError(problems)
    dated = reports.with_columns(pl.col("reported_on").dt.year().alias("year"))
    if period is not None:
        dated = dated.filter(_within(period))
    return (
        dated.group_by("person_id", "reporter", "year")
        .agg(
            pl.col("reported_on").min().alias("first_reported_on"),
            pl.len().cast(pl.Int64).alias("notifications"),
        )
        .sort("person_id", "year", "reporter")
    )


def first_dates(reports: pl.DataFrame) -> pl.DataFrame:
    """Give each person's place in the population register and first report, by person.

    Args:
        reports: `person_id`, `register_id`, `reported_on`, one row per report.

    """
    return (
        reports.group_by("person_id")
        .agg(pl.col("register_id").first(), first_reported_on=pl.col("reported_on").min())
        .sort("person_id")
    )


def _within(period: Period) -> pl.Expr:
    if isinstance(period, tuple) and len(period) == 2 and isinstance(period[0], date):
        return pl.col("reported_on").is_between(*period)
    years = cast("Collection[int]", period)
    return pl.col("year").is_in(sorted(years))
