"""The two series stay apart, and a sum that mixes them is found out."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.published import claim, explain_total, series_frame, series_total

YEARS = st.integers(2013, 2024)


def test_the_three_published_sums():
    assert series_total(2013, 2017, vintage="2018").value == 5433
    assert series_total(2016, 2020).value == 4894
    assert series_total(2019, 2023, "NR").value == 4791


def test_4858_mixes_two_series_and_says_in_which_years():
    (parts,) = explain_total(2019, 2023, 4858)
    assert parts.mixed
    assert [(year, series) for year, series, _ in parts.series_by_year] == [
        (2019, "CoMensha"),
        (2020, "CoMensha"),
        (2021, "both"),
        (2022, "NR"),
        (2023, "NR"),
    ]


def test_4894_does_not_mix():
    parts = explain_total(2016, 2020, 4894)
    assert not parts[0].mixed
    assert explain_total(2016, 2020, 1) == ()


def test_a_year_that_was_not_published_is_missing_and_not_zero():
    total = series_total(2011, 2013)
    assert total.value is None
    assert total.missing == (2012,)
    assert series_total(2018, 2020, "CoMensha").missing == (2018,)


def test_the_edition_can_be_chosen():
    assert series_total(2014, 2014).value == 1255
    assert series_total(2014, 2014, vintage="oldest").value == 1256
    assert series_total(2017, 2017, vintage="2018").value == 958


@given(first=YEARS, years=st.integers(0, 6))
def test_a_total_is_the_sum_of_its_claims_and_of_its_parts(first, years):
    last = min(first + years, 2024)
    whole = series_total(first, last)
    assert whole.value == sum(claim(name).value for name in whole.claims)
    assert whole.value == sum(series_total(year, year).value for year in range(first, last + 1))
    assert any(not parts.mixed for parts in explain_total(first, last, whole.value))


def test_the_frame_holds_both_series_and_marks_the_newest_edition():
    frame = series_frame()
    assert set(frame["series"]) == {"NR", "CoMensha"}
    newest = frame.filter(pl.col("newest"))
    assert not newest.select("series", "year").is_duplicated().any()
    assert frame.filter(pl.col("year") == 2021)["value"].to_list() == [791, 791]
    revised = frame.filter((pl.col("year") == 2014) & (pl.col("series") == "NR"))
    assert revised.select("vintage", "value", "newest").rows() == [
        ("2018", 1256.0, False),
        ("2019", 1255.0, True),
    ]
    assert (frame["year"].min(), frame["year"].max()) == (2007, 2024)


def test_unknown_series_and_backward_years_are_refused():
    with pytest.raises(InputError, match="CoMensha"):
        series_total(2019, 2020, "IND")
    with pytest.raises(InputError, match="backwards"):
        series_total(2020, 2019)
