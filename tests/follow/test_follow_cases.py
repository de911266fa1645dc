"""Funnels: what becomes of cases, with open cases counted as long as they are known."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.follow import (
    DUBLIN,
    JUSTICE,
    RESIDENCE,
    FunnelDefinition,
    aalen_johansen,
    follow_cases,
)
from slachtoffermonitor.follow.cohort.faults import FAULTS
from slachtoffermonitor.ground import InputError, Text

ON = date(2022, 12, 31)
START = date(2018, 1, 1)


def steps(*rows, **columns):
    filled = [
        (case, step, None if day is None else START + timedelta(int(day)))
        for case, step, day in rows
    ]
    schema = {"case_id": pl.String, "step": pl.String, "on": pl.Date}
    return pl.DataFrame(filled, schema=schema, orient="row").with_columns(**columns)


FEW = steps(
    ("a", "REPORT", 0),
    ("a", "SUSPECT", 100),
    ("a", "PROSECUTION", 300),
    ("a", "CONVICTION", 700),
    ("b", "REPORT", 10),
    ("b", "CLOSED", 60),
    ("c", "REPORT", 20),
    ("c", "SUSPECT", 70),
    ("c", "DISMISSED", 500),
    ("d", "REPORT", 1700),
    ("e", "REPORT", 50),
    ("e", "PROSECUTION", 250),
    ("e", "ACQUITTED", 600),
    ("f", "REPORT", 30),
    ("f", "SUSPECT", 200),
)


def row_of(table, source, target, days, group=""):
    return table.row(
        by_predicate=(pl.col("source") == source)
        & (pl.col("target") == target)
        & (pl.col("within_days") == days)
        & (pl.col("group") == group),
        named=True,
    )


def test_a_small_funnel_is_counted_by_hand():
    found = follow_cases(FEW, JUSTICE, on=ON, within_days=(365, 1000))
    suspect = row_of(found.steps, "REPORT", "SUSPECT", 365)
    # Four of six reach a suspect within a year (one by way of its prosecution); d is seen 125 days.
    assert suspect["n"] == 6
    assert suspect["open"] == 1
    # Days 50 and 100: of six; day 170: of four with d gone (one closed on day 50).
    free = 1 - 2 / 6
    share = 1 / 6 + free * 1 / 4
    left = free * 3 / 4
    share += left * 1 / 2 + left * 1 / 2 * 1.0
    assert suspect["share"] == pytest.approx(share)
    assert suspect["naive"] == pytest.approx(4 / 6)
    convicted = row_of(found.reached, "REPORT", "CONVICTION", 1000)
    assert convicted["naive"] == pytest.approx(1 / 6)
    assert convicted["open"] == 2
    assert convicted["share"] > convicted["naive"]
    assert row_of(found.steps, "PROSECUTION", "ACQUITTED", 365)["n"] == 2
    assert found.account["cases"] == 6
    assert repr(found) == "CaseFunnel(JUSTICE, 6 cases)"


def test_a_stage_passed_over_is_reached_with_the_next():
    found = follow_cases(FEW, JUSTICE, on=ON)
    assert found.curves["step", "", "SUSPECT", "PROSECUTION"].at(0).estimate > 0


def simulated(size, seed, definition=JUSTICE):
    """Constant hazards per day: on 1/300, out by the first exit 1/600; reports over four years."""
    chance = np.random.default_rng(seed)
    stages, (first_exit, *_) = list(definition.stages), list(definition.exits)
    rows = []
    for case in range(size):
        day = float(chance.integers(0, 1461))
        rows.append((f"c{case}", stages[0], day))
        for stage in stages[1:]:
            onward, out = chance.exponential(300), chance.exponential(600)
            if out < onward:
                rows.append((f"c{case}", first_exit, np.ceil(day + out)))
                break
            day = np.ceil(day + onward)
            rows.append((f"c{case}", stage, day))
    return steps(*rows)


def test_shares_that_are_known_are_found_where_naive_percentages_fail():
    found = follow_cases(simulated(4000, 1), JUSTICE, on=ON, within_days=(365,))
    rate = 1 / 300 + 1 / 600
    onward = (1 / 300) / rate * (1 - np.exp(-rate * 365))
    for source, target in (("REPORT", "SUSPECT"), ("SUSPECT", "PROSECUTION")):
        row = row_of(found.steps, source, target, 365)
        assert row["low"] < onward < row["high"]
    convicted = row_of(
        follow_cases(simulated(4000, 1), JUSTICE, on=ON, within_days=(1500,)).reached,
        "REPORT",
        "CONVICTION",
        1500,
    )
    chance = np.random.default_rng(2)
    draws = chance.exponential(300, (200_000, 3)), chance.exponential(600, (200_000, 3))
    true = ((draws[0] < draws[1]).all(axis=1) & (draws[0].sum(axis=1) <= 1500)).mean()
    assert convicted["low"] < true < convicted["high"]
    assert convicted["naive"] < true - 0.04


def test_all_ways_on_and_out_of_all_cases_add_up():
    found = follow_cases(simulated(800, 3), JUSTICE, on=ON, within_days=(700,))
    ends = [row_of(found.reached, "REPORT", one, 700)["share"] for one in JUSTICE.exits]
    final = row_of(found.reached, "REPORT", "CONVICTION", 700)["share"]
    assert 0 < sum(ends) + final < 1
    shares = [
        row_of(found.reached, "REPORT", one, 700)["share"] for one in list(JUSTICE.stages)[1:]
    ]
    assert shares == sorted(shares, reverse=True)


def test_a_step_is_the_aalen_johansen_curve_of_its_arrays():
    rows = simulated(300, 4)
    found = follow_cases(rows, JUSTICE, on=ON)
    wide = rows.pivot("step", index="case_id", values="on")
    ends = wide.select(
        days=(pl.coalesce("SUSPECT", "CLOSED", pl.lit(ON)) - pl.col("REPORT")).dt.total_days(),
        cause=pl.when(pl.col("SUSPECT") <= ON)
        .then(1)
        .when(pl.col("CLOSED") <= ON)
        .then(2)
        .otherwise(0),
    ).with_columns(days=pl.col("days"))
    open_ = (ON - wide["REPORT"]).dt.total_days()
    days = np.minimum(ends["days"].to_numpy(), open_.to_numpy())
    curve = aalen_johansen(None, days, ends["cause"])[1]
    other = found.curves["step", "", "REPORT", "SUSPECT"]
    for day in (30, 200, 900):
        assert other.at(day).estimate == pytest.approx(curve.at(day).estimate)


def test_groups_stand_beside_everybody():
    rows = FEW.with_columns(
        form=pl.when(pl.col("case_id") == "a").then(pl.lit("ARB")).otherwise(None)
    )
    found = follow_cases(rows, JUSTICE, on=ON, by="form", within_days=(365,))
    assert found.steps["group"].unique().sort().to_list() == ["", "ARB", "ONB"]
    assert row_of(found.steps, "REPORT", "SUSPECT", 365, "ARB")["n"] == 1


def test_the_dublin_clock_counts_days_and_who_is_overdue():
    late = (ON - START).days
    rows = steps(
        ("a", "REPORT", 0),
        ("a", "B8_3", 20),
        ("b", "REPORT", 0),
        ("b", "NO_LEADS", 28),
        ("c", "REPORT", 0),
        ("c", "NO_LEADS", 29),
        ("d", "REPORT", late - 40),
        ("e", "REPORT", late - 10),
        ("f", "REPORT", 5),
        ("f", "TRANSFERRED", 400),
    )
    found = follow_cases(rows, DUBLIN, on=ON).clock.row(0, named=True)
    counts = ("cases", "in_time", "late", "waiting", "overdue", "longest_days")
    assert [found[name] for name in counts] == [6, 2, 2, 1, 1, 40]
    assert found["share_in_time"] == pytest.approx(1 / 5 + 4 / 5 * 1 / 4)
    assert follow_cases(FEW, JUSTICE, on=ON).clock.is_empty()


FAULTY = {
    "step_without_case": (None, "SUSPECT", 5),
    "step_undated": ("a", "SUSPECT", None),
    "step_unknown": ("a", "APPEAL", 5),
    "step_repeated": ("a", "REPORT", 5),
    "case_without_beginning": ("z", "SUSPECT", 5),
    "step_before_beginning": ("a", "SUSPECT", -5),
}


@pytest.mark.parametrize("fault", sorted(FAULTY))
def test_faulty_steps_are_listed_or_refused(fault):
    rows = steps(("a", "REPORT", 0), FAULTY[fault])
    found = follow_cases(rows, JUSTICE, on=ON)
    assert found.account[fault] == 1
    assert found.faults.select("row", "fault").row(0) == (2, fault)
    with pytest.raises(InputError, match=FAULTS[fault][1]):
        follow_cases(rows, JUSTICE, on=ON, faults="refuse")


def test_steps_after_the_end_or_out_of_order_are_left_out():
    rows = steps(
        ("a", "REPORT", 0),
        ("a", "CLOSED", 10),
        ("a", "SUSPECT", 20),
        ("b", "REPORT", 0),
        ("b", "PROSECUTION", 10),
        ("b", "SUSPECT", 20),
        ("c", "REPORT", 0),
        ("c", "CONVICTION", 30),
        ("c", "DISMISSED", 40),
    )
    found = follow_cases(rows, JUSTICE, on=ON)
    assert (found.account["step_after_end"], found.account["step_out_of_order"]) == (2, 1)
    assert found.faults["row"].to_list() == [3, 9, 6]


def test_what_comes_later_is_not_known():
    rows = steps(("a", "REPORT", 0), ("a", "SUSPECT", 5000))
    found = follow_cases(rows, JUSTICE, on=ON)
    assert found.account["later_steps"] == 1
    assert row_of(found.steps, "REPORT", "SUSPECT", 1095)["share"] == 0


def test_linkages_are_pooled():
    tables = [simulated(300, seed) for seed in (1, 2, 3)]
    found = follow_cases(tables, JUSTICE, on=ON, within_days=(365,))
    row = row_of(found.steps, "REPORT", "SUSPECT", 365)
    assert found.linkages == 3
    assert 0 <= row["linkage"] < 1
    single = [follow_cases(one, JUSTICE, on=ON, within_days=(365,)) for one in tables]
    shares = [row_of(one.steps, "REPORT", "SUSPECT", 365)["share"] for one in single]
    assert min(shares) < row["share"] < max(shares)


def test_no_case_and_no_funnel_are_refused():
    with pytest.raises(InputError, match="no case that has begun"):
        follow_cases(FEW.head(0), JUSTICE, on=ON)
    with pytest.raises(InputError, match="two stages or more"):
        FunnelDefinition(name="X", title=Text("X"), stages={"A": Text("A")})
    with pytest.raises(InputError, match="no exit that is a stage"):
        FunnelDefinition(
            name="X",
            title=Text("X"),
            stages={"A": Text("A"), "B": Text("B")},
            exits={"B": Text("B")},
        )


def test_every_step_has_its_dutch_name():
    for definition in (JUSTICE, RESIDENCE, DUBLIN):
        names = [definition.title, *definition.stages.values(), *definition.exits.values()]
        for text in names:
            assert text.in_language("nl") != text.in_language("en")
