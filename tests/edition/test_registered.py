"""Who stands in the register in which year, and how old."""

from datetime import date

import polars as pl
import pytest

from slachtoffermonitor.edition.tables.registered import describe_registered, registered_tables

PERSONS = pl.DataFrame(
    {
        "person_id": ["P1", "P2", "P3"],
        "birth_date": [date(2000, 5, 2), None, None],
        "birth_year": [2000, 1980, None],
        "main_form": ["BSU", "ARB", "ONB"],
        "sex": ["V", "M", "ONB"],
        "citizenship": ["NL", "PL", None],
        "first_reported_on": [date(2018, 5, 1)] * 3,
    },
    schema_overrides={"birth_year": pl.Int32},
)
MEMBERSHIPS = pl.DataFrame(
    {
        "person_id": ["P1", "P1", "P1", "P2", "P3"],
        "reporter": ["POL", "ZC", "POL", "NLA", "ZC"],
        "year": [2018, 2018, 2019, 2018, 2018],
        "first_reported_on": [
            date(2018, 5, 1),
            date(2018, 6, 1),
            date(2019, 1, 1),
            date(2018, 3, 1),
            date(2018, 3, 1),
        ],
        "notifications": [2, 1, 1, 1, 1],
    },
    schema_overrides={"year": pl.Int32},
)


def test_a_person_counts_once_a_year_with_the_age_on_the_first_report_of_it():
    described = describe_registered(PERSONS, MEMBERSHIPS, range(2018, 2020))
    bands = {
        (row[0], row[1]): row[2] for row in described.select("person_id", "year", "age_band").rows()
    }
    assert bands == {
        ("P1", 2018): "L00_17",  # one day before the eighteenth birthday
        ("P1", 2019): "L18_22",
        ("P2", 2018): "L23_PLUS",  # only the birth year is known
        ("P3", 2018): "ONB",
    }
    groups = dict(described.select("person_id", "citizenship_group").unique().rows())
    assert groups == {"P1": "NL", "P2": "EU", "P3": "ONB"}


@pytest.mark.parametrize(
    ("on", "band"), [(date(2018, 5, 1), "L00_17"), (date(2018, 5, 2), "L18_22")]
)
def test_nobody_comes_of_age_a_day_early(on, band):
    one = MEMBERSHIPS.head(1).with_columns(pl.lit(on).alias("first_reported_on"))
    assert describe_registered(PERSONS, one, range(2018, 2019))["age_band"].to_list() == [band]


def test_the_tables_count_persons_and_notifications_apart():
    described = describe_registered(PERSONS, MEMBERSHIPS, range(2018, 2020))
    tables = {t.name: t.frame for t in registered_tables(described, MEMBERSHIPS, "register")}
    for name in ("register_by_year_form", "register_by_year_sex", "register_by_year_age"):
        yearly = tables[name].group_by("year").agg(pl.col("persons").sum()).sort("year")
        assert yearly.rows() == [(2018, 3), (2019, 1)]
    by_reporter = tables["register_by_year_reporter"].filter(pl.col("year") == 2018)
    assert by_reporter.rows() == [(2018, "NLA", 1, 1), (2018, "POL", 2, 1), (2018, "ZC", 2, 2)]
