"""One report against a register: the same answer as the linkage of all reports together."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.link import Linkage, Register, one_report_ms

LEVELS = ["given", "surname", "birth", "sex", "citizenship", "municipality", "contact"]


def pairs_of(linkage: Linkage, notification_id: str) -> pl.DataFrame:
    """Give the pairs of a report in a whole linkage, as the register would give them."""
    pairs = linkage.pairs.filter(
        (pl.col("right_is") == "report")
        & ((pl.col("left") == notification_id) | (pl.col("right") == notification_id))
    )
    other = pl.when(pl.col("left") == notification_id).then("right").otherwise("left")
    return pairs.select(
        other.alias("notification_id"),
        "match_probability",
        *(name for name in LEVELS if name in pairs.columns),
    ).sort("notification_id")


def reports_with_pairs(linkage: Linkage, count: int) -> list[str]:
    ends = linkage.pairs.filter(pl.col("right_is") == "report")
    return ends["left"].append(ends["right"]).unique().sort().head(count).to_list()


def assert_same(found: pl.DataFrame, batch: pl.DataFrame) -> None:
    found = found.sort("notification_id")
    assert found["notification_id"].to_list() == batch["notification_id"].to_list()
    levels = batch.columns[2:]
    assert found.select(levels).equals(batch.select(levels))
    apart = (found["match_probability"] - batch["match_probability"]).abs()
    assert apart.is_empty() or float(apart.max()) <= 1e-9  # type: ignore[arg-type]


def test_a_new_report_gets_the_probabilities_of_the_linkage_of_all(
    register, notifications, linkage
):
    asked = reports_with_pairs(linkage, 15)
    for notification_id in asked:
        report = notifications.filter(notification_id=notification_id)
        register.remove([notification_id])
        found = register.find_candidates(report)
        assert_same(found, pairs_of(linkage, notification_id))
        register.add(report)


def test_a_report_that_is_held_is_not_its_own_candidate(register, notifications, linkage):
    for notification_id in reports_with_pairs(linkage, 300)[40::10]:
        report = notifications.filter(notification_id=notification_id)
        found = register.find_candidates(report)
        assert notification_id not in found["notification_id"]
        assert_same(found, pairs_of(linkage, notification_id))


def test_candidates_come_with_persons_and_the_threshold(register, notifications, linkage):
    joined = linkage.pairs.filter("joined", right_is="report").sort("match_probability").tail(1)
    report = notifications.filter(notification_id=joined["left"][0])
    found = register.find_candidates(report)
    assert found["match_probability"].is_sorted(descending=True)
    best = found.filter(notification_id=joined["right"][0])
    persons = dict(linkage.reports.select("notification_id", "person_id").iter_rows())
    assert best["accepted"].item() is True
    assert best["person_id"].item() == persons[joined["right"][0]]
    assert (found["accepted"] == (found["match_probability"] >= linkage.threshold)).all()


def test_nobody_resembles_a_stranger(register, notifications):
    stranger = notifications.head(1).with_columns(
        notification_id=pl.lit("NEW-1"),
        given_name=pl.lit("Zyxwv"),
        surname=pl.lit("Qponml"),
        birth_date=pl.lit("1931-07-23").str.to_date(),
        birth_year=pl.lit(1931, pl.Int32),
        contact_fragment=pl.lit(None, pl.String),
    )
    found = register.find_candidates(stranger)
    assert found.is_empty()
    assert set(LEVELS) <= set(found.columns)


def test_an_added_report_is_found_and_a_removed_one_is_not(register, notifications):
    report = notifications.filter(
        pl.col("given_name").is_not_null() & pl.col("birth_date").is_not_null()
    ).head(1)
    again = report.with_columns(notification_id=pl.lit("NEW-2"))
    before, size = register.find_candidates(again), len(register)
    assert report["notification_id"][0] in before["notification_id"]
    added = register.add(again, persons={"NEW-2": before["person_id"][0]})
    assert added.row(0) == ("NEW-2", before["person_id"][0])
    assert len(register) == size + 1
    assert "NEW-2" in register
    twin = report.with_columns(notification_id=pl.lit("NEW-3"))
    assert {"NEW-2", report["notification_id"][0]} <= set(
        register.find_candidates(twin)["notification_id"]
    )
    assert register.remove(["NEW-2", "not there"]) == 1
    assert "NEW-2" not in register
    assert register.find_candidates(twin).equals(
        before.select(register.find_candidates(twin).columns)
    )


def test_new_persons_are_numbered_on(register, notifications, linkage):
    new = notifications.head(3).with_columns(notification_id=pl.Series(["NEW-4", "NEW-5", "NEW-6"]))
    known = linkage.persons["person_id"].max()
    added = register.add(new, persons={"NEW-5": known})
    assert added["person_id"].to_list()[1] == known
    assert not set(added["person_id"].to_list()[::2]) & set(linkage.persons["person_id"])
    assert added["person_id"].n_unique() == 3


def test_what_is_added_one_by_one_answers_like_what_came_at_once(notifications, linkage):
    whole = Register.of(notifications, linkage)
    part = Register.of(notifications, linkage)
    late = notifications.sample(30, seed=5)
    part.remove(late["notification_id"].to_list())
    for report in late.iter_slices(1):
        part.add(report)
    for notification_id in reports_with_pairs(linkage, 60)[::6]:
        report = notifications.filter(notification_id=notification_id)
        found = part.find_candidates(report).drop("person_id")
        assert found.equals(whole.find_candidates(report).drop("person_id"))


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    birth=st.dates(min_value=date(1950, 1, 1), max_value=date(2012, 1, 1)),
    name=st.text(max_size=12),
)
def test_any_report_gets_probabilities(register, notifications, birth, name):
    report = notifications.head(1).with_columns(
        notification_id=pl.lit("NEW-7"), given_name=pl.lit(name), birth_date=pl.lit(birth)
    )
    found = register.find_candidates(report)
    assert found["match_probability"].is_between(0.001, 1).all()


def test_a_report_is_answered_quickly(register, notifications):
    told = one_report_ms(register, notifications.head(10))
    assert told["reports"] == 10
    assert told["register"] == notifications.height
    assert 0 < told["median"] <= told["p95"] <= told["max"]


def test_only_one_report_is_asked_about_at_a_time(register, notifications):
    for rows in (0, 2):
        with pytest.raises(InputError, match="one report at a time"):
            register.find_candidates(notifications.head(rows))
