"""What is said of one municipality against the country, and the row of the country itself."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.disclose import protect, release
from slachtoffermonitor.edition.settings import Settings
from slachtoffermonitor.edition.tables.following import waiting_table
from slachtoffermonitor.edition.tables.places import against_country
from slachtoffermonitor.ground import translate


def requests(medians, number=40):
    chance = np.random.default_rng(5)
    rows = [
        (f"request {place}-{one}", f"place {place:02d}", asked, asked + timedelta(days=waits), None)
        for place, median in enumerate(medians)
        for one in range(number)
        for asked in [date(2022, 1, 1) + timedelta(days=int(chance.integers(0, 300)))]
        for waits in [int(chance.exponential(median / np.log(2)))]
    ]
    kinds = (pl.String, pl.String, pl.Date, pl.Date, pl.Date)
    names = ("request_id", "municipality", "requested_on", "started_on", "closed_on")
    frame = pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")
    return frame.with_columns(age=pl.lit(25, pl.Int64), care_type=pl.lit("OPVANG"))


def test_a_place_that_stands_out_is_said_to_and_the_others_are_not():
    said = against_country(requests([60] * 14 + [400]), Settings())
    verdicts = dict(said.rows())
    assert verdicts.pop("place 14").startswith("Help starts later here")
    ordinary = [one for one in verdicts.values() if one.startswith("Chance alone")]
    assert len(ordinary) >= 12
    assert all(translate(one, "nl") != one for one in said["note"])


def test_a_place_with_few_requests_is_not_judged():
    frame = requests([60] * 5)
    few = frame.filter(pl.col("municipality") == "place 00").head(2)
    others = frame.filter(pl.col("municipality") != "place 00")
    said = dict(against_country(pl.concat([few, others]), Settings()).rows())
    assert said["place 00"].startswith("There are too few requests")


@pytest.mark.parametrize("method", ["suppression", "rounding"])
def test_the_country_is_the_sum_of_its_places_also_when_protected(method):
    table = waiting_table(requests([30, 60, 90, 60], 25), Settings(), "simulated")
    assert table.frame["municipality"][0] == "TOTAL"
    rules = replace(Settings().disclosure.rules(1), method=method)
    frame = release(protect([table], rules))["waiting_by_municipality"].frame
    country, places = frame.head(1), frame.slice(1)
    assert country["requests"].item() == places["requests"].sum() == 100
    assert country["median_days"].item() is not None
    assert country["note"].item() is None
