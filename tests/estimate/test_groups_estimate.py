"""Intervals, replicates, periods and the result as a whole."""

import json

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.estimate import CaptureTable
from slachtoffermonitor.estimate.groups import compare_periods, estimate_by_group
from slachtoffermonitor.ground import InputError


def nation(seed, size=(4000, 4000, 8000, 8000)):
    """Draw four years, the last two twice as large and worse seen by list A."""
    rng = np.random.default_rng(seed)
    year = np.repeat(np.arange(2015, 2019), size)
    sex = rng.integers(0, 2, year.size)
    chance = np.stack(
        [np.where(year < 2017, 0.3, 0.15), 0.1 + 0.15 * sex, np.full(year.size, 0.15)], axis=1
    )
    on = rng.random((year.size, 3)) < chance
    frame = pl.DataFrame({name: on[:, i].astype(int) for i, name in enumerate("ABC")})
    frame = frame.with_columns(year=year, sex=np.where(sex, "V", "M"))
    frame = frame.filter(pl.sum_horizontal("A", "B", "C") > 0)
    counts = frame.group_by(frame.columns).agg(count=pl.len()).sort(frame.columns)
    return CaptureTable.from_counts(counts, strata=["year", "sex"])


@pytest.fixture(scope="module")
def table():
    return nation(1)


@pytest.fixture(scope="module")
def resampled(table):
    return estimate_by_group(table, ["year"], covariates=["sex"], bootstrap=80, seed=3)


def test_every_year_is_recovered(resampled):
    for row, truth in zip(resampled.groups.to_dicts(), (4000, 4000, 8000, 8000), strict=True):
        assert row["low"] < truth < row["high"]
        assert row["in_view_low"] < row["in_view"] < row["in_view_high"]
        assert row["in_view"] == pytest.approx(row["observed"] / row["estimate"])
    assert resampled.interval_method == "percentile"
    assert resampled.reselected
    assert "A:year" in resampled.model


def test_the_same_seed_gives_the_same_limits(table):
    seeds = (3, 3, np.random.default_rng(3), 4)
    found = [estimate_by_group(table, ["year"], bootstrap=6, seed=seed).groups for seed in seeds]
    assert found[0].equals(found[1])
    assert found[0].equals(found[2])
    assert not found[0].equals(found[3])


def test_limits_of_all_kinds_are_alike_where_the_model_is_certain(table):
    fixed = {"select": "fixed", "terms": ["A:year", "B:sex"], "covariates": ["sex"]}
    delta = estimate_by_group(table, ["year"], **fixed)
    width = delta.high - delta.low
    for more in (
        {"interval": "percentile"},
        {"interval": "bca"},
        {"resampling": "parametric"},
    ):
        found = estimate_by_group(table, ["year"], bootstrap=150, seed=5, **fixed, **more)
        assert found.estimate == delta.estimate
        assert found.interval_method == more.get("interval", "percentile")
        assert found.low == pytest.approx(delta.low, abs=0.35 * width)
        assert found.high == pytest.approx(delta.high, abs=0.35 * width)
        assert (found.groups["low"] >= found.groups["observed"]).all()


def test_choosing_anew_is_said_and_taking_the_model_as_true_too(table):
    short = {"covariates": ["sex"], "bootstrap": 10, "seed": 1}
    anew = estimate_by_group(table, ["year"], **short)
    same = estimate_by_group(table, ["year"], reselect=False, **short)
    assert anew.reselected
    assert not same.reselected
    warnings = [
        any("too narrow" in notice.in_language("en") for notice in found.notices)
        for found in (anew, same, estimate_by_group(table, ["year"], covariates=["sex"]))
    ]
    assert warnings == [False, True, True]


@pytest.mark.parametrize("bootstrap", [0, 80])
def test_periods_that_differ_are_told_apart(table, resampled, bootstrap):
    found = resampled if bootstrap else estimate_by_group(table, ["year"], covariates=["sex"])
    change = compare_periods(found, "year", [2015, 2016], [2017, 2018])
    assert change.method == ("bootstrap" if bootstrap else "delta")
    assert change.ratio == pytest.approx(change.second_mean / change.first_mean)
    assert change.ratio_low < 2.0 < change.ratio_high
    assert change.p_value < 0.03
    assert change.in_view_change < 0
    assert change.in_view_high < 0
    assert change.in_view_p_value < 0.03


