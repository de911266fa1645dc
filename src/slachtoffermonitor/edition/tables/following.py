"""What happens to people after they were registered, as tables to be protected."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from slachtoffermonitor.disclose import Origin, Table
from slachtoffermonitor.edition.deliveries import Deliveries
from slachtoffermonitor.edition.settings import Settings
from slachtoffermonitor.edition.tables._columns import columns, linked
from slachtoffermonitor.edition.tables.places import against_country
from slachtoffermonitor.edition.tables.registered import source_of
from slachtoffermonitor.follow import FollowUp, clearing_sensitivity, follow_up, overlap, waiting
from slachtoffermonitor.ground import Number, Text

__all__ = [
    "clearing_table",
    "follow_registered",
    "overlap_table",
    "repeat_tables",
    "waiting_table",
]

_DAYS_PER_YEAR = 365.25
_GRID_DAYS = 30
_CLEARINGS = (0, 14, 30, 60, 90)
_ALL = "TOTAL"
_SHARES = ("share", "low", "high", "at_risk")
_OVER_TIME = Text("Share of registered victims who are victim again, over time")
_BY_YEARS = Text("Share of registered victims who are victim again, by number of years")
_WORDS = {
    "aalen-johansen": "AALEN_JOHANSEN",
    "kaplan-meier": "KAPLAN_MEIER",
    "fixed": "FIXED_COHORT",
}
_SUSPECTED = {
    "never": "NOOIT",
    "ever": "OOIT",
    "before": "ERVOOR",
    "after": "ERNA",
    "before and after": "BEIDE",
}
_ORDER = tuple(_SUSPECTED.values())


def follow_registered(
    persons: pl.DataFrame, deliveries: Deliveries, settings: Settings
) -> FollowUp | None:
    """Are registered victims victim again of any crime? None where no crimes were delivered."""
    events, presence = deliveries.get("events"), deliveries.get("presence")
    if events.is_empty() or presence.is_empty():
        return None
    return follow_up(
        persons.filter(pl.col("register_id").is_not_null()),
        events,
        presence,
        id_column="register_id",
        observed_until=settings.deliveries.observed_until,
        clearing_days=settings.follow.clearing_days,
        horizons_years=settings.follow.horizons_years,
        level=settings.estimate.level,
    )


def repeat_tables(followed: FollowUp, settings: Settings, origin: Origin) -> tuple[Table, Table]:
    """What share is victim again, day by day and at each horizon, under each definition?"""
    curve = followed.curve_table(every_days=_GRID_DAYS).with_columns(
        (pl.col("day") / _DAYS_PER_YEAR).round(3).alias("years")
    )
    notes = (
        Text(
            "Any registered crime counts; what happened within {days} days of the first "
            "registration does not.",
            {"days": Number(settings.follow.clearing_days)},
        ),
        Text("People who are not in the population register cannot be followed."),
        Text(
            "How the published 45% within five years and 50% within seven were counted is not "
            "known. So three ways of counting stand side by side, each with its question; a "
            "figure of one cannot be compared with a figure of another."
        ),
        *followed.questions.values(),
    )
    curves, horizons = (
        Table(
            name=name,
            title=title,
            frame=frame.filter(pl.col("share").is_not_null())
            .with_columns(pl.col("method").replace_strict(_WORDS))
            .select("method", *clock, *_SHARES),
            columns=columns("method", *clock, *_SHARES),
            origin=origin,
            source=source_of(origin),
            notes=notes,
        )
        for name, title, frame, clock in (
            ("repeat_victimisation", _OVER_TIME, curve, ("day", "years")),
            ("repeat_horizons", _BY_YEARS, followed.horizons, ("horizon_years",)),
        )
    )
    return curves, horizons


def clearing_table(followed: FollowUp, settings: Settings, origin: Origin) -> Table:
    """How much of repeat victimisation is one case that echoes in several registrations?"""
    compared = clearing_sensitivity(
        followed.followed,
        clearing_days=_CLEARINGS,
        horizons_years=settings.follow.horizons_years,
        level=settings.estimate.level,
    )
    names = ("clearing_days", "horizon_years", "share", "low", "high", "at_risk")
    return Table(
        name="repeat_by_clearing",
        title=Text("Share who are victim again, by the days after registration that do not count"),
        frame=compared.filter(
            (pl.col("method") == "aalen-johansen") & pl.col("share").is_not_null()
        ).select(names),
        columns=columns(*names),
        origin=origin,
        source=source_of(origin),
        notes=(
            Text("One case is often registered more than once; a longer period leaves echoes out."),
        ),
    )


def waiting_table(requests: pl.DataFrame, settings: Settings, origin: Origin) -> Table:
    """Where do victims wait for help, and how long? The first row is all places together."""
    on = settings.deliveries.observed_until
    placed = requests.filter(pl.col("municipality").is_not_null())
    waits = waiting(requests if placed.is_empty() else placed, on=on, level=settings.estimate.level)
    frame = (
        waits.medians.join(waits.queue, on="group", how="left")
        .select(
            pl.col("group").replace("", _ALL).alias("municipality"),
            pl.col("n").cast(pl.Int64).alias("requests"),
            pl.when(pl.col("group") == "")
            .then(pl.col("waiting").filter(pl.col("group") != "").sum())
            .otherwise(pl.col("waiting").fill_null(0))
            .cast(pl.Int64)
            .alias("waiting"),
            "median_days",
            pl.col("median_low").alias("low"),
            pl.col("median_high").alias("high"),
        )
        .join(against_country(placed, settings), on="municipality", how="left")
        .sort(pl.col("municipality") != _ALL, "municipality")
    )
    return Table(
        name="waiting_by_municipality",
        title=Text("Victims waiting for help, by municipality"),
        frame=frame,
        columns=tuple(
            # what is said of a place is hidden with its requests, as its median is
            replace(column, role="measure", rests_on="requests")
            if column.role in {"measure", "note"}
            else column
            for column in columns(
                "municipality", "requests", "waiting", "median_days", "low", "high", "note"
            )
        ),
        origin=origin,
        source=source_of(origin),
        notes=(Text("Time from request to start; who still waits counts until the last day."),),
    )


def overlap_table(followed: FollowUp, settings: Settings, origin: Origin) -> Table | None:
    """How many victims are registered as a suspect too, before, after, or both?

    None where the police register that was delivered holds no suspects.
    """
    found = overlap(followed.followed, level=settings.estimate.level).shares
    if not found.filter(pl.col("sequence") == "ever")["persons"].item():
        return None
    frame = found.select(
        pl.col("sequence").replace_strict(_SUSPECTED).alias("suspected"),
        pl.col("persons").cast(pl.Int64),
        # a share of more digits would give back the count that rounding hid
        pl.col("share", "low", "high").round(2),
    ).sort(pl.col("suspected").replace_strict({code: i for i, code in enumerate(_ORDER)}))
    return Table(
        name="suspect_overlap",
        title=Text("Registered victims who are registered as a suspect too"),
        frame=frame,
        columns=linked(
            tuple(
                replace(column, rests_on="persons") if column.role == "measure" else column
                for column in columns("suspected", "persons", "share", "low", "high")
            ),
            "persons",
            "registered victims who can be followed",
        ),
        origin=origin,
        source=source_of(origin),
        notes=(
            Text("A suspect is not an offender: whoever was forced to commit a crime is one too."),
            Text(
                "What is on record until {day} counts; people were followed for different times.",
                {"day": settings.deliveries.observed_until.isoformat()},
            ),
        ),
        hierarchies={"suspected": {"OOIT": ("ERVOOR", "ERNA", "BEIDE"), "NOOIT": ()}},
    )
