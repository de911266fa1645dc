"""`slachtoffermonitor trend`: what the answers look like, as sentences and as one JSON object."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING, Any

import click

from slachtoffermonitor.ground import Number, Text

if TYPE_CHECKING:
    from slachtoffermonitor.ground import Language
    from slachtoffermonitor.trend import Drivers, Funnel, Silence

__all__ = [
    "answer",
    "as_json_value",
    "driver_lines",
    "funnel_lines",
    "silence_lines",
]

_GROUP = (
    "{group}: {before} in {year_from}, {after} in {year_to}: {difference} ({level}% interval {low} "
    "to {high}). Without it: {rest_before} and {rest_after}."
)
_SILENT_NOW = "Reporters whose alarm is on in the last week: {number}."
_NOTICED = (
    "{reporter}: {expected} reports a week are usual; weeks until a silence is noticed: {weeks}."
)
_UNWATCHED = "{reporter}: not watched, there is too little history to know what is usual."
_RATE = "False alarms a year, all reporters together: {rate}."
_OUTSIDE = {
    "higher": "{place}: {count} where {expected} were to be expected: more than chance explains.",
    "lower": "{place}: {count} where {expected} were to be expected: fewer than chance explains.",
}
_TOO_FEW = (
    "Places that are not judged, because fewer than {minimum} were to be expected there: {number}."
)


def answer(
    found: object,
    lines: Iterable[Text],
    *,
    counting: Iterable[Text] = (),
    language: Language,
    as_json: str | None,
) -> None:
    """Print the sentences, or everything that was found as one JSON object.

    `counting` says what must be known of how reports were counted.
    """
    if as_json:
        whole = as_json_value(found, language)
        whole["counting"] = as_json_value(tuple(counting), language)
        click.echo(json.dumps(whole, allow_nan=False))
        return
    for line in (*counting, *lines):
        click.echo(line.in_language(language))


def as_json_value(found: Any, language: Language) -> Any:
    """Give a result with all its fields; what is not finite or not known is null."""
    import polars as pl

    if isinstance(found, Text | Number):
        return found.in_language(language)
    if is_dataclass(found) and not isinstance(found, type):
        found = {one.name: getattr(found, one.name) for one in fields(found)}
    if isinstance(found, dict):
        return {str(name): as_json_value(value, language) for name, value in found.items()}
    if isinstance(found, pl.DataFrame):
        found = found.to_dicts()
    if isinstance(found, list | tuple):
        return [as_json_value(one, language) for one in found]
    return _plain(found)


def _plain(found: Any) -> Any:
    if isinstance(found, date):
        return found.isoformat()
    if isinstance(found, float) and not isfinite(found):
        return None
    return found


def driver_lines(found: Drivers, labels: dict[str, Text | str]) -> Iterable[Text]:
    """Give the total, what drives it, and every group."""
    yield found.statement
    yield from found.sentences
    for one in found.contributions:
        yield Text(
            _GROUP,
            {
                "group": labels.get(one.group, one.group),
                "year_from": found.year_from,
                "year_to": found.year_to,
                "before": Number(one.before),
                "after": Number(one.after),
                "difference": Number(one.difference, "+#,##0;-#,##0"),
                "low": Number(one.low, "+#,##0;-#,##0"),
                "high": Number(one.high, "+#,##0;-#,##0"),
                "level": Number(100 * one.rate.level, "#,##0.#"),
                "rest_before": Number(one.without.before),
                "rest_after": Number(one.without.after),
            },
        )


def silence_lines(found: Silence, labels: dict[str, Text | str]) -> Iterable[Text]:
    """Give the alarms in the order in which they rang, and how well each reporter is watched."""
    yield from (one.sentence for one in found.alarms)
    yield Text(_SILENT_NOW, {"number": Number(len(found.now))})
    yield Text(_RATE, {"rate": Number(found.false_alarms_per_year, "#,##0.##")})
    for row in found.reporters.iter_rows(named=True):
        named = {"reporter": labels.get(row["reporter"], row["reporter"])}
        if not row["watched"]:
            yield Text(_UNWATCHED, named)
            continue
        yield Text(
            _NOTICED,
            {
                **named,
                "expected": Number(row["expected_per_week"], "#,##0.0"),
                "weeks": Number(row["weeks_to_notice"]),
            },
        )


def funnel_lines(found: Funnel) -> Iterable[Text]:
    """Give whether places differ, and in the order of their names those outside the funnel."""
    yield found.sentence
    for row in found.places.filter(found.places["verdict"].is_in(list(_OUTSIDE))).iter_rows(
        named=True
    ):
        yield Text(
            _OUTSIDE[row["verdict"]],
            {
                "place": row["place"],
                "count": Number(row["count"]),
                "expected": Number(row["expected"], "#,##0.0"),
            },
        )
    few = int((found.places["verdict"] == "too few").sum())
    if few:
        yield Text(_TOO_FEW, {"number": Number(few), "minimum": Number(found.minimum, "#,##0.##")})
