"""What the curves mean: a slow obvious implementation, and the counting held to it.

The obvious one goes through the days and the persons one by one and gives every person a weight.
Its standard error is the definition of the infinitesimal jackknife: the sum of squares of how
fast the estimate changes with each person's weight, by differentiation along an imaginary step.
Where persons enter late that differs from Greenwood's sum (which R gives for Kaplan-Meier, and
which we follow); there the sum itself is held to its own day by day.
"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slachtoffermonitor.follow import aalen_johansen, kaplan_meier
from slachtoffermonitor.ground import InputError

STEP = 1e-30


def obvious_shares(people, weights, day, causes):
    """The share event-free, and with each cause, at the end of the day."""
    free, met = 1.0 + 0j, dict.fromkeys(range(1, causes + 1), 0j)
    for today in range(min(person[0] for person in people), day + 1):
        at_risk = sum(
            weight
            for (entry, exit_, _), weight in zip(people, weights, strict=True)
            if entry < today <= exit_
        )
        if at_risk == 0:
            continue
        here = {
            cause: sum(
                weight
                for (_, exit_, by), weight in zip(people, weights, strict=True)
                if exit_ == today and by == cause
            )
            for cause in met
        }
        for cause, number in here.items():
            met[cause] += free * number / at_risk
        free *= 1 - sum(here.values()) / at_risk
    return free, met


def with_error(estimate, persons):
    """The value of `estimate(weights)` and its jackknife standard error."""
    slopes = []
    for changed in range(persons):
        weights = [1 + STEP * 1j if person == changed else 1.0 for person in range(persons)]
        slopes.append(estimate(weights).imag / STEP)
    return estimate([1.0] * persons).real, math.sqrt(sum(slope**2 for slope in slopes))


def obvious_error(people, day, cause):
    """The Greenwood-type sum over the days of the share with a cause."""
    weights = [1.0] * len(people)
    share = obvious_shares(people, weights, day, 2)[1][cause].real
    variance = 0.0
    for today in range(min(person[0] for person in people) + 1, day + 1):
        at_risk = sum(entry < today <= exit_ for entry, exit_, _ in people)
        own = sum(exit_ == today and by == cause for _, exit_, by in people)
        everyone = sum(exit_ == today and by > 0 for _, exit_, by in people)
        if at_risk == 0:
            continue
        before = obvious_shares(people, weights, today - 1, 2)[0].real
        to_come = share - obvious_shares(people, weights, today, 2)[1][cause].real
        hazard = own / at_risk
        variance += before**2 * hazard * (1 - hazard) / at_risk
        variance -= 2 * to_come * before * hazard / at_risk
        if at_risk > everyone:
            variance += to_come**2 * everyone / (at_risk * (at_risk - everyone))
    return math.sqrt(max(variance, 0.0))


person = st.tuples(st.integers(0, 6), st.integers(1, 8), st.integers(0, 2)).map(
    lambda drawn: (drawn[0], drawn[0] + drawn[1], drawn[2])
)
cohort = st.lists(person, min_size=1, max_size=12)
together = cohort.map(lambda people: [(0, exit_, by) for _, exit_, by in people])


@settings(max_examples=50, deadline=None)
@given(people=cohort, day=st.integers(0, 14))
def test_with_late_entry_the_shares_are_the_obvious_ones(people, day):
    entry, exit_, by = np.array(people).T
    curves = aalen_johansen(entry, exit_, by)
    free = kaplan_meier(entry, exit_, by > 0).at(day)
    if math.isnan(free.estimate):
        assert day > max(exit_)
        return
    expected_free, expected = obvious_shares(people, [1.0] * len(people), day, 2)
    assert free.estimate == pytest.approx(expected_free.real, abs=1e-12)
    for cause, curve in curves.items():
        value = curve.at(day)
        assert value.estimate == pytest.approx(expected[cause].real, abs=1e-12)
        assert value.standard_error == pytest.approx(obvious_error(people, day, cause), abs=1e-7)
        assert value.low - 1e-12 <= value.estimate <= value.high + 1e-12


@settings(max_examples=50, deadline=None)
@given(people=together, day=st.integers(0, 14))
def test_the_standard_errors_are_the_jackknife_when_all_enter_together(people, day):
    entry, exit_, by = np.array(people).T
    curves = aalen_johansen(entry, exit_, by)
    if math.isnan(curves[1].at(day).estimate):
        return
    for cause, curve in curves.items():
        _, error = with_error(
            lambda weights, k=cause: obvious_shares(people, weights, day, 2)[1][k], len(people)
        )
        assert curve.at(day).standard_error == pytest.approx(error, abs=1e-7)
    share, error = with_error(
        lambda weights: obvious_shares(people, weights, day, 2)[0], len(people)
    )
    if share > 0:
        free = kaplan_meier(entry, exit_, by > 0).at(day)
        assert free.standard_error == pytest.approx(error, abs=1e-12)


@settings(max_examples=50, deadline=None)
@given(people=cohort)
def test_shares_of_all_causes_and_of_nothing_yet_add_up_to_one(people):
    entry, exit_, by = np.array(people).T
    free = kaplan_meier(entry, exit_, by > 0)
    curves = aalen_johansen(entry, exit_, by)
    total = free.estimate + sum(curve.estimate for curve in curves.values())
    np.testing.assert_allclose(total, 1.0, atol=1e-12)


@settings(max_examples=50, deadline=None)
@given(people=cohort)
def test_with_one_cause_the_two_methods_and_their_limits_are_one(people):
    entry, exit_, by = np.array(people).T
    free = kaplan_meier(entry, exit_, by > 0)
    share = aalen_johansen(entry, exit_, (by > 0).astype(int))[1]
    np.testing.assert_allclose(share.estimate, 1 - free.estimate, atol=1e-12)
    inside = free.estimate > 1e-9
    np.testing.assert_allclose(share.low[inside], 1 - free.high[inside], atol=1e-6)
    np.testing.assert_allclose(share.high[inside], 1 - free.low[inside], atol=1e-6)


@settings(max_examples=50, deadline=None)
@given(people=cohort, shift=st.integers(-400, 40_000))
def test_the_origin_of_the_days_does_not_matter(people, shift):
    entry, exit_, by = np.array(people).T
    here = aalen_johansen(entry, exit_, by)[1]
    there = aalen_johansen(entry + shift, exit_ + shift, by)[1]
    assert (there.day - shift).tolist() == here.day.tolist()
    np.testing.assert_array_equal(there.standard_error, here.standard_error)


def test_nothing_is_said_after_the_last_day_of_observation():
    curve = kaplan_meier(None, [5, 9], [1, 0])
    assert curve.at(9).estimate == pytest.approx(0.5)
    assert math.isnan(curve.at(10).estimate)
    assert math.isnan(curve.at(10).high)


def test_a_curve_with_nobody_left_stays_where_it_is():
    curves = aalen_johansen(None, [5, 9], [1, 2])
    assert curves[1].at(4_000).estimate == pytest.approx(0.5)
    assert curves[1].at(4_000).at_risk == 0


def test_nothing_seen_is_not_certainty():
    """Of 20 persons without an event up to 17% may meet it: the exact limit for 0 of 20."""
    value = aalen_johansen(None, [10] * 20, [0] * 19 + [0])[1].at(10)
    assert (value.estimate, value.low) == (0.0, 0.0)
    assert value.high == pytest.approx(1 - 0.025 ** (1 / 20))


def test_an_event_on_the_first_day_counts_when_nobody_enters_late():
    assert kaplan_meier(None, [0, 3], [1, 0]).at(0).estimate == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        (([0], [0], [1]), "ends before it begins"),
        (([0, 0], [1], [1]), "differ in length"),
        ((None, [], []), "nobody to follow"),
        ((None, [1.5], [1]), "whole numbers"),
        ((None, [1], [-1]), "below 0"),
        ((None, [3_000_000], [1]), "2,700 years"),
    ],
)
def test_arrays_that_cannot_be_are_refused(arrays, said):
    with pytest.raises(InputError, match=said):
        aalen_johansen(*arrays)


def test_kaplan_meier_takes_an_event_not_a_cause():
    with pytest.raises(InputError, match="0 to 1"):
        kaplan_meier(None, [1, 2], [1, 2])
