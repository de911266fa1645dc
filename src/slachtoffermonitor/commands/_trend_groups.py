"""`slachtoffermonitor trend drivers` and `funnel`: groups and places side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from slachtoffermonitor.commands._options import json_option, language_option
from slachtoffermonitor.commands._trend_options import (
    counts_argument,
    day_of,
    labels_of,
    level_option,
    refuse_for_counts,
    seed_option,
    until_option,
)
from slachtoffermonitor.commands._trend_printing import answer, driver_lines, funnel_lines
from slachtoffermonitor.commands._trend_reading import (
    GROUPS,
    Counted,
    Kind,
    count_reports,
    is_delivery,
    naming,
    read_counts,
)

if TYPE_CHECKING:
    from slachtoffermonitor.ground import Language

__all__ = ["drivers", "funnel"]

Widening = Literal["none", "multiplicative", "additive"]


@click.command("drivers")
@counts_argument
@click.option("--before", type=int, help="The earlier year; without it, the last but one.")
@click.option("--after", type=int, help="The later year; without it, the last.")
@click.option(
    "--by",
    type=click.Choice(GROUPS),
    help="With notifications: the groups. Default: reporter.",
)
@click.option(
    "--overdispersion",
    type=click.FloatRange(1),
    default=1.0,
    show_default=True,
    help="The variance of a count over its mean; 1 where counts differ by chance alone.",
)
@until_option
@level_option
@language_option
@json_option
def drivers(
    counts: tuple[Path, ...],
    *,
    before: int | None,
    after: int | None,
    by: str | None,
    overdispersion: float,
    until: datetime | None,
    level: float,
    language: Language,
    as_json: str | None,
) -> None:
    """Say which groups make the total rise or fall between two years, and what it does without.

    COUNTS has the columns year, group and count, one row for every year and group with 0 where
    there was nobody, and with a column size (persons, months) rates are told from the mix; or
    COUNTS are deliveries of notifications.
    """
    from slachtoffermonitor.trend import drivers as driven_by

    found = _yearly(counts, by, day_of(until))
    labels = labels_of(by or "reporter", language) if is_delivery(counts) else {}
    with naming(counts):
        result = driven_by(
            found.rows,
            before=before,
            after=after,
            level=level,
            overdispersion=overdispersion,
            labels=labels,
        )
    lines = driver_lines(result, labels)
    answer(result, lines, counting=found.notices, language=language, as_json=as_json)


def _yearly(files: Sequence[Path], by: str | None, until: date | None) -> Counted:
    """Give counts by year and group, as they stand in a file or counted from notifications."""
    import polars as pl

    if is_delivery(files):
        counted = count_reports(files, "year", by=by or "reporter", until=until)
        yearly = counted.rows.select(year=pl.col("period").dt.year(), group="group", count="count")
        return Counted(rows=yearly, notices=counted.notices)
    refuse_for_counts({"--by": by, "--until": until})
    columns: dict[str, Kind] = {"year": "year", "group": "text", "count": "count"}
    key = ("year", "group")
    return Counted(rows=read_counts(files[0], columns, optional={"size": "size"}, key=key))


@click.command("funnel")
@click.argument("counts", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--widening",
    type=click.Choice(["none", "multiplicative", "additive"]),
    default="none",
    show_default=True,
    help="Widen the funnel by how much places differ anyway.",
)
@click.option(
    "--minimum",
    type=click.FloatRange(min=0, min_open=True),
    default=5.0,
    show_default=True,
    help="A place where fewer were to be expected is not judged.",
)
@click.option(
    "--false-discovery",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.05,
    show_default=True,
    help="Of the places called higher or lower, this share may be so by chance.",
)
@seed_option
@language_option
@json_option
def funnel(
    counts: Path,
    *,
    widening: Widening,
    minimum: float,
    false_discovery: float,
    seed: int,
    language: Language,
    as_json: str | None,
) -> None:
    """Say whether places differ more than chance, and which lie outside the funnel; no ranks.

    COUNTS has the columns place and count, and one of: size (inhabitants, months), expected
    (what is to be expected there), or whole (count is a part of it).
    """
    from slachtoffermonitor.trend import funnel as funnel_of

    rows = read_counts(
        counts,
        {"place": "text", "count": "count"},
        optional={"size": "size", "expected": "size", "whole": "count"},
        key=("place",),
    )
    with naming([counts]):
        found = funnel_of(
            rows,
            widening=widening,
            minimum=minimum,
            false_discovery=false_discovery,
            seed=seed,
        )
    answer(found, funnel_lines(found), language=language, as_json=as_json)
