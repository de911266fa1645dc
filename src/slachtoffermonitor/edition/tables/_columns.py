"""The columns that the tables of an edition are made of, each explained once."""

from __future__ import annotations

from dataclasses import replace

from slachtoffermonitor.disclose import Column
from slachtoffermonitor.disclose.tables import Role
from slachtoffermonitor.ground import Text

__all__ = ["columns", "linked"]


def _column(
    name: str, label: str, role: Role, codes: str = "", *, unit: str = "", translated: bool = False
) -> Column:
    return Column(
        name=name, label=Text(label), role=role, codes=codes, unit=unit, translated=translated
    )


_KNOWN = {
    column.name: column
    for column in (
        _column("year", "Year", "dimension"),
        _column("period", "Period", "dimension"),
        _column("series", "Series", "dimension", "published_series"),
        _column("vintage", "Vintage", "dimension"),
        _column("measure", "Measure", "dimension", "published_measures"),
        _column("group", "Group", "dimension", "published_groups"),
        _column("form", "Form of exploitation", "dimension", "forms"),
        _column("reporter", "Reporter", "dimension", "reporters"),
        _column("age_band", "Age at registration", "dimension", "age_bands"),
        _column("sex", "Sex", "dimension", "sexes"),
        _column("citizenship_group", "Citizenship", "dimension", "citizenship_groups"),
        _column("sector", "Sector", "dimension", "sectors"),
        _column("platform", "Online platform", "dimension", "platforms"),
        _column("residence", "Right to stay", "dimension", "residence"),
        _column("suspected", "Suspect too", "dimension", "suspect_orders"),
        _column("municipality", "Municipality", "dimension"),
        _column("method", "Method", "dimension", "methods"),
        _column("model", "Model", "dimension"),
        _column("day", "Days since entry", "dimension", unit="days"),
        _column("horizon_years", "Years since entry", "dimension", unit="years"),
        _column("clearing_days", "Days that do not count", "dimension", unit="days"),
        _column("key", "Key figure", "dimension", translated=True),
        _column("subject", "Subject", "dimension", "subjects"),
        _column("before_period", "From", "dimension"),
        _column("after_period", "To", "dimension"),
        _column("persons", "Persons", "count", unit="persons"),
        _column("notifications", "Notifications", "count", unit="notifications"),
        _column("registered", "Registered", "count", unit="persons"),
        _column("at_risk", "Persons followed", "count", unit="persons"),
        _column("waiting", "Persons waiting", "count", unit="persons"),
        _column("requests", "Requests for help", "count", unit="requests"),
        _column("victims", "Registered victims", "measure", unit="persons"),
        _column("value", "Value", "measure"),
        _column("low", "Lower limit", "measure"),
        _column("high", "Upper limit", "measure"),
        _column("estimate", "Estimate", "measure", unit="persons"),
        _column("truth", "Truth in the simulation", "measure", unit="persons"),
        _column("share", "Share", "measure"),
        _column("years", "Years", "measure", unit="years"),
        _column("median_days", "Median wait", "measure", unit="days"),
        _column("before", "Before", "count"),
        _column("after", "After", "count"),
        _column("ratio", "Ratio", "measure"),
        _column("expected", "Expected", "measure", unit="notifications"),
        _column("probability", "Probability if nothing had changed", "measure"),
        _column("aic", "AIC", "measure"),
        _column("bic", "BIC", "measure"),
        _column("weight", "Weight by BIC", "measure"),
        _column("of_form", "Form of exploitation", "link", "forms"),
        _column("of_age_band", "Age at registration", "link", "age_bands"),
        _column("of_reporter", "Reporter", "link", "reporters"),
        _column("unit", "Unit", "note", "published_units"),
        _column("claim", "Claim", "note"),
        _column("source", "Source", "note"),
        _column("published_as", "Published as", "note"),
        _column("formula", "Computed from", "note"),
        _column("note", "Note", "note", translated=True),
        _column("verdict", "Verdict", "note", "verdicts"),
        _column("silent_since", "Silent since", "note"),
    )
}


def linked(
    columns: tuple[Column, ...],
    count: str,
    population: str,
    *,
    by: tuple[str, ...] | None = None,
    overlapping: str = "",
) -> tuple[Column, ...]:
    """Say what the count counts, so that all tables of one population are protected together."""
    return tuple(
        replace(column, population=population, by=by)
        if column.name == count
        else replace(column, overlapping=column.overlapping or column.name == overlapping)
        for column in columns
    )


def columns(*names: str) -> tuple[Column, ...]:
    """Give the explained columns of these names, in this order."""
    return tuple(_KNOWN[name] for name in names)
