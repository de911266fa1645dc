"""`slachtoffermonitor trend`: what changed in a yearly count, beyond chance."""

from __future__ import annotations

import json
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from slachtoffermonitor.commands._options import json_option, language_option

if TYPE_CHECKING:
    import polars as pl

    from slachtoffermonitor.ground import Language
    from slachtoffermonitor.trend import Change

__all__ = ["command"]


@click.command("trend")
@click.argument("counts", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--level",
    type=click.FloatRange(0.5, 1, max_open=True),
    default=0.95,
    show_default=True,
    help="Probability with which an interval holds the truth.",
)
@click.option("--subject", help="What is counted, for the sentences.")
@language_option
@json_option
def command(
    counts: Path, *, level: float, subject: str | None, language: Language, as_json: str | None
) -> None:
    """Say how the latest year in COUNTS differs from the previous and the first, and why.

    COUNTS is a CSV, Excel or Parquet file with the columns year, count and, if there are groups,
    group: one row for every year and group, with 0 where there was nobody.
    """
    from slachtoffermonitor.ground import Text
    from slachtoffermonitor.trend import describe_change

    changes = describe_change(_read(counts), level=level, subject=subject or Text("Total"))
    if as_json:
        click.echo(json.dumps({"changes": [_as_json(change, language) for change in changes]}))
        return
    for change in changes:
        click.echo(
            f"{'  ' if change.kind == 'group' else ''}{change.sentence.in_language(language)}"
        )


def _read(path: Path) -> pl.DataFrame:
    """Read counts by year and group, or by year alone where there is no column of groups."""
    import dataframely as dy

    from slachtoffermonitor.ground import InputError
    from slachtoffermonitor.records import read

    class YearCounts(dy.Schema):
        year = dy.Int32(min=1900, max=2100, primary_key=True)
        count = dy.Int64(min=0)

    class YearGroupCounts(dy.Schema):
        year = dy.Int32(min=1900, max=2100, primary_key=True)
        group = dy.String(min_length=1, primary_key=True)
        count = dy.Int64(min=0)

    try:
        return read(path, YearGroupCounts)
    except InputError as error:
        groupless = any(
            problem.column == "group" and problem.row is None for problem in error.problems
        )
        if not groupless:
            raise
    return read(path, YearCounts)


def _as_json(change: Change, language: Language) -> dict[str, Any]:
    def finite(value: float | None) -> float | None:
        return value if value is not None and isfinite(value) else None

    return {
        "kind": change.kind,
        "against": change.against,
        "group": change.group,
        "year_from": change.year_from,
        "year_to": change.year_to,
        "before": change.before,
        "after": change.after,
        "difference": change.difference,
        "difference_low": change.difference_low,
        "difference_high": change.difference_high,
        "contribution": finite(change.contribution),
        "ratio": finite(change.rate.ratio),
        "low": finite(change.rate.low),
        "high": finite(change.rate.high),
        "level": change.rate.level,
        "p_value": change.rate.p_value,
        "verdict": change.verdict,
        "beyond_chance": change.beyond_chance,
        "sentence": change.sentence.in_language(language),
    }
