"""Rates of the population by age, sex and municipality, counted out of core."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date

import polars as pl

from slachtoffermonitor.follow.cohort.definition import EventChoice, choose_event
from slachtoffermonitor.follow.cohort.extract import Register, open_parquet, register_table
from slachtoffermonitor.follow.histories import Histories
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["AGES", "age_bounds", "population_rates"]

AGES = (0, 6, 12, 15, 18, 20, 23, 26, 30, 35, 40, 50, 60, 70, 80)
"""From which age each group of the population runs, to the next."""

_DAYS_PER_YEAR = 365.25

_STAYS = """
CREATE TEMP TABLE stays AS
SELECT p.person_id, p.birth_date, p.sex, coalesce(p.municipality, 'ONB') AS municipality,
       greatest(s.entered_on, w.since_on) AS entered_on,
       least(coalesce(s.left_on, w.until_on), w.until_on) AS left_on
FROM presence s JOIN population p USING (person_id), period w
WHERE s.entered_on <= w.until_on AND coalesce(s.left_on, w.until_on) >= w.since_on
  AND p.person_id NOT IN (SELECT id FROM excluded)
"""
_TIME = """
SELECT sex, municipality, age_from, sum(days) AS days FROM (
    SELECT s.sex, s.municipality, a.age_from,
           least(s.left_on, CAST(s.birth_date + to_years(a.age_to) AS DATE) - 1)
           - greatest(s.entered_on, CAST(s.birth_date + to_years(a.age_from) AS DATE)) + 1 AS days
    FROM stays s, ages a
) WHERE days > 0 GROUP BY ALL
"""
_EVENTS = """
SELECT s.sex, s.municipality, a.age_from, count(*) AS events
FROM events e JOIN stays s USING (person_id), ages a, period w
WHERE e.event_role = w.role
  AND (len(w.kinds) = 0 OR list_contains(w.kinds, e.event_kind))
  AND e.occurred_on BETWEEN s.entered_on AND s.left_on
  AND e.occurred_on >= CAST(s.birth_date + to_years(a.age_from) AS DATE)
  AND e.occurred_on < CAST(s.birth_date + to_years(a.age_to) AS DATE)
GROUP BY ALL
"""


def age_bounds() -> pl.DataFrame:
    """Give `age_from` and `age_to` (not included) of each group of ages."""
    return pl.DataFrame({"age_from": AGES, "age_to": (*AGES[1:], 200)})


def population_rates(
    population: Register,
    events: Register,
    presence: Register,
    *,
    since: date,
    until: date,
    event: str | Sequence[str] | EventChoice = "SLACHTOFFER",
    excluding: Histories | None = None,
) -> pl.DataFrame:
    """How often does it happen to inhabitants, by age, sex and municipality?

    Tables may be paths to Parquet: 10^8 events and 1.7 × 10^7 presences are streamed through
    DuckDB, which keeps to a limit of memory and spills to a temporary folder.

    Args:
        population: `records.PopulationEntry` rows (person_id, birth_date, sex, municipality).
        events: `records.Event` rows.
        presence: `records.Presence` rows; stretches of one person must not overlap.
        since: the first day that counts.
        until: the last day that counts; events and presence must be complete until then.
        event: which events count, all of them, as in `cumulative_incidence`.
        excluding: histories whose persons are left out, so that victims are not compared with
            themselves.

    Returns:
        sex, municipality, age_from (years), events (Int64), person_years (Float64): age is that
        on each day, and municipality the one in `population` (`ONB` when unknown).

    Raises:
        InputError: columns are missing, a path leads nowhere, or a period that ends before it
            begins.

    """
    if until < since:
        raise InputError(Problem(what="a period that ends before it begins", found=f"{until}"))
    choice = choose_event(event)
    period = pl.DataFrame(
        {"since_on": [since], "until_on": [until], "role": [choice.role]},
    ).with_columns(pl.Series("kinds", [list(choice.kinds)], dtype=pl.List(pl.String)))
    left_out = pl.DataFrame({"id": []}, schema={"id": pl.String})
    if excluding is not None:
        left_out = excluding.rows.persons.select("id").drop_nulls().unique()
    with tempfile.TemporaryDirectory() as folder, open_parquet(folder) as connection:
        for name, table, columns in (
            ("population", population, ("person_id", "birth_date", "sex", "municipality")),
            ("events", events, ("person_id", "event_role", "event_kind", "occurred_on")),
            ("presence", presence, ("person_id", "entered_on", "left_on")),
        ):
            register_table(connection, name, table, columns)
        connection.register("period", period.to_arrow())
        connection.register("ages", age_bounds().to_arrow())
        connection.register("excluded", left_out.to_arrow())
        connection.execute(_STAYS)
        time: pl.DataFrame = connection.sql(_TIME).pl()
        happened: pl.DataFrame = connection.sql(_EVENTS).pl()
    keys = ["sex", "municipality", "age_from"]
    return (
        time.join(happened, on=keys, how="left")
        .select(
            "sex",
            "municipality",
            pl.col("age_from").cast(pl.Int64),
            pl.col("events").fill_null(0).cast(pl.Int64),
            person_years=pl.col("days").cast(pl.Float64) / _DAYS_PER_YEAR,
        )
        .sort(keys)
    )
