"""Reporters that fell silent: found in time, and no more falsely than was agreed."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.simulate import simulate_nation
from slachtoffermonitor.trend import silence

MONDAY = date(2014, 1, 6)
HISTORY = 208


def weeks(number):
    return [MONDAY + timedelta(weeks=week) for week in range(number)]


def frame_of(**series):
    return pl.concat(
        pl.DataFrame(
            {
                "reporter": [name] * len(counts),
                "week": weeks(len(counts)),
                "count": np.asarray(counts, dtype=np.int64),
            }
        )
        for name, counts in series.items()
    )


def arrivals(chance, kind, mean, number):
    """Weekly reports: by chance, uneven weeks, batches, or batches that last over weeks."""
    if kind == "poisson":
        return chance.poisson(mean, number)
    if kind == "uneven":
        return chance.negative_binomial(0.3, 0.3 / (0.3 + mean), number)
    spread = 3.6 if kind == "lasting batches" else 0.0
    warm = 40
    starts = np.repeat(np.arange(number + warm), chance.poisson(mean / 3, number + warm))
    sent = np.repeat(starts, chance.geometric(1 / 3, len(starts)))
    sent = sent + np.floor(chance.exponential(spread, len(sent))).astype(int)
    return np.bincount(sent, minlength=number + warm)[warm : number + warm]


@pytest.fixture(scope="module")
def nation():
    found = simulate_nation(seed=19)
    reports = [f for name, f in found.deliveries.items() if name.startswith("notifications")]
    return silence(pl.concat(reports).select("reporter", "reported_on"), until=date(2018, 12, 31))


def test_guardians_are_found_within_eight_weeks_of_the_privacy_rule(nation):
    rule = date(2018, 5, 25)
    rang = nation.weekly.filter(
        (pl.col("reporter") == "NIDOS") & pl.col("alarm") & (pl.col("week") > rule)
    )["week"].min()
    # `week` is a Monday, and the alarm rings when that week is over
    assert rang + timedelta(days=7) - rule <= timedelta(weeks=8)
    (found,) = [alarm for alarm in nation.now if alarm.reporter == "NIDOS"]
    assert (found.kind, found.received) == ("silent", 0)
    assert (found.since.year, found.since.month) == (2018, 5)
    assert found.chance < 1e-6
    assert "has reported nothing since May 2018" in found.sentence.in_language("en")
    assert "heeft sinds mei 2018 niets gemeld" in found.sentence.in_language("nl")


def test_what_was_received_and_expected_stands_by_reporter_and_week(nation):
    for (reporter,), rows in nation.weekly.group_by("reporter"):
        assert rows["week"].is_sorted() or rows["week"].n_unique() == rows.height, reporter
    watched = nation.weekly.drop_nulls("expected")
    assert (watched["evidence"] <= watched["threshold"] + 1e-9).all()
    assert nation.reporters.filter("watched")["weeks_to_notice"].min() >= 1


RATES = [0.15, 0.25, 0.34, 0.6, 0.8, 1.0, 1.9, 5, 11.4]


def alarms_a_year(kind, nations, years=5, seed=0):
    chance = np.random.default_rng(seed)
    number = HISTORY + years * 52
    alarms = 0
    for replicate in range(nations):
        series = {f"r{n}": arrivals(chance, kind, mean, number) for n, mean in enumerate(RATES)}
        found = silence(frame_of(**series), watch_from=weeks(number)[HISTORY], seed=replicate)
        alarms += len(found.alarms)
    return alarms / (nations * years)


@pytest.mark.parametrize("kind", ["poisson", "uneven"])
def test_false_alarms_come_about_as_often_as_agreed(kind):
    """About 15 to 20 are expected in these 20 years; 1.75 a year would be six errors more."""
    assert alarms_a_year(kind, nations=4) <= 1.75


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["poisson", "uneven", "batches", "lasting batches"])
def test_false_alarms_come_as_often_as_agreed_whatever_the_bursts(kind):
    found = alarms_a_year(kind, nations=20, seed=1)
    assert 0.5 <= found <= 1.4, found


def test_a_lower_rate_of_false_alarms_waits_longer():
    chance = np.random.default_rng(3)
    counts = chance.poisson(0.8, HISTORY + 52)
    counts[HISTORY:] = 0
    others = {f"r{n}": chance.poisson(3, HISTORY + 52) for n in range(5)}
    waits = {}
    for rate in (4.0, 0.25):
        found = silence(frame_of(A=counts, **others), false_alarms_per_year=rate)
        waits[rate] = min(alarm.week for alarm in found.now if alarm.reporter == "A")
    assert waits[4.0] < waits[0.25]


def test_false_alarms_are_shared_out_to_who_can_be_noticed_in_time():
    """Shared evenly a reporter of 0.8 a week is noticed after eight weeks or more."""
    chance = np.random.default_rng(4)
    means = [0.15, 0.2, 0.25, 0.3, 0.3, 0.4, 0.4, 0.8, 2, 3, 4, 5, 8, 11]
    series = {f"r{n:02d}": chance.poisson(mean, HISTORY + 52) for n, mean in enumerate(means)}
    series["r07"][HISTORY + 20 :] = 0
    begin = weeks(HISTORY + 1)[HISTORY]
    waits = {}
    for within in (8.0, 1000.0):  # no silence needs a share to be noticed in 1000 weeks
        found = silence(frame_of(**series), watch_from=begin, within_weeks=within)
        waits[within] = dict(found.reporters.select("reporter", "weeks_to_notice").rows())
        if within == 8:
            (alarm,) = [one for one in found.now if one.reporter == "r07"]
            assert alarm.week - weeks(HISTORY + 21)[HISTORY + 20] <= timedelta(weeks=7)
    assert waits[8.0]["r07"] <= 7 < waits[1000.0]["r07"]
    assert max(waits[8.0][f"r{n:02d}"] - waits[1000.0][f"r{n:02d}"] for n in range(9, 14)) <= 1


def test_a_level_that_falls_over_the_years_is_no_burst():
    """Else who reports less each year is thought to come in bursts, and is noticed later."""
    chance = np.random.default_rng(7)
    level = np.repeat([20.0, 17.0, 14.0, 12.0, 12.0], 52)
    drift = {f"r{n}": chance.poisson(level) for n in range(6)}
    steady = {f"r{n}": chance.poisson(15, HISTORY + 52) for n in range(6)}
    begin = weeks(HISTORY + 1)[HISTORY]
    waits = [
        silence(frame_of(**series), watch_from=begin).reporters["weeks_to_notice"].mean()
        for series in (drift, steady)
    ]
    assert waits[0] <= waits[1] + 0.5


def test_an_alarm_ends_when_reports_come_again():
    chance = np.random.default_rng(5)
    counts = chance.poisson(3, HISTORY + 104)
    counts[HISTORY : HISTORY + 10] = 0
    (found,) = silence(frame_of(A=counts), false_alarms_per_year=0.05).alarms
    assert (found.kind, found.on, found.weeks, found.received) == ("silent", False, 10, 0)
    assert found.since == weeks(HISTORY + 1)[HISTORY]
    assert "for 10 weeks from" in found.sentence.in_language("en")


def test_far_fewer_is_told_apart_from_nothing():
    chance = np.random.default_rng(6)
    counts = chance.poisson(10, HISTORY + 52)
    counts[HISTORY:] = chance.poisson(1.5, 52)
    (found,) = silence(frame_of(A=counts), false_alarms_per_year=0.05).now
    assert found.kind == "far fewer"
    assert found.chance is None
    assert 0 < found.received < found.expected / 4
    assert "veel minder" in found.sentence.in_language("nl")


def test_who_never_reported_much_is_not_watched():
    rare = np.zeros(HISTORY + 52, dtype=int)
    rare[[10, 90, 150]] = 1
    found = silence(frame_of(A=np.full(HISTORY + 52, 4), SHN=rare))
    assert found.alarms == ()
    assert found.reporters.filter(reporter="SHN")["watched"].to_list() == [False]


def test_a_season_that_all_share_is_expected():
    """Every August half of the reports stay away: expected falls with them."""
    chance = np.random.default_rng(8)
    number = HISTORY + 156
    low = np.array([0.3 if day.month == 8 else 1.0 for day in weeks(number)])
    found = silence(frame_of(**{f"r{n}": chance.poisson(4 * low) for n in range(6)}))
    rows = found.weekly.drop_nulls("expected").with_columns(august=pl.col("week").dt.month() == 8)
    usual = rows.filter(~pl.col("august"))["expected"].mean()
    assert rows.filter("august", pl.col("week") > weeks(number)[HISTORY])["expected"].mean() < (
        0.8 * usual
    )


def test_missing_weeks_are_weeks_without_reports_and_reports_may_come_one_by_one():
    counts = np.random.default_rng(9).poisson(0.7, HISTORY + 52)
    full = frame_of(A=counts, B=np.full(HISTORY + 52, 2))
    sparse = silence(full.filter(pl.col("count") > 0))
    assert sparse.weekly.equals(silence(full).weekly)
    single = full.select(
        pl.col("reporter").repeat_by("count").explode(),
        reported_on=pl.col("week").repeat_by("count").explode(),
    ).drop_nulls()
    last = weeks(HISTORY + 52)[-1] + timedelta(days=6)
    assert silence(single, until=last).weekly.equals(sparse.weekly)


def test_a_week_that_is_not_over_is_not_looked_at():
    counts = np.full(HISTORY, 3)
    last = weeks(HISTORY)[-1]
    found = silence(frame_of(A=counts), until=last + timedelta(days=3))
    assert found.weekly["week"].max() == last - timedelta(weeks=1)


DAY = date(2018, 1, 1)


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pl.DataFrame({"reporter": ["A"]}), "column 'week'"),
        (pl.DataFrame({"reporter": ["A"], "week": ["2018"], "count": [1]}), "another type"),
        (pl.DataFrame({"reporter": ["A"], "week": [DAY], "count": [0.5]}), "whole numbers"),
        (pl.DataFrame({"reporter": ["A"], "week": [DAY], "count": [-1]}), "negative"),
        (pl.DataFrame({"reporter": ["A"], "week": [DAY], "count": [0]}), "nobody ever"),
    ],
)
def test_what_is_no_series_of_reports_is_refused(frame, said):
    with pytest.raises(InputError, match=said):
        silence(frame)


@pytest.mark.parametrize(
    "setting",
    [{"false_alarms_per_year": 0}, {"drop_to": 1.0}, {"within_weeks": 1}, {"history_weeks": 10}],
)
def test_settings_without_a_meaning_are_refused(setting):
    with pytest.raises(InputError, match="allowed"):
        silence(frame_of(A=np.full(HISTORY, 3)), **setting)
