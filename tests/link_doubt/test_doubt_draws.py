"""Imputed linkages: as likely as the pairs say, always whole, never against guard or verdict."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.estimate import CaptureTable, Selection, combine_linkages
from slachtoffermonitor.ground import InputError
from slachtoffermonitor.link import Linkage, link_reports
from slachtoffermonitor.records import Membership, Person
from slachtoffermonitor.simulate import Nation, simulate_nation
from slachtoffermonitor.simulate.lists import ListedPersons, simulate_lists

SHARES = {"POL": 0.4, "ZC": 0.4, "OPVANG": 0.35, "KMAR": 0.3}
DRAWS = 40


@pytest.fixture(scope="module")
def listed() -> ListedPersons:
    return simulate_lists(seed=3, persons=300, shares=SHARES, errors=4)


@pytest.fixture(scope="module")
def linkage(listed: ListedPersons) -> Linkage:
    return link_reports(listed.notifications)


@pytest.fixture(scope="module")
def draws(linkage: Linkage) -> np.ndarray:
    """Give the person of each record (column) in each draw (row)."""
    drawn = linkage.impute(DRAWS, np.random.default_rng(1))
    return np.array([each.reports["person_id"].to_numpy() for each in drawn])


@pytest.fixture(scope="module")
def blocked() -> Linkage:
    """Link so many reports that only pairs of some block are known."""
    listed = simulate_lists(seed=3, persons=700, shares=SHARES, errors=2)
    return link_reports(listed.notifications)


@pytest.fixture(scope="module")
def nation() -> Nation:
    return simulate_nation(seed=7, persons=6000)


@pytest.fixture(scope="module")
def nation_linked(nation: Nation) -> Linkage:
    reports = [frame for name, frame in nation.deliveries.items() if "notifications" in name]
    return link_reports(reports, population=nation.deliveries["population"])


def pairs_of(linkage: Linkage, draws: np.ndarray) -> pl.DataFrame:
    pairs = pl.concat([linkage.evidence.pairs, linkage.evidence.unmet_pairs])
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    often = (draws[:, left] == draws[:, right]).mean(axis=0)
    return pairs.with_columns(often=pl.Series(often))


def test_pairs_are_one_person_about_as_often_as_they_are_likely(
    linkage: Linkage, draws: np.ndarray
) -> None:
    pairs = pairs_of(linkage, draws)
    assert pairs["often"].sum() == pytest.approx(pairs["match_probability"].sum(), rel=0.02)
    for low, high in ((0, 0.02), (0.02, 0.97), (0.97, 1)):
        band = pairs.filter(pl.col("match_probability").is_between(low, high))
        assert band.height > 40
        assert band["often"].mean() == pytest.approx(band["match_probability"].mean(), abs=0.2)


def test_two_records_alone_are_one_person_exactly_as_often_as_they_are_likely(
    blocked: Linkage,
) -> None:
    drawn = blocked.impute(60, np.random.default_rng(1))
    pairs = pairs_of(blocked, np.array([each.reports["person_id"].to_numpy() for each in drawn]))
    ends = pl.concat([pairs["left"], pairs["right"]])
    once = ends.value_counts().filter(pl.col("count") == 1)["left"].implode()
    alone = pairs.filter(pl.col("left").is_in(once) & pl.col("right").is_in(once))
    assert alone.height > 30
    assert alone["often"].sum() == pytest.approx(alone["match_probability"].sum(), rel=0.03)


def test_draws_are_truer_than_they_are_alike(
    listed: ListedPersons, linkage: Linkage, draws: np.ndarray
) -> None:
    true = (
        linkage.evidence.reports.select("notification_id")
        .join(listed.truth, on="notification_id", how="left", maintain_order="left")["person_id"]
        .to_numpy()
    )
    pairs = pairs_of(linkage, draws)
    same = true[pairs["left"].to_numpy()] == true[pairs["right"].to_numpy()]
    often = pairs["often"].to_numpy()
    assert same[often > 0.97].mean() > 0.97
    assert same[often < 0.03].mean() < 0.03
    alone = pairs["match_probability"].to_numpy()
    assert ((often - same) ** 2).mean() < ((alone - same) ** 2).mean()


def test_a_draw_is_no_more_like_the_next_than_like_a_later_one(
    linkage: Linkage, draws: np.ndarray
) -> None:
    pairs = pl.concat([linkage.evidence.pairs, linkage.evidence.unmet_pairs])
    together = draws[:, pairs["left"].to_numpy()] == draws[:, pairs["right"].to_numpy()]

    def apart(lag: int) -> float:
        return float((together[lag:] != together[:-lag]).sum(axis=1).mean())

    assert apart(1) > 0.8 * np.mean([apart(lag) for lag in range(8, 20)]) > 5


def test_nobody_is_two_people_of_the_register_or_born_twice(nation_linked: Linkage) -> None:
    records = nation_linked.evidence.records.select(
        "record", "birth_year", "birth_month", "birth_day"
    ).drop_nulls()
    accepted = nation_linked.evidence.pairs.filter(
        pl.col("match_probability") >= nation_linked.threshold
    ).select("left", "right")
    for draw in nation_linked.impute(3, np.random.default_rng(2)):
        entries = draw.reports.drop_nulls("register_id")
        assert (
            entries.group_by("person_id")
            .agg(pl.col("register_id").n_unique())["register_id"]
            .to_list()
            == [1] * entries["person_id"].n_unique()
        )
        assert entries.unique("person_id")["register_id"].is_duplicated().sum() == 0
        dated = records.join(
            draw.reports.with_row_index("record").cast({"record": pl.Int64}), on="record"
        )
        both = dated.join(dated, on="person_id", suffix="_r").filter(
            pl.col("record") < pl.col("record_r")
        )
        parts = ("birth_year", "birth_month", "birth_day")
        same = pl.sum_horizontal(pl.col(part) == pl.col(f"{part}_r") for part in parts)
        swapped = (
            (pl.col("birth_year") == pl.col("birth_year_r"))
            & (pl.col("birth_month") == pl.col("birth_day_r"))
            & (pl.col("birth_day") == pl.col("birth_month_r"))
        )
        contradicting = both.filter((same < 2) & ~swapped).join(
            accepted, left_on=["record", "record_r"], right_on=["left", "right"], how="anti"
        )
        assert both.height > 100
        assert contradicting.is_empty()


def test_a_draw_gives_what_estimates_and_follow_up_take(nation_linked: Linkage) -> None:
    draw = nation_linked.impute(1, np.random.default_rng(4))[0]
    assert draw.reports.height == nation_linked.reports.height
    Membership.validate(draw.memberships(), cast=False)
    assert draw.memberships({2016})["year"].unique().to_list() == [2016]
    assert draw.memberships()["notifications"].sum() == draw.reports.height
    persons = draw.persons()
    Person.validate(persons.select(Person.columns().keys()), cast=False)
    dates = draw.person_dates()
    assert dates["person_id"].to_list() == persons["person_id"].to_list()
    assert dates["first_reported_on"].to_list() == persons["first_reported_on"].to_list()
    assert dates["register_id"].to_list() == persons["register_id"].to_list()
    assert "Linkage" in repr(draw)
    assert str(draw.reports["notification_id"][0]) not in repr(draw)


def test_the_best_linkage_and_the_draws_agree_on_what_is_sure(
    linkage: Linkage, draws: np.ndarray
) -> None:
    pairs = pairs_of(linkage, draws)
    assert pairs.filter(pl.col("match_probability") > 0.9999)["often"].mean() > 0.99  # type: ignore[operator]
    sizes = [len(set(row)) for row in draws]
    assert np.mean(sizes) == pytest.approx(linkage.persons.height, rel=0.03)
    assert np.std(sizes) > 1


def test_one_generator_gives_one_set_of_draws(linkage: Linkage) -> None:
    first, again = (linkage.impute(2, np.random.default_rng(9)) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        assert one.reports.equals(other.reports)
    assert [each.number for each in first] == [1, 2]
    with pytest.raises(InputError, match="too small"):
        linkage.impute(0, np.random.default_rng(9))


def test_what_reviewers_said_holds_in_every_draw(listed: ListedPersons, linkage: Linkage) -> None:
    unsure = linkage.pairs.filter(pl.col("match_probability").is_between(0.2, 0.9)).head(6)
    assert unsure.height == 6
    same = [place % 2 == 0 for place in range(6)]
    verdicts = unsure.select("left", "right", same_person=pl.Series(same))
    reviewed = link_reports(listed.notifications, verdicts=verdicts)
    for draw in reviewed.impute(10, np.random.default_rng(3)):
        person = dict(draw.reports.select("notification_id", "person_id").iter_rows())
        found = [person[left] == person[right] for left, right, _ in verdicts.iter_rows()]
        assert found == same


def test_estimates_widen_by_the_doubt_about_who_is_who(linkage: Linkage) -> None:
    selection = Selection(max_order=1)

    def table(memberships: pl.DataFrame) -> CaptureTable:
        return CaptureTable.from_memberships(memberships, lists=list(SHARES))

    best = table(linkage.memberships())
    drawn = [table(draw.memberships()) for draw in linkage.impute(20, np.random.default_rng(6))]
    alone = combine_linkages([best, best], selection=selection, bootstrap=0)
    combined = combine_linkages(drawn, selection=selection, bootstrap=0)
    assert alone.linkage_share == 0
    assert combined.linkage_share > 0
    assert combined.widening > 1
