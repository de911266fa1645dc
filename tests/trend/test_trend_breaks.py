"""Breaks that nobody named: found where they are, and rarely where there are none."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.trend import breaks
from slachtoffermonitor.trend.segments.costs import Cost, best_splits, split_gains

MONTHS = pl.date_range(date(2014, 1, 1), date(2020, 12, 1), "1mo", eager=True)
NUMBER = len(MONTHS)


def monthly(counts, **columns):
    return pl.DataFrame(
        {
            "period": MONTHS[: len(counts)],
            "count": np.asarray(counts, dtype=np.int64),
            **columns,
        }
    )


def drawn(chance, means, extra=0.0):
    if not extra:
        return chance.poisson(means, NUMBER)
    return chance.negative_binomial(1 / extra, 1 / (1 + extra * np.asarray(means)), NUMBER)


def test_the_break_of_2018_is_found_and_dated():
    means = np.where(np.arange(NUMBER) < 53, 46, 12.5)
    found = breaks(monthly(drawn(np.random.default_rng(1), means, 0.05)))
    (one,) = found.found
    assert one.earliest <= date(2018, 6, 1) <= one.latest
    assert one.rate.verdict == "fewer"
    assert "AVG_2018" in one.events
    assert (
        found.segments["count"].sum()
        == found.segments["count"].to_list()[0] + (found.segments["count"].to_list()[1])
    )
    said = [sentence.in_language("en") for sentence in found.sentences]
    assert said[0].startswith("From June 2018 on -7")
    assert "found in 5% of such searches" in said[-1]


def test_a_dip_that_passes_is_two_breaks():
    means = np.where((np.arange(NUMBER) >= 40) & (np.arange(NUMBER) < 48), 20, 60)
    found = breaks(monthly(drawn(np.random.default_rng(2), means)))
    assert [one.at for one in found.found] == [MONTHS[40], MONTHS[48]]


@pytest.mark.parametrize("cost", ["negative-binomial", "poisson"])
def test_series_without_a_break_show_one_no_more_often_than_stated(cost):
    chance = np.random.default_rng(3)
    alarms = sum(
        bool(
            breaks(monthly(drawn(chance, 46, 0.05)), cost=cost, replicates=99, seed=n, most=1).found
        )
        for n in range(60)
    )
    assert alarms <= 8  # 3 expected at 5%; 9 or more would happen once in 250 such tests


@pytest.mark.slow
@pytest.mark.parametrize("cost", ["negative-binomial", "poisson"])
@pytest.mark.parametrize(("mean", "extra"), [(46, 0.0), (46, 0.05), (5, 0.15), (46, 0.15)])
def test_false_alarms_are_held_in_many_series(cost, mean, extra):
    chance = np.random.default_rng(4)
    alarms = sum(
        bool(breaks(monthly(drawn(chance, mean, extra)), cost=cost, replicates=199, seed=n).found)
        for n in range(400)
    )
    assert alarms / 400 <= 0.08


def test_more_police_is_no_break_when_effort_is_given():
    effort = np.where(np.arange(NUMBER) < 50, 100.0, 180.0)
    counts = np.random.default_rng(5).poisson(effort / 3)
    assert breaks(monthly(counts), replicates=199).found
    assert not breaks(monthly(counts, effort=effort), replicates=199).found


def test_a_trend_is_no_break_when_taken_out():
    counts = np.random.default_rng(6).poisson(60 * np.exp(-0.012 * np.arange(NUMBER)))
    assert breaks(monthly(counts), replicates=199).found
    assert not breaks(monthly(counts), trend=True, replicates=199).found


def test_the_same_seed_gives_the_same_answer():
    frame = monthly(drawn(np.random.default_rng(7), 30, 0.1))
    one, two = breaks(frame, seed=3, replicates=199), breaks(frame, seed=3, replicates=199)
    assert one.p_value == two.p_value


@pytest.mark.parametrize("size", [np.inf, 4.0])
def test_the_fast_search_is_the_obvious_one(size):
    """Every break and every pair of breaks tried one after another."""
    chance = np.random.default_rng(8)
    counts = chance.poisson(6, 20).astype(float)
    expected = np.ones(20)
    cost = Cost(size=size)

    def fit(a, b):
        return float(cost.fit(counts[a:b].sum(), expected[a:b].sum(), np.array(float(b - a))))

    whole = fit(0, 20)
    ones = {b: fit(0, b) + fit(b, 20) - whole for b in range(3, 18)}
    twos = {
        (a, b): fit(0, a) + fit(a, b) + fit(b, 20) - whole
        for a in range(3, 18)
        for b in range(a + 3, 18)
    }
    found = best_splits(counts, expected, cost, 3)
    assert found.gain_of_one == pytest.approx(max(ones.values()))
    assert found.one == (max(ones, key=ones.get),)
    assert found.gain_of_two == pytest.approx(max(twos.values()))
    assert found.two == max(twos, key=twos.get)
    gains = split_gains(counts[None], expected, cost, 3)
    assert [float(gain[0]) for gain in gains] == pytest.approx(
        [found.gain_of_one, found.gain_of_two]
    )


@pytest.mark.parametrize(
    ("frame", "options", "said"),
    [
        (monthly(np.ones(7)), {}, "too few periods"),
        (monthly(np.zeros(30)), {}, "nothing was counted"),
        (monthly(np.ones(30)).filter(pl.col("period") != MONTHS[4]), {}, "2014-05-01"),
        (monthly(np.ones(30)), {"shortest": 0}, "out of bounds"),
        (monthly(np.ones(30)), {"false_alarm": 1.5}, "no probability"),
    ],
)
def test_what_cannot_be_searched_is_refused(frame, options, said):
    with pytest.raises(InputError, match=said):
        breaks(frame, **options)
