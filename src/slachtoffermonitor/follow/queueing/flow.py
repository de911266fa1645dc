"""The queue itself: how long it is, how old, and what goes in and out of it."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from slachtoffermonitor.follow.queueing.requests import GAVE_UP, STARTED

__all__ = ["AGES", "ages_of", "flow_of", "queue_of"]

AGES = ((0, 30), (31, 90), (91, 180), (181, 365), (366, None))
"""Bands of days that people wait already."""

_DAYS_PER_YEAR = 365.25


def queue_of(known: pl.DataFrame) -> pl.DataFrame:
    """Count who waits; a group with nobody waiting stays in, with 0."""
    waits = pl.col("waited_days").filter(pl.col("ended_by") == 0)
    return (
        known.group_by("group")
        .agg(
            waiting=waits.len().cast(pl.Int64),
            median_waited_days=waits.median(),
            longest_waited_days=waits.max(),
        )
        .sort("group")
    )


def ages_of(known: pl.DataFrame) -> pl.DataFrame:
    """Count who waits by how long already: group, from_days, to_days (null: no end), waiting."""
    waiting = known.filter(pl.col("ended_by") == 0)
    groups = known.select("group").unique()
    bands = pl.DataFrame(AGES, schema={"from_days": pl.Int64, "to_days": pl.Int64}, orient="row")
    edges = [lower for lower, _ in AGES]
    band = pl.lit(edges[0], dtype=pl.Int64)
    for lower in edges[1:]:
        band = pl.when(pl.col("waited_days") >= lower).then(lower).otherwise(band)
    counted = waiting.with_columns(from_days=band).group_by("group", "from_days").len("waiting")
    return (
        groups.join(bands, how="cross")
        .join(counted, on=["group", "from_days"], how="left")
        .with_columns(pl.col("waiting").fill_null(0).cast(pl.Int64))
        .sort("group", "from_days")
    )


def flow_of(known: pl.DataFrame, since: date, on: date) -> pl.DataFrame:
    """Give what went in and out of each queue from `since` to `on`, both included.

    Returns: group, waiting_before (on the day before `since`), arrivals, starts, gave_up, waiting
        (on `on`), arrivals_per_week, departures_per_week, mean_queue (average number waiting),
        mean_wait_days (Little's law: mean_queue / arrivals a day), clearance_weeks (the queue
        over the departures a week; null when nobody leaves it).
    """
    days = (on - since).days + 1
    before = since - timedelta(days=1)
    gone = pl.col("ended_on").is_between(since, on)
    opened = pl.max_horizontal(pl.col("requested_on"), pl.lit(since))
    closed = pl.min_horizontal(
        pl.col("ended_on").fill_null(on + timedelta(days=1)), on + timedelta(days=1)
    )
    spent = (closed - opened).dt.total_days().clip(0)
    ended_before = pl.col("ended_on") <= before
    table = (
        known.group_by("group")
        .agg(
            waiting_before=(
                (pl.col("requested_on") <= before) & ~ended_before.fill_null(value=False)
            ).sum(),
            arrivals=(pl.col("requested_on") >= since).sum(),
            starts=(gone & (pl.col("ended_by") == STARTED)).sum(),
            gave_up=(gone & (pl.col("ended_by") == GAVE_UP)).sum(),
            waiting=(pl.col("ended_by") == 0).sum(),
            mean_queue=spent.sum() / days,
        )
        .sort("group")
    )
    weeks = days / 7
    leaving = pl.col("starts") + pl.col("gave_up")
    arriving = pl.col("arrivals")
    return table.with_columns(pl.col(pl.UInt32).cast(pl.Int64)).with_columns(
        arrivals_per_week=arriving / weeks,
        departures_per_week=leaving / weeks,
        mean_wait_days=pl.when(arriving > 0).then(pl.col("mean_queue") * days / arriving),
        clearance_weeks=pl.when(leaving > 0).then(pl.col("waiting") * weeks / leaving),
    )
