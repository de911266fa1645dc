"""Which charts the monitor knows; each is drawn from the tables that it needs, or not at all."""

from __future__ import annotations

from altair.utils import schemapi

from slachtoffermonitor.ground import Language, Text
from slachtoffermonitor.publish.charts._hidden import (
    estimates_by_model,
    hidden_number_over_time,
    published_estimates,
)
from slachtoffermonitor.publish.charts._outcomes import (
    change_ratios,
    curve_of_repeat_victimisation,
    suspects_too,
    waiting_times,
)
from slachtoffermonitor.publish.charts._registered import register_panels, registered_series
from slachtoffermonitor.publish.charts._rows import Builder, Tables
from slachtoffermonitor.publish.charts._topics import (
    published_groups,
    published_latest,
    published_line,
    published_periods,
)
from slachtoffermonitor.publish.charts.figure import Figure

__all__ = ["draw_figures"]

_UNKNOWN = frozenset({"ONB", "ONB_SECTOR", "GEEN"})
_BUILDERS: tuple[Builder, ...] = (
    registered_series,
    estimates_by_model,
    hidden_number_over_time,
    published_estimates,
    curve_of_repeat_victimisation,
    change_ratios("changes"),
    change_ratios("register_changes"),
    waiting_times,
    published_groups(
        "registered_by_form",
        "registered_victims",
        ("sexual", "domestic_sexual", "labour_incl_criminal", "criminal", "form_unknown"),
        Text("{Group}: {first} registered victims in {first_year}, {last} in {last_year}"),
    ),
    published_periods(
        "registered_by_form",
        "registered_victims",
        "domestic_sexual",
        Text(
            "Domestic sexual exploitation: from {first} registered victims a year in "
            "{first_period} to {last} in {last_period}"
        ),
    ),
    published_groups(
        "registered_by_reporter",
        "reported_victims",
        ("police", "care_coordination", "labour_inspectorate", "border_police", "other_reporters"),
        Text("In {last_year} most victims were reported by the {top}: {most}"),
    ),
    published_periods(
        "registered_by_reporter",
        "reported_victims",
        "non_investigative",
        Text(
            "Those who may report: from {first} victims a year in {first_period} to {last} in "
            "{last_period}"
        ),
    ),
    published_line(
        "registered_by_reporter",
        "reported_victims",
        "police",
        Text("The police reported {first} victims in {first_year} and {last} in {last_year}"),
        Text("reported victims"),
    ),
    published_line(
        "registered_by_age",
        "registered_victims",
        "age_0_17",
        Text("Minors in view: {first} in {first_year}, {last} in {last_year}"),
        Text("registered victims under 18"),
    ),
    published_latest(
        "registered_by_citizenship",
        "registered_victims",
        Text("In {year} the largest group by citizenship was {group}: {value} victims"),
    ),
    published_line(
        "chat_line",
        "chat_victims",
        "total",
        Text("Victims who came to the chat line: {first} in {first_year}, {last} in {last_year}"),
        Text("victims in the chat"),
    ),
    register_panels(
        "register_by_year_form",
        "form",
        Text("Most registered in {last_year}: {largest}, {persons} persons"),
    ),
    register_panels(
        "register_by_year_reporter",
        "reporter",
        Text("In {last_year} most victims were reported by: {largest}, {persons}"),
    ),
    register_panels(
        "register_by_year_age",
        "age_band",
        Text("Largest age group in {last_year}: {largest}, {persons} persons"),
    ),
    register_panels(
        "register_by_year_sex",
        "sex",
        Text("Largest group by sex in {last_year}: {largest}, {persons} persons"),
    ),
    register_panels(
        "register_by_year_citizenship",
        "citizenship_group",
        Text("Largest group by citizenship in {last_year}: {largest}, {persons} persons"),
    ),
    register_panels(
        "register_by_year_sector",
        "sector",
        Text("Most victims by sector in {last_year}: {largest}, {persons} persons"),
        untitled=_UNKNOWN,
    ),
    register_panels(
        "register_by_year_platform",
        "platform",
        Text("Platform named most in {last_year}: {largest}, {persons} persons"),
        undrawn=_UNKNOWN,
    ),
    register_panels(
        "register_by_year_residence",
        "residence",
        Text("Most victims by right to stay in {last_year}: {largest}, {persons} persons"),
        untitled=_UNKNOWN,
    ),
    suspects_too,
)


def draw_figures(tables: Tables, language: Language) -> dict[str, Figure]:
    """Which figures can be drawn from these tables? Those without rows are left out."""
    with schemapi.debug_mode(arg=False):  # the tests hold every chart against the schema
        drawn = [build(tables, language) for build in _BUILDERS]
    return {figure.key: figure for figure in drawn if figure is not None}
