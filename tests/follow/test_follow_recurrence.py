"""Mean counts: a slow obvious implementation, and the counting held to it."""

import math
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slachtoffermonitor.follow import histories, mean_cumulative_count
from slachtoffermonitor.ground import InputError

STEP = 1e-30


def at_risk_on(spells, day):
    return [who for who, entry, exit_ in spells if entry < day <= exit_]


def obvious_mean(spells, events, ends, weights, day, *, ended):
    """Go through the days; with `ended`, weigh them by the share that has not ended before."""
    total, alive = 0j, 1.0 + 0j
    for today in range(min(entry for _, entry, _ in spells), day + 1):
        here = at_risk_on(spells, today)
        size = sum(weights[who] for who in here)
        happened = sum(weights[who] for who, when in events if when == today)
        stopped = sum(weights[who] for who, when in ends if when == today)
        if happened:
            total += (alive if ended else 1.0) * happened / size
        if stopped:
            alive *= 1 - stopped / size
    return total


def with_error(estimate, persons):
    slopes = []
    for changed in range(persons):
        weights = [1 + STEP * 1j if who == changed else 1.0 for who in range(persons)]
        slopes.append(estimate(weights).imag / STEP)
    return estimate([1.0] * persons).real, math.sqrt(sum(slope**2 for slope in slopes))


@st.composite
def recurrent(draw):
    """Draw persons with one or two stretches at risk, events in them, and sometimes an end."""
    spells, events, ends = [], [], []
    persons = draw(st.integers(1, 6))
    for who in range(persons):
        day = draw(st.integers(0, 4))
        for _ in range(draw(st.integers(1, 2))):
            last = day + draw(st.integers(1, 6))
            spells.append((who, day, last))
            events += [(who, d) for d in draw(st.lists(st.integers(day + 1, last), max_size=3))]
            day = last + draw(st.integers(0, 2))
        if draw(st.booleans()):
            ends.append((who, spells[-1][2]))
    return persons, spells, events, ends


def rows_of(spells, events, ends):
    """Write the same as rows of entry, exit and event, as other software wants them."""
    rows = []
    for who, entry, exit_ in spells:
        start = entry
        for when in sorted(w for one, w in events if one == who and entry < w <= exit_):
            rows.append((who, start, when, 1))
            start = when
        ended = (who, exit_) in ends
        if ended or exit_ > start:
            rows.append((who, start, exit_, 2 if ended else 0))
    return np.array(rows).T


@settings(max_examples=80, deadline=None)
@given(drawn=recurrent(), day=st.integers(0, 16), method=st.sampled_from(["mcf", "ghosh-lin"]))
def test_the_mean_and_its_error_are_the_obvious_ones(drawn, day, method):
    persons, spells, events, ends = drawn
    person, entry, exit_, event = rows_of(spells, events, ends)
    name = "mean-cumulative-count" if method == "mcf" else method
    value = mean_cumulative_count(entry, exit_, event, person=person, method=name).curve().at(day)
    if math.isnan(value.estimate):
        assert day > max(last for _, _, last in spells)
        return
    mean, error = with_error(
        lambda weights: obvious_mean(
            spells, events, ends, weights, day, ended=method == "ghosh-lin"
        ),
        persons,
    )
    assert value.estimate == pytest.approx(mean, abs=1e-12)
    assert value.standard_error == pytest.approx(error, abs=1e-7)
    assert value.events == sum(when <= day for _, when in events)


def test_two_events_of_one_person_on_one_day_are_two():
    """A row of zero length says so; software that drops such rows counts one."""
    curve = mean_cumulative_count(
        [0, 4, 4, 0], [4, 4, 9, 9], [1, 1, 0, 0], person=[7, 7, 7, 8]
    ).curve()
    assert curve.at(4).estimate == 1.0
    assert curve.at(4).events == 2


def test_nothing_seen_is_not_certainty():
    value = mean_cumulative_count(None, [30] * 50, [0] * 50).curve().at(30)
    assert (value.estimate, value.low) == (0, 0)
    assert value.high == pytest.approx(-math.log(0.025) / 50)


@pytest.mark.parametrize(
    ("arrays", "person", "said"),
    [
        (([0, 2], [5, 6], [0, 0]), [1, 1], "overlap"),
        (([0], [5], [3]), None, "no such event"),
        (([6], [5], [0]), None, "ends before it begins"),
        (([5], [5], [1]), None, "nobody is at risk"),
        (([0, 9], [5, 9], [0, 1]), [1, 1], "outside the follow-up"),
        (([0, 9], [5], [0]), None, "differ in length"),
    ],
)
def test_rows_that_cannot_be_are_refused(arrays, person, said):
    with pytest.raises(InputError, match=said):
        mean_cumulative_count(*arrays, person=person)


START = date(2014, 1, 1)


def test_histories_are_counted_with_all_their_events():
    def on(number):
        return START + timedelta(number)

    crimes = [("a", 40), ("a", 400), ("a", 400), ("b", 50), ("b", 20), ("c", 100), ("c", 90)]
    events = pl.DataFrame(
        {
            "person_id": [who for who, _ in crimes],
            "occurred_on": [on(number) for _, number in crimes],
        }
    ).with_columns(event_role=pl.lit("SLACHTOFFER"), event_kind=pl.lit("GEWELD"))
    presence = pl.DataFrame(
        {
            "person_id": ["a", "b", "c"],
            "entered_on": [date(2000, 1, 1)] * 3,
            "left_on": [None, on(60), on(100)],
            "exit_reason": [None, "EMIGRATIE", "OVERLEDEN"],
        }
    )
    persons = pl.DataFrame(
        {"person_id": ["a", "b", "c"], "first_reported_on": [START] * 3, "sex": ["V", "M", "V"]}
    )
    followed = histories(persons, events, presence, observed_until=on(1000))
    found = mean_cumulative_count(followed, by="sex")
    # Day 40: 1 of 3; 50: 1 of 3; 90: 1 of 2; 100 (c dies that day): 1 of 2; 400: 2 of 1.
    expected = {40: 1 / 3, 50: 2 / 3, 90: 7 / 6, 100: 5 / 3, 400: 11 / 3}
    for day, mean in expected.items():
        assert found.curve().at(day).estimate == pytest.approx(mean)
    assert found.curve("M").at(1000).estimate != found.curve("M").at(30).estimate
    everybody = mean_cumulative_count(followed, method="ghosh-lin").curve()
    # Emigration ends the matter for one of three on day 60, death for one of two on day 100.
    assert everybody.at(90).estimate == pytest.approx(2 / 3 + 2 / 3 * 1 / 2)
    assert everybody.at(400).estimate == pytest.approx(2 / 3 + 2 / 3 * 1 / 2 * 2 + 1 / 3 * 2)
    assert found.table((1,)).columns[:3] == ["group", "horizon_years", "mean"]
    assert "on average" in found.question.in_language("en")
    assert found.question.in_language("nl") != found.question.in_language("en")
