"""Victims who are also suspects: on record, in order, and from state to state."""

import math
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from slachtoffermonitor.follow import histories, overlap
from slachtoffermonitor.follow.counting.states import Paths, occupy
from slachtoffermonitor.ground import InputError

INDEX, UNTIL = date(2018, 6, 1), date(2022, 1, 1)
PERSONS = pl.DataFrame(
    {
        "person_id": list("abcdefgh"),
        "first_reported_on": [INDEX] * 8,
        "sex": list("VVVVMMMM"),
    }
)
PRESENCE = pl.DataFrame(
    {
        "person_id": list("abcdefg"),
        "entered_on": [date(2000, 1, 1)] * 7,
        "left_on": [None] * 5 + [date(2020, 6, 1)] + [None],
        "exit_reason": [None] * 5 + ["EMIGRATIE"] + [None],
    }
)


def crimes(*rows):
    schema = ["person_id", "occurred_on", "event_role", "event_kind"]
    return pl.DataFrame(list(rows), schema=schema, orient="row")


CRIMES = crimes(
    ("a", date(2017, 1, 1), "VERDACHTE", "VERMOGEN"),
    ("b", date(2019, 1, 1), "VERDACHTE", "VERMOGEN"),
    ("b", date(2020, 1, 1), "VERDACHTE", "GEWELD"),
    ("c", date(2017, 1, 1), "VERDACHTE", "GEWELD"),
    ("c", date(2019, 1, 1), "VERDACHTE", "VERMOGEN"),
    ("c", date(2019, 1, 1), "SLACHTOFFER", "GEWELD"),
    ("d", date(2019, 1, 1), "SLACHTOFFER", "GEWELD"),
    ("h", date(2019, 1, 1), "VERDACHTE", "VERMOGEN"),
    ("stranger", date(2019, 1, 1), "VERDACHTE", "VERMOGEN"),
)
FOLLOWED = histories(PERSONS, CRIMES, PRESENCE, observed_until=UNTIL)


def test_before_after_both_and_never():
    found = overlap(FOLLOWED)
    assert dict(found.shares.select("sequence", "persons").iter_rows()) == {
        "before": 1,
        "after": 1,
        "before and after": 1,
        "ever": 3,
        "never": 4,
    }
    assert (found.persons, found.not_in_register, found.not_linked) == (7, 1, 0)
    assert repr(found) == "Overlap(7 persons)"


def test_the_limits_are_exact_and_groups_add_up():
    found = overlap(FOLLOWED, by="sex").shares.filter(pl.col("sequence") == "ever")
    row = found.row(0, named=True)
    limits = binomtest(3, 7).proportion_ci(method="exact")
    assert (row["low"], row["high"]) == pytest.approx((limits.low, limits.high))
    assert row["share"] == 3 / 7
    assert found["group"].to_list() == ["", "M", "V"]
    assert found["persons"].to_list() == [3, 0, 3]
    assert found["n"].to_list() == [7, 3, 4]


def test_only_the_asked_kinds_count():
    for asked in ("VERDACHTE:GEWELD", "GEWELD"):
        assert overlap(FOLLOWED, suspect=asked).shares["persons"].to_list() == [1, 1, 0, 2, 5]


def test_equal_periods_before_and_after_are_compared():
    found = overlap(FOLLOWED, within_days=700)
    assert dict(found.order.select("period", "persons").iter_rows()) == {"before": 2, "after": 2}
    assert found.order["n"].to_list() == [7, 7]
    value, low, high = found.order_ratio
    limits = binomtest(1, 2).proportion_ci(method="exact")
    assert value == 1.0
    assert (low, high) == pytest.approx(
        (limits.low / (1 - limits.low), limits.high / (1 - limits.high))
    )
    assert overlap(FOLLOWED, within_days=1000).order["n"].to_list() == [6, 6]
    assert overlap(FOLLOWED, within_days=20).order_ratio is None


def test_states_and_transitions_are_those_of_the_persons():
    found = overlap(FOLLOWED, horizons_years=(1, 3))
    at_three = dict(
        found.states.filter(pl.col("horizon_years") == 3).select("state", "share").iter_rows()
    )
    assert at_three == pytest.approx(
        {
            "NEITHER": 3 / 7,
            "VICTIM_ONLY": 1 / 7,
            "SUSPECT_ONLY": 1 / 7,
            "BOTH": 1 / 7,
            "LEFT": 1 / 7,
        }
    )
    steps = {
        (source, target): number
        for source, target, number in found.transitions.select(
            "source", "target", "transitions"
        ).iter_rows()
    }
    assert steps == {
        ("NEITHER", "VICTIM_ONLY"): 1,
        ("NEITHER", "SUSPECT_ONLY"): 1,
        ("NEITHER", "BOTH"): 1,
        ("NEITHER", "LEFT"): 1,
    }
    years = found.transitions["person_years"].unique().item()
    until_event = (date(2019, 1, 1) - INDEX).days - 30
    until_exit = (date(2020, 6, 1) - INDEX).days - 30
    whole = (UNTIL - INDEX).days - 30
    assert years == pytest.approx((3 * until_event + until_exit + 3 * whole) / 365.25)


