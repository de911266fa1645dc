"""What the command `follow` prints, as text and as one JSON object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from slachtoffermonitor.ground import Number, Text

if TYPE_CHECKING:
    import polars as pl

    from slachtoffermonitor.follow import (
        CappedWait,
        FollowUp,
        MeanCumulativeCount,
        Overlap,
        WaitingHarm,
    )
    from slachtoffermonitor.ground import Language

__all__ = ["answer_lines", "as_json_object", "print_lines", "waiting_json", "waiting_lines"]

Values = dict[str, Number | Text | str | int]

_EMPTY = Text("")
_ALL = Text("all")
_SHARE = "  {group}, {years} years: {share}% ({low} to {high}); {events} of {n}, {at_risk} at risk"
_TOO_EARLY = "  {group}, {years} years: the register ends too early"
_CLEARED = "  {days} days, {years} years: {share}%"
_CLEARED_TOO_EARLY = "  {days} days, {years} years: the register ends too early"
_SUSPECT = "  {sequence}: {persons} persons, {share}% ({low} to {high})"
_MEAN = "  {group}, {years} years: {mean} ({low} to {high})"
_RATE = "  {state}: {rate} ({low} to {high}); {events} events"
_STATES = {
    "": _ALL,
    "NOT_ASKED": Text("has not asked for help"),
    "WAITING": Text("waits for help"),
    "HELPED": Text("help has started"),
    "GAVE_UP": Text("stopped waiting"),
}


def as_json_object(
    found: FollowUp, clearing: pl.DataFrame, overlap: Overlap, language: Language
) -> dict[str, Any]:
    """Give shares, clearing, overlap, the account of every row, and each faulty row."""
    import polars as pl

    definition = found.definition
    return {
        "definition": {
            "observed_until": definition.observed_until.isoformat(),
            "id_column": definition.id_column,
            "index_column": definition.index_column,
            "clearing_days": definition.clearing_days,
            "recording_days": definition.recording_days,
            "event_role": found.event.role,
            "event_kinds": found.event.kinds,
            "event_date": definition.event_date,
            "competing": definition.competing,
            "by": found.incidences[0].by,
            "level": found.level,
        },
        "account": dict(found.account),
        "faults": pl.concat(one.faults for one in found.followed).to_dicts(),
        "questions": {name: text.in_language(language) for name, text in found.questions.items()},
        "horizons": found.horizons.to_dicts(),
        "clearing_sensitivity": clearing.to_dicts(),
        "overlap": {
            "persons": overlap.persons,
            "not_linked": overlap.not_linked,
            "not_in_register": overlap.not_in_register,
            "shares": overlap.shares.to_dicts(),
        },
    }


def print_lines(lines: Iterator[Text], language: Language) -> None:
    """Print the lines in the language."""
    for line in lines:
        click.echo(line.in_language(language))


def answer_lines(
    found: FollowUp,
    clearing: pl.DataFrame,
    overlap: Overlap,
    counts: MeanCumulativeCount,
    years: tuple[float, ...],
) -> Iterator[Text]:
    """Say who was followed and why others were not, and the question of each method first."""
    whole = {name: Number(found.account[name]) for name in ("followed", "persons")}
    yield Text("{followed} of {persons} persons followed", whole)
    for name, number in found.account.items():
        if number and name not in whole:
            yield Text("  {what}: {n}", {"what": _said(name), "n": Number(number)})
    for method, question in found.questions.items():
        yield _EMPTY
        yield Text("{method}: {question}", {"method": method, "question": question})
        for row in found.horizons.filter(method=method).iter_rows(named=True):
            yield _share_line(row)
    yield _EMPTY
    yield Text("Share by clearing period, aalen-johansen, everybody:")
    for row in clearing.filter(method="aalen-johansen", group="").iter_rows(named=True):
        yield Text(
            _CLEARED if row["share"] is not None else _CLEARED_TOO_EARLY,
            {"days": Number(row["clearing_days"]), **_years(row), **_percents(row, "share")},
        )
    yield _EMPTY
    yield Text(
        "Also a suspect (of {persons} persons in the register):",
        {"persons": Number(overlap.persons)},
    )
    for row in overlap.shares.iter_rows(named=True):
        values: Values = {
            "sequence": _said(row["sequence"]),
            "persons": Number(row["persons"]),
        }
        yield Text(_SUSPECT, {**values, **_percents(row, "share", "low", "high")})
    yield _EMPTY
    yield Text("Mean number of events per person:")
    for row in counts.table(years).iter_rows(named=True):
        if row["mean"] is not None:
            means = {name: Number(row[name], "0.00") for name in ("mean", "low", "high")}
            yield Text(_MEAN, {**_years(row), **_group(row), **means})


def _said(name: str) -> Text:
    return Text(name.replace("_", " "))


def _years(row: dict[str, Any]) -> dict[str, Number]:
    return {"years": Number(row["horizon_years"], "0.##")}


def _group(row: dict[str, Any]) -> dict[str, Text | str]:
    return {"group": row["group"] or _ALL}


def _percents(row: dict[str, Any], *names: str) -> dict[str, Number]:
    return {name: Number(100 * row[name], "0.0") for name in names if row[name] is not None}


def _share_line(row: dict[str, Any]) -> Text:
    named = {**_years(row), **_group(row)}
    if row["share"] is None:
        return Text(_TOO_EARLY, named)
    sizes = {name: Number(row[name]) for name in ("events", "n", "at_risk")}
    return Text(_SHARE, {**named, **sizes, **_percents(row, "share", "low", "high")})


def waiting_json(harm: WaitingHarm, capped: CappedWait, language: Language) -> dict[str, Any]:
    """Give what waiting is set beside, with the range and its assumptions."""
    return {
        "rates": harm.rates.to_dicts(),
        "ratio": harm.ratio,
        "at_most_weeks": capped.weeks,
        "events": capped.events,
        "averted": capped.averted,
        "range": (capped.low, capped.high),
        "assumptions": [text.in_language(language) for text in capped.assumptions],
    }


def waiting_lines(harm: WaitingHarm, capped: CappedWait) -> Iterator[Text]:
    """Say rates by how people stand with help, and the range of a shorter wait."""
    yield _EMPTY
    yield Text("Victim again per person-year, by how the person stands with help:")
    for row in harm.rates.iter_rows(named=True):
        rates = {name: Number(row[name], "0.000") for name in ("rate", "low", "high")}
        state = _STATES.get(row["group"], row["group"])
        yield Text(_RATE, {"state": state, "events": Number(row["events"]), **rates})
    ratio = zip(("ratio", "low", "high"), harm.ratio, strict=True)
    yield Text(
        "  waiting against helped: {ratio} ({low} to {high})",
        {name: Number(value, "0.00") for name, value in ratio},
    )
    yield capped.statement()
    for text in capped.assumptions:
        yield Text("  - {assumption}", {"assumption": text})
