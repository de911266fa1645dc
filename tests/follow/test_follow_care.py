"""Waiting and being helped as things that change, and what a shorter wait might have meant."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slachtoffermonitor.follow import (
    andersen_gill,
    care_spells,
    cox,
    event_rates,
    had_the_wait_been,
    harm_while_waiting,
    histories,
)
from slachtoffermonitor.ground import InputError

START, UNTIL = date(2014, 1, 1), date(2018, 1, 1)
REQUEST = {
    "person_id": pl.String,
    "requested_on": pl.Date,
    "started_on": pl.Date,
    "closed_on": pl.Date,
}


def on(number):
    return None if number is None else START + timedelta(int(number))


def requests(*rows):
    filled = [(who, on(asked), on(started), on(closed)) for who, asked, started, closed in rows]
    return pl.DataFrame(filled, schema=REQUEST, orient="row")


def nation(who, crimes, clearing_days=0, left=None):
    size = len(who)
    left = [None] * size if left is None else left
    events = pl.DataFrame(
        {
            "person_id": [one for one, _ in crimes],
            "occurred_on": [on(day) for _, day in crimes],
        },
        schema={"person_id": pl.String, "occurred_on": pl.Date},
    ).with_columns(event_role=pl.lit("SLACHTOFFER"), event_kind=pl.lit("GEWELD"))
    presence = pl.DataFrame(
        {
            "person_id": who,
            "entered_on": [date(2000, 1, 1)] * size,
            "left_on": [on(day) for day in left],
            "exit_reason": [None if day is None else "EMIGRATIE" for day in left],
        },
        schema_overrides={"left_on": pl.Date, "exit_reason": pl.String},
    )
    persons = pl.DataFrame({"person_id": who, "first_reported_on": [START] * size})
    return histories(persons, events, presence, observed_until=UNTIL, clearing_days=clearing_days)


def states_of(found, person=0):
    rows = found.spells.filter(pl.col("person") == person)
    return rows.select("entry_day", "exit_day", "care_state").rows()


def test_the_day_help_starts_is_still_a_day_of_waiting():
    found = care_spells(nation(["a"], []), requests(("a", 10, 50, 80)))
    assert states_of(found) == [
        (0, 10, "NOT_ASKED"),
        (10, 50, "WAITING"),
        (50, 1461, "HELPED"),
    ]


def test_giving_up_and_asking_again():
    found = care_spells(
        nation(["a"], []),
        requests(("a", 10, None, 50), ("a", 90, 120, None)),
        long_after_days=20,
    )
    assert states_of(found) == [
        (0, 10, "NOT_ASKED"),
        (10, 30, "WAITING"),
        (30, 50, "WAITING_LONG"),
        (50, 90, "GAVE_UP"),
        (90, 110, "WAITING"),
        (110, 120, "WAITING_LONG"),
        (120, 1461, "HELPED"),
    ]


def test_what_was_so_at_the_landmark_is_so_from_the_start():
    found = care_spells(nation(["a"], [], clearing_days=30), requests(("a", -5, 20, None)))
    assert states_of(found) == [(30, 1461, "HELPED")]


def test_requests_are_accounted_for():
    rows = requests(("a", 10, 5, None), ("a", 10, None, None), ("x", 3, None, None)).vstack(
        requests((None, 3, None, None))
    )
    found = care_spells(nation(["a"], []), rows)
    assert found.account["requests_used"] == 1
    assert found.account["requests_of_others"] == 1
    assert found.account["requests_not_linked"] == 1
    assert found.faults["fault"].to_list() == ["request_ends_before_it_was_made"]
    with pytest.raises(InputError, match="ended before it was made"):
        care_spells(nation(["a"], []), rows, faults="refuse")


def obvious_state(rows, day, long_after):
    """Where does a person stand at risk on this day? Only what happened before it is known."""
    if any(started is not None and started < day for _, started, _ in rows):
        return "HELPED"
    open_ones = [
        asked
        for asked, started, closed in rows
        if asked < day and (started is not None or closed is None or closed >= day)
    ]
    if any(asked + long_after < day for asked in open_ones):
        return "WAITING_LONG"
    if open_ones:
        return "WAITING"
    return "GAVE_UP" if any(asked < day for asked, _, _ in rows) else "NOT_ASKED"


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_states_are_what_going_day_by_day_gives(data):
    rows = []
    for _ in range(data.draw(st.integers(0, 3))):
        asked = data.draw(st.integers(-5, 30))
        started = data.draw(st.one_of(st.none(), st.integers(asked, asked + 20)))
        first = asked if started is None else started
        closed = data.draw(st.one_of(st.none(), st.integers(first, first + 20)))
        rows.append((asked, started, closed))
    clearing, long_after = data.draw(st.integers(0, 10)), data.draw(st.integers(0, 15))
    followed = nation(["a"], [], clearing_days=clearing, left=[60])
    found = care_spells(
        followed, requests(*[("a", *row) for row in rows]), long_after_days=long_after
    )
    by_day = {}
    for entry, exit_, state in states_of(found):
        by_day |= dict.fromkeys(range(entry + 1, exit_ + 1), state)
    assert by_day == {day: obvious_state(rows, day, long_after) for day in range(clearing + 1, 61)}


def waiting_nation(size, seed, *, factor=1.0, cap=None):
    """Crimes at a rate of one in 600 days, `factor` times as many while waiting for help.

    The same seed gives the same persons whatever the cap on their wait: each crime has its own
    chance of happening that only the waiting decides.
    """
    chance = np.random.default_rng(seed)
    who = [f"p{n}" for n in range(size)]
    waits = np.ceil(chance.gamma(2.0, 90, size))
    shown = waits if cap is None else np.minimum(waits, cap)
    crimes = []
    for one, wait in zip(who, shown, strict=True):
        days = np.cumsum(chance.exponential(600 / max(factor, 1.0), 12))
        kept = chance.random(12) < np.where(days <= wait, 1.0, 1.0 / max(factor, 1.0))
        crimes += [(one, int(np.ceil(day))) for day in days[kept] if day < 1461]
    rows = requests(*[(one, 0, wait, None) for one, wait in zip(who, shown, strict=True)])
    return nation(who, crimes), rows


def test_without_any_effect_of_help_there_is_no_ratio_but_the_naive_way_finds_one():
    """The immortal days: to be helped before being harmed one has to go unharmed so long."""
    followed, rows = waiting_nation(1500, 1)
    harm = harm_while_waiting(followed, rows)
    assert harm.ratio[1] < 1.0 < harm.ratio[2]
    spells = care_spells(followed, rows).spells
    changing = cox(followed, by=["care_state"], spells=spells, references={"care_state": "HELPED"})
    assert changing.ratio("care_state=WAITING")[1] < 1 < changing.ratio("care_state=WAITING")[2]
    first = (
        followed.events.filter(pl.col("place") == "COUNTED")
        .group_by("person")
        .agg(pl.col("event_day").min())
    )
    people = (
        followed.persons.join(first, on="person", how="left")
        .join(followed.ids, on="person")
        .join(rows, left_on="id", right_on="person_id")
        .with_columns(
            helped_on_day=(pl.col("started_on") - START).dt.total_days(),
            end=pl.coalesce("event_day", "exit_day"),
        )
        .with_columns(ever=(pl.col("helped_on_day") < pl.col("end")).cast(pl.Int64))
    )
    naive = cox(
        None,
        people["end"],
        people["event_day"].is_not_null().cast(pl.Int64),
        covariates=people.select("ever"),
    )
    assert naive.ratio("ever")[2] < 0.8


def test_harm_while_waiting_is_found_where_it_is_known():
    followed, rows = waiting_nation(2500, 2, factor=2.0)
    harm = harm_while_waiting(followed, rows)
    assert harm.ratio[1] < 2.0 < harm.ratio[2]
    rates = {row["group"]: row["rate"] for row in harm.rates.iter_rows(named=True)}
    assert rates["WAITING"] * 600 / 365.25 == pytest.approx(2.0, rel=0.1)
    assert rates["HELPED"] * 600 / 365.25 == pytest.approx(1.0, rel=0.1)
    assert harm.model.linkages == 1
    assert repr(harm).startswith("WaitingHarm(ratio=")


def test_the_range_of_a_shorter_wait_holds_what_would_have_been():
    weeks = 12
    followed, rows = waiting_nation(2500, 3, factor=2.0)
    capped, _ = waiting_nation(2500, 3, factor=2.0, cap=7 * weeks)
    averted = followed.events.height - capped.events.height
    found = had_the_wait_been(followed, rows, at_most_weeks=weeks)
    assert found.low == 0.0
    assert found.low < averted < found.high
    assert found.averted[1] < averted < found.averted[2]
    assert found.events == followed.events.height
    assert len(found.assumptions) == 3
    for text in (*found.assumptions, found.statement()):
        assert text.in_language("nl") != text.in_language("en")
    assert "12 weeks" in found.statement().in_language("en")


def test_a_shorter_wait_of_nobody_is_refused():
    followed, rows = waiting_nation(50, 4)
    with pytest.raises(InputError, match="nobody is WAITING_LONG"):
        had_the_wait_been(followed, rows, at_most_weeks=500)
    with pytest.raises(InputError, match="not negative"):
        had_the_wait_been(followed, rows, at_most_weeks=-1)


def test_spells_that_do_not_cover_the_follow_up_are_refused():
    followed = nation(["a", "b"], [("a", 10), ("b", 20)])
    spells = care_spells(followed, requests(("a", 10, 50, None))).spells
    with pytest.raises(InputError, match="do not cover"):
        event_rates(followed, spells=spells.head(2), by="care_state")
    with pytest.raises(InputError, match="column of the persons already"):
        event_rates(followed, spells=spells.with_columns(age_band=pl.lit("x")))
    with pytest.raises(InputError, match="lacks the column"):
        andersen_gill(followed, spells=spells.drop("exit_day"), by=["care_state"])