@pytest.mark.parametrize("bootstrap", [0, 60])
def test_periods_that_do_not_differ_are_not(bootstrap):
    same = nation(4, size=(5000, 5000, 5000, 5000))
    found = estimate_by_group(
        same, ["year"], select="fixed", terms=["A:year"], bootstrap=bootstrap, seed=2
    )
    change = compare_periods(found, "year", [2015], [2016])
    assert change.ratio_low < 1.0 < change.ratio_high
    assert change.p_value > 0.05
    assert change.in_view_low < 0.0 < change.in_view_high


def test_what_two_periods_share_is_not_counted_as_their_difference(table):
    # Both stand on the same lists: their ratio is known better than each of them.
    found = estimate_by_group(table, ["year"], select="fixed")
    change = compare_periods(found, "year", [2015], [2016])
    rows = found.groups.filter(pl.col("year").is_in(["2015", "2016"]))
    apart = np.sqrt((np.log(rows["high"] / rows["low"]) ** 2).sum())
    assert np.log(change.ratio_high / change.ratio_low) < 0.9 * apart


def test_a_period_may_have_more_years_than_the_other(table):
    found = estimate_by_group(table, ["year"], select="fixed", terms=["A:year"])
    change = compare_periods(found, "year", [2015], ["2016", "2017", "2018"])
    rows = found.groups["estimate"].to_list()
    assert change.first_mean == pytest.approx(rows[0])
    assert change.second_mean == pytest.approx(sum(rows[1:]) / 3)


@pytest.mark.parametrize(
    ("column", "first", "second"),
    [
        ("age", [1], [2]),
        ("year", [2015], [2015]),
        ("year", [], [2015]),
        ("year", [2015], [1999]),
    ],
)
def test_periods_that_mean_nothing_are_refused(table, column, first, second):
    found = estimate_by_group(table, ["year"], select="fixed")
    with pytest.raises(InputError):
        compare_periods(found, column, first, second)


def test_the_result_can_be_written_as_json(resampled):
    content = json.loads(json.dumps(resampled.to_dict(), allow_nan=False))
    assert content["by"] == ["year"]
    assert content["covariates"] == ["year", "sex"]
    assert content["observed"] == resampled.observed
    assert content["bootstrap"] == {"replicates": 80, "refused": 0, "reselected": True}
    assert [group["year"] for group in content["groups"]] == ["2015", "2016", "2017", "2018"]
    assert sum(group["estimate"] for group in content["groups"]) == pytest.approx(
        content["estimate"]
    )
    assert set(content["intervals"]) == {"95", "in_view", "method"}
    assert "persons" in repr(resampled)


def test_other_strata_are_added_up_and_other_covariates_summarised(table):
    found = estimate_by_group(table, ["sex"], select="fixed", terms=["B:sex"])
    assert found.covariates == ("sex",)
    with pytest.raises(InputError, match="not a covariate"):
        found.summarise("year")
    wider = estimate_by_group(table, ["sex"], covariates=["year"])
    assert wider.summarise("year").height == 4
    assert wider.summarise("year", "sex").height == 8
    assert wider.groups.height == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"by": ["age"]},
        {"by": ["sex", "sex"], "covariates": ["age"]},
        {"by": ["sex"], "select": "stepwise"},
        {"by": ["sex"], "bootstrap": -1},
        {"by": ["sex"], "level": 1.0},
        {"by": ["sex"], "interval": "delta"},
        {"by": ["sex"], "resampling": "wild"},
    ],
)
def test_calls_that_mean_nothing_are_refused(table, wrong):
    with pytest.raises(InputError):
        estimate_by_group(table, **wrong)


def test_replicates_without_a_model_are_counted():
    # One person is on both lists: a third of the samples miss that person.
    frame = pl.DataFrame({"A": [1, 0, 1], "B": [0, 1, 1], "count": [12, 9, 1]})
    table = CaptureTable.from_counts(frame)
    found = estimate_by_group(table, [], select="fixed", bootstrap=100, seed=1)
    assert 15 < found.refused < 60
    assert len(found.spread.hidden_replicates) == 100 - found.refused
    assert any("no model" in notice.in_language("en") for notice in found.notices)


@pytest.mark.slow
def test_intervals_hold_the_truth_about_as_often_as_they_say():
    held, runs = 0, 100
    for seed in range(runs):
        found = estimate_by_group(
            nation(100 + seed, size=(600, 600, 1200, 1200)),
            ["year"],
            covariates=["sex"],
            bootstrap=200,
            seed=seed,
        )
        held += found.low < 3600 < found.high
    assert 0.85 * runs <= held
