"""The persons of a cohort: one row each, with index day, birth and what they are grouped by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from slachtoffermonitor.follow._checks import require_columns
from slachtoffermonitor.follow.cohort.definition import CohortDefinition
from slachtoffermonitor.follow.cohort.faults import Ledger
from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.records import Notification, Person, PopulationEntry

__all__ = ["GROUPS", "check_persons", "read_persons"]

GROUPS = (
    "sex",
    "citizenship",
    "citizenship_group",
    "municipality",
    "region",
    "main_form",
    "form",
    "route",
    "residence",
    "reporter",
    "reporter_class",
)
"""Columns that persons are grouped by when they are there; age is added from the birth date."""

_IDENTITY = {
    name
    for schema in (Notification, Person, PopulationEntry)
    for name, column in schema.columns().items()
    if (column.metadata or {}).get("identity")
}
_OWN = {"person", "id", "row", "index_on", "born_on", "age", "age_band"}


def read_persons(
    persons: pl.DataFrame | pl.LazyFrame, definition: CohortDefinition, keep: Sequence[str]
) -> pl.DataFrame:
    """Take what is needed: row, id, index_on, born_on, born_from, and the columns to group by.

    Raises:
        InputError: columns are missing, an index column without dates, or a column that would
            show who somebody is.

    """
    needed = (definition.id_column, definition.index_column, *keep)
    require_columns(persons, needed, "persons")
    forbidden = [name for name in keep if name in _IDENTITY or name in _OWN]
    forbidden += [name for name in keep if name == definition.id_column]
    if forbidden:
        raise InputError(
            [Problem(what="persons are not grouped by this", column=name) for name in forbidden]
        )
    schema = persons.lazy().collect_schema()
    index_type = schema[definition.index_column]
    if index_type not in (pl.Date, pl.Null):
        raise InputError(
            Problem(
                what="every person needs an index day",
                column=definition.index_column,
                found=str(index_type),
                allowed="a date",
            )
        )
    groups = [name for name in dict.fromkeys((*GROUPS, *keep)) if name in schema]
    return (
        persons.lazy()
        .with_row_index("row", offset=1)
        .select(
            pl.col("row").cast(pl.Int64),
            pl.col(definition.id_column).cast(pl.String).alias("id"),
            pl.col(definition.index_column).cast(pl.Date).alias("index_on"),
            *_born(schema.names()),
            *(pl.col(name).cast(pl.String) for name in groups),
        )
        .collect()
    )


def _born(present: list[str]) -> tuple[pl.Expr, pl.Expr]:
    """Give the day of birth as well as known (July 1 of a year), and the first day possible."""
    year = pl.col("birth_year") if "birth_year" in present else pl.lit(None, dtype=pl.Int32)
    day = pl.col("birth_date") if "birth_date" in present else pl.lit(None, dtype=pl.Date)
    return (
        pl.coalesce(day, pl.date(year, 7, 1)).alias("born_on"),
        pl.coalesce(day, pl.date(year, 1, 1)).alias("born_from"),
    )


def check_persons(rows: pl.DataFrame, until: date, ledger: Ledger) -> pl.DataFrame:
    """Give one row per linked person with a possible index day; account for all others."""
    ledger.account["persons"] = rows.height
    good = ledger.without(
        rows,
        {
            "index_day_missing": pl.col("index_on").is_null(),
            "index_before_birth": pl.col("index_on") < pl.col("born_from"),
            "index_in_the_future": pl.col("index_on") > until,
        },
    )
    linked = good.drop_nulls("id")
    cohort = linked.sort("index_on", "row").unique("id", keep="first", maintain_order=True)
    ledger.account["not_linked"] = good.height - linked.height
    ledger.account["same_person_again"] = linked.height - cohort.height
    return cohort
