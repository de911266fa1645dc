"""Reporters that fell silent."""

from datetime import date
from math import prod

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.trend import silent_reporters

MONTHS = [date(2013 + number // 12, number % 12 + 1, 1) for number in range(72)]
MAY_2018 = MONTHS.index(date(2018, 5, 1))
END = MONTHS[-1]


def reports(rates, chance, *, burst=None, silent=None):
    """Monthly reports by reporter; with a burst k their variance is mean + mean² / k."""
    rows = []
    for reporter, rate in rates.items():
        if burst is None:
            counts = chance.poisson(rate, len(MONTHS))
        else:
            counts = chance.negative_binomial(burst, burst / (burst + rate), len(MONTHS))
        if silent and reporter in silent:
            counts[silent[reporter] :] = 0
        rows += [(reporter, month, int(n)) for month, n in zip(MONTHS, counts, strict=True)]
    return pl.DataFrame(rows, schema=["reporter", "month", "count"], orient="row")


def guardians(seed=1, **options):
    rates = {"NIDOS": 6, "ZC": 20, "POL": 60, "SHN": 0.1}
    return reports(rates, np.random.default_rng(seed), silent={"NIDOS": MAY_2018}, **options)


def test_the_guardians_fell_silent_in_may_2018():
    (found,) = silent_reporters(guardians())
    assert (found.reporter, found.since, found.until, found.months) == (
        "NIDOS",
        date(2018, 5, 1),
        END,
        8,
    )
    assert found.expected == pytest.approx(8 * 6, rel=0.2)
    assert found.adjusted < 1e-6
    assert "since May 2018" in found.sentence.in_language("en")
    assert "sinds mei 2018 niets gemeld" in found.sentence.in_language("nl")


def test_they_are_found_within_two_months():
    for seed in range(20):
        (found,) = silent_reporters(guardians(seed), until=MONTHS[MAY_2018 + 1])
        assert (found.reporter, found.since) == ("NIDOS", date(2018, 5, 1))


def test_bursts_make_it_wait_longer():
    calm, bursting = guardians(), guardians(burst=1)
    assert silent_reporters(calm, until=MONTHS[MAY_2018 + 1])
    assert not silent_reporters(bursting, until=MONTHS[MAY_2018 + 1])
    assert [found.reporter for found in silent_reporters(bursting)] == ["NIDOS"]


def test_who_never_reported_much_gives_no_alarm():
    rows = [("A", month, 20) for month in MONTHS] + [("SHN", MONTHS[20], 1), ("SHN", MONTHS[25], 1)]
    frame = pl.DataFrame(rows, schema=["reporter", "month", "count"], orient="row")
    assert silent_reporters(frame) == ()


def test_one_early_flood_of_reports_is_no_history():
    rows = [("A", month, 20) for month in MONTHS] + [("ADV", MONTHS[2], 40)]
    frame = pl.DataFrame(rows, schema=["reporter", "month", "count"], orient="row")
    assert silent_reporters(frame) == ()


@pytest.mark.parametrize("burst", [None, 2, 0.7])
def test_nobody_silent_gives_an_alarm_hardly_more_often_than_said(burst):
    chance = np.random.default_rng(0)
    rates = {f"r{number}": rate for number, rate in enumerate([0.05, 0.2, 0.8, 3, 12, 40])}
    alarms = sum(
        bool(silent_reporters(reports(rates, chance, burst=burst), until=END, false_alarm=0.05))
        for _ in range(150)
    )
    assert alarms / 150 <= 0.05 + 0.035


def test_the_chance_is_that_of_all_reports_in_the_earlier_months():
    """With two reports in 12 months and 12 of silence: a half times a half."""
    rows = [("A", MONTHS[0], 1), ("A", MONTHS[11], 1), ("B", MONTHS[23], 1)]
    frame = pl.DataFrame(rows, schema=["reporter", "month", "count"], orient="row")
    (found,) = silent_reporters(frame, false_alarm=1.0, history_months=12)[:1]
    assert found.reporter == "A"
    assert found.p_value == pytest.approx(prod([12 / 24] * 2))


def test_missing_months_are_months_without_reports():
    full = guardians()
    assert silent_reporters(full.filter(pl.col("count") > 0), until=END) == silent_reporters(full)


def test_the_day_in_the_month_does_not_matter():
    late = guardians().with_columns(pl.col("month").dt.offset_by("20d"))
    assert silent_reporters(late) == silent_reporters(guardians())


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pl.DataFrame({"reporter": ["A"]}), "column 'month'"),
        (pl.DataFrame({"reporter": ["A"], "month": ["2018"], "count": [1]}), "another type"),
        (pl.DataFrame({"reporter": ["A"], "month": [END], "count": [0.5]}), "whole numbers"),
        (pl.DataFrame({"reporter": ["A"], "month": [END], "count": [-1]}), "negative"),
        (pl.DataFrame({"reporter": ["A"], "month": [END], "count": [0]}), "nobody ever"),
        (
            pl.DataFrame(
                schema={"reporter": pl.String, "month": pl.Date, "count": pl.Int64},
            ),
            "no reports",
        ),
    ],
)
def test_what_is_no_series_of_reports_is_refused(frame, said):
    with pytest.raises(InputError, match=said):
        silent_reporters(frame)
