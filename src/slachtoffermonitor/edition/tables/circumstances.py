"""In which sector, by which platforms and with what right to stay registered victims were."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from slachtoffermonitor.disclose import Hierarchy, Origin, Table
from slachtoffermonitor.edition.tables._columns import columns, linked
from slachtoffermonitor.edition.tables.registered import REGISTERED, source_of
from slachtoffermonitor.ground import Text
from slachtoffermonitor.vocabulary import code_list

__all__ = ["circumstance_tables"]

_UNKNOWN = "ONB"
_NONE = "GEEN"
_OF_YEAR = ("person_id", "year")


def circumstance_tables(
    described: pl.DataFrame, reports: pl.DataFrame, notifications: pl.DataFrame, origin: Origin
) -> tuple[Table, ...]:
    """How many victims were registered, by year and sector, platform and right to stay?

    Args:
        described: from `describe_registered`.
        reports: of a linkage, `notification_id`, `person_id` and `reported_on`.
        notifications: what was reported, `platforms` and `residence` among it.
        origin: of the records.

    """
    said = reports.select(
        "notification_id", "person_id", "reported_on", pl.col("reported_on").dt.year().alias("year")
    ).join(notifications.select("notification_id", "platforms", "residence"), on="notification_id")
    said = described.select(_OF_YEAR).join(said, on=_OF_YEAR, how="left")
    return (
        _by_sector(described, origin),
        _counted(
            _platforms(said),
            "platform",
            Text("Registered victims by year and online platform"),
            origin,
            Text("A victim can be recruited or sold on several platforms, so they add up to more."),
            Text("Where a reporter states no platform, none is known; that is not the same as no."),
            overlapping="platform",
        ),
        _counted(
            _residence(said),
            "residence",
            Text("Registered victims by year and right to stay"),
            origin,
            Text("What the latest notification of the year states, as far as it was known."),
            Text("A right to stay can begin after the notification; that is not in this table."),
        ),
    )


def _platforms(said: pl.DataFrame) -> pl.DataFrame:
    """Give each person of a year every platform that somebody named, or that none is known."""
    named = said.with_columns(pl.col("platforms").str.split(";").alias("platform")).explode(
        "platform"
    )
    rank = (
        pl.when(pl.col("platform").is_null() | (pl.col("platform") == _UNKNOWN))
        .then(0)
        .when(pl.col("platform") == _NONE)
        .then(1)
        .otherwise(2)
    )
    return (
        named.with_columns(rank=rank, platform=pl.col("platform").fill_null(_UNKNOWN))
        .filter(pl.col("rank") == pl.col("rank").max().over(_OF_YEAR))
        .unique([*_OF_YEAR, "platform"])
    )


def _residence(said: pl.DataFrame) -> pl.DataFrame:
    """Give each person of a year the right to stay that was known last."""
    known = pl.col("residence").is_not_null() & (pl.col("residence") != _UNKNOWN)
    return (
        said.with_columns(known=known, residence=pl.col("residence").fill_null(_UNKNOWN))
        .sort("known", "reported_on", "notification_id")
        .unique(_OF_YEAR, keep="last", maintain_order=True)
    )


def _by_sector(described: pl.DataFrame, origin: Origin) -> Table:
    forms = _forms_of_sectors()
    sector_of = {form: sector for sector, found in forms.items() for form in found}
    told = described.with_columns(sector=pl.col("form").replace_strict(sector_of))
    table = _counted(
        told,
        "sector",
        Text("Registered victims by year and sector"),
        origin,
        Text("The sector follows from the main form of exploitation."),
        Text("In which work exactly, such as farming or cleaning, is not in a notification."),
    )
    # a sector is the sum of its forms, which other tables show: they are protected together
    return replace(
        table,
        columns=linked(table.columns, "persons", REGISTERED, by=("year", "form=sector")),
        hierarchies={"sector": forms},
    )


def _forms_of_sectors() -> Hierarchy:
    sectors = code_list("sectors")
    return {code: tuple(str(sectors[code].attributes["forms"]).split(";")) for code in sectors}


def _counted(
    told: pl.DataFrame,
    trait: str,
    title: Text,
    origin: Origin,
    *notes: Text,
    overlapping: str = "",
) -> Table:
    by = ("year", trait)
    persons = pl.col("person_id").n_unique().cast(pl.Int64).alias("persons")
    return Table(
        name=f"register_by_year_{trait}",
        title=title,
        frame=told.group_by(by).agg(persons).sort(by),
        columns=linked(columns(*by, "persons"), "persons", REGISTERED, overlapping=overlapping),
        origin=origin,
        source=source_of(origin),
        notes=notes,
    )
