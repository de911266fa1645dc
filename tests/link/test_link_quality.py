"""How well reports are linked where the truth is known, and how well the model knows it itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from slachtoffermonitor.link import Linkage, link_reports
from slachtoffermonitor.simulate import Nation, simulate_nation


def f1_of(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall)


@pytest.fixture(scope="module")
def small(register: Callable[..., Any]) -> Any:
    return register(persons=1200, bystanders=2000, seed=11)


@pytest.fixture(scope="module")
def linked(small: Any) -> Linkage:
    return link_reports(small.notifications, population=small.population, seed=5)


@pytest.fixture(scope="module")
def nation() -> Nation:
    return simulate_nation(seed=7, persons=10_000)


@pytest.fixture(scope="module")
def nation_linked(nation: Nation) -> Linkage:
    return link_reports(
        [table for name, table in nation.deliveries.items() if name.startswith("notifications-")],
        population=nation.deliveries["population"],
        seed=5,
    )


def test_a_small_register_is_linked_well_at_the_threshold_it_chose(
    small: Any, linked: Linkage
) -> None:
    precision, recall = small.pairs_of(linked.reports)
    assert linked.threshold_chosen_by == "balance"
    assert precision > 0.975
    assert recall > 0.975


def test_the_register_finds_the_right_person(small: Any, linked: Linkage) -> None:
    found = (
        linked.reports.join(linked.persons.select("person_id", "register_id"), on="person_id")
        .join(small.truth, on="notification_id")
        .join(small.register_truth, on="true_person", how="left", suffix="_true")
    )
    right = found.filter(pl.col("register_id") == pl.col("register_id_true")).height
    assert right / found["register_id"].count() > 0.985
    assert right / found["register_id_true"].count() > 0.975


def test_a_person_of_the_register_is_one_person(linked: Linkage, nation_linked: Linkage) -> None:
    for linkage in (linked, nation_linked):
        found = linkage.persons["register_id"].drop_nulls()
        assert found.n_unique() == len(found) > 100


def test_no_person_has_birth_dates_that_contradict_unless_the_pair_was_accepted(
    small: Any, linked: Linkage
) -> None:
    dated = linked.reports.join(
        small.notifications.select("notification_id", "birth_date"), on="notification_id"
    ).filter(~((pl.col("birth_date").dt.month() == 1) & (pl.col("birth_date").dt.day() == 1)))
    pairs = dated.join(dated, on="person_id", suffix="_r").filter(
        pl.col("notification_id") < pl.col("notification_id_r")
    )
    one, other = pl.col("birth_date").dt, pl.col("birth_date_r").dt
    same = [one.year() == other.year(), one.month() == other.month(), one.day() == other.day()]
    swapped = same[0] & (one.month() == other.day()) & (one.day() == other.month())
    contradicting = pairs.filter((pl.sum_horizontal(same) < 2) & ~swapped)
    accepted = linked.pairs.filter(pl.col("match_probability") >= linked.threshold)
    left = contradicting.join(
        accepted,
        left_on=["notification_id", "notification_id_r"],
        right_on=["left", "right"],
        how="anti",
    )
    assert pairs.height > 300
    assert left.is_empty()


def test_the_model_knows_how_good_it_is(small: Any, linked: Linkage) -> None:
    truth = dict(small.truth.iter_rows())
    known = linked.pairs.filter(right_is="report").with_columns(
        true=pl.col("left").replace_strict(truth) == pl.col("right").replace_strict(truth)
    )
    sure = known.filter(pl.col("match_probability") > 0.95)
    unsure = known.filter(pl.col("match_probability") < 0.2)
    assert sure["true"].mean() == pytest.approx(sure["match_probability"].mean(), abs=0.02)
    assert unsure["true"].mean() < 0.2  # type: ignore[operator]
    quality = linked.quality()
    precision, recall = small.pairs_of(linked.reports)
    assert quality.precision == pytest.approx(precision, abs=0.03)
    assert quality.recall == pytest.approx(recall, abs=0.03)
    assert quality.joined == pytest.approx(quality.expected, rel=0.02)


def test_the_nation_is_linked_well(nation: Nation, nation_linked: Linkage) -> None:
    truth = nation.truth["notification_person"]
    both = nation_linked.reports.select("notification_id", "person_id").join(
        truth.select("notification_id", true_person="person_id"), on="notification_id"
    )

    def pairs(*by: str) -> float:
        size = both.group_by(by).len()["len"].cast(pl.Float64)
        return float((size * (size - 1) / 2).sum())

    together = pairs("person_id", "true_person")
    precision, recall = together / pairs("person_id"), together / pairs("true_person")
    assert f1_of(precision, recall) > 0.96
    assert nation_linked.persons.height == pytest.approx(both["true_person"].n_unique(), rel=0.01)


def test_the_nation_is_found_in_its_register(nation: Nation, nation_linked: Linkage) -> None:
    found = nation_linked.reports.join(
        nation_linked.persons.select("person_id", "register_id"), on="person_id"
    ).join(nation.truth["notification_person"], on="notification_id", suffix="_true")
    right = found.filter(pl.col("register_id") == pl.col("resident_id")).height
    assert right / found["register_id"].count() > 0.98
    assert right / found["resident_id"].count() > 0.96


def test_one_seed_gives_one_linkage_whatever_the_threads(register: Callable[..., Any]) -> None:
    made = register(persons=200, bystanders=100, seed=2)
    once, again = (
        link_reports(made.notifications, population=made.population, seed=5, threads=threads)
        for threads in (1, 2)
    )
    assert again.persons.equals(once.persons)
    assert again.reports.equals(once.reports)
    assert again.pairs.equals(once.pairs)
    assert again.weights.equals(once.weights)


def test_weights_are_shares_and_their_ratio_in_bits(linked: Linkage) -> None:
    kinds = ["right_is", "comparison", "among"]
    shares = linked.weights.group_by(kinds).agg(pl.col("m", "u").sum())
    assert shares["m"].to_list() == pytest.approx([1] * shares.height, abs=1e-5)
    assert shares["u"].to_list() == pytest.approx([1] * shares.height, abs=1e-5)
    same_date = linked.weights.filter(comparison="birth", level="same date")
    assert same_date["right_is"].to_list() == ["report", "register"]
    assert same_date["weight"].min() > 10  # type: ignore[operator]


def test_a_higher_threshold_joins_less(small: Any, linked: Linkage) -> None:
    strict = link_reports(small.notifications, seed=5, threshold=0.999)
    assert strict.threshold_chosen_by == "caller"
    assert strict.persons.height > linked.persons.height
    assert strict.reports["match_probability"].min() >= 0.999  # type: ignore[operator]
    quality = strict.quality()
    assert quality.precision is not None and quality.recall is not None
    assert quality.precision > 0.999 > quality.recall
