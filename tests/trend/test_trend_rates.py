"""Counts and shares compared: published figures, small numbers, and how often chance fools us."""

from math import inf, isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.trend import (
    breaks,
    describe_change,
    drivers,
    funnel,
    interruption,
    rate_ratio,
    ratio_in_view,
    share_change,
    share_interval,
    silence,
)

count = st.integers(0, 400)
size = st.floats(0.1, 10)


def test_the_published_fall_of_2020():
    found = rate_ratio(1334, 984)
    assert (round(found.ratio, 3), round(found.low, 3), round(found.high, 3)) == (
        0.738,
        0.679,
        0.802,
    )
    assert found.verdict == "fewer"


@pytest.mark.parametrize(
    ("before", "after", "low", "high"), [(5, 0, 0.0, 1.09), (0, 3, 0.41, inf), (0, 0, 0.0, inf)]
)
def test_limits_where_one_count_is_zero(before, after, low, high):
    found = rate_ratio(before, after)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.005)
    assert found.verdict == "no conclusion"


def test_nothing_against_nothing_has_no_ratio():
    found = rate_ratio(0, 0)
    assert isnan(found.ratio)
    assert found.p_value == 1.0


@given(before=count, after=count, exposure_before=size, exposure_after=size)
def test_the_limits_are_those_of_the_split_of_the_total(
    before, after, exposure_before, exposure_after
):
    found = rate_ratio(
        before, after, exposure_before=exposure_before, exposure_after=exposure_after
    )
    if before + after == 0:
        return
    limits = binomtest(after, before + after).proportion_ci(method="exact")
    for limit, share in ((found.low, limits.low), (found.high, limits.high)):
        if share < 1:
            scaled = share / (1 - share) * exposure_before / exposure_after
            assert limit == pytest.approx(scaled, rel=1e-8)


@given(before=count, after=count)
def test_the_p_value_and_the_limits_agree(before, after):
    found = rate_ratio(before, after)
    assert found.beyond_chance == (found.p_value < 0.05)


@given(before=st.integers(1, 400), after=st.integers(1, 400))
def test_looking_back_is_the_inverse_of_looking_forward(before, after):
    there, back = rate_ratio(before, after), rate_ratio(after, before)
    assert there.ratio * back.ratio == pytest.approx(1)
    assert there.low * back.high == pytest.approx(1)


def test_a_precise_equality_is_about_the_same_and_an_imprecise_one_is_not_clear():
    assert rate_ratio(10_000, 10_050).verdict == "about the same"
    assert rate_ratio(10, 10).verdict == "no conclusion"


@pytest.mark.parametrize("mean", [0.5, 3, 20, 300])
def test_two_equal_years_are_called_different_at_most_as_often_as_said(mean):
    chance = np.random.default_rng(7)
    pairs = chance.poisson(mean, (2_000, 2))
    called = sum(rate_ratio(int(a), int(b)).beyond_chance for a, b in pairs)
    assert called / len(pairs) <= 0.05 + 0.012


@pytest.mark.parametrize("bad", [{"before": -1, "after": 1}, {"before": 1, "after": -2}])
def test_counts_below_zero_are_refused(bad):
    with pytest.raises(InputError, match="cannot be compared"):
        rate_ratio(**bad)
    with pytest.raises(InputError, match="exposures above 0"):
        rate_ratio(1, 1, exposure_after=0)


def test_the_published_rise_of_the_labour_share():
    found = share_change(228, 1334, 423, 984)
    assert [round(100 * value, 1) for value in (found.change, found.low, found.high)] == [
        25.9,
        22.2,
        29.6,
    ]
    one_less = share_change(227, 1334, 423, 984)
    assert [round(100 * value, 1) for value in (one_less.change, one_less.low, one_less.high)] == [
        26.0,
        22.3,
        29.6,
    ]


def test_most_of_that_rise_is_because_the_others_fell():
    found = share_change(228, 1334, 423, 984)
    assert [round(100 * value, 1) for value in found.by_others_range] == [11.8, 15.3]
    assert found.by_others > found.by_itself > 0
    assert found.by_others + found.by_itself == pytest.approx(found.change)


def test_a_share_that_rises_only_because_the_others_fell():
    found = share_change(100, 1000, 100, 500)
    assert found.verdict == "higher"
    assert found.by_itself == pytest.approx(0)
    assert found.by_others == pytest.approx(0.1)


part = st.integers(1, 300).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


