"""Countries, and whose citizens counted as citizens of the Union on which day."""

from datetime import date, timedelta

import polars as pl
import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.vocabulary import citizenship_group, citizenship_group_expr, code_list

FRENCH = {"BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT"}
DUTCH = {"AW", "BQ", "CW", "SX"}
INHABITED_BY_CITIZENS_OF_ANOTHER = FRENCH | DUTCH | {"AX", "GL"}
countries = st.sampled_from(sorted(code_list("countries")))
days = st.dates(min_value=date(1950, 1, 1), max_value=date(2090, 1, 1))


def members(on: date) -> set[str]:
    """States of the Union on the date, the Netherlands included."""
    codes = set(code_list("countries")) - INHABITED_BY_CITIZENS_OF_ANOTHER
    return {code for code in codes if citizenship_group(code, on) in {"NL", "EU"}}


def test_codes_are_those_of_iso_3166_and_kosovo() -> None:
    iso = {country.alpha_2: country.alpha_3 for country in pycountry.countries}
    listed = code_list("countries")
    assert set(listed) == set(iso) | {"XK"}
    assert all(listed[code].attributes["alpha_3"] == iso[code] for code in iso)
    assert listed.label("DE", "nl") == "Duitsland"
    assert listed.label("DE", "en") == "Germany"
    assert listed["NG"].attributes["group"] == "NIET_EU"
    assert listed["GB"].attributes["group"] == "NIET_EU"


@pytest.mark.parametrize(
    ("on", "count"),
    [
        (date(1958, 1, 1), 6),
        (date(1973, 1, 1), 9),
        (date(1981, 1, 1), 10),
        (date(1986, 1, 1), 12),
        (date(1995, 1, 1), 15),
        (date(2004, 4, 30), 15),
        (date(2004, 5, 1), 25),
        (date(2007, 1, 1), 27),
        (date(2013, 6, 30), 27),
        (date(2013, 7, 1), 28),
        (date(2020, 1, 31), 28),
        (date(2020, 2, 1), 27),
    ],
)
def test_the_union_had_so_many_members(on: date, count: int) -> None:
    assert len(members(on)) == count


@pytest.mark.parametrize(
    ("country", "on", "group"),
    [
        ("GB", date(2020, 1, 31), "EU"),
        ("GB", date(2020, 2, 1), "NIET_EU"),
        ("HR", date(2013, 6, 30), "NIET_EU"),
        ("HR", date(2013, 7, 1), "EU"),
        ("BG", date(2006, 12, 31), "NIET_EU"),
        ("NL", date(2024, 1, 1), "NL"),
        ("CW", date(2024, 1, 1), "NL"),
        ("GF", date(2024, 1, 1), "EU"),
        ("FO", date(2024, 1, 1), "NIET_EU"),
        ("XK", date(2024, 1, 1), "NIET_EU"),
        (None, date(2024, 1, 1), "ONB"),
    ],
)
def test_group_on_a_day(country: str | None, on: date, group: str) -> None:
    assert citizenship_group(country, on) == group


def test_groups_are_codes_of_the_list() -> None:
    found = {citizenship_group(code, date(2024, 1, 1)) for code in code_list("countries")}
    assert found | {"ONB"} == set(code_list("citizenship_groups"))


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(InputError, match="found 'UK'"):
        citizenship_group("UK", date(2024, 1, 1))


@given(st.lists(st.tuples(st.none() | countries, days), max_size=30))
def test_the_expression_says_what_the_function_says(rows: list[tuple[str | None, date]]) -> None:
    frame = pl.DataFrame(rows, schema={"who": pl.String, "on": pl.Date}, orient="row")
    found = frame.select(citizenship_group_expr("who", "on"))["who"].to_list()
    assert found == [citizenship_group(country, on) for country, on in rows]


@given(st.sampled_from(["GB", "HR", "RO", "PL"]), st.integers(-40, 40))
def test_both_agree_around_the_days_of_change(country: str, shift: int) -> None:
    edges = (date(2020, 1, 31), date(2013, 7, 1), date(2007, 1, 1), date(2004, 5, 1))
    rows = [(country, edge + timedelta(days=shift)) for edge in edges]
    frame = pl.DataFrame(rows, schema={"who": pl.String, "on": pl.Date}, orient="row")
    found = frame.select(citizenship_group_expr("who", "on"))["who"].to_list()
    assert found == [citizenship_group(*row) for row in rows]


def test_what_cannot_be_known_is_unknown_and_what_is_no_country_is_null() -> None:
    frame = pl.DataFrame(
        {"who": ["GB", "US", "NL", "UK", None], "on": [None] * 5},
        schema={"who": pl.String, "on": pl.Date},
    )
    found = frame.select(citizenship_group_expr("who", "on"))["who"].to_list()
    assert found == ["ONB", "NIET_EU", "NL", None, "ONB"]
