"""Pairs that may be one person: found by name and by tokens, decided by people, undone."""

from dataclasses import replace

import polars as pl
import pytest

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.link.private import new_key, tokenise
from slachtoffermonitor.records import Notification
from slachtoffermonitor.service.audit.models import AuditEntry
from slachtoffermonitor.service.register.matching.merging import decide, unmerge
from slachtoffermonitor.service.register.matching.searching import (
    forget_registers,
    look_for_duplicates,
)
from slachtoffermonitor.service.register.models import MatchCandidate, Person, Report, RuleChoice
from slachtoffermonitor.service.register.receiving.submission import Submission
from slachtoffermonitor.service.register.receiving.taking_in import receive
from slachtoffermonitor.service.register.receiving.withdrawing import withdraw
from slachtoffermonitor.service.register.uploads.rows import read_token_file

from .conftest import FACTS, IDENTITY, signed

pytestmark = pytest.mark.django_db

STRANGERS = [
    {"given_name": "Thi Hoa", "surname": "Nguyen", "birth_date": "2001-12-30"},
    {"given_name": "Adebayo", "surname": "Okafor", "birth_date": "1988-07-07"},
    {"given_name": "Irina", "surname": "Popescu", "birth_date": "1995-02-11"},
    {"given_name": "Sem", "surname": "de Wit", "birth_date": "1990-10-21"},
]
MISSPELT = IDENTITY | {"given_name": "Wisje", "surname": "Zandberge Koper"}


@pytest.fixture(autouse=True)
def nothing_learned():
    forget_registers()
    yield
    forget_registers()


def test_a_misspelt_name_is_found_strangers_are_not_and_nobody_is_joined(
    a_report, officer, carer, registrar
):
    police, youth_care = officer.organisation, carer.organisation
    first = receive(a_report(), actor=officer, organisation=police).report
    for number, stranger in enumerate(STRANGERS):
        receive(
            a_report(identity=stranger, own_reference=f"S{number}"),
            actor=officer,
            organisation=police,
        )
    second = receive(
        a_report(identity=MISSPELT, consent=signed()), actor=carer, organisation=youth_care
    ).report
    assert look_for_duplicates(actor=registrar) == 1
    pair = MatchCandidate.objects.get()
    assert {pair.report_id, pair.other_id} == {first.pk, second.pk}
    assert pair.probability > 0.9
    assert not pair.private
    assert Person.objects.count() == 6
    openings = AuditEntry.objects.filter(act="identity.opened", purpose="DUPLICATES")
    assert openings.count() == 6
    assert look_for_duplicates(actor=registrar) == 0
    assert openings.count() == 6


def test_a_new_report_is_asked_of_the_register_that_was_learned(
    a_report, officer, police, registrar
):
    for number, stranger in enumerate([*STRANGERS, IDENTITY]):
        receive(
            a_report(identity=stranger, own_reference=f"S{number}"),
            actor=officer,
            organisation=police,
        )
    assert look_for_duplicates(actor=registrar) == 0
    new = receive(a_report(identity=MISSPELT), actor=officer, organisation=police).report
    assert look_for_duplicates(actor=registrar) == 1
    pair = MatchCandidate.objects.get()
    assert new.pk in {pair.report_id, pair.other_id}