@given(before=part, after=part)
def test_share_changes_are_those_of_statsmodels(before, after):
    found = share_change(*before, *after)
    expected = confint_proportions_2indep(*after, *before, method="newcomb", compare="diff")
    assert (found.low, found.high) == pytest.approx(expected, abs=1e-9)


@given(of=part)
def test_one_share_is_that_of_statsmodels(of):
    for method, name in (("exact", "beta"), ("score", "wilson")):
        found = share_interval(*of, method=method)
        assert (found.low, found.high) == pytest.approx(proportion_confint(*of, method=name))


def test_minors_in_view_in_2018():
    found = ratio_in_view(29, 1300)
    assert [round(100 * value, 1) for value in (found.share, found.low, found.high)] == [
        2.2,
        1.5,
        3.2,
    ]
    assert not found.estimate_uncertain


def test_one_in_nine_in_view_in_2018():
    found = ratio_in_view(668, 6250)
    assert round(found.one_in, 1) == 9.4
    assert found.one_in_low < found.one_in < found.one_in_high


def test_an_uncertain_estimate_widens_the_interval():
    alone = ratio_in_view(668, 6250)
    both = ratio_in_view(668, 6250, estimate_low=5000, estimate_high=7800)
    assert both.low < alone.low < alone.share == both.share < alone.high < both.high
    assert both.estimate_uncertain


def test_nobody_in_view_still_has_an_upper_limit():
    found = ratio_in_view(0, 100)
    assert (found.share, found.low, found.one_in) == (0.0, 0.0, inf)
    assert found.high == pytest.approx(0.0369, abs=1e-4)


def test_what_is_no_share_is_refused():
    with pytest.raises(InputError, match="not a part"):
        share_interval(3, 2)
    with pytest.raises(InputError, match="held against"):
        ratio_in_view(3, 100, estimate_low=200)


def test_the_sentences_stand_in_both_languages():
    view = ratio_in_view(29, 1300).statement("BSU")
    assert "29 of an estimated 1,300" in view.in_language("en")
    assert "naar schatting 1.300" in view.in_language("nl")
    assert "2,2%" in view.in_language("nl")
    for shares in ((228, 1334, 423, 984), (423, 984, 228, 1334), (5, 10, 5, 10)):
        text = share_change(*shares).statement("ARB")
        assert text.in_language("nl") != text.in_language("en")


@pytest.mark.parametrize("dispersion", [1.0, 3.0, 9.0])
def test_stated_overdispersion_holds_the_error(dispersion):
    chance = np.random.default_rng(13)
    mean = 200
    if dispersion == 1:
        pairs = chance.poisson(mean, (1500, 2))
    else:
        pairs = chance.negative_binomial(mean / (dispersion - 1), 1 / dispersion, (1500, 2))
    called = sum(
        rate_ratio(int(a), int(b), overdispersion=dispersion).beyond_chance for a, b in pairs
    )
    assert called / 1500 <= 0.05 + 0.015


def test_no_interval_is_a_point_where_a_count_is_zero():
    for before, after in ((0, 5), (5, 0), (3, 0), (0, 1)):
        found = rate_ratio(before, after)
        assert found.low < found.high
        assert found.low <= 1 <= found.high


def test_an_overdispersion_below_one_and_a_level_that_is_none_are_refused():
    with pytest.raises(InputError, match="no overdispersion"):
        rate_ratio(1, 2, overdispersion=0.5)
    with pytest.raises(InputError, match="no probability"):
        rate_ratio(1, 2, level=95)


def test_a_share_that_surely_moved_little_is_about_the_same():
    assert share_change(5000, 10000, 5010, 10000).verdict == "about the same"
    assert share_change(5, 10, 5, 10).verdict == "no conclusion"


@pytest.mark.parametrize("counts", [(1.5, 3), (3, 0.2), (-1, 4), (float("nan"), 2)])
def test_what_is_no_count_is_refused(counts):
    with pytest.raises(InputError, match="allowed"):
        rate_ratio(*counts)


@pytest.mark.parametrize("ask", [drivers, breaks, silence, funnel, describe_change])
@pytest.mark.parametrize("handed", [[1, 2], {"count": [1, 2]}, None])
def test_what_is_no_frame_is_refused(ask, handed):
    with pytest.raises(InputError, match="is no table of counts"):
        ask(handed)
    with pytest.raises(InputError, match="is no table of counts"):
        interruption(handed, at="AVG_2018")
