"""The clocks of residence: a table of dates, and what holds of every date."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slachtoffermonitor.service.care.days import months_after, working_days_after
from slachtoffermonitor.service.residence.clocks import Happened, clock_rules, clocks_of
from slachtoffermonitor.vocabulary import code_list

DAYS = st.dates(date(2014, 1, 1), date(2060, 12, 31))
KINDS = st.sampled_from(list(code_list("residence_events")))
EVENTS = st.lists(st.builds(Happened, kind=KINDS, on=DAYS, until=st.none() | DAYS), max_size=8)


def one(kind, on, look, *more, ended_on=None):
    (found,) = clocks_of([Happened(kind=kind, on=on), *more], on=look, ended_on=ended_on)
    return found


@pytest.mark.parametrize(
    ("kind", "begun", "due"),
    [
        ("BEDENKTIJD", date(2025, 11, 30), date(2026, 2, 28)),
        ("BEDENKTIJD", date(2027, 11, 30), date(2028, 2, 29)),
        ("BEDENKTIJD", date(2026, 10, 31), date(2027, 1, 31)),
        ("BEDENKTIJD", date(2026, 8, 31), date(2026, 11, 30)),
        ("BEDENKTIJD", date(2026, 1, 15), date(2026, 4, 15)),
        ("DUBLIN", date(2026, 11, 2), date(2026, 11, 30)),
        ("DUBLIN", date(2026, 12, 14), date(2027, 1, 13)),
        ("DUBLIN", date(2026, 4, 20), date(2026, 5, 21)),
    ],
)
def test_a_clock_ends_on_the_day_of_the_table(kind, begun, due):
    assert one(kind, begun, begun).due_on == due


@pytest.mark.parametrize(
    ("days", "state"),
    [(0, "running"), (75, "running"), (76, "soon"), (90, "soon"), (91, "over")],
)
def test_an_alarm_is_on_two_weeks_before_the_last_day(days, state):
    begun = date(2025, 11, 30)  # the last day lies 90 days on
    found = one("BEDENKTIJD", begun, begun + timedelta(days=days))
    assert found.state == state
    assert found.alarms == (state in ("soon", "over"))


def test_a_statement_stops_the_reflection_period_and_an_end_stops_all():
    begun, look = date(2026, 3, 1), date(2026, 9, 1)
    spoke = Happened(kind="AANGIFTE", on=date(2026, 4, 2))
    found = one("BEDENKTIJD", begun, look, spoke)
    assert (found.state, found.stopped_on) == ("stopped", date(2026, 4, 2))
    assert one("BEDENKTIJD", begun, date(2026, 4, 1), spoke).state == "running"
    assert one("DUBLIN", begun, look, ended_on=date(2026, 5, 1)).state == "stopped"
    other = Happened(kind="BEROEP", on=date(2026, 4, 2))
    assert one("BEDENKTIJD", begun, look, other).state == "over"


def test_the_dublin_rule_holds_from_the_day_of_its_letter():
    early = Happened(kind="DUBLIN", on=date(2019, 6, 27))
    assert clocks_of([early], on=date(2019, 7, 1)) == []
    assert one("DUBLIN", date(2019, 6, 28), date(2019, 7, 1)).rule.id == "DUBLIN"


def test_a_day_that_a_decision_names_is_a_clock_of_its_own():
    refused = Happened(kind="GEWEIGERD", on=date(2026, 5, 1), until=date(2026, 5, 29))
    (found,) = clocks_of([refused], on=date(2026, 5, 20))
    assert (found.rule, found.state) == (None, "soon")
    appeal = Happened(kind="BEROEP", on=date(2026, 5, 21))
    (found,) = clocks_of([refused, appeal], on=date(2026, 5, 21))
    assert found.state == "stopped"


def test_every_rule_names_its_article_and_events_that_exist():
    events = code_list("residence_events")
    for rule in clock_rules().clocks:
        assert rule.begins in events
        assert rule.ends <= set(events)
        assert rule.article
        assert rule.source
        assert rule.reading in ("cited", "read")
        assert rule.amount > 0


@given(begun=DAYS)
def test_the_last_days_are_three_months_and_twenty_working_days_on(begun):
    assert one("BEDENKTIJD", begun, begun).due_on == months_after(begun, 3)
    if begun >= date(2019, 6, 28):
        found = one("DUBLIN", begun, begun)
        assert found.due_on == working_days_after(begun, 20)
        # from a Sunday the fourth Friday lies 26 days on
        assert found.due_on >= begun + timedelta(days=26)


@given(events=EVENTS, on=DAYS, ended_on=st.none() | DAYS)
def test_clocks_do_not_hang_on_the_order_and_each_has_one_state(events, on, ended_on):
    found = clocks_of(events, on=on, ended_on=ended_on)
    again = clocks_of(sorted(events, key=lambda one: (one.on, str(one))), on=on, ended_on=ended_on)
    assert sorted(map(str, found)) == sorted(map(str, again)) or _same_day(events)
    for clock in found:
        assert clock.begun_on <= on
        assert (clock.state == "stopped") == (
            clock.stopped_on is not None and clock.stopped_on <= on
        )
        assert (clock.state == "over") == (clock.state != "stopped" and clock.due_on < on)
    assert [clock.due_on for clock in found] == sorted(clock.due_on for clock in found)


def _same_day(events):
    return len({event.on for event in events}) < len(events)


@given(events=EVENTS, on=DAYS)
def test_what_comes_later_is_not_known_yet(events, on):
    past = [event for event in events if event.on <= on]
    assert clocks_of(events, on=on) == clocks_of(past, on=on)
