"""The findings of the published monitor on 2016-2020, with figures that follow from the claims.

Source: National Rapporteur on Trafficking in Human Beings and Sexual Violence against Children,
Slachtoffermonitor mensenhandel 2016-2020 (2021). The words are ours.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from slachtoffermonitor.disclose import ReleasedTable
from slachtoffermonitor.edition.findings.parts import hidden_range, key, size, value
from slachtoffermonitor.edition.results import Finding
from slachtoffermonitor.ground import Number, Text
from slachtoffermonitor.published import claim, key_figure

__all__ = ["monitor_findings"]

_MONITOR = "monitor_2016_2020"
_FIVE, _SEVEN = (f"repeat_victimisation.within_{years}_years" for years in (5, 7))
_POLICE = ("nr.reported_victims.police.2018", "nr.reported_victims.police.2019")


def monitor_findings(tables: Mapping[str, ReleasedTable]) -> tuple[Finding, ...]:
    """What did the monitor on 2016-2020 find?"""
    return (_registered(), _labour(), _repeat(tables), _reporters(), *hidden_range(tables))


def _registered() -> Finding:
    change, total = key_figure(f"{_MONITOR}.change_2019_2020"), f"{_MONITOR}.sum_2016_2020"
    return Finding(
        key="registered",
        headline=Text("−{fall}%", {"fall": size(change.key)}),
        sentence=Text(
            "From 2019 to 2020 registered victims fell by {fall}%; from 2016 to 2020, {total} were "
            "registered.",
            {"fall": size(change.key), "total": key(total, "#,##0")},
        ),
        how_we_know=Text(
            "{now} registered victims in 2020 against {then} in 2019, in the series of the "
            "National Rapporteur. The series of the reporting point itself has other totals.",
            {
                "now": value("nr.registered_victims.total.2020"),
                "then": value("nr.registered_victims.total.2019"),
            },
        ),
        recommendation=Text(
            "Tell every professional in three questions whether they may report, and let them "
            "report a count when the law allows no more."
        ),
        table="registered_by_year",
        claims=(*change.inputs, *key_figure(total).inputs),
        simulated=False,
    )


def _labour() -> Finding:
    before, after = (key_figure(f"{_MONITOR}.labour_share_{year}") for year in (2019, 2020))
    values = {"before": key(before.key), "after": Number(after.value)}
    return Finding(
        key="labour",
        headline=Text("{after}%", {"after": Number(after.value)}),
        sentence=Text(
            "The share of labour exploitation rose from {before}% in 2019 to {after}% in 2020.",
            values,
        ),
        how_we_know=Text(
            "The share of 2019 follows from {labour} victims of labour and criminal exploitation "
            "less {criminal} of criminal exploitation. The number behind the share of 2020 was not "
            "published, so it can only be repeated.",
            {
                "labour": value("nr.registered_victims.labour_incl_criminal.2019"),
                "criminal": value("nr.registered_victims.criminal.2019"),
            },
        ),
        recommendation=Text(
            "Read a share together with the count behind it, and ask first which reporters "
            "changed before concluding that crime did."
        ),
        table="registered_by_form",
        claims=tuple(dict.fromkeys((*before.inputs, *after.inputs))),
        simulated=False,
    )


def _repeat(tables: Mapping[str, ReleasedTable]) -> Finding:
    five, seven = key_figure(_FIVE), key_figure(_SEVEN)
    return Finding(
        key="repeat",
        headline=Text("{share}%", {"share": Number(seven.value)}),
        sentence=Text(
            "{five}% of registered victims were victim of a crime again within five years and "
            "{seven}% within seven.",
            {"five": Number(five.value), "seven": Number(seven.value)},
        ),
        how_we_know=_how_followed(tables),
        recommendation=Text(
            "Start help before the next crime: count the days that victims wait, by municipality, "
            "and act on the longest."
        ),
        table="repeat_published",
        claims=(*five.inputs, *seven.inputs),
        simulated=False,
    )


def _how_followed(tables: Mapping[str, ReleasedTable]) -> Text:
    """Say how the published shares came about, and what the records of this edition give."""
    published = Text(
        "Published from linked registers at Statistics Netherlands, without the definition: it is "
        "not known how people who died or left were counted."
    )
    table = tables.get("repeat_horizons")
    if table is None:
        return published
    rows = table.frame.filter(
        (pl.col("method") == "AALEN_JOHANSEN") & (pl.col("horizon_years") == 5)
    )
    if rows.is_empty():
        return published
    row = rows.row(0, named=True)
    origin = {
        "simulated": Text(
            "In the simulated nation it is {share} within five years ({low} to {high}).", _of(row)
        ),
        "register": Text(
            "In the register of this edition it is {share} within five years ({low} to {high}).",
            _of(row),
        ),
    }[table.origin]
    return Text("{published} {own}", {"published": published, "own": origin})


def _of(row: Mapping[str, float]) -> dict[str, Number]:
    return {name: Number(row[name], "0%") for name in ("share", "low", "high")}


def _reporters() -> Finding:
    before, after = (claim(name) for name in _POLICE)
    return Finding(
        key="reporters",
        headline=Text("{n}", {"n": value(_POLICE[1])}),
        sentence=Text(
            "The police reported {before} victims in 2018 and {after} in 2019; all together were "
            "{all_before} and {all_after}.",
            {
                "before": Number(before.value or 0),
                "after": Number(after.value or 0),
                "all_before": value("nr.registered_victims.total.2018"),
                "all_after": value("nr.registered_victims.total.2019"),
            },
        ),
        how_we_know=Text(
            "Counts of victims by reporter; a victim whom several reported counts with each. Who "
            "reports decides who is seen: a change of one reporter is no change in crime."
        ),
        recommendation=Text(
            "Show each year who reported and who fell silent, before a change is called a trend."
        ),
        table="registered_by_reporter",
        claims=(
            *_POLICE,
            "nr.registered_victims.total.2018",
            "nr.registered_victims.total.2019",
        ),
        simulated=False,
    )
