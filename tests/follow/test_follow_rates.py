"""Rates per person-year and the time between events."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from scipy.stats import chi2

from slachtoffermonitor.follow import event_rates, gap_times, histories
from slachtoffermonitor.ground import InputError

START, UNTIL = date(2014, 1, 1), date(2018, 1, 1)


def on(number):
    return START + timedelta(number)


def followed(crimes, left=None, size=3, **changes):
    who = list("abcdefgh")[:size]
    left = left or {}
    persons = pl.DataFrame(
        {"person_id": who, "first_reported_on": [START] * size, "sex": ["V", "M", "V"][:size]}
    )
    events = pl.DataFrame(
        [(one, on(day), "SLACHTOFFER", "GEWELD") for one, day in crimes],
        schema=["person_id", "occurred_on", "event_role", "event_kind"],
        orient="row",
    )
    presence = pl.DataFrame(
        {
            "person_id": who,
            "entered_on": [date(2000, 1, 1)] * size,
            "left_on": [on(left[one]) if one in left else None for one in who],
            "exit_reason": ["EMIGRATIE" if one in left else None for one in who],
        },
        schema_overrides={"left_on": pl.Date, "exit_reason": pl.String},
    )
    return histories(persons, events, presence, observed_until=UNTIL, clearing_days=0, **changes)


CRIMES = [("a", 100), ("a", 200), ("a", 200), ("b", 50), ("c", 400), ("c", 900)]


def test_rates_are_events_over_years_with_errors_within_persons():
    found = event_rates(followed(CRIMES, {"c": 500}))
    row = found.row(0, named=True)
    days = [1461, 1461, 500]
    years = sum(days) / 365.25
    assert row["events"] == 5
    assert row["person_years"] == pytest.approx(years)
    assert row["rate"] == pytest.approx(5 / years)
    rate = 5 / years
    moved = [n - d / 365.25 * rate for n, d in zip([3, 1, 1], days, strict=True)]
    error = np.sqrt(np.sum(np.square(moved))) / years
    assert row["high"] == pytest.approx(rate * np.exp(1.959964 * error / rate), rel=1e-6)


def test_rates_by_group_add_up_and_no_event_has_an_exact_limit():
    found = event_rates(followed([("a", 100)], size=3), by="sex")
    assert found["group"].to_list() == ["", "M", "V"]
    assert found["events"].to_list() == [1, 0, 1]
    years = found["person_years"].to_list()
    assert years[0] == pytest.approx(years[1] + years[2])
    men = found.row(1, named=True)
    assert (men["rate"], men["low"]) == (0.0, 0.0)
    assert men["high"] == pytest.approx(chi2.ppf(0.975, 2) / 2 / years[1])


def test_gaps_start_anew_at_every_event():
    gaps = gap_times(followed(CRIMES, {"c": 500}), most=4)
    assert list(gaps) == [1, 2, 3]
    assert gaps[1].definition.persons == 3
    assert gaps[1].at(100).estimate == pytest.approx(2 / 3)
    # After the first event: a after 100 days, b not in 1411 days, c leaves after 100 days.
    assert gaps[2].definition.persons == 3
    assert gaps[2].at(100).estimate == pytest.approx(1 / 3)
    assert gaps[2].at(1000).estimate == pytest.approx(1 / 3)
    # Two events of one day are one: after the second nothing more happened.
    assert gaps[3].definition.persons == 1
    assert gaps[3].at(500).estimate == 0


def test_nobody_has_no_rate_and_no_gap():
    nobody = followed(CRIMES, {"a": 0, "b": 0, "c": 0})
    with pytest.raises(InputError, match="nobody can be followed"):
        event_rates(nobody)
    with pytest.raises(InputError, match="nobody can be followed"):
        gap_times(nobody)
