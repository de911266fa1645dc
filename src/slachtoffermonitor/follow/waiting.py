"""Waiting for help: how long until it starts, and how long the queue is on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from slachtoffermonitor.follow._checks import require_columns
from slachtoffermonitor.follow.curves import Curve
from slachtoffermonitor.follow.estimators import aalen_johansen
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["Waiting", "waiting_times"]

_STARTED, _GAVE_UP = 1, 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Waiting:
    """How long people wait for help, with those who still wait counted for what is known.

    `helped`: group (empty: all), within_days, share (for whom help had started by then), low,
    high, at_risk (still waiting just before), n (requests). `medians`: group, n, helped (requests
    for which help started), gave_up (closed without help), median_days (null: not half of them
    helped yet), median_low and median_high (its limits; null: beyond the data). `queue`: group,
    waiting (requests open without help on `on`), median_waited_days and longest_waited_days.
    """

    curves: dict[str, Curve]
    helped: pl.DataFrame
    medians: pl.DataFrame
    queue: pl.DataFrame
    on: date
    later_requests: int

    def __repr__(self) -> str:
        """Show counts, never a person."""
        return f"Waiting({self.queue['waiting'].sum()} waiting on {self.on})"


def waiting_times(
    requests: pl.DataFrame | pl.LazyFrame,
    *,
    on: date,
    by: str | None = "municipality",
    within_days: Sequence[int] = (30, 90, 180, 365),
    level: float = 0.95,
) -> Waiting:
    """How long until help starts, and who waits on this day?

    The mean wait of those who were helped hides those who wait longest; here whoever still waits
    counts as long as known. A request that is closed without help has left the queue without it.

    Assumes: the table holds every request made up to `on`, with what became of it by then; what
        was written later is not used.
    Returns: a `Waiting`, for everybody and for each group of `by`.
    Raises: InputError for missing columns, when help started or the request was closed before it
        was made, or when no request was made up to `on`.
    Source: Aalen & Johansen (1978); Sobolev & Kuramoto (2008) for waiting lists.
    """
    needed = ("requested_on", "started_on", "closed_on")
    require_columns(requests, (*needed, by) if by else needed, "care requests")
    rows = requests.lazy().select(
        *needed, (pl.col(by).cast(pl.String) if by else pl.lit("")).alias("group")
    )
    known = _as_known(rows, on)
    if known.is_empty():
        raise InputError(f"no request for help was made up to {on}")
    backwards = known.filter(pl.col("waited_days") < 0).height
    if backwards:
        raise InputError(
            Problem(what="care requests that ended before they were made", found=str(backwards))
        )
    parts = [("", known)]
    if by is not None:
        grouped = known.drop_nulls("group").partition_by("group", as_dict=True)
        parts += sorted((str(key[0]), frame) for key, frame in grouped.items())
    curves = {
        group: aalen_johansen(None, frame["waited_days"], frame["ended_by"], level=level)[_STARTED]
        for group, frame in parts
    }
    return Waiting(
        curves=curves,
        helped=_helped(curves, within_days),
        medians=_medians(parts, curves),
        queue=_queue(known),
        on=on,
        later_requests=rows.collect().height - known.height,
    )


def _as_known(rows: pl.LazyFrame, on: date) -> pl.DataFrame:
    """Give each request as it stood on the day: how long it waited, and what ended that."""
    day = pl.lit(on)
    started = pl.when(pl.col("started_on") <= day).then("started_on")
    closed = pl.when(pl.col("closed_on") <= day).then("closed_on")
    return (
        rows.filter(pl.col("requested_on") <= day)
        .with_columns(started_on=started, closed_on=closed)
        .select(
            "group",
            waited_days=(
                pl.coalesce("started_on", "closed_on", day) - pl.col("requested_on")
            ).dt.total_days(),
            ended_by=pl.when(pl.col("started_on").is_not_null())
            .then(_STARTED)
            .when(pl.col("closed_on").is_not_null())
            .then(_GAVE_UP)
            .otherwise(0),
        )
        .collect()
    )


def _helped(curves: dict[str, Curve], within_days: Sequence[int]) -> pl.DataFrame:
    rows = [
        (
            group,
            days,
            value.estimate,
            value.low,
            value.high,
            value.at_risk,
            curve.definition.persons,
        )
        for group, curve in curves.items()
        for days in within_days
        for value in (curve.at(days),)
    ]
    names = ("group", "within_days", "share", "low", "high", "at_risk", "n")
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(
        pl.col("share", "low", "high").fill_nan(None)
    )


def _medians(parts: list[tuple[str, pl.DataFrame]], curves: dict[str, Curve]) -> pl.DataFrame:
    limits = [curves[group].limits_of_day_reaching(0.5) for group, _ in parts]
    return pl.DataFrame(
        {
            "group": [group for group, _ in parts],
            "n": [frame.height for _, frame in parts],
            "helped": [int((frame["ended_by"] == _STARTED).sum()) for _, frame in parts],
            "gave_up": [int((frame["ended_by"] == _GAVE_UP).sum()) for _, frame in parts],
            "median_days": [curves[group].first_day_reaching(0.5) for group, _ in parts],
            "median_low": [low for low, _ in limits],
            "median_high": [high for _, high in limits],
        },
        schema_overrides=dict.fromkeys(("median_days", "median_low", "median_high"), pl.Int64),
    )


def _queue(known: pl.DataFrame) -> pl.DataFrame:
    """Count who waits; a group with nobody waiting stays in, with 0."""
    waits = pl.col("waited_days").filter(pl.col("ended_by") == 0)
    return (
        known.drop_nulls("group")
        .group_by("group")
        .agg(
            waiting=waits.len().cast(pl.Int64),
            median_waited_days=waits.median(),
            longest_waited_days=waits.max(),
        )
        .sort("group")
    )
