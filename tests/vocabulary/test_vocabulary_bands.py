"""Ages and durations fall in exactly one band."""

import doctest
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.vocabulary import (
    _bands,
    _countries,
    _reading,
    age_band,
    age_band_expr,
    code_list,
    duration_band,
    duration_band_expr,
)

AGE_LISTS = ("age_bands", "age_bands_at_exploitation", "age_bands_chat", "age_bands_ctdc")


@pytest.mark.parametrize("name", (*AGE_LISTS, "duration_bands"))
def test_bands_follow_each_other_without_gap_or_overlap(name: str) -> None:
    banded = [code.attributes for code in code_list(name).values() if "lower" in code.attributes]
    assert banded[0]["lower"] == 0
    for this, following in pairwise(banded):
        assert int(this["upper"]) + 1 == following["lower"]
    assert "upper" not in banded[-1]
    assert len(banded) == len(code_list(name)) - 1


@pytest.mark.parametrize(
    ("name", "age", "band"),
    [
        ("age_bands", 0, "L00_17"),
        ("age_bands", 17, "L00_17"),
        ("age_bands", 18, "L18_22"),
        ("age_bands", 22, "L18_22"),
        ("age_bands", 23, "L23_PLUS"),
        ("age_bands_chat", 15, "L15"),
        ("age_bands_chat", 16, "L16_17"),
        ("age_bands_ctdc", 8, "C00_08"),
        ("age_bands_ctdc", 47, "C39_47"),
        ("age_bands_ctdc", 99, "C48_PLUS"),
        ("age_bands", None, "ONB"),
    ],
)
def test_age_band(name: str, age: int | None, band: str) -> None:
    assert age_band(name, age) == band


@pytest.mark.parametrize(
    ("months", "band"),
    [(0, "D00_02"), (2, "D00_02"), (3, "D03_12"), (13, "D13_24"), (59, "D25_59"), (60, "D60_PLUS")],
)
def test_duration_band(months: int, band: str) -> None:
    assert duration_band(months) == band


@given(st.sampled_from(AGE_LISTS), st.lists(st.none() | st.integers(0, 120), max_size=30))
def test_the_age_expression_says_what_the_function_says(name: str, ages: list[int | None]) -> None:
    frame = pl.DataFrame({"age": pl.Series(ages, dtype=pl.Int32)})
    found = frame.select(age_band_expr("age", name))["age"].to_list()
    assert found == [age_band(name, age) for age in ages]
    for age, band in zip(ages, found, strict=True):
        if age is not None:
            code = code_list(name)[band]
            assert int(code.attributes["lower"]) <= age <= int(code.attributes.get("upper", 999))


@given(st.lists(st.none() | st.integers(0, 600), max_size=30))
def test_the_duration_expression_says_what_the_function_says(months: list[int | None]) -> None:
    frame = pl.DataFrame({"months": pl.Series(months, dtype=pl.Int32)})
    found = frame.select(duration_band_expr("months"))["months"].to_list()
    assert found == [duration_band(value) for value in months]


@given(st.integers(max_value=-1, min_value=-(2**31)))
def test_an_age_below_zero_is_refused_and_not_shown(age: int) -> None:
    with pytest.raises(InputError) as caught:
        age_band("age_bands", age)
    assert str(age) not in str(caught.value)
    frame = pl.DataFrame({"age": [age]})
    assert frame.select(age_band_expr("age", "age_bands"))["age"].to_list() == [None]


def test_a_list_without_bands_is_refused() -> None:
    with pytest.raises(InputError, match="'sexes'"):
        age_band("sexes", 20)


@pytest.mark.parametrize("module", [_bands, _countries, _reading])
def test_the_examples_in_the_docstrings_run(module: object) -> None:
    found = doctest.testmod(module)  # type: ignore[arg-type]
    assert found.attempted > 0
    assert found.failed == 0
