"""`slachtoffermonitor trend silence`: reporters that fell silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from slachtoffermonitor.commands._options import json_option, language_option
from slachtoffermonitor.commands._trend_options import (
    counts_argument,
    day_of,
    labels_of,
    seed_option,
)
from slachtoffermonitor.commands._trend_printing import answer, silence_lines
from slachtoffermonitor.commands._trend_reading import (
    is_delivery,
    left_out,
    naming,
    read_counts,
    read_notifications,
)

if TYPE_CHECKING:
    import polars as pl

    from slachtoffermonitor.ground import Language, Text
    from slachtoffermonitor.trend import Silence

__all__ = ["silence"]


@click.command("silence")
@counts_argument
@click.option(
    "--false-alarms-per-year",
    type=click.FloatRange(0, 52, min_open=True),
    default=1.0,
    show_default=True,
    help="How many alarms a year may be false, over all reporters together.",
)
@click.option(
    "--watch-from",
    type=click.DateTime(["%Y-%m-%d"]),
    help="First day of the watch. Default: after a year of history.",
)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Last day that the reports cover. Default: the last day in them; say it, or who is "
    "silent at the end is not seen.",
)
@click.option(
    "--history-weeks",
    type=click.IntRange(min=52),
    default=208,
    show_default=True,
    help="What is usual is taken from so many weeks before.",
)
@click.option(
    "--drop-to",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.05,
    show_default=True,
    help="The watch looks for a fall to this share of what is usual.",
)
@click.option(
    "--within-weeks",
    type=click.FloatRange(2),
    default=8.0,
    show_default=True,
    help="Share the false alarms out so that as many reporters as possible are noticed in time.",
)
@seed_option
@language_option
@json_option
def silence(
    counts: tuple[Path, ...],
    *,
    false_alarms_per_year: float,
    watch_from: datetime | None,
    until: datetime | None,
    history_weeks: int,
    drop_to: float,
    within_weeks: float,
    seed: int,
    language: Language,
    as_json: str | None,
) -> None:
    """Say which reporters fell silent, since when, and what was to be expected of them.

    COUNTS are deliveries of notifications; or one file with the columns reporter, week (any day
    in it) and count, or reporter and reported_on (one row a report). A week without a row is a
    week without reports.
    """
    from slachtoffermonitor.trend import silence as silent

    labels = labels_of("reporter", language)
    with naming(counts):
        reports = _reports(counts)
        found = silent(
            reports,
            false_alarms_per_year=false_alarms_per_year,
            watch_from=day_of(watch_from),
            until=day_of(until),
            history_weeks=history_weeks,
            drop_to=drop_to,
            within_weeks=within_weeks,
            labels=labels,
            seed=seed,
        )
    lines = silence_lines(found, labels)
    counting = _left_out(reports, found)
    answer(found, lines, counting=counting, language=language, as_json=as_json)


def _left_out(reports: pl.DataFrame, found: Silence) -> tuple[Text, ...]:
    """Say how many reports came after the last week that was over."""
    import polars as pl

    sent = reports["count"].sum() if "count" in reports.columns else reports.height
    last = found.weekly.select(pl.col("week").max().dt.offset_by("6d")).item()
    return left_out(int(sent) - int(found.weekly["received"].sum()), last, "week")


def _reports(files: Sequence[Path]) -> pl.DataFrame:
    """Give one row a report, or counts by week."""
    from slachtoffermonitor.records import open_as_text

    if is_delivery(files):
        return read_notifications(files).select("reporter", "reported_on")
    if "reported_on" in open_as_text(files[0]).columns:
        return read_counts(files[0], {"reporter": "text", "reported_on": "day"})
    return read_counts(files[0], {"reporter": "text", "week": "day", "count": "count"})
