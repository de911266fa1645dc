"""How names, birth dates and fragments are prepared, and which records meet at all."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slachtoffermonitor.link.engine.blocking import block
from slachtoffermonitor.link.features import clear_features
from slachtoffermonitor.link.model import clear_design


def prepared(*names: tuple[str | None, str | None], **more: object) -> pl.DataFrame:
    rows = pl.DataFrame(
        {
            "given_name": [name for name, _ in names],
            "surname": [name for _, name in names],
            **{column: [value] * len(names) for column, value in more.items()},
        },
        schema_overrides={"given_name": pl.String, "surname": pl.String},
    )
    return clear_features(rows, first_record=0)


@pytest.mark.parametrize(
    ("written", "surname"),
    [
        ("van der Berg", "berg"),
        ("VAN DEN BERG", "berg"),
        ("El Idrissi", "idrissi"),
        ("ibn Khaldun", "khaldun"),
        ("Wójcik", "wojcik"),
        ("Şahin", "sahin"),
        ("Иванова", "ivanova"),
        ("O'Brien-Smith", "o brien smith"),
        ("van den", "van den"),
    ],
)
def test_a_surname_is_written_in_latin_letters_without_particles(written, surname):
    assert prepared(("Anna", written))["surname"].to_list() == [surname]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("محمد", "Mohammed"),
        ("Mouhamad", "Mohammed"),
        ("Юлия", "Yuliya"),
        ("Nguyễn", "Nguyen"),
        ("Adébáyò", "Adebayo"),
        ("Łucja", "Lucja"),
    ],
)
def test_one_name_in_two_scripts_or_spellings_sounds_alike(one, other):
    keys = prepared((one, "X"), (other, "X"))["given_key"]
    assert keys[0] == keys[1]


@pytest.mark.parametrize(
    ("short", "full"), [("Kuba", "jakub"), ("Sasha", "aleksandr"), ("Piet", "pieter")]
)
def test_a_short_form_stands_for_its_full_names(short, full):
    forms = prepared((short, "X"))["given_forms"].to_list()[0]
    assert forms[0] == short.lower()
    assert any(full[:5] in form for form in forms[1:]), forms


def test_names_that_changed_places_meet():
    one, other = prepared(("Thi Lan", "Nguyen"), ("Nguyen", "Lan")).iter_rows(named=True)
    assert one["name_sorted"] == other["name_sorted"]
    assert one["sounds_sorted"] == other["sounds_sorted"]


def test_the_first_of_january_counts_as_a_year_only():
    rows = pl.DataFrame({"birth_date": [date(1997, 1, 1), date(1997, 10, 22), None]})
    found = clear_features(rows, first_record=0)
    assert found["birth_full"].to_list() == [None, "1997-10-22", None]
    assert found["birth_year"].to_list() == [1997, 1997, None]
    assert found["birth_month"].to_list() == [None, 10, None]


def test_a_swapped_day_and_month_keep_one_key():
    rows = pl.DataFrame({"birth_date": ["1990-03-11", "1990-11-03", "1991-03-11"]})
    keys = clear_features(rows, first_record=0)["birth_key"].to_list()
    assert keys[0] == keys[1] != keys[2]


def test_an_age_gives_the_years_in_which_one_can_be_born():
    rows = pl.DataFrame(
        {"birth_date": [None], "age": [20], "reported_on": [date(2020, 6, 1)]},
        schema_overrides={"birth_date": pl.String},
    )
    found = clear_features(rows, first_record=0).row(0, named=True)
    assert (found["birth_first_year"], found["birth_last_year"]) == (1999, 2000)
    assert found["birth_year"] is None


@given(st.text(max_size=12), st.text(max_size=12))
@settings(max_examples=60, deadline=None)
def test_what_is_prepared_is_prepared_alike_a_second_time(given_name, surname):
    once = prepared((given_name, surname))
    again = prepared((once["given"][0], once["surname"][0]))
    assert again["given_key"].equals(once["given_key"]) or once["given"][0] is None
    assert again["surname"].equals(once["surname"])


def test_the_pairs_of_a_block_are_counted_before_they_are_made(register):
    rows = register(persons=120, seed=8).notifications.sort("notification_id")
    features = clear_features(rows, first_record=0)
    design = clear_design(tuple(features.columns))
    blocked = block((features,), design)
    for rule, column in zip(blocked.rules.iter_rows(named=True), blocked.columns, strict=True):
        key = blocked.tables[0].select("record", key=column).drop_nulls()
        met = key.join(key, on="key").filter(pl.col("record") < pl.col("record_right"))
        assert rule["pairs_kept"] == rule["pairs"] == met.height
        assert rule["largest_block"] is None
