"""`slachtoffermonitor trend interruption` and `breaks`: events that are known, and that are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from slachtoffermonitor.commands._options import json_option, language_option
from slachtoffermonitor.commands._trend_options import (
    counts_argument,
    day_of,
    effort_option,
    every_option,
    harmonics_option,
    labels_of,
    level_option,
    refuse_for_counts,
    reporter_option,
    seed_option,
    until_option,
)
from slachtoffermonitor.commands._trend_printing import answer
from slachtoffermonitor.commands._trend_reading import (
    Counted,
    Kind,
    count_reports,
    is_delivery,
    naming,
    read_counts,
)
from slachtoffermonitor.ground import InputError, Problem

if TYPE_CHECKING:
    import polars as pl

    from slachtoffermonitor.ground import Language

__all__ = ["breaks", "interruption"]

Method = Literal["quasi-poisson", "poisson", "negative-binomial", "hac"]
Impact = Literal["level", "level and slope"]
EffortAs = Literal["offset", "covariate"]
CostName = Literal["negative-binomial", "poisson"]


@click.command("interruption")
@counts_argument
@click.option(
    "--at",
    required=True,
    metavar="CODE|DATE",
    help="The event: its code in the list shocks (AVG_2018), or a day (YYYY-MM-DD).",
)
@click.option(
    "--method",
    type=click.Choice(["quasi-poisson", "poisson", "negative-binomial", "hac"]),
    default="quasi-poisson",
    show_default=True,
    help="Where the intervals come from; poisson believes in chance alone and is too narrow.",
)
@click.option(
    "--impact",
    type=click.Choice(["level", "level and slope"]),
    default="level",
    show_default=True,
    help="One step, or a step and another trend.",
)
@click.option(
    "--transition",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Periods after the event that belong to neither side.",
)
@click.option(
    "--control",
    help="A type of reporter that the event should not have touched, such as OPSPORING.",
)
@harmonics_option
@effort_option
@every_option
@reporter_option
@until_option
@level_option
@language_option
@json_option
def interruption(  # noqa: PLR0913 (click hands over every option by name)
    counts: tuple[Path, ...],
    *,
    at: str,
    method: Method,
    impact: Impact,
    transition: int,
    control: str | None,
    harmonics: int,
    effort: EffortAs,
    every: str | None,
    reporters: tuple[str, ...],
    until: datetime | None,
    level: float,
    language: Language,
    as_json: str | None,
) -> None:
    """Say what changed at a known event, beside the trend, and in whose reports.

    COUNTS has the columns period (the first day of each week, month, quarter or year; none
    missing) and count, and may have reporter or effort; or COUNTS are deliveries of notifications,
    which are counted by month and reporter.
    """
    from slachtoffermonitor.trend import interruption as interrupted_by

    found = _periods(counts, every, reporters, day_of(until))
    with naming(counts):
        result = interrupted_by(
            found.rows if len(reporters) != 1 else found.rows.drop("reporter"),
            at=_event(at),
            method=method,
            impact=impact,
            harmonics=harmonics,
            transition=transition,
            effort=effort,
            control=control,
            level=level,
            labels=labels_of("type", language) | labels_of("reporter", language),
        )
    lines = (*result.sentences, *result.notices)
    answer(result, lines, counting=found.notices, language=language, as_json=as_json)


def _event(at: str) -> date | str:
    """Read a day; what is none is the code of an event."""
    try:
        return date.fromisoformat(at)
    except ValueError:
        return at


@click.command("breaks")
@counts_argument
@click.option(
    "--false-alarm",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.05,
    show_default=True,
    help="The chance of finding a break where there is none.",
)
@click.option(
    "--most",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="At most so many breaks.",
)
@click.option(
    "--shortest",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    help="A level lasts at least so many periods.",
)
@click.option("--trend", is_flag=True, help="Take a straight trend out first.")
@click.option(
    "--block",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Periods that stay together when shuffled; as long as a wave of reports.",
)
@click.option(
    "--cost",
    type=click.Choice(["negative-binomial", "poisson"]),
    default="negative-binomial",
    show_default=True,
    help="How well a level fits the counts.",
)
@harmonics_option
@effort_option
@every_option
@reporter_option
@until_option
@seed_option
@level_option
@language_option
@json_option
def breaks(  # noqa: PLR0913 (click hands over every option by name)
    counts: tuple[Path, ...],
    *,
    false_alarm: float,
    most: int,
    shortest: int,
    trend: bool,
    block: int,
    cost: CostName,
    harmonics: int,
    effort: EffortAs,
    every: str | None,
    reporters: tuple[str, ...],
    until: datetime | None,
    seed: int,
    level: float,
    language: Language,
    as_json: str | None,
) -> None:
    """Say where a series of counts changes level when nobody says where to look.

    COUNTS has the columns period (the first day of each week, month, quarter or year; none
    missing) and count, and may have effort, or reporter (all are added up); or COUNTS are
    deliveries of notifications, which are counted by month.
    """
    from slachtoffermonitor.trend import breaks as breaks_in

    found = _periods(counts, every, reporters, day_of(until))
    with naming(counts):
        result = breaks_in(
            _added_up(found.rows),
            false_alarm=false_alarm,
            most=most,
            shortest=shortest,
            cost=cost,
            trend=trend,
            harmonics=harmonics,
            effort=effort,
            block=block,
            level=level,
            seed=seed,
        )
    answer(result, result.sentences, counting=found.notices, language=language, as_json=as_json)


def _periods(
    files: Sequence[Path], every: str | None, reporters: Sequence[str], until: date | None
) -> Counted:
    """Give counts by period and reporter, from a file or counted from notifications."""
    import polars as pl

    if is_delivery(files):
        counted = count_reports(files, every or "month", by="reporter", until=until)
        found = replace(counted, rows=counted.rows.rename({"group": "reporter"}))
    else:
        refuse_for_counts({"--every": every, "--until": until})
        columns: dict[str, Kind] = {"period": "day", "count": "count"}
        rows = read_counts(
            files[0],
            columns,
            optional={"reporter": "text", "effort": "size"},
            key=("period", "reporter"),
        )
        found = Counted(rows=rows)
    if not reporters:
        return found
    known = found.rows["reporter"].unique().sort() if "reporter" in found.rows.columns else ()
    problems = [
        Problem(
            what="there are no counts of this reporter",
            column="reporter",
            found=repr(one),
            allowed=", ".join(known) or "leave --reporter out: there is no column reporter",
        )
        for one in reporters
        if one not in known
    ]
    if problems:
        raise InputError(problems)
    return replace(found, rows=found.rows.filter(pl.col("reporter").is_in(list(reporters))))


def _added_up(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the reporters up; a period that one of them has no row for is one without reports."""
    import polars as pl

    if "reporter" not in rows.columns:
        return rows
    if "effort" in rows.columns:
        raise InputError(
            Problem(
                what="effort belongs to one series, and here are several reporters",
                column="effort",
                allowed="the counts of one reporter without the column reporter, or no effort",
            )
        )
    return rows.group_by("period").agg(pl.col("count").sum()).sort("period")
