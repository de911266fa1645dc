"""The files: their columns, that the seed decides them byte for byte, and what is not in them."""

import re
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slachtoffermonitor import records
from slachtoffermonitor.ground import InputError, new_folder
from slachtoffermonitor.simulate import simulate_nation, write_nation
from slachtoffermonitor.vocabulary import code_list

SCHEMAS = {
    "notifications": records.Notification,
    "tallies": records.Tally,
    "population": records.PopulationEntry,
    "events": records.Event,
    "presence": records.Presence,
    "care_requests": records.CareRequest,
    "chat_contacts": records.ChatContact,
}


def passes_eleven_test(digits: str) -> bool:
    """Say whether nine digits could be a citizen service number."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True))
    return total % 11 == 0 and int(digits) > 0


def written(tmp_path, name, **options):
    with new_folder(tmp_path / name) as folder:
        write_nation(simulate_nation(**options), folder)
    return {
        file.relative_to(tmp_path / name).as_posix(): file.read_bytes()
        for file in sorted((tmp_path / name).rglob("*"))
        if file.is_file()
    }


def test_every_delivery_has_its_schema_and_only_known_codes(nation):
    for name, table in nation.deliveries.items():
        schema = SCHEMAS[name.split("-")[0]]
        assert table.columns == list(schema.columns()), name
        schema.validate(table)
        records.check(table, schema)
    records.Membership.validate(nation.truth["memberships"])


def test_the_files_that_a_reader_gets_are_valid_too(tmp_path):
    files = written(tmp_path, "nation", seed=5, persons=3000)
    for name in files:
        if name.startswith("deliveries/"):
            kind = name.split("/")[1].split("-")[0].removesuffix(".csv")
            table = records.read(tmp_path / "nation" / name, SCHEMAS[kind])
            assert table.height == files[name].count(b"\n") - 1


def test_each_reporter_delivers_its_own_file(nation):
    for name, table in nation.deliveries.items():
        if "-" in name:
            assert table["reporter"].unique().to_list() == [name.split("-")[1]]
    delivering = {name.split("-")[1] for name in nation.deliveries if name.startswith("notif")}
    assert delivering == set(code_list("reporters")) - {
        code for code in code_list("reporters") if code_list("reporters")[code].parent is None
    } | {"ZELF"}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    once = written(tmp_path, "once", seed=7, persons=1500)
    again = written(tmp_path, "again", seed=7, persons=1500)
    other = written(tmp_path, "other", seed=8, persons=1500)
    assert once == again
    assert once["deliveries/population.csv"] != other["deliveries/population.csv"]
    assert once["deliveries/notifications-POL.csv"] != other["deliveries/notifications-POL.csv"]


def test_the_readme_says_in_both_languages_that_nobody_exists(tmp_path):
    readme = written(tmp_path, "nation", seed=31, persons=50)["README.txt"].decode("utf-8")
    assert "SIMULATED" in readme and "NAGEMAAKTE" in readme
    assert readme.count("31") == 2
    assert "{" not in readme


def test_the_eleven_test_of_this_file_knows_a_citizen_number():
    assert passes_eleven_test("111222333")
    assert not passes_eleven_test("111222334")


def test_no_file_holds_a_number_that_could_be_a_citizen_service_number(tmp_path):
    for name, content in written(tmp_path, "nation", seed=3, persons=8000).items():
        found = [
            run[start : start + 9]
            for run in re.findall(r"\d{9,}", content.decode("utf-8"))
            for start in range(len(run) - 8)
        ]
        assert not [digits for digits in found if passes_eleven_test(digits)], name


def test_nothing_in_a_delivery_points_to_the_truth(nation):
    true_ids = set(nation.truth["persons"]["person_id"])
    for name, table in nation.deliveries.items():
        for column in table.select(pl.col(pl.String)).columns:
            assert not true_ids & set(table[column].drop_nulls()), (name, column)
    assert "given_name" not in nation.truth["persons"].columns


def test_the_ids_of_the_register_say_nothing_about_who_is_a_victim(nation):
    register = nation.deliveries["population"].with_columns(
        number=pl.col("person_id").str.slice(1).cast(pl.Int64),
        victim=pl.col("person_id").is_in(nation.truth["persons"]["resident_id"].implode()),
    )
    means = register.group_by("victim").agg(pl.col("number").mean())["number"]
    assert abs(means[0] - means[1]) < 0.02 * len(register)


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    persons=st.integers(1, 400),
    years=st.lists(st.integers(2014, 2023), min_size=1, max_size=3, unique=True),
)
def test_any_size_and_any_years_give_valid_files_that_add_up(seed, persons, years):
    made = simulate_nation(seed=seed, persons=persons, years=years)
    for name, table in made.deliveries.items():
        SCHEMAS[name.split("-")[0]].validate(table)
    truth = made.truth
    assert truth["persons"].height == persons == truth["totals"]["persons"].sum()
    assert set(truth["persons"]["year"]) <= set(years)
    reports = sum(
        table.height for name, table in made.deliveries.items() if name.startswith("notif")
    )
    assert reports == truth["notification_person"].height
    assert reports == truth["memberships"]["notifications"].sum()
    assert truth["memberships"]["person_id"].n_unique() == truth["persons"]["registered"].sum()
    known = set(made.deliveries["population"]["person_id"])
    assert set(made.deliveries["events"]["person_id"]) <= known
    assert set(made.deliveries["presence"]["person_id"]) == known
    assert set(made.deliveries["care_requests"]["person_id"].drop_nulls()) <= known


def test_the_number_of_persons_scales_everything():
    small, large = (simulate_nation(seed=1, persons=number) for number in (6250, 25_000))
    for name in ("population", "events", "care_requests", "chat_contacts"):
        ratio = large.deliveries[name].height / small.deliveries[name].height
        assert ratio == pytest.approx(4, rel=0.15), name
    ratio = large.truth["persons"]["registered"].sum() / small.truth["persons"]["registered"].sum()
    assert ratio == pytest.approx(4, rel=0.10)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"seed": -1}, "seed is below zero"),
        ({"seed": 1, "persons": 0}, "too few persons; found 0; allowed: 1 or more"),
        ({"seed": 1, "years": [2013]}, "found 2013; allowed: 2014 to 2023"),
        ({"seed": 1, "years": []}, "at least one year"),
        ({"seed": 1, "years": [2019, 2019]}, "each year once"),
    ],
)
def test_what_cannot_be_simulated_is_refused(options, says):
    with pytest.raises(InputError, match=re.escape(says)):
        simulate_nation(**options)


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(InputError) as caught:
        simulate_nation(seed=1, persons=0, years=[2013, 2030])
    assert len(caught.value.problems) == 3


def test_a_nation_does_not_show_its_people_when_printed():
    made = simulate_nation(seed=1, persons=30)
    surnames = made.deliveries["population"]["surname"]
    assert not [name for name in surnames if name in repr(made)]


def test_nothing_is_dated_after_the_last_day_of_observation(nation):
    last = date(2024, 12, 31)
    for name in ("events", "presence", "care_requests"):
        table = nation.deliveries[name]
        for column in table.select(pl.col(pl.Date)).columns:
            assert table[column].drop_nulls().max() <= last, (name, column)
    for name, table in nation.deliveries.items():
        if name.startswith("notifications-"):
            assert table["reported_on"].max() <= date(2023, 12, 31)
            assert table["reported_on"].min() >= date(2014, 1, 1)
