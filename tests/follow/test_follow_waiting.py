"""How long until help starts, and who waits."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.follow import waiting
from slachtoffermonitor.ground import InputError

ON = date(2020, 12, 31)


def requests(*rows):
    return pl.DataFrame(
        list(rows),
        schema={
            "municipality": pl.String,
            "requested_on": pl.Date,
            "started_on": pl.Date,
            "closed_on": pl.Date,
        },
        orient="row",
    )


FEW = requests(
    ("Arnhem", ON - timedelta(100), ON - timedelta(90), None),
    ("Arnhem", ON - timedelta(60), None, None),
    ("Arnhem", ON - timedelta(40), None, ON - timedelta(20)),
    ("Arnhem", ON - timedelta(20), ON + timedelta(5), None),
    ("Breda", ON - timedelta(30), ON - timedelta(30), ON),
    ("Breda", ON + timedelta(1), None, None),
    (None, ON - timedelta(9), None, None),
)


def test_the_queue_is_as_it_stood_on_the_day():
    found = waiting(FEW, on=ON)
    assert found.queue.rows() == [
        ("Arnhem", 2, 40.0, 60),
        ("Breda", 0, None, None),
        ("ONB", 1, 9.0, 9),
    ]
    assert found.later_requests == 1
    assert repr(found) == "Waiting(3 waiting on 2020-12-31)"


def test_those_who_wait_and_those_who_gave_up_stay_in_the_denominator():
    found = waiting(FEW, on=ON, within_days=(0, 15))
    arnhem = found.helped.filter(pl.col("group") == "Arnhem")
    assert arnhem["share"].to_list() == [0.0, 0.25]
    assert arnhem["n"].to_list() == [4, 4]
    breda = found.helped.filter(pl.col("group") == "Breda")
    assert breda["share"].to_list() == [1.0, 1.0]
    medians = found.medians.filter(pl.col("group") == "Arnhem").row(0, named=True)
    assert (medians["n"], medians["helped"], medians["gave_up"]) == (4, 1, 1)
    assert medians["median_days"] is None


def test_the_median_wait_is_found_although_a_third_still_waits():
    chance = np.random.default_rng(11)
    size, mean = 6_000, 120
    asked = chance.integers(0, 300, size)
    waits = chance.exponential(mean, size).astype(int)
    start = date(2020, 3, 1)
    rows = requests(
        *[
            ("Ede", start + timedelta(int(a)), start + timedelta(int(a + w)), None)
            for a, w in zip(asked, waits, strict=True)
        ]
    )
    found = waiting(rows, on=ON)
    still = found.queue["waiting"].item() / size
    assert still > 0.3
    assert found.medians["median_days"][0] == pytest.approx(mean * np.log(2), rel=0.07)


def test_waiting_without_groups():
    found = waiting(FEW, on=ON, by=None)
    assert found.helped["group"].unique().to_list() == [""]
    assert found.queue["waiting"].sum() == 3


def test_what_cannot_be_is_refused():
    with pytest.raises(InputError, match="no request"):
        waiting(FEW, on=date(2001, 1, 1))
    with pytest.raises(InputError, match="ended before it was made"):
        waiting(requests(("Ede", ON, ON - timedelta(3), None)), on=ON, faults="refuse")
    with pytest.raises(InputError, match="started_on"):
        waiting(FEW.drop("started_on"), on=ON)


def test_impossible_requests_are_listed_and_left_out():
    rows = requests(
        ("Ede", ON - timedelta(5), None, None),
        ("Ede", None, None, None),
        ("Ede", ON - timedelta(5), ON - timedelta(9), None),
        ("Ede", ON - timedelta(9), ON - timedelta(3), ON - timedelta(4)),
    )
    found = waiting(rows, on=ON)
    assert found.account["requests"] == 4
    assert found.faults.select("row", "fault").rows() == [
        (4, "help_ends_before_it_starts"),
        (3, "request_ends_before_it_was_made"),
        (2, "request_undated"),
    ]
    assert found.queue["waiting"].to_list() == [1]


def test_the_queue_by_how_long_people_wait_already():
    found = waiting(FEW, on=ON)
    arnhem = found.ages.filter(pl.col("group") == "Arnhem")
    assert arnhem["waiting"].to_list() == [1, 1, 0, 0, 0]
    assert arnhem["from_days"].to_list() == [0, 31, 91, 181, 366]
    assert found.ages["waiting"].sum() == found.queue["waiting"].sum()


def obvious_flow(rows, since, on):
    """Go through the days and the requests one by one."""
    arrivals = starts = gave_up = queue_days = 0
    for _, asked, started, closed in rows:
        ended = started if started is not None else closed
        for number in range((on - since).days + 1):
            today = since + timedelta(number)
            arrivals += asked == today
            starts += started == today
            gave_up += started is None and closed == today
            queue_days += asked <= today and (ended is None or ended > today)
    return arrivals, starts, gave_up, queue_days


def test_what_goes_in_and_out_is_what_going_day_by_day_gives():
    chance = np.random.default_rng(3)
    rows = []
    for _ in range(300):
        asked = ON - timedelta(int(chance.integers(0, 500)))
        started = asked + timedelta(int(chance.exponential(90))) if chance.random() < 0.7 else None
        closed = asked + timedelta(int(chance.exponential(200))) if chance.random() < 0.3 else None
        if started is not None:
            closed = None
        rows.append(("Ede", asked, started, closed))
    known = [
        (one, asked, s if s is None or s <= ON else None, c if c is None or c <= ON else None)
        for one, asked, s, c in rows
    ]
    since = ON - timedelta(200)
    flow = waiting(requests(*rows), on=ON, since=since).flow.row(0, named=True)
    arrivals, starts, gave_up, queue_days = obvious_flow(known, since, ON)
    assert (flow["arrivals"], flow["starts"], flow["gave_up"]) == (arrivals, starts, gave_up)
    assert flow["waiting"] == flow["waiting_before"] + arrivals - starts - gave_up
    assert flow["mean_queue"] == pytest.approx(queue_days / 201)
    assert flow["mean_wait_days"] == pytest.approx(queue_days / arrivals)
    assert flow["clearance_weeks"] == pytest.approx(flow["waiting"] / flow["departures_per_week"])


def test_littles_law_holds_in_a_steady_queue():
    """Two new requests a day, each waiting 50 days: a queue of 100."""
    rows = [
        ("Ede", ON - timedelta(day), ON - timedelta(day) + timedelta(50), None)
        for day in range(600)
        for _ in range(2)
    ]
    flow = waiting(requests(*rows), on=ON).flow.row(0, named=True)
    assert flow["mean_queue"] == pytest.approx(100)
    assert flow["mean_wait_days"] == pytest.approx(50)
    assert flow["waiting"] == 100
