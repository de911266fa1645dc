"""Whether municipalities differ in waiting: beyond chance where they do, and not where not."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.edition.settings import Settings
from slachtoffermonitor.edition.tables.places import waiting_spread


def requests(medians, seed=1, number=40):
    chance = np.random.default_rng(seed)
    rows = []
    for place, median in enumerate(medians):
        for _ in range(number):
            asked = date(2022, 1, 1) + timedelta(days=int(chance.integers(0, 300)))
            waits = int(chance.exponential(median / np.log(2)))
            rows.append((f"place {place:02d}", asked, asked + timedelta(days=waits), None))
    return pl.DataFrame(
        rows,
        schema={
            "municipality": pl.String,
            "requested_on": pl.Date,
            "started_on": pl.Date,
            "closed_on": pl.Date,
        },
        orient="row",
    )


@pytest.fixture
def settings():
    return Settings()


def test_municipalities_that_differ_are_said_to(settings):
    table = waiting_spread(requests([20] * 8 + [90] * 8), settings, "simulated")
    row = table.frame.row(0, named=True)
    assert row["low"] > 0.3
    assert row["note"] == "Municipalities differ more than chance explains."


def test_municipalities_that_are_alike_are_not_said_to_differ(settings):
    said = [
        waiting_spread(requests([60] * 16, seed), settings, "simulated").frame["probability"][0]
        for seed in range(6)
    ]
    assert sum(one < 0.05 for one in said) <= 2


def test_too_few_municipalities_are_not_compared(settings):
    assert waiting_spread(requests([60, 90]), settings, "simulated") is None
