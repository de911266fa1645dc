"""The findings of an edition whose window no published monitor had."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from slachtoffermonitor.disclose import ReleasedTable
from slachtoffermonitor.edition.findings.parts import hidden_range, key, size, value
from slachtoffermonitor.edition.results import Finding
from slachtoffermonitor.ground import Number, Text
from slachtoffermonitor.published import claim, key_figure

__all__ = ["general_findings"]

_SHARE = "0%"
_PERCENT = "#,##0.0"
_REPEAT_CLAIMS = (
    "cbs.repeat_victimisation.within_5_years.2016-2020",
    "cbs.repeat_victimisation.within_7_years.2016-2020",
)


def general_findings(tables: Mapping[str, ReleasedTable]) -> tuple[Finding, ...]:
    """What are the headlines of the edition, from its released tables and the claims?"""
    return tuple(
        finding
        for finding in (
            _registered(),
            _in_view(),
            *hidden_range(tables),
            *_repeat(tables),
            _fall_and_labour(),
        )
    )


def _registered() -> Finding:
    latest = "nr.registered_victims.total.2024"
    change = key_figure("factsheet_2014_2018.change_2014_2018")
    return Finding(
        key="registered",
        headline=Text("{n}", {"n": key("factsheet_2014_2018.registered_2018", "#,##0")}),
        sentence=Text(
            "In 2018, {n} victims were registered, {fall}% fewer than in 2014; in 2024 there were "
            "{latest}.",
            {
                "n": key("factsheet_2014_2018.registered_2018", "#,##0"),
                "fall": size("factsheet_2014_2018.change_2014_2018"),
                "latest": value(latest),
            },
        ),
        how_we_know=Text(
            "Counted by the National Rapporteur in the register of the reporting point. 2014 is "
            "taken as the edition of 2019 revised it: {before}.",
            {"before": value("nr.registered_victims.total.2014.v2019")},
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
                "registered": value("nr.registered_victims.total.2018"),
                "estimated": value("mse.estimated_victims.total.2014-2015"),
                "minors": value("nr.registered_victims.domestic_sexual_minors.2018"),
                "estimated_minors": value("mse.estimated_victims.domestic_sexual_minors.2014-2015"),
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
                "was_five": value(_REPEAT_CLAIMS[0]),
                "was_seven": value(_REPEAT_CLAIMS[1]),
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
                "now": value("nr.registered_victims.total.2020"),
                "then": value("nr.registered_victims.total.2019"),
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
