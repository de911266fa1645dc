"""From registrations, crimes and presence to followed persons: each rule, then all at once."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slachtoffermonitor.follow import CohortDefinition, histories
from slachtoffermonitor.ground import InputError
from slachtoffermonitor.records import Event, Presence

INDEX = date(2015, 1, 1)
UNTIL = date(2020, 1, 1)


def day(number):
    return INDEX + timedelta(days=number)


def persons(*rows):
    names = {"person_id": pl.String, "first_reported_on": pl.Date}
    return pl.DataFrame(list(rows), schema=names, orient="row")


def events(*rows, role="SLACHTOFFER", kind="GEWELD"):
    return pl.DataFrame(
        [
            {
                "event_id": f"e{number}",
                "person_id": who,
                "event_role": role,
                "event_kind": kind,
                "occurred_on": on,
                "registered_on": on,
            }
            for number, (who, on) in enumerate(rows)
        ],
        schema=Event.create_empty().schema,
    )


def presence(*rows):
    return pl.DataFrame(list(rows), schema=Presence.create_empty().schema, orient="row")


def always(*who):
    return presence(*[(one, date(2000, 1, 1), None, None) for one in who])


def followed(people, crimes, present, **changes):
    return histories(people, crimes, present, CohortDefinition(observed_until=UNTIL, **changes))


def test_an_event_counts_only_after_the_landmark():
    crimes = events(("a", day(0)), ("a", day(30)), ("a", day(31)), ("a", day(400)))
    found = followed(persons(("a", INDEX)), crimes, always("a"))
    assert found.events["event_day"].to_list() == [31, 400]
    assert found.persons.row(0, named=True) == {
        "person": 0,
        "group": "",
        "entry_day": 30,
        "exit_day": 1826,
        "observable_day": 1826,
        "event_day": 31,
        "exit_reason": None,
    }
    assert found.account["events_cleared"] == 2


def test_a_person_with_an_event_during_clearing_stays_in_the_cohort():
    found = followed(persons(("a", INDEX)), events(("a", day(12))), always("a"))
    assert found.persons["event_day"].to_list() == [None]


def test_an_event_on_the_day_of_leaving_counts_and_later_ones_do_not():
    left = presence(("a", date(2000, 1, 1), day(200), "EMIGRATIE"))
    found = followed(persons(("a", INDEX)), events(("a", day(200)), ("a", day(201))), left)
    assert found.events["event_day"].to_list() == [200]
    assert found.account["events_after_exit"] == 1
    assert found.persons["exit_reason"].to_list() == ["EMIGRATIE"]


def test_nobody_outside_the_register_is_followed_or_forgotten():
    people = persons(
        ("here", INDEX),
        ("unknown", INDEX),
        ("left early", INDEX),
        ("came later", INDEX),
        ("too recent", date(2019, 12, 15)),
        (None, INDEX),
    )
    present = pl.concat(
        [
            always("here", "too recent"),
            presence(
                ("left early", date(2000, 1, 1), day(30), "OVERLEDEN"),
                ("came later", day(31), None, None),
            ),
        ]
    )
    account = followed(people, events(), present).account
    assert account["persons"] == 6
    assert {name: number for name, number in account.items() if name != "persons" and number} == {
        "not_linked": 1,
        "not_in_register": 1,
        "too_recent": 1,
        "left_before_landmark": 1,
        "not_present_at_landmark": 1,
        "followed": 1,
    }


def test_a_return_from_abroad_is_not_followed():
    stays = presence(("a", date(2000, 1, 1), day(100), "EMIGRATIE"), ("a", day(300), None, None))
    found = followed(persons(("a", INDEX)), events(("a", day(400))), stays)
    assert found.persons["exit_day"].to_list() == [100]
    assert found.account["events_after_exit"] == 1


def test_stretches_that_touch_or_overlap_are_one():
    stays = presence(
        ("a", date(2000, 1, 1), day(100), "ONBEKEND"),
        ("a", day(90), day(150), "ONBEKEND"),
        ("a", day(151), day(500), "OVERLEDEN"),
    )
    found = followed(persons(("a", INDEX)), events(), stays)
    assert found.persons.select("exit_day", "exit_reason").row(0) == (500, "OVERLEDEN")


def test_a_long_stretch_is_not_cut_by_a_short_one_inside_it():
    stays = presence(("a", date(2000, 1, 1), None, None), ("a", day(10), day(20), "EMIGRATIE"))
    found = followed(persons(("a", INDEX)), events(), stays)
    assert found.persons.select("exit_day", "exit_reason").row(0) == (1826, None)


def test_presence_after_death_is_refused():
    stays = presence(("a", date(2000, 1, 1), day(100), "OVERLEDEN"), ("a", day(300), None, None))
    with pytest.raises(InputError, match="again after death; found 1 persons"):
        followed(persons(("a", INDEX)), events(), stays)


def test_only_the_asked_role_and_kinds_count():
    crimes = pl.concat(
        [
            events(("a", day(50)), role="VERDACHTE"),
            events(("a", day(60)), kind="VERMOGEN"),
            events(("a", day(70)), kind="MENSENHANDEL"),
        ]
    )
    people = persons(("a", INDEX))
    assert followed(people, crimes, always("a")).persons["event_day"].to_list() == [60]
    again = followed(people, crimes, always("a"), event_kinds=("MENSENHANDEL",))
    assert again.persons["event_day"].to_list() == [70]
    suspect = followed(people, crimes, always("a"), event_role="VERDACHTE")
    assert suspect.persons["event_day"].to_list() == [50]


def test_persons_are_found_by_the_id_of_the_population_register():
    people = persons(("p1", INDEX), ("p2", INDEX)).with_columns(register_id=pl.Series(["r1", None]))
    found = followed(people, events(("r1", day(40))), always("r1"), id_column="register_id")
    assert found.persons["event_day"].to_list() == [40]
    assert found.account["not_linked"] == 1


def test_one_register_id_is_one_person_from_the_earliest_index_day():
    people = persons(("p1", day(90)), ("p2", INDEX)).with_columns(register_id=pl.lit("r"))
    found = followed(people, events(("r", day(40))), always("r"), id_column="register_id")
    assert found.persons["event_day"].to_list() == [40]
    assert found.account["same_person_again"] == 1


def test_an_event_after_the_end_of_the_register_is_not_counted():
    found = followed(persons(("a", INDEX)), events(("a", UNTIL + timedelta(1))), always("a"))
    assert found.events.is_empty()


def test_all_missing_columns_are_named_at_once():
    with pytest.raises(InputError) as caught:
        histories(
            pl.DataFrame({"person_id": ["a"]}),
            events(),
            always("a"),
            CohortDefinition(observed_until=UNTIL, by="sex"),
        )
    assert [problem.column for problem in caught.value.problems] == ["first_reported_on", "sex"]


def test_an_empty_index_day_and_a_negative_clearing_period_are_refused():
    with pytest.raises(InputError, match="needs an index day"):
        followed(persons(("a", None)), events(), always("a"))
    with pytest.raises(InputError, match="not negative; found -1 days"):
        CohortDefinition(observed_until=UNTIL, clearing_days=-1)


def test_the_repr_shows_counts_only():
    found = followed(persons(("a", INDEX)), events(("a", day(40))), always("a"))
    assert repr(found) == "Histories(1 persons, 1 events)"


def obvious(people, crimes, stays, clearing, until):
    """Follow each person by going through the days one by one."""
    results = {}
    for who, index in people:
        here = {
            number
            for entered, left in stays.get(who, [])
            for number in range(entered, (left if left is not None else until) + 1)
        }
        landmark = index + clearing
        if not here or landmark >= until:
            continue
        # A person who leaves on the landmark itself is at risk on no day after it.
        today = landmark
        while today in here and today + 1 in here and today < until:
            today += 1
        if today == landmark:
            continue
        counted = sorted(on - index for on in crimes.get(who, []) if landmark < on <= today)
        results[who] = (today - index, counted)
    return results


@settings(max_examples=80, deadline=None)
@given(data=st.data(), clearing=st.integers(0, 4))
def test_histories_are_what_going_day_by_day_gives(data, clearing):
    until = 20
    people = [(f"p{n}", data.draw(st.integers(0, 18))) for n in range(data.draw(st.integers(1, 4)))]
    crimes = {who: data.draw(st.lists(st.integers(0, 20), max_size=4)) for who, _ in people}
    stays = {
        who: [
            (entered, data.draw(st.one_of(st.none(), st.integers(entered, 25))))
            for entered in data.draw(st.lists(st.integers(0, 22), max_size=3, unique=True))
        ]
        for who, _ in people
    }
    found = histories(
        persons(*[(who, day(index)) for who, index in people]).with_columns(by_name="person_id"),
        events(*[(who, day(on)) for who, on_days in crimes.items() for on in on_days]),
        presence(
            *[
                (
                    who,
                    day(entered),
                    day(left) if left is not None else None,
                    "EMIGRATIE" if left is not None else None,
                )
                for who, spells in stays.items()
                for entered, left in spells
            ]
        ),
        CohortDefinition(observed_until=day(until), clearing_days=clearing, by="by_name"),
    )
    got = {
        row["group"]: (
            row["exit_day"],
            sorted(found.events.filter(pl.col("person") == row["person"])["event_day"]),
        )
        for row in found.persons.iter_rows(named=True)
    }
    assert got == obvious(people, crimes, stays, clearing, until)
    left_out = ("not_in_register", "too_recent", "left_before_landmark", "not_present_at_landmark")
    assert sum(found.account[name] for name in left_out) + len(got) == len(people)
