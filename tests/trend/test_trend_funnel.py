"""Places side by side: exact limits, no ranks, and whether they differ at all."""

import numpy as np
import polars as pl
import pytest
from scipy.stats import binom, chi2, nbinom, poisson

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.trend import funnel
from slachtoffermonitor.trend.places.laws import Rates, Shares

PLACES = 40


def table(counts, **columns):
    return pl.DataFrame(
        {
            "place": [f"p{n:02d}" for n in range(len(counts))],
            "count": np.asarray(counts, dtype=np.int64),
            **columns,
        }
    )


def true_ratios(chance, spread):
    return chance.gamma(1 / spread**2, spread**2, PLACES) if spread else np.ones(PLACES)


def expected_of(chance):
    return chance.lognormal(2.3, 0.8, PLACES)


@pytest.mark.parametrize("at", [0.7, 5.0, 60.0])
@pytest.mark.parametrize("tail", [0.025, 0.999])
def test_limits_are_the_exact_interpolated_ones(at, tail):
    """Spiegelhalter (2005), appendix A.1.1, written out."""
    law = Rates(counts=np.array([1.0]), expected=np.array([at]))
    quantile = 0
    while poisson.cdf(quantile, at) < tail:
        quantile += 1
    part = (poisson.cdf(quantile, at) - tail) / poisson.pmf(quantile, at)
    assert law.limits(np.array([at]), tail)[0] == pytest.approx(max(0, quantile - part) / at)


def test_likelihoods_are_those_of_scipy():
    chance = np.random.default_rng(1)
    expected = expected_of(chance)
    counts = chance.poisson(expected).astype(float)
    law = Rates(counts=counts, expected=expected)
    shape = 1 / 0.3**2
    assert law.log_likelihood(0.3) == pytest.approx(
        nbinom.logpmf(counts, shape, shape / (shape + expected)).sum()
    )
    assert law.log_likelihood(0) == pytest.approx(poisson.logpmf(counts, expected).sum())
    whole = np.full(PLACES, 50.0)
    shares = Shares(counts=chance.binomial(50, 0.3, PLACES).astype(float), whole=whole)
    assert shares.log_likelihood(1e-4) == pytest.approx(
        binom.logpmf(shares.counts, whole, shares.share).sum(), abs=1e-3
    )


def test_places_that_are_alike_are_called_different_as_often_as_stated():
    chance = np.random.default_rng(2)
    found = [
        funnel(table(chance.poisson(e), expected=e), replicates=199, seed=n).between
        for n, e in ((n, expected_of(chance)) for n in range(60))
    ]
    assert sum(one.beyond_chance for one in found) <= 8
    assert sum(one.low > 0 for one in found) <= 8


@pytest.mark.parametrize("kind", ["rates", "shares"])
def test_the_spread_that_is_there_lies_within_its_limits(kind):
    chance = np.random.default_rng(3)
    inside = 0
    for n in range(40):
        if kind == "rates":
            expected = expected_of(chance)
            frame = table(chance.poisson(expected * true_ratios(chance, 0.4)), expected=expected)
        else:
            whole = chance.integers(20, 200, PLACES)
            strength = 0.3 * 0.7 / (0.4 * 0.3) ** 2 - 1
            share = chance.beta(0.3 * strength, 0.7 * strength, PLACES)
            frame = table(chance.binomial(whole, share), whole=whole)
        found = funnel(frame, replicates=99, seed=n).between
        inside += found.low <= 0.4 <= found.high
    assert inside / 40 >= 0.85


@pytest.mark.slow
@pytest.mark.parametrize("spread", [0.0, 0.2, 0.4])
def test_the_interval_of_the_spread_covers(spread):
    chance = np.random.default_rng(4)
    inside = 0
    for n in range(400):
        expected = expected_of(chance)
        counts = chance.poisson(expected * true_ratios(chance, spread))
        found = funnel(table(counts, expected=expected), replicates=99, seed=n).between
        inside += found.low <= spread <= found.high
    assert inside / 400 >= 0.92


def test_there_is_no_league_table():
    chance = np.random.default_rng(5)
    frame = table(chance.poisson(8, PLACES), size=np.full(PLACES, 1e4)).sample(
        fraction=1, shuffle=True, seed=1
    )
    places = funnel(frame).places
    assert places["place"].to_list() == sorted(places["place"])
    assert not any("rank" in name for name in places.columns)


