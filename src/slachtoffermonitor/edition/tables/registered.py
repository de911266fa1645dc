"""Who is in the register: linked persons by year and by each trait, as tables to be protected."""

from __future__ import annotations

import polars as pl

from slachtoffermonitor.disclose import Origin, Table
from slachtoffermonitor.edition.tables._columns import columns, linked
from slachtoffermonitor.ground import Text
from slachtoffermonitor.vocabulary import age_band_expr, citizenship_group_expr

__all__ = ["REGISTERED", "describe_registered", "registered_tables", "source_of"]

REGISTERED = "registered persons by year"
"""The population that the tables of registered persons are linked by."""

_UNKNOWN = "ONB"
_TRAITS = {
    "form": "Registered victims by year and main form of exploitation",
    "age_band": "Registered victims by year and age",
    "sex": "Registered victims by year and sex",
    "citizenship_group": "Registered victims by year and citizenship",
}
_WITH_FORM = {
    "age_band": "Registered victims by year, main form of exploitation and age",
    "sex": "Registered victims by year, main form of exploitation and sex",
    "citizenship_group": "Registered victims by year, main form of exploitation and citizenship",
}
_NAMES = {
    "form": "register_by_year_form",
    "age_band": "register_by_year_age",
    "sex": "register_by_year_sex",
    "citizenship_group": "register_by_year_citizenship",
}


def source_of(origin: Origin) -> Text:
    """Say for the reader where the records of this edition come from."""
    return {
        "simulated": Text("Simulated nation; no real person is in it"),
        "register": Text("Register of this edition, persons linked from notifications"),
        "published": Text("Published before"),
    }[origin]


def describe_registered(
    persons: pl.DataFrame,
    memberships: pl.DataFrame,
    years: range,
    stated: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Who was registered in which year, with what traits?

    A person counts once in every year in which somebody reported the person, with the age on the
    first report of that year. Who was reported in two years stands in two years.

    Args:
        persons: of the linkage.
        memberships: of the linkage.
        years: of the edition.
        stated: where reports were linked by tokens, what each states: `person_id`,
            `notification_id`, `reported_on`, `age_band` and `citizenship_group`.

    Returns:
        One row per person and year: `person_id`, `year` (Int32), `form`, `age_band`, `sex`,
        `citizenship_group`.

    """
    first = (
        memberships.filter(pl.col("year").is_between(years[0], years[-1]))
        .group_by("person_id", "year")
        .agg(pl.col("first_reported_on").min().alias("reported_on"))
    )
    joined = first.join(persons.drop("first_reported_on"), on="person_id", how="inner")
    described = (
        joined.with_columns(
            pl.coalesce(
                _completed_years("birth_date", "reported_on"),
                (pl.col("reported_on").dt.year() - pl.col("birth_year")).cast(pl.Int64),
            ).alias("age")
        )
        .select(
            "person_id",
            "year",
            pl.col("main_form").alias("form"),
            # an age that cannot be, by a wrong birth date, is not known
            age_band_expr("age", "age_bands").fill_null("ONB").alias("age_band"),
            "sex",
            citizenship_group_expr("citizenship", "reported_on").alias("citizenship_group"),
        )
        .sort("person_id", "year")
    )
    return described if stated is None else _as_stated(described, stated)


def _as_stated(described: pl.DataFrame, stated: pl.DataFrame) -> pl.DataFrame:
    """Take the band of the year's first report that has one, and the group that most state."""
    order = stated.sort("reported_on", "notification_id")
    ages = (
        order.filter(pl.col("age_band") != _UNKNOWN)
        .with_columns(pl.col("reported_on").dt.year().alias("year"))
        .unique(["person_id", "year"], keep="first", maintain_order=True)
        .select("person_id", "year", "age_band")
    )
    groups = (
        order.filter(pl.col("citizenship_group") != _UNKNOWN)
        .group_by("person_id", "citizenship_group", maintain_order=True)
        .len()
        .sort("len", descending=True, maintain_order=True)
        .unique("person_id", keep="first", maintain_order=True)
        .drop("len")
    )
    return (
        described.drop("age_band", "citizenship_group")
        .join(ages, on=["person_id", "year"], how="left")
        .join(groups, on="person_id", how="left")
        .with_columns(pl.col("age_band", "citizenship_group").fill_null(_UNKNOWN))
        .select(described.columns)
        .sort("person_id", "year")
    )


def registered_tables(
    described: pl.DataFrame, memberships: pl.DataFrame, origin: Origin
) -> tuple[Table, ...]:
    """How many victims were registered, by year and by each trait, and who reported them?"""
    tables = [
        *(
            _counted(described, ("year", trait), _NAMES[trait], title, origin)
            for trait, title in _TRAITS.items()
        ),
        *(
            _counted(
                described,
                ("year", "form", trait),
                _NAMES[trait].replace("year_", "year_form_"),
                title,
                origin,
            )
            for trait, title in _WITH_FORM.items()
        ),
    ]
    reported = (
        memberships.filter(pl.col("year").is_in(described["year"].unique().to_list()))
        .group_by("year", "reporter")
        .agg(pl.col("notifications").sum(), _persons())
        .sort("year", "reporter")
        .select("year", "reporter", "notifications", "persons")
    )
    tables.append(
        Table(
            name="register_by_year_reporter",
            title=Text("Notifications and reported victims by year and reporter"),
            frame=reported,
            columns=linked(
                columns("year", "reporter", "notifications", "persons"),
                "persons",
                REGISTERED,
                overlapping="reporter",
            ),
            origin=origin,
            source=source_of(origin),
            notes=(
                Text("A victim can be reported by several, so the reporters add up to more."),
                Text("A notification is not a victim."),
            ),
        )
    )
    return tuple(tables)


def _counted(
    described: pl.DataFrame, by: tuple[str, ...], name: str, title: str, origin: Origin
) -> Table:
    return Table(
        name=name,
        title=Text(title),
        frame=described.group_by(by).agg(_persons()).sort(by),
        columns=linked(columns(*by, "persons"), "persons", REGISTERED),
        origin=origin,
        source=source_of(origin),
        notes=(Text("A person who was reported in two years counts in both years."),),
    )


def _completed_years(born: str, on: str) -> pl.Expr:
    """Count birthdays, so that nobody turns 18 a day early."""
    birthday = pl.col(born).dt.month().cast(pl.Int16) * 100 + pl.col(born).dt.day().cast(pl.Int16)
    today = pl.col(on).dt.month().cast(pl.Int16) * 100 + pl.col(on).dt.day().cast(pl.Int16)
    years = pl.col(on).dt.year() - pl.col(born).dt.year()
    return (years - (today < birthday).cast(pl.Int32)).cast(pl.Int64)


def _persons() -> pl.Expr:
    return pl.col("person_id").n_unique().cast(pl.Int64).alias("persons")