def test_nobody_in_the_register_is_refused():
    with pytest.raises(InputError, match="nobody can be looked up"):
        overlap(histories(PERSONS, CRIMES, PRESENCE.head(0), observed_until=UNTIL))


STEP = 1e-30


def obvious_shares(paths, weights, day, states):
    """Go through days and persons; every person has a weight."""
    now = [path["begins"] for path in paths]
    total = sum(weights)
    share = [
        sum(weight for weight, one in zip(weights, now, strict=True) if one == state) / total
        for state in range(states)
    ]
    for today in range(day + 1):
        here = [path["entry"] < today <= path["exit"] for path in paths]
        moves = [
            (who, now[who], path["steps"][today])
            for who, path in enumerate(paths)
            if here[who] and today in path["steps"]
        ]
        at_risk = [
            sum(weights[who] for who in range(len(paths)) if here[who] and now[who] == state)
            for state in range(states)
        ]
        before = list(share)
        for who, source, target in moves:
            moved = before[source] * weights[who] / at_risk[source]
            share[source] -= moved
            share[target] += moved
        for who, _, target in moves:
            now[who] = target
    return share


@st.composite
def walkers(draw):
    paths = []
    for _ in range(draw(st.integers(2, 6))):
        last = draw(st.integers(2, 10))
        days = sorted(draw(st.lists(st.integers(1, last), max_size=3, unique=True)))
        begins, steps, now = draw(st.integers(0, 1)), {}, 0
        now = begins
        for day in days:
            target = draw(st.integers(0, 2).filter(lambda one, now=now: one != now))
            steps[day], now = target, target
        paths.append({"entry": 0, "exit": last, "begins": begins, "steps": steps})
    return paths


@settings(max_examples=60, deadline=None)
@given(paths=walkers(), day=st.integers(0, 12))
def test_shares_per_state_and_their_errors_are_the_obvious_ones(paths, day):
    rows = []
    for who, path in enumerate(paths):
        now = path["begins"]
        for when, target in path["steps"].items():
            rows.append((when, who, now, target))
            now = target
    rows.sort()
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    found = occupy(
        Paths(
            entry=np.zeros(len(paths), dtype=np.int64),
            exit=np.array([path["exit"] for path in paths]),
            begins_in=np.array([path["begins"] for path in paths]),
            day=columns[0],
            person=columns[1],
            source=columns[2],
            target=columns[3],
            states=3,
        ),
        [day],
    )
    ones = [1.0] * len(paths)
    expected = obvious_shares(paths, ones, day, 3)
    assert found.share[0] == pytest.approx(expected, abs=1e-12)
    for state in range(3):
        slopes = []
        for changed in range(len(paths)):
            weights = [1 + STEP * 1j if who == changed else 1.0 for who in range(len(paths))]
            value = obvious_shares(paths, weights, day, 3)[state]
            slopes.append(complex(value).imag / STEP)
        error = math.sqrt(sum(slope**2 for slope in slopes))
        assert found.error[0, state] == pytest.approx(error, abs=1e-12)


def test_the_share_of_victims_who_are_suspect_later_is_found_where_it_is_known():
    """Two in ten become suspect each year, nothing else happens: 1 - 0.8^t."""
    chance = np.random.default_rng(7)
    size = 4000
    when = chance.exponential(1 / -math.log(0.8), size) * 365.25
    who = [f"p{n}" for n in range(size)]
    persons = pl.DataFrame({"person_id": who, "first_reported_on": [INDEX] * size})
    events = pl.DataFrame(
        {
            "person_id": who,
            "occurred_on": [INDEX + timedelta(1 + int(min(day, 20_000))) for day in when],
        }
    ).with_columns(event_role=pl.lit("VERDACHTE"), event_kind=pl.lit("VERMOGEN"))
    presence = pl.DataFrame(
        {"person_id": who, "entered_on": [date(2000, 1, 1)] * size}
    ).with_columns(left_on=pl.lit(None, dtype=pl.Date), exit_reason=pl.lit(None, dtype=pl.String))
    followed = histories(persons, events, presence, observed_until=UNTIL, clearing_days=0)
    states = overlap(followed, horizons_years=(1, 3)).states
    row = states.filter(pl.col("state") == "SUSPECT_ONLY", pl.col("horizon_years") == 3).row(
        0, named=True
    )
    assert row["low"] < 1 - 0.8**3 < row["high"]


@pytest.mark.parametrize("handed", [[], [0, 1], None, "persons.csv"])
def test_what_is_no_cohort_is_refused(handed):
    with pytest.raises(InputError, match="is no cohort that is followed"):
        overlap(handed)
