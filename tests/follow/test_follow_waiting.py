"""How long until help starts, and who waits."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.follow import waiting_times
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
    found = waiting_times(FEW, on=ON)
    assert found.queue.rows() == [("Arnhem", 2, 40.0, 60), ("Breda", 0, None, None)]
    assert found.later_requests == 1
    assert repr(found) == "Waiting(2 waiting on 2020-12-31)"


def test_those_who_wait_and_those_who_gave_up_stay_in_the_denominator():
    found = waiting_times(FEW, on=ON, within_days=(0, 15))
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
    found = waiting_times(rows, on=ON)
    still = found.queue["waiting"].item() / size
    assert still > 0.3
    assert found.medians["median_days"][0] == pytest.approx(mean * np.log(2), rel=0.07)


def test_waiting_without_groups():
    found = waiting_times(FEW, on=ON, by=None)
    assert found.helped["group"].unique().to_list() == [""]
    assert found.queue["waiting"].sum() == 3


def test_what_cannot_be_is_refused():
    with pytest.raises(InputError, match="no request"):
        waiting_times(FEW, on=date(2001, 1, 1))
    with pytest.raises(InputError, match="before they were made"):
        waiting_times(requests(("Ede", ON, ON - timedelta(3), None)), on=ON)
    with pytest.raises(InputError, match="started_on"):
        waiting_times(FEW.drop("started_on"), on=ON)