def test_a_place_of_which_little_is_expected_is_not_judged():
    found = funnel(table([0, 9, 400, 410], expected=[0.5, 1.0, 400.0, 400.0]))
    judged = dict(found.places.select("place", "verdict").rows())
    assert judged == {
        "p00": "too few",
        "p01": "too few",
        "p02": "as expected",
        "p03": "as expected",
    }
    assert found.places["p_value"].null_count() == 2


def test_one_place_that_stands_out_is_named_and_widening_holds_it_back():
    expected = np.full(PLACES, 50.0)
    counts = np.random.default_rng(6).poisson(expected)
    counts[7] = 110
    named = funnel(table(counts, size=expected)).places.filter(verdict="higher")["place"]
    assert named.to_list() == ["p07"]
    strange = np.random.default_rng(7).poisson(
        expected * true_ratios(np.random.default_rng(7), 0.5)
    )
    narrow, wide, added = (
        funnel(table(strange, size=expected), widening=widening)
        for widening in ("none", "multiplicative", "additive")
    )
    outside = [(one.places["verdict"] != "as expected").sum() for one in (narrow, wide, added)]
    assert outside[0] > max(outside[1:])
    assert wide.dispersion > 5
    assert added.heterogeneity == pytest.approx(0.25, abs=0.15)
    assert (added.places["outer_high"] > narrow.places["outer_high"]).all()


def test_small_places_are_pulled_most_to_the_average():
    chance = np.random.default_rng(8)
    expected = np.where(np.arange(PLACES) < 20, 2.0, 200.0)
    counts = chance.poisson(expected * true_ratios(chance, 0.4))
    places = funnel(table(counts, expected=expected)).places
    pulled = (places["shrunk"] - 1).abs() / (places["ratio"] - 1).abs().clip(1e-9)
    assert pulled.head(20).median() < 0.6
    assert pulled.tail(20).median() > 0.85
    assert (places["shrunk_low"] <= places["shrunk"]).all()


def test_what_was_expected_of_all_does_not_make_places_differ():
    counts = np.random.default_rng(9).poisson(30, PLACES)
    half = funnel(table(counts, expected=np.full(PLACES, 15.0)))
    whole = funnel(table(counts, expected=np.full(PLACES, 30.0)))
    assert half.between == whole.between
    assert half.places["shrunk"].mean() == pytest.approx(
        2 * whole.places["shrunk"].mean(), rel=0.01
    )


def test_variance_over_chance_is_that_of_the_chi_squared_test():
    counts = np.random.default_rng(10).poisson(40, PLACES)
    found = funnel(table(counts, size=np.ones(PLACES)), replicates=4999).between
    statistic = ((counts - counts.mean()) ** 2 / counts.mean()).sum()
    assert found.variance_ratio == pytest.approx(statistic / (PLACES - 1))
    assert found.p_value == pytest.approx(chi2.sf(statistic, PLACES - 1), abs=0.03)


def test_the_sentence_says_whether_places_differ():
    chance = np.random.default_rng(11)
    expected = np.full(PLACES, 60.0)
    differ = funnel(table(chance.poisson(expected * true_ratios(chance, 0.5)), size=expected))
    assert (differ.verdict, differ.between.beyond_chance) == ("differ", True)
    assert "differ more than chance explains" in differ.sentence.in_language("en")
    assert "verschillen meer dan toeval verklaart" in differ.sentence.in_language("nl")
    alike = funnel(table(np.full(PLACES, 20), size=np.ones(PLACES)))
    assert alike.verdict in ("no conclusion", "about the same")


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (table([1, 2, 3]), "compared with"),
        (table([1, 2, 3], size=[1, 2, 3], whole=[3, 3, 3]), "compared with"),
        (table([1, 2], size=[1, 2]), "too few places"),
        (table([0, 0, 0], size=[1, 2, 3]), "nothing was counted"),
        (table([1, 2, 9], whole=[3, 3, 3]), "part of a whole"),
        (table([1, 2, 3], size=[1, 0, 3]), "not above 0"),
        (pl.concat([table([1, 2, 3], size=[1, 2, 3])] * 2), "more than once"),
    ],
)
def test_what_cannot_be_compared_is_refused(frame, said):
    with pytest.raises(InputError, match=said):
        funnel(frame)
