"""From registrations, crimes and presence to followed persons: each rule, then all at once."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slachtoffermonitor.follow import CohortDefinition, cumulative_incidence, histories
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
                "event_id": f"{role}-{kind}-{number}",
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
    return histories(people, crimes, present, observed_until=UNTIL, **changes)


def test_an_event_counts_only_after_the_landmark():
    crimes = events(("a", day(0)), ("a", day(30)), ("a", day(31)), ("a", day(400)))
    found = followed(persons(("a", INDEX)), crimes, always("a"))
    assert list(found.events.select("event_day", "place").iter_rows()) == [
        (0, "CLEARED"),
        (30, "CLEARED"),
        (31, "COUNTED"),
        (400, "COUNTED"),
    ]
    assert found.persons.row(0, named=True) == {
        "person": 0,
        "index_on": INDEX,
        "entry_day": 30,
        "exit_day": 1826,
        "observable_day": 1826,
        "present_from_day": -5479,
        "exit_reason": None,
        "age": None,
        "age_band": "ONB",
    }
    share = cumulative_incidence(found)
    assert share.account["events_cleared"] == 2
    assert (share.at(0.08).estimate, share.at(0.09).estimate) == (0, 1)


def test_a_person_with_an_event_during_clearing_stays_in_the_cohort():
    found = followed(persons(("a", INDEX)), events(("a", day(12))), always("a"))
    assert found.persons.height == 1
    assert cumulative_incidence(found).at(5).estimate == 0


def test_an_event_on_the_day_of_leaving_counts_and_later_ones_do_not():
    left = presence(("a", date(2000, 1, 1), day(200), "EMIGRATIE"))
    found = followed(persons(("a", INDEX)), events(("a", day(200)), ("a", day(201))), left)
    assert found.events["place"].to_list() == ["COUNTED", "AFTER_EXIT"]
    assert cumulative_incidence(found).account["events_after_exit"] == 1
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
    assert found.events["place"].to_list() == ["AFTER_EXIT"]


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


def test_every_event_is_kept_with_its_role_and_kind():
    crimes = pl.concat(
        [
            events(("a", day(50)), role="VERDACHTE"),
            events(("a", day(-60)), kind="VERMOGEN"),
            events(("a", day(70)), kind="MENSENHANDEL"),
        ]
    ).with_columns(event_id=pl.Series(["x", "y", "z"]))
    found = followed(persons(("a", INDEX)), crimes, always("a"))
    assert found.events.drop("person").rows() == [
        (-60, "SLACHTOFFER", "VERMOGEN", "BEFORE_INDEX"),
        (50, "VERDACHTE", "GEWELD", "COUNTED"),
        (70, "SLACHTOFFER", "MENSENHANDEL", "COUNTED"),
    ]


def test_persons_are_found_by_the_id_of_the_population_register():
    people = persons(("p1", INDEX), ("p2", INDEX)).with_columns(register_id=pl.Series(["r1", None]))
    found = followed(people, events(("r1", day(40))), always("r1"), id_column="register_id")
    assert found.events["event_day"].to_list() == [40]
    assert found.account["not_linked"] == 1


def test_one_register_id_is_one_person_from_the_earliest_index_day():
    people = persons(("p1", day(90)), ("p2", INDEX)).with_columns(register_id=pl.lit("r"))
    found = followed(people, events(("r", day(40))), always("r"), id_column="register_id")
    assert found.events["event_day"].to_list() == [40]
    assert found.account["same_person_again"] == 1


def test_all_missing_columns_are_named_at_once():
    with pytest.raises(InputError) as caught:
        histories(
            pl.DataFrame({"person_id": ["a"]}),
            events(),
            always("a"),
            observed_until=UNTIL,
            keep=("shoe_size",),
        )
    assert [problem.column for problem in caught.value.problems] == [
        "first_reported_on",
        "shoe_size",
    ]


def test_a_negative_period_and_an_unknown_exit_are_refused():
    with pytest.raises(InputError, match="clearing period is not negative; found -1 days"):
        CohortDefinition(observed_until=UNTIL, clearing_days=-1)
    with pytest.raises(InputError, match="recording period is not negative"):
        CohortDefinition(observed_until=UNTIL, recording_days=-3)
    with pytest.raises(InputError, match="not a reason for leaving; found VERHUISD"):
        CohortDefinition(observed_until=UNTIL, competing=("VERHUISD",))


def test_persons_are_not_grouped_by_what_shows_who_they_are():
    people = persons(("a", INDEX)).with_columns(surname=pl.lit("Nobody"))
    for name in ("surname", "person_id"):
        with pytest.raises(InputError, match="not grouped by this") as caught:
            followed(people, events(), always("a"), keep=(name,))
        assert "Nobody" not in str(caught.value)


def test_follow_up_ends_earlier_where_events_are_recorded_late():
    found = followed(
        persons(("a", INDEX)), events(("a", day(1750))), always("a"), recording_days=90
    )
    assert found.persons["exit_day"].to_list() == [1736]
    assert found.events["place"].to_list() == ["AFTER_EXIT"]


def test_another_clearing_period_gives_what_a_new_reading_gives():
    crimes = events(("a", day(12)), ("a", day(70)), ("b", day(40)))
    stays = pl.concat([always("a"), presence(("b", date(2000, 1, 1), day(60), "EMIGRATIE"))])
    people = persons(("a", INDEX), ("b", INDEX))
    varied = followed(people, crimes, stays).with_clearing(60)
    anew = followed(people, crimes, stays, clearing_days=60)
    assert varied.persons.equals(anew.persons)
    assert varied.events.equals(anew.events)
    assert varied.account == anew.account
    assert anew.account["left_before_landmark"] == 1


def test_age_is_in_whole_years_on_the_index_day():
    people = persons(("a", date(2015, 6, 1)), ("b", date(2015, 6, 2)), ("c", INDEX)).with_columns(
        birth_date=pl.Series([date(1997, 6, 2), date(1997, 6, 2), None]),
        birth_year=pl.Series([None, None, 1990], dtype=pl.Int32),
    )
    found = followed(people, events(), always("a", "b", "c"))
    assert found.persons["age"].to_list() == [17, 18, 24]
    assert found.persons["age_band"].to_list() == ["L00_17", "L18_22", "L23_PLUS"]


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


@settings(max_examples=40, deadline=None)
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
        observed_until=day(until),
        clearing_days=clearing,
        keep=("by_name",),
    )
    got = {
        row["by_name"]: (
            row["exit_day"],
            sorted(
                found.events.filter(
                    pl.col("person") == row["person"], pl.col("place") == "COUNTED"
                )["event_day"]
            ),
        )
        for row in found.persons.iter_rows(named=True)
    }
    assert got == obvious(people, crimes, stays, clearing, until)
    left_out = ("not_in_register", "too_recent", "left_before_landmark", "not_present_at_landmark")
    assert sum(found.account[name] for name in left_out) + len(got) == len(people)


def registers_of(size, seed=1):
    """Many inhabitants, of whom some are the cohort, and crimes also of nobody we know."""
    chance = np.random.default_rng(seed)
    who = [f"r{n}" for n in range(size)]
    people = persons(*[(one, day(int(chance.integers(0, 900)))) for one in who[: size // 10]])
    stays = presence(
        *[
            (one, day(-int(chance.integers(0, 2000))), None, None)
            if chance.random() < 0.8
            else (one, day(-900), day(int(chance.integers(0, 1500))), "EMIGRATIE")
            for one in who
        ]
    )
    crimes = events(
        *[
            (f"r{chance.integers(0, size + 40)}", day(int(chance.integers(-900, 2500))))
            for _ in range(6 * size)
        ]
    )
    return people, crimes, stays


def test_paths_to_parquet_give_what_the_frames_give(tmp_path):
    people, crimes, stays = registers_of(800)
    crimes = pl.concat([crimes, crimes.head(1).with_columns(person_id=pl.lit(None, pl.String))])
    crimes.write_parquet(tmp_path / "events.parquet")
    stays.write_parquet(tmp_path / "presence.parquet")
    inside = followed(people, crimes, stays)
    outside = followed(people, tmp_path / "events.parquet", str(tmp_path / "presence.parquet"))
    mixed = followed(people, crimes.lazy(), tmp_path / "presence.parquet")
    for other in (outside, mixed):
        assert other.persons.equals(inside.persons)
        assert other.events.equals(inside.events)
        assert other.account == inside.account
        assert other.faults.equals(inside.faults)
    assert inside.account["event_of_unknown_person"] > 1


def test_a_path_to_nothing_is_said_so(tmp_path):
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        followed(persons(("a", INDEX)), tmp_path / "none.parquet", always("a"))