def test_reports_without_a_name_are_found_by_their_tokens(
    officer, carer, registrar, today, tmp_path
):
    police, youth_care = officer.organisation, carer.organisation
    from slachtoffermonitor.link.private import write_tokens

    RuleChoice.objects.create(
        minors="TOT_16", contested_ground=True, jurist="J", chosen_on=today, chosen_by="x"
    )
    empty = Notification.create_empty()
    people = [IDENTITY, *STRANGERS, MISSPELT]
    said = {"reporter": "POL", "basis": "WPG", "purpose": "REGISTER", "sex": "V", "route": "ONB"}
    rows = [
        dict.fromkeys(empty.columns)
        | said
        | {"main_form": "BSU", "forms": "BSU", "notification_id": f"N{number}"}
        | {"given_name": one["given_name"], "surname": one["surname"]}
        | {"born": one["birth_date"], "citizenship": "NL"}
        for number, one in enumerate(people)
    ]
    for row in rows:
        del row["birth_date"]
    frame = pl.DataFrame(rows).with_columns(
        birth_date=pl.col("born").str.to_date(), reported_on=pl.date(2026, 5, 1)
    )
    frame = frame.select(empty.columns).cast(dict(empty.schema))
    path = tmp_path / "tokens.parquet"
    write_tokens(tokenise(frame, new_key(purpose="register")), path)
    kept = []
    for found in read_token_file(path.read_bytes()):
        sent = Submission(
            content="PSEUDONIEM",
            purpose="REGISTER",
            age="ONB",
            reported_on=found.reported_on,
            facts={"sex": "V", "main_form": "BSU", "forms": "BSU", "route": "ONB"},
            tokens=found.row,
            token_key=found.key_id,
        )
        last = len(kept) == len(people) - 1
        who, office = (carer, youth_care) if last else (officer, police)
        kept.append(receive(sent, actor=who, organisation=office).report)
    assert kept[-1].basis == "GERECHTV"
    assert look_for_duplicates(actor=registrar) == 1
    pair = MatchCandidate.objects.get()
    assert pair.private
    assert {pair.report_id, pair.other_id} == {kept[0].pk, kept[-1].pk}
    assert not AuditEntry.objects.filter(act="identity.opened").exists()


@pytest.fixture
def pair(a_report, officer, police, carer, youth_care):
    first = receive(a_report(), actor=officer, organisation=police).report
    second = receive(a_report(consent=signed()), actor=carer, organisation=youth_care).report
    left, right = sorted([first, second], key=lambda report: str(report.pk))
    return MatchCandidate.objects.create(report=left, other=right, probability=0.9)


def test_one_person_is_decided_by_somebody_and_can_be_undone(pair, registrar):
    before = set(Report.objects.values_list("person", flat=True))
    merge = decide(pair, same=True, actor=registrar)
    assert Report.objects.values("person").distinct().count() == 1
    assert Report.objects.first().person == merge.kept
    with pytest.raises(InputError, match="decided before"):
        decide(pair, same=False, actor=registrar)
    assert unmerge(merge, actor=registrar) == 1
    assert set(Report.objects.values_list("person", flat=True)) == before
    pair.refresh_from_db()
    assert pair.verdict == "OPEN"
    with pytest.raises(InputError, match="undone before"):
        unmerge(merge, actor=registrar)
    acts = list(AuditEntry.objects.values_list("act", flat=True))
    assert acts[-3:] == ["pair.decided", "persons.merged", "persons.unmerged"]


def test_two_persons_stay_two(pair, registrar):
    assert decide(pair, same=False, actor=registrar) is None
    assert Report.objects.values("person").distinct().count() == 2


def test_undoing_gives_back_the_pairs_between_the_two_and_no_others(
    pair, registrar, a_report, officer, police
):
    third = receive(a_report(own_reference="C"), actor=officer, organisation=police).report
    other = MatchCandidate.objects.create(report=third, other=pair.report, probability=0.8)
    first = decide(pair, same=True, actor=registrar)
    second = decide(other, same=True, actor=registrar)
    unmerge(second, actor=registrar)
    pair.refresh_from_db()
    other.refresh_from_db()
    assert (pair.verdict, other.verdict) == ("SAME", "OPEN")
    assert first.undone_at is None


def test_a_withdrawn_report_leaves_its_pairs_and_its_person(pair, carer, registrar):
    decide(pair, same=True, actor=registrar)
    by_consent = Report.objects.get(basis="TOEST_ZELF")
    withdraw(by_consent, actor=carer)
    assert not MatchCandidate.objects.exists()
    assert by_consent.person is None
    assert Report.objects.exclude(pk=by_consent.pk).get().person is not None


def test_a_full_report_may_bring_tokens_too(a_report, officer, police):
    both = replace(a_report(), tokens=b"row", token_key="k1")  # noqa: S106
    report = receive(both, actor=officer, organisation=police).report
    assert report.tokens.key_id == "k1"
    assert FACTS["main_form"] == report.facts()["main_form"]
