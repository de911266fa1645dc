"""Which reports end up as one person, and which never may."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.link import Linkage, link_reports
from slachtoffermonitor.records import Notification, Person, PopulationEntry

BASE: dict[str, Any] = {
    "reporter": "POL",
    "reported_on": date(2019, 3, 1),
    "basis": "WPG",
    "purpose": "REGISTER",
    "sex": "V",
    "citizenship": "NG",
    "municipality": "Utrecht",
    "main_form": "GSU",
    "forms": "GSU",
    "route": "GRENS",
}


def reports_of(*rows: dict[str, Any]) -> pl.DataFrame:
    shape = Notification.create_empty()
    full = [
        dict.fromkeys(shape.columns) | BASE | {"notification_id": f"N{n}"} | row
        for n, row in enumerate(rows)
    ]
    return pl.DataFrame(full, schema=dict(shape.schema))


def register_of(*rows: dict[str, Any]) -> pl.DataFrame:
    shape = PopulationEntry.create_empty()
    full = [
        {"person_id": f"R{n}", "sex": "V", "citizenship": "NG", "municipality": "Utrecht"} | row
        for n, row in enumerate(rows)
    ]
    return pl.DataFrame(full, schema=dict(shape.schema))


def persons_of(linkage: Linkage) -> list[set[str]]:
    groups = linkage.reports.group_by("person_id").agg("notification_id").sort("person_id")
    return [set(ids) for ids in groups["notification_id"].to_list()]


FOUND = ("left", "right", "match_probability")
PEOPLE = (
    ("Blessing", "Okafor", date(1999, 5, 17)),
    ("Joana", "Pereira", date(1988, 11, 3)),
    ("Mihaela", "Ionescu", date(2001, 8, 26)),
    ("Sanne", "van der Berg", date(1995, 2, 9)),
    ("Thi Lan", "Nguyen", date(1992, 7, 30)),
    ("Agnieszka", "Wójcik", date(1985, 12, 21)),
)


def named(given_name: str, surname: str, born: date | None, **more: Any) -> dict[str, Any]:
    return {"given_name": given_name, "surname": surname, "birth_date": born} | more


WRITTEN_TWICE = {
    "the same": (PEOPLE[0], ("Blessing", "Okafor", date(1999, 5, 17))),
    "names swapped": (PEOPLE[4], ("Nguyen", "Thi Lan", date(1992, 7, 30))),
    "names swapped, with slips": (
        ("Nativodad", "Corrales", date(1988, 4, 13)),
        ("CCorrales", "Natiidad", date(1988, 1, 1)),
    ),
    "names swapped, an initial": (
        ("Nesrine", "Kadi", date(2001, 6, 29)),
        ("Kadi", "N.", date(2001, 1, 1)),
    ),
    "day and month swapped": (PEOPLE[1], ("Joana", "Pereira", date(1988, 3, 11))),
    "slips": (PEOPLE[2], ("Mihaella", "Ionesco", date(2001, 8, 26))),
    "without particle": (PEOPLE[3], ("sanne", "Berg", date(1995, 2, 9))),
    "without accents": (PEOPLE[5], ("AGNIESZKA", "Wojcik", date(1985, 12, 21))),
    "another script": (
        ("Юлия", "Иванова", date(1990, 6, 5)),
        ("Yuliya", "Ivanova", date(1990, 6, 5)),
    ),
    "1 January for an unknown day": (
        ("Ngozi", "Adeyemi", date(1997, 10, 22)),
        ("Ngozi", "Adeyemi", date(1997, 1, 1)),
    ),
}


@pytest.fixture(scope="module")
def written_twice() -> Linkage:
    rows = [
        named(*way, notification_id=f"{case}, {place}")
        for case, ways in WRITTEN_TWICE.items()
        for place, way in enumerate(ways)
    ]
    return link_reports(reports_of(*rows), seed=1)


@pytest.mark.parametrize("case", WRITTEN_TWICE)
def test_one_person_written_in_two_ways_is_one_person(case: str, written_twice: Linkage) -> None:
    assert {f"{case}, 0", f"{case}, 1"} in persons_of(written_twice)


def test_strangers_stay_apart() -> None:
    linkage = link_reports(reports_of(*(named(*person) for person in PEOPLE)), seed=1)
    assert linkage.persons.height == len(PEOPLE)
    assert linkage.reports["match_probability"].null_count() == len(PEOPLE)


def test_sisters_stay_apart() -> None:
    rows = [
        named("Blessing", "Okafor", date(1999, 5, 17), contact_fragment="4471"),
        named("Patience", "Okafor", date(2001, 9, 2), contact_fragment="4471"),
        *(named(*person) for person in PEOPLE[1:]),
    ]
    assert link_reports(reports_of(*rows), seed=1).persons.height == len(rows)


def test_a_report_without_identity_is_a_person_of_its_own() -> None:
    linkage = link_reports(reports_of({}, {}, {}, named(*PEOPLE[0])), seed=1)
    assert linkage.persons.height == 4
    assert linkage.pairs.is_empty()


def test_one_report_is_one_person() -> None:
    linkage = link_reports(reports_of(named(*PEOPLE[0])), seed=1)
    assert linkage.persons["person_id"].to_list() == ["P000001"]
    assert linkage.quality().precision is None
    assert linkage.quality().recall is None


def test_contradicting_birth_dates_cut_a_chain() -> None:
    """N0 and N2 both resemble N1, which has no birth date, but cannot be one person."""
    rows = [
        named("Mihaela", "Ionescu", date(1991, 2, 20), contact_fragment="880123"),
        named("Mihaela", "Ionescu", None, contact_fragment="880123"),
        named("Mihaela", "Ionescu", date(2003, 9, 14)),
        *(named(*person) for person in PEOPLE[:2]),
    ]
    reports = reports_of(*rows)
    first = link_reports(reports, seed=1)
    sure = {(left, right): p for left, right, p in first.pairs.select(*FOUND).iter_rows()}
    assert sure["N0", "N1"] > sure["N1", "N2"] > sure.get(("N0", "N2"), 0)
    linkage = link_reports(reports, seed=1, threshold=sure["N1", "N2"])
    assert {"N0", "N1"} in persons_of(linkage)
    assert {"N2"} in persons_of(linkage)


def test_a_pair_accepted_in_its_own_right_may_contradict() -> None:
    """A person may be found under two birth dates, when all else speaks for it."""
    rows = [
        named("Mihaela", "Ionescu", date(1991, 2, 20), contact_fragment="880123"),
        named("Mihaela", "Ionescu", date(2003, 9, 14), contact_fragment="880123"),
        *(named(*person) for person in PEOPLE[:2]),
    ]
    reports = reports_of(*rows)
    sure = link_reports(reports, seed=1).pairs["match_probability"].max()
    assert isinstance(sure, float)
    assert {"N0", "N1"} in persons_of(link_reports(reports, seed=1, threshold=sure))


def test_two_people_of_the_register_are_never_one_person() -> None:
    """One report resembles twins in the register: it goes to one of them at most."""
    rows = [named("Joana", "Pereira", date(1988, 11, 3)), *(named(*p) for p in PEOPLE[2:])]
    register = register_of(
        named("Joana", "Pereira", date(1988, 11, 3)), named("Joanna", "Pereira", date(1988, 11, 3))
    )
    linkage = link_reports(reports_of(*rows), population=register, seed=1, threshold=0.001)
    found = linkage.persons.drop_nulls("register_id")
    assert found["register_id"].to_list() == ["R0"]
    assert linkage.pairs.filter(right_is="register")["match_probability"].sum() <= 1


def test_the_register_joins_reports_that_alone_say_too_little() -> None:
    rows = [
        named("Blessing", "Okafor", date(1999, 5, 17)),
        named("Blessing", "Okafor", None, birth_year=1999),
        *(named(*p) for p in PEOPLE[1:]),
    ]
    linkage = link_reports(
        reports_of(*rows), population=register_of(named(*PEOPLE[0]), named(*PEOPLE[3])), seed=1
    )
    person = linkage.persons.filter(register_id="R0")
    assert person.height == 1
    assert person["birth_date"].to_list() == [date(1999, 5, 17)]
    assert linkage.persons.filter(register_id="R1").height == 1


def test_a_person_is_what_most_reports_say() -> None:
    rows = [
        named(*PEOPLE[0], main_form="ONB", forms="ONB", sex="ONB", reported_on=date(2018, 1, 5)),
        named(*PEOPLE[0], main_form="ONB", forms="ONB", municipality="Venlo"),
        named(*PEOPLE[0], main_form="ARB", forms="ARB;CRIM", citizenship=None, route="ONB"),
        *(named(*person) for person in PEOPLE[1:]),
    ]
    persons = link_reports(reports_of(*rows), seed=1).persons
    first = persons.row(0, named=True)
    assert first == {
        "person_id": "P000001",
        "register_id": None,
        "birth_date": date(1999, 5, 17),
        "birth_year": 1999,
        "sex": "V",
        "citizenship": "NG",
        "municipality": "Utrecht",
        "main_form": "ARB",
        "forms": "ARB;CRIM",
        "route": "GRENS",
        "first_reported_on": date(2018, 1, 5),
    }
    Person.validate(persons.drop("register_id"))


def test_memberships_count_lists_and_years() -> None:
    rows = [
        named(*PEOPLE[0], reported_on=date(2018, 4, 1)),
        named(*PEOPLE[0], reported_on=date(2018, 2, 1)),
        named(*PEOPLE[0], reported_on=date(2019, 2, 1)),
        named(*PEOPLE[0], reporter="ZC", reported_on=date(2018, 6, 1)),
        named(*PEOPLE[1], reporter="KMAR", reported_on=date(2018, 9, 1)),
    ]
    linkage = link_reports(reports_of(*rows), seed=1)
    assert linkage.memberships().rows() == [
        ("P000001", "POL", 2018, date(2018, 2, 1), 2),
        ("P000001", "ZC", 2018, date(2018, 6, 1), 1),
        ("P000001", "POL", 2019, date(2019, 2, 1), 1),
        ("P000002", "KMAR", 2018, date(2018, 9, 1), 1),
    ]
    assert linkage.memberships([2019]).height == 1
    assert linkage.memberships(range(2000, 2010)).is_empty()


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(order=st.permutations(range(8)), split=st.integers(0, 8))
def test_the_order_of_rows_and_deliveries_changes_nothing(order: list[int], split: int) -> None:
    slips = [named("Blesing", "Okafor", date(1999, 5, 17)), named("Lan", "Nguyen", None)]
    reports = reports_of(*(named(*person) for person in PEOPLE), *slips)
    shuffled = reports[order]
    once = link_reports(reports, seed=3)
    again = link_reports([shuffled.head(split), shuffled.tail(8 - split)], seed=3)
    assert once.reports.equals(again.reports)
    assert once.persons.equals(again.persons)
    assert once.pairs.equals(again.pairs)


def test_nothing_of_identity_shows() -> None:
    linkage = link_reports(reports_of(*(named(*person) for person in PEOPLE)), seed=1)
    assert repr(linkage) == (
        f"Linkage(reports=6, persons=6, in_register=0, threshold={linkage.threshold:.4f})"
    )
    written = " ".join(
        frame.write_csv() for frame in (linkage.reports, linkage.pairs, linkage.weights)
    ).lower()
    for given_name, surname, born in PEOPLE:
        assert given_name.lower() not in written
        assert surname.lower() not in written
        assert born.isoformat() not in written


def test_every_problem_is_told_at_once() -> None:
    reports = reports_of(named(*PEOPLE[0])).drop("surname").with_columns(birth_date=pl.lit("x"))
    with pytest.raises(InputError) as caught:
        link_reports(reports, population=register_of().drop("sex"), seed=1, threshold=1.5)
    told = [(problem.file, problem.column) for problem in caught.value.problems]
    assert told == [
        ("notifications", "surname"),
        ("notifications", "birth_date"),
        ("population", "sex"),
        ("", ""),
    ]


def test_an_id_may_occur_once() -> None:
    reports = reports_of(named(*PEOPLE[0]), named(*PEOPLE[1]))
    with pytest.raises(InputError, match="2 rows repeat an earlier id"):
        link_reports([reports, reports], seed=1)
    with pytest.raises(InputError, match="no reports to link"):
        link_reports(reports.clear(), seed=1)
    with pytest.raises(InputError, match="is empty in 1 rows"):
        link_reports(reports.with_columns(notification_id=pl.lit(None, pl.String)).head(1), seed=1)
