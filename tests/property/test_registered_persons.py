"""From notifications to tables: what must hold whatever was reported."""

from datetime import date, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from slachtoffermonitor.disclose import protect, release
from slachtoffermonitor.edition.tables.registered import describe_registered, registered_tables

YEARS = range(2016, 2019)
REPORTERS = ("POL", "ZC", "NIDOS", "FAIRWORK")


@st.composite
def linked(draw):
    """Draw linked persons and their memberships, as `link` gives them."""
    persons = draw(st.integers(1, 60))
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(0, persons - 1),
                st.sampled_from(REPORTERS),
                st.integers(0, 3 * 365),
                st.integers(1, 4),
            ),
            min_size=1,
            max_size=150,
            unique_by=lambda row: (row[0], row[1], row[2] // 365),
        )
    )
    start = date(YEARS[0], 1, 1)
    days = [start + timedelta(days=row[2]) for row in rows]
    memberships = pl.DataFrame(
        {
            "person_id": [f"P{row[0]}" for row in rows],
            "reporter": [row[1] for row in rows],
            "year": [day.year for day in days],
            "first_reported_on": days,
            "notifications": [row[3] for row in rows],
        },
        schema_overrides={"year": pl.Int32},
    ).unique(["person_id", "reporter", "year"], keep="first", maintain_order=True)
    people = sorted(set(memberships["person_id"]))
    frame = pl.DataFrame(
        {
            "person_id": people,
            "birth_date": [None] * len(people),
            "birth_year": draw(
                st.lists(
                    st.none() | st.integers(1950, 2010),
                    min_size=len(people),
                    max_size=len(people),
                )
            ),
            "main_form": draw(
                st.lists(
                    st.sampled_from(["BSU", "ARB", "ONB"]),
                    min_size=len(people),
                    max_size=len(people),
                )
            ),
            "sex": ["V"] * len(people),
            "citizenship": ["NL"] * len(people),
            "first_reported_on": [start] * len(people),
        },
        schema_overrides={"birth_date": pl.Date, "birth_year": pl.Int32},
    )
    return frame, memberships


@settings(max_examples=40, deadline=None)
@given(linked())
def test_every_trait_adds_up_to_the_same_persons_and_reporters_to_no_fewer(drawn):
    persons, memberships = drawn
    described = describe_registered(persons, memberships, YEARS)
    tables = {t.name: t for t in registered_tables(described, memberships, "register")}
    in_window = memberships.filter(pl.col("year").is_between(YEARS[0], YEARS[-1]))
    truth = dict(in_window.group_by("year").agg(pl.col("person_id").n_unique()).rows())
    for name in ("form", "age", "sex", "citizenship"):
        yearly = (
            tables[f"register_by_year_{name}"].frame.group_by("year").agg(pl.col("persons").sum())
        )
        assert dict(yearly.rows()) == truth
    by_reporter = tables["register_by_year_reporter"].frame
    for year, persons_of_year in truth.items():
        rows = by_reporter.filter(pl.col("year") == year)
        assert rows["persons"].sum() >= persons_of_year
        assert rows["persons"].max() <= persons_of_year
        assert rows.filter(pl.col("notifications") < pl.col("persons")).is_empty()
    for table in release(protect(list(tables.values()))).values():
        counts = table.frame["persons"].drop_nulls()
        assert counts.filter((counts > 0) & (counts < 10)).is_empty()
