"""The five headline findings: each a sentence bound to figures, and what should be done.

A finding is left out when the edition lacks its figures. Every number in a sentence comes from a
claim, from a key figure computed from claims, or from a released table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from slachtoffermonitor.disclose import ReleasedTable
from slachtoffermonitor.edition.results import Finding
from slachtoffermonitor.ground import Number, Text
from slachtoffermonitor.published import capture_table, claim, key_figure

__all__ = ["state_findings"]

_SHARE = "0%"
_PERCENT = "#,##0.0"
_REPEAT_CLAIMS = (
    "cbs.repeat_victimisation.within_5_years.2016-2020",
    "cbs.repeat_victimisation.within_7_years.2016-2020",
)


def state_findings(tables: Mapping[str, ReleasedTable]) -> tuple[Finding, ...]:
    """What are the headlines of the edition, from its released tables and the claims?"""
    return tuple(
        finding
        for finding in (
            _registered(),
            _in_view(),
            *_hidden(tables),
            *_repeat(tables),
            _fall_and_labour(),
        )
    )


def _key(key: str, pattern: str = _PERCENT) -> Number:
    return Number(key_figure(key).value, pattern)


def _size(key: str, pattern: str = _PERCENT) -> Number:
    """Give the figure without its sign, for a sentence that says "fewer"."""
    return Number(abs(key_figure(key).value), pattern)


def _value(name: str) -> Number:
    return Number(claim(name).value or 0)


def _registered() -> Finding:
    latest = "nr.registered_victims.total.2024"
    change = key_figure("factsheet_2014_2018.change_2014_2018")
    return Finding(
        key="registered",
        headline=Text("{n}", {"n": _key("factsheet_2014_2018.registered_2018", "#,##0")}),
        sentence=Text(
            "In 2018, {n} victims were registered, {fall}% fewer than in 2014; in 2024 there were "
            "{latest}.",
            {
                "n": _key("factsheet_2014_2018.registered_2018", "#,##0"),
                "fall": _size("factsheet_2014_2018.change_2014_2018"),
                "latest": _value(latest),
            },
        ),
        how_we_know=Text(
            "Counted by the National Rapporteur in the register of the reporting point. 2014 is "
            "taken as the edition of 2019 revised it: {before}.",
            {"before": _value("nr.registered_victims.total.2014.v2019")},
        ),
        recommendation=Text(
            "Tell every professional in three questions whether they may report, and let them "
            "report a count when the law allows no more."
        ),
        table="registered_by_year",
        claims=(*change.inputs, latest),
        simulated=False,
    )


def _in_view() -> Finding:
    one_in, minors = (
        key_figure("factsheet_2014_2018.one_in_2018"),
        key_figure("factsheet_2014_2018.minors_in_view_2018"),
    )
    span = claim("mse.estimated_victims.total.2014-2015.range")
    return Finding(
        key="in_view",
        headline=Text("1 in {n}", {"n": Number(one_in.value, _PERCENT)}),
        sentence=Text(
            "One in {n} victims was in view in 2018; of minors in domestic sexual exploitation "
            "{share}%.",
            {"n": Number(one_in.value, _PERCENT), "share": Number(minors.value, _PERCENT)},
        ),
        how_we_know=Text(
            "{registered} registered victims against about {estimated} estimated a year; "
            "{minors} registered minors against about {estimated_minors}. The estimate is of "
            "2014 and 2015 and ranges from {low} to {high}.",
            {
                "registered": _value("nr.registered_victims.total.2018"),
                "estimated": _value("mse.estimated_victims.total.2014-2015"),
                "minors": _value("nr.registered_victims.domestic_sexual_minors.2018"),
                "estimated_minors": _value(
                    "mse.estimated_victims.domestic_sexual_minors.2014-2015"
                ),
                "low": Number(span.low or 0),
                "high": Number(span.high or 0),
            },
        ),
        recommendation=Text(
            "Look for minors where they are: at school, in youth care and online; and let "
            "guardians report again."
        ),
        table="estimates_published",
        claims=(*one_in.inputs, *minors.inputs, span.id),
        simulated=False,
    )


def _hidden(tables: Mapping[str, ReleasedTable]) -> Iterator[Finding]:
    table = tables.get("hidden_number_models")
    if table is None:
        return
    estimates = table.frame.filter(pl.col("estimate").is_not_null() & (pl.col("method") != "CHAO"))[
        "estimate"
    ]
    if len(estimates) < 2:
        return
    known = capture_table("netherlands")
    low, high = float(estimates.min()), float(estimates.max())  # type: ignore[arg-type]
    values = {"low": Number(_rough(low)), "high": Number(_rough(high))}
    yield Finding(
        key="hidden_number",
        headline=Text("{low} – {high}", values),
        sentence=Text(
            "The same {lists} lists of {period} give between {low} and {high} victims in "
            "{years} years, depending on the model.",
            values
            | {
                "lists": Number(len(known.lists)),
                "period": known.period,
                "years": Number(known.years),
            },
        ),
        how_we_know=Text(
            "Multiple systems estimation on {persons} registered persons, with {models} models "
            "side by side. No model is shown alone, because the data cannot say which is right.",
            {"persons": Number(known.persons), "models": Number(len(estimates))},
        ),
        recommendation=Text(
            "Publish the hidden number as a range with its models, and plan help for the low end "
            "at once."
        ),
        table="hidden_number_models",
        claims=(),
        simulated=False,
    )


def _repeat(tables: Mapping[str, ReleasedTable]) -> Iterator[Finding]:
    table = tables.get("repeat_horizons")
    if table is None:
        return
    rows = table.frame.filter(
        (pl.col("method") == "AALEN_JOHANSEN") & pl.col("share").is_not_null()
    )
    by_year = {row["horizon_years"]: row for row in rows.iter_rows(named=True)}
    if not {5, 7} <= by_year.keys():
        return
    five, seven = by_year[5], by_year[7]
    yield Finding(
        key="repeat",
        headline=Text("{share}", {"share": Number(seven["share"], _SHARE)}),
        sentence=Text(
            "{five} of registered victims are victim of a crime again within five years and "
            "{seven} within seven.",
            {"five": Number(five["share"], _SHARE), "seven": Number(seven["share"], _SHARE)},
        ),
        how_we_know=Text(
            "Linked persons followed through population and police registers, with death and "
            "emigration as competing events: {low} to {high} within seven years. Published "
            "before: {was_five}% and {was_seven}%, without the definition.",
            {
                "low": Number(seven["low"], _SHARE),
                "high": Number(seven["high"], _SHARE),
                "was_five": _value(_REPEAT_CLAIMS[0]),
                "was_seven": _value(_REPEAT_CLAIMS[1]),
            },
        ),
        recommendation=Text(
            "Start help before the next crime: count the days that victims wait, by municipality, "
            "and act on the longest."
        ),
        table="repeat_victimisation",
        claims=_REPEAT_CLAIMS,
        simulated=table.origin == "simulated",
    )


def _fall_and_labour() -> Finding:
    fall = key_figure("monitor_2016_2020.change_2019_2020")
    before = key_figure("monitor_2016_2020.labour_share_2019")
    after = key_figure("monitor_2016_2020.labour_share_2020")
    return Finding(
        key="change",
        headline=Text("−{fall}%", {"fall": Number(abs(fall.value), _PERCENT)}),
        sentence=Text(
            "From 2019 to 2020 registered victims fell by {fall}%, while the share of labour "
            "exploitation rose from {before}% to {after}%.",
            {
                "fall": Number(abs(fall.value), _PERCENT),
                "before": Number(before.value, _PERCENT),
                "after": Number(after.value),
            },
        ),
        how_we_know=Text(
            "{now} registered victims in 2020 against {then} in 2019. Part of the rise in the "
            "share comes from the fall of the other forms.",
            {
                "now": _value("nr.registered_victims.total.2020"),
                "then": _value("nr.registered_victims.total.2019"),
            },
        ),
        recommendation=Text(
            "Read a share together with the count behind it, and ask first which reporters "
            "changed before concluding that crime did."
        ),
        table="changes",
        claims=(*fall.inputs, *before.inputs, *after.inputs),
        simulated=False,
    )


def _rough(value: float) -> float:
    """Round an estimate to three figures: its other digits say nothing."""
    return float(f"{value:.3g}")
