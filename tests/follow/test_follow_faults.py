"""Rows that cannot be: each is listed, counted and treated by a rule that stands in writing."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from slachtoffermonitor.follow import histories
from slachtoffermonitor.follow.cohort.faults import FAULTS
from slachtoffermonitor.ground import InputError
from slachtoffermonitor.records import Event, Presence

INDEX, UNTIL = date(2015, 1, 1), date(2020, 1, 1)
DOCS = Path(__file__).parents[2] / "docs"


def day(number):
    return INDEX + timedelta(days=number)


def people(*rows):
    schema = {"person_id": pl.String, "first_reported_on": pl.Date, "birth_date": pl.Date}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def crimes(*rows):
    schema = {**Event.create_empty().schema}
    filled = [(f"e{n}", who, role, kind, on, on) for n, (who, role, kind, on) in enumerate(rows)]
    return pl.DataFrame(filled, schema=schema, orient="row")


def stays(*rows):
    return pl.DataFrame(list(rows), schema=Presence.create_empty().schema, orient="row")


BORN = date(1990, 5, 5)
ONE = people(("a", INDEX, BORN))
HERE = stays(("a", BORN, None, None))
VICTIM = ("SLACHTOFFER", "GEWELD")


def make(persons=ONE, events=None, presence=HERE, **changes):
    given = crimes() if events is None else events
    return histories(persons, given, presence, observed_until=UNTIL, **changes)


CASES = {
    "index_day_missing": {"persons": people(("a", None, BORN))},
    "index_before_birth": {"persons": people(("a", INDEX, date(2016, 1, 1)))},
    "index_in_the_future": {"persons": people(("a", day(4000), BORN))},
    "presence_undated": {"presence": stays(("a", None, None, None))},
    "presence_ends_before_it_begins": {"presence": stays(("a", day(9), day(3), "EMIGRATIE"))},
    "presence_in_the_future": {"presence": stays(("a", day(3000), None, None))},
    "exit_in_the_future": {"presence": stays(("a", BORN, day(3000), "OVERLEDEN"))},
    "exit_without_known_reason": {"presence": stays(("a", BORN, day(300), "WEG"))},
    "presence_overlaps": {
        "presence": stays(("a", BORN, day(9), "EMIGRATIE"), ("a", day(9), None, None))
    },
    "presence_after_death": {
        "presence": stays(("a", BORN, day(99), "OVERLEDEN"), ("a", day(300), None, None))
    },
    "event_undated": {"events": crimes(("a", *VICTIM, None))},
    "event_code_unknown": {"events": crimes(("a", "GETUIGE", "GEWELD", day(50)))},
    "event_before_birth": {"events": crimes(("a", *VICTIM, date(1980, 1, 1)))},
    "event_after_death": {
        "events": crimes(("a", *VICTIM, day(100))),
        "presence": stays(("a", BORN, day(99), "OVERLEDEN")),
    },
    "event_in_the_future": {"events": crimes(("a", *VICTIM, day(2000)))},
    "event_repeated": {
        "events": crimes(("a", *VICTIM, day(50)), ("a", *VICTIM, day(50))).with_columns(
            event_id=pl.lit("same")
        )
    },
    "event_of_unknown_person": {"events": crimes(("nobody", *VICTIM, day(50)))},
}
REGISTERS = ("persons", "presence", "events")
IN_FULL = {name for name, (table, _, _) in FAULTS.items() if table in REGISTERS}


def test_every_fault_has_a_case():
    assert set(CASES) == IN_FULL


@pytest.mark.parametrize("fault", sorted(CASES))
def test_a_fault_is_listed_with_its_row_counted_and_treated(fault):
    found = make(**CASES[fault])
    listed = found.faults.filter(pl.col("fault") == fault)
    table, _, treatment = FAULTS[fault]
    assert found.account[fault] == listed.height == 1
    assert listed.select("table", "treatment").row(0) == (table, treatment)
    expected = 2 if fault in ("presence_overlaps", "presence_after_death", "event_repeated") else 1
    assert listed["row"].item() == expected


@pytest.mark.parametrize("fault", sorted(CASES))
def test_a_fault_is_refused_when_that_is_asked(fault):
    with pytest.raises(InputError, match=FAULTS[fault][1]) as caught:
        make(**CASES[fault], faults="refuse")
    assert caught.value.problems[0].file == FAULTS[fault][0]


def test_all_faults_are_refused_in_one_error():
    with pytest.raises(InputError) as caught:
        make(
            events=crimes(("a", *VICTIM, day(2000)), ("a", *VICTIM, date(1980, 1, 1))),
            presence=stays(("a", BORN, day(9), "EMIGRATIE"), ("a", day(9), None, None)),
            faults="refuse",
        )
    assert len(caught.value.problems) == 3


def test_without_faults_nothing_is_listed_and_nothing_refused():
    found = make(events=crimes(("a", *VICTIM, day(50))), faults="refuse")
    assert found.faults.is_empty()
    assert found.persons.height == 1


def test_what_the_rules_do():
    assert make(**CASES["presence_after_death"]).account["contradicted"] == 1
    assert make(**CASES["presence_after_death"]).persons.is_empty()
    assert make(**CASES["exit_in_the_future"]).persons["exit_reason"].to_list() == [None]
    vague = make(**CASES["exit_without_known_reason"]).persons
    assert vague.select("exit_day", "exit_reason").row(0) == (300, None)
    assert make(**CASES["presence_overlaps"]).persons["exit_day"].to_list() == [1826]
    assert make(**CASES["event_repeated"]).events.height == 1
    for fault in ("event_before_birth", "event_after_death", "event_in_the_future"):
        assert make(**CASES[fault]).events.is_empty()


def test_with_only_a_year_of_birth_nothing_of_that_year_is_before_birth():
    persons = people(("a", INDEX, None)).with_columns(birth_year=pl.lit(1990, dtype=pl.Int32))
    events = crimes(("a", *VICTIM, date(1990, 1, 1)), ("a", *VICTIM, date(1989, 12, 31)))
    assert make(persons=persons, events=events).account["event_before_birth"] == 1


def test_every_person_and_event_is_accounted_for():
    persons = people(
        ("a", INDEX, BORN),
        ("a", day(9), BORN),
        ("b", INDEX, BORN),
        ("c", day(1820), BORN),
        (None, INDEX, BORN),
        ("d", None, BORN),
        ("e", INDEX, BORN),
    )
    presence = stays(
        ("a", BORN, None, None),
        ("c", BORN, None, None),
        ("e", BORN, day(5), "OVERLEDEN"),
        ("e", day(7), None, None),
    )
    account = make(persons=persons, presence=presence).account
    left_out = (
        "index_day_missing",
        "not_linked",
        "same_person_again",
        "not_in_register",
        "contradicted",
        "too_recent",
        "followed",
    )
    assert [account[name] for name in left_out] == [1, 1, 1, 1, 1, 1, 1]
    assert sum(account[name] for name in left_out) == account["persons"]


def test_no_value_of_a_person_stands_in_an_error_or_in_the_list():
    with pytest.raises(InputError) as caught:
        make(persons=people(("secret-id", INDEX, date(2016, 1, 1))), faults="refuse", presence=HERE)
    assert "secret-id" not in str(caught.value)
    assert "2016" not in str(caught.value)
    listed = make(**CASES["event_before_birth"]).faults
    assert listed.columns == ["table", "row", "fault", "treatment"]


def test_the_rules_stand_in_the_documentation():
    text = (DOCS / "follow.md").read_text()
    for fault, (_, what, treatment) in FAULTS.items():
        assert f"`{fault}`" in text, fault
        assert what in text, fault
        assert treatment in text, fault
