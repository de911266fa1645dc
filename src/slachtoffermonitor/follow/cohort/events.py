"""The events of a cohort: which could have happened, and where each lies on its person's clock."""

from __future__ import annotations

from datetime import date

import polars as pl

from slachtoffermonitor.follow.cohort.extract import RegisterRows
from slachtoffermonitor.follow.cohort.faults import Ledger
from slachtoffermonitor.vocabulary import code_list

__all__ = ["PLACES", "place_events", "possible_events"]

PLACES = ("BEFORE_INDEX", "CLEARED", "COUNTED", "AFTER_EXIT")
"""Where an event lies: before the index day, in the clearing period, followed, or after exit."""


def possible_events(
    rows: RegisterRows, cohort: pl.DataFrame, died: pl.DataFrame, until: date, ledger: Ledger
) -> pl.DataFrame:
    """Leave out what cannot have happened; account for it."""
    known = rows.events.join(cohort.select("id", "born_from"), on="id")
    known = known.join(died, on="id", how="left").sort("row")
    coded = pl.col("event_role").is_in(list(code_list("event_roles")))
    coded &= pl.col("event_kind").is_in(list(code_list("event_kinds")))
    tests = {
        "event_undated": pl.col("on").is_null(),
        "event_code_unknown": ~coded.fill_null(value=False),
        "event_before_birth": pl.col("on") < pl.col("born_from"),
        "event_after_death": pl.col("on") > pl.col("died_on"),
        "event_in_the_future": pl.col("on") > until,
    }
    if "event_id" in known.columns:
        first = pl.struct("event_id", "id", "event_role").is_first_distinct()
        tests["event_repeated"] = pl.col("event_id").is_not_null() & ~first
    good = ledger.without(known, tests)
    ledger.enter("event_of_unknown_person", rows.strangers, number=rows.stranger_count)
    return good.select("row", "id", "event_role", "event_kind", "on")


def place_events(events: pl.DataFrame, followed: pl.DataFrame) -> pl.DataFrame:
    """Give each event of a followed person its day since the index day, and where that lies."""
    day = (pl.col("on") - pl.col("index_on")).dt.total_days()
    return (
        events.join(followed.select("id", "person", "index_on", "entry_day", "exit_day"), on="id")
        .with_columns(event_day=day)
        .select(
            "person",
            "event_day",
            "event_role",
            "event_kind",
            place=pl.when(pl.col("event_day") < 0)
            .then(pl.lit("BEFORE_INDEX"))
            .when(pl.col("event_day") <= pl.col("entry_day"))
            .then(pl.lit("CLEARED"))
            .when(pl.col("event_day") <= pl.col("exit_day"))
            .then(pl.lit("COUNTED"))
            .otherwise(pl.lit("AFTER_EXIT")),
        )
        .sort("person", "event_day", "event_role", "event_kind")
    )
