"""The findings of the published factsheet on 2014-2018, with figures that follow from the claims.

Source: National Rapporteur on Trafficking in Human Beings, Factsheet bij Slachtoffermonitor
mensenhandel 2014-2018 (2019): five findings, each with one recommendation. The words are ours.
"""

from __future__ import annotations

from collections.abc import Mapping

from slachtoffermonitor.disclose import ReleasedTable
from slachtoffermonitor.edition.findings.parts import hidden_range, key, size, value
from slachtoffermonitor.edition.results import Finding
from slachtoffermonitor.ground import Number, Text
from slachtoffermonitor.published import claim, key_figure

__all__ = ["factsheet_findings"]

_SHEET = "factsheet_2014_2018"


def factsheet_findings(tables: Mapping[str, ReleasedTable]) -> tuple[Finding, ...]:
    """What did the factsheet on 2014-2018 find?"""
    return (
        _registered(),
        _in_view(),
        _domestic_sexual(),
        _may_report(),
        *hidden_range(tables),
    )


def _inputs(*names: str) -> tuple[str, ...]:
    found = [one for name in names for one in key_figure(f"{_SHEET}.{name}").inputs]
    return tuple(dict.fromkeys(found))


def _registered() -> Finding:
    registered = key(f"{_SHEET}.registered_2018", "#,##0")
    return Finding(
        key="registered",
        headline=Text("{n}", {"n": registered}),
        sentence=Text(
            "In 2018, {n} victims were registered, {fall}% fewer than in 2014.",
            {"n": registered, "fall": size(f"{_SHEET}.change_2014_2018")},
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
        claims=_inputs("registered_2018", "change_2014_2018"),
        simulated=False,
    )


def _in_view() -> Finding:
    span = claim("mse.estimated_victims.total.2014-2015.range")
    one_in = key(f"{_SHEET}.one_in_2018")
    return Finding(
        key="in_view",
        headline=Text("1 in {n}", {"n": one_in}),
        sentence=Text(
            "One in {n} victims was in view in 2018, against one in {before} in 2014.",
            {"n": one_in, "before": key(f"{_SHEET}.one_in_2014")},
        ),
        how_we_know=Text(
            "{registered} registered victims against about {estimated} estimated a year. The "
            "estimate is of 2014 and 2015 and ranges from {low} to {high}; 2018 may differ.",
            {
                "registered": value("nr.registered_victims.total.2018"),
                "estimated": value("mse.estimated_victims.total.2014-2015"),
                "low": Number(span.low or 0),
                "high": Number(span.high or 0),
            },
        ),
        recommendation=Text(
            "Make the estimate again with newer lists, so that a fall in reports can be told from "
            "a fall in crime."
        ),
        table="estimates_published",
        claims=(*_inputs("one_in_2018", "one_in_2014"), span.id),
        simulated=False,
    )


def _domestic_sexual() -> Finding:
    victims = key(f"{_SHEET}.domestic_sexual_2018", "#,##0")
    return Finding(
        key="domestic_sexual",
        headline=Text("{n}", {"n": victims}),
        sentence=Text(
            "In 2018, {n} victims of domestic sexual exploitation were registered; {minors} were "
            "minors, {share}% of the minors that were estimated.",
            {
                "n": victims,
                "minors": key(f"{_SHEET}.domestic_sexual_minors_2018", "#,##0"),
                "share": key(f"{_SHEET}.minors_in_view_2018"),
            },
        ),
        how_we_know=Text(
            "About {estimated} minors a year were estimated. The factsheet says {published}% fewer "
            "victims than in 2014 and 2015, without its base; against {base} a year it is "
            "{computed}% fewer.",
            {
                "estimated": value("mse.estimated_victims.domestic_sexual_minors.2014-2015"),
                "published": Number(abs(claim("nr.change.domestic_sexual.2018").value or 0)),
                "base": value("nr.registered_victims.domestic_sexual.2014-2015"),
                "computed": size(f"{_SHEET}.domestic_sexual_change"),
            },
        ),
        recommendation=Text(
            "Look for minors where they are: at school, in youth care and online; and let "
            "guardians report again."
        ),
        table="registered_by_form",
        claims=(
            *_inputs(
                "domestic_sexual_2018",
                "domestic_sexual_minors_2018",
                "minors_in_view_2018",
                "domestic_sexual_change",
            ),
            "nr.change.domestic_sexual.2018",
        ),
        simulated=False,
    )


def _may_report() -> Finding:
    now = key(f"{_SHEET}.non_investigative_2018", "#,##0")
    return Finding(
        key="may_report",
        headline=Text("{n}", {"n": now}),
        sentence=Text(
            "Those who may report, but need not, reported about {n} victims in 2018, against about "
            "{before} a year from 2014 to 2017.",
            {"n": now, "before": key(f"{_SHEET}.non_investigative_2014_2017", "#,##0")},
        ),
        how_we_know=Text(
            "Rounded figures of the factsheet. Since 2018 those who may report were asked for "
            "the written consent of the victim; police, border police and labour inspectorate "
            "need none."
        ),
        recommendation=Text(
            "Give those who may report a ground in law, and count apart what they may not tell."
        ),
        table="registered_by_reporter",
        claims=_inputs("non_investigative_2018", "non_investigative_2014_2017"),
        simulated=False,
    )
