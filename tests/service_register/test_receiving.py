"""Reports taken in by the one door: the ground, the vault, the trail, withdrawal."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from slachtoffermonitor.ground import InputError, SlachtoffermonitorError
from slachtoffermonitor.service.audit import verify_chain
from slachtoffermonitor.service.audit.models import AuditEntry
from slachtoffermonitor.service.basis import Policy
from slachtoffermonitor.service.register.models import (
    AccessCode,
    Consent,
    Report,
    ReportVersion,
    RuleChoice,
    Tally,
)
from slachtoffermonitor.service.register.receiving.checking import looks_like_bsn
from slachtoffermonitor.service.register.receiving.codes import find_code, make_code
from slachtoffermonitor.service.register.receiving.submission import (
    CountedReport,
    GivenConsent,
    OfficersWord,
)
from slachtoffermonitor.service.register.receiving.taking_in import (
    NoBasisError,
    chosen_policy,
    count_only,
    receive,
)
from slachtoffermonitor.service.register.receiving.withdrawing import correct, withdraw
from slachtoffermonitor.service.vault import open_identity
from slachtoffermonitor.service.vault.models import SealedIdentity

from .conftest import IDENTITY, signed

pytestmark = pytest.mark.django_db


def acts():
    return list(AuditEntry.objects.values_list("act", flat=True))


def test_police_report_is_kept_with_its_ground_its_identity_apart(a_report, officer, police):
    report = receive(a_report(), actor=officer, organisation=police).report
    assert (report.basis, report.light, report.rule) == ("WPG", "green", "police")
    assert acts() == ["report.received"]
    assert open_identity(report.identity, actor=officer, purpose="REGISTER") == IDENTITY
    assert report.facts()["age_band"] == "L23_PLUS"


def test_no_value_of_identity_lies_in_a_row(a_report, officer, police):
    receive(a_report(), actor=officer, organisation=police)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            text = repr(cursor.fetchall())
            assert not any(value in text for value in IDENTITY.values()), table


def test_without_a_basis_nothing_about_the_person_is_kept(a_report, carer, youth_care):
    with pytest.raises(NoBasisError) as refused:
        receive(a_report(), actor=carer, organisation=youth_care)
    assert refused.value.verdict.ask == ("ZELF",)
    assert not Report.objects.exists()
    assert not SealedIdentity.objects.exists()
    assert acts() == []


def test_consent_is_kept_as_evidence(a_report, carer, youth_care):
    received = receive(a_report(consent=signed()), actor=carer, organisation=youth_care)
    consent = Consent.objects.get(report=received.report)
    assert (consent.form, consent.purpose) == ("ZELF", "REGISTER")
    assert consent.text_id == "2026.1/ZELF/REGISTER/nl"
    assert len(consent.text_sha256) == len(consent.document_sha256) == 64
    opened = open_identity(received.report.identity, actor=carer, purpose="REGISTER")
    assert opened["consent_giver"] == "Wiesje Zandbergen"


def test_a_parent_who_recruited_cannot_consent(a_report, carer, youth_care):
    child = a_report(
        age="L00_15",
        identity={"given_name": "Bo"},
        facts={**a_report().facts, "recruiter_relation": "OUDER"},
        consent=signed("OUDER"),
    )
    with pytest.raises(NoBasisError) as refused:
        receive(child, actor=carer, organisation=youth_care)
    assert refused.value.verdict.rule == "suspected-giver"
    decided = replace(
        child,
        decision=OfficersWord(officer="M. Vos", office="Jeugd Noord", decided_on=date(2026, 1, 2)),
    )
    report = receive(decided, actor=carer, organisation=youth_care).report
    assert report.basis == "VITAAL"
    assert report.decision.officer == "M. Vos"


def test_the_choice_of_the_jurist_is_the_newest(a_report, carer, youth_care, today):
    assert chosen_policy() == Policy()
    RuleChoice.objects.create(
        minors="TOT_18", contested_ground=True, jurist="J. Recht", chosen_on=today, chosen_by="x"
    )
    assert chosen_policy() == Policy(minors="TOT_18", contested_ground=True)
    received = receive(
        a_report(content="PSEUDONIEM", identity={}), actor=carer, organisation=youth_care
    )
    assert received.report.basis == "GERECHTV"
    assert received.report.identity is None


def test_the_same_reference_is_taken_in_once(a_report, officer, police):
    first = receive(a_report(own_reference="PL-7"), actor=officer, organisation=police)
    again = receive(a_report(own_reference="PL-7"), actor=officer, organisation=police)
    assert again.known
    assert again.report == first.report
    assert acts() == ["report.received"]


def test_all_problems_are_told_at_once_and_no_value_of_identity(a_report, officer, police, today):
    wrong = a_report(
        facts={"sex": "Q", "forms": "BSU", "main_form": "ARB", "exploited_from": "2025-02-30"},
        identity={"given_name": "Wiesje", "birth_date": "2015-01-01", "surname": "x" * 101},
        consent=GivenConsent(form="ZELF", text_id="2026.1/OUDER/REGISTER/nl"),
        reported_on=today + timedelta(days=1),
        own_reference="met spatie",
    )
    with pytest.raises(InputError) as refused:
        receive(wrong, actor=officer, organisation=police)
    columns = {problem.column for problem in refused.value.problems}
    assert columns >= {"sex", "route", "main_form", "exploited_from", "surname", "age"}
    assert columns >= {"consent_given_on", "consent_text_id", "reported_on", "own_reference"}
    assert "Wiesje" not in str(refused.value)
    assert "2015" not in str(refused.value)


def test_a_citizen_service_number_is_refused(a_report, officer, police):
    assert looks_like_bsn("nr 111222333 x")
    assert looks_like_bsn("111.222.333")
    assert not looks_like_bsn("111222334")
    assert not looks_like_bsn("0612345678")
    with pytest.raises(InputError, match="citizen service number"):
        receive(a_report(own_reference="111222333"), actor=officer, organisation=police)


def test_versions_are_added_and_never_changed(a_report, officer, police):
    report = receive(a_report(), actor=officer, organisation=police).report
    assert correct(report, {"route": "GRENS"}, actor=officer) == 2
    assert [version.facts["route"] for version in report.versions.all()] == ["BINNENLAND", "GRENS"]
    first = report.versions.first()
    first.facts = {}
    with pytest.raises(SlachtoffermonitorError, match="never changed"):
        first.save()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        ReportVersion.objects.update(facts={})


def test_a_withdrawn_consent_leaves_a_count_and_nothing_else(a_report, carer, youth_care):
    report = receive(a_report(consent=signed()), actor=carer, organisation=youth_care).report
    make_code("VICTIM", organisation=youth_care, report=report)
    left = withdraw(report, actor=carer)
    assert left.leaves == "TELLING"
    assert (left.tally.form, left.tally.age_band, left.tally.persons) == ("BSU", "L23_PLUS", 1)
    assert left.tally.region == "Noord"
    assert report.status == Report.Status.WITHDRAWN
    assert not report.versions.exists()
    assert not AccessCode.objects.exists()
    sealed = SealedIdentity.objects.get()
    assert sealed.destroyed_at
    assert sealed.fields == {}
    assert withdraw(report, actor=carer).tally is None
    assert Tally.objects.count() == 1
    assert verify_chain().faults == ()


def test_a_registration_without_consent_stays_when_consent_to_help_is_withdrawn(
    a_report, officer, police
):
    report = receive(a_report(), actor=officer, organisation=police).report
    assert withdraw(report, actor=officer).leaves == "VOLLEDIG"
    assert report.status == Report.Status.NEW
    assert report.versions.exists()


def test_a_count_holds_a_month_and_no_day(carer, youth_care, today):
    tally = count_only(
        CountedReport(month=today, age_band="L00_17", form="ARB", region="Noord", persons=2),
        actor=carer,
        organisation=youth_care,
    )
    assert tally.month.day == 1
    with pytest.raises(InputError) as refused:
        count_only(
            CountedReport(month=today, age_band="x", form="y", region="Nr 5", persons=0),
            actor=carer,
            organisation=youth_care,
        )
    assert len(refused.value.problems) == 4


def test_a_code_is_shown_once_and_kept_as_a_digest(a_report, officer, police):
    report = receive(a_report(), actor=officer, organisation=police).report
    code = make_code("REPORTER", organisation=police, report=report)
    row = AccessCode.objects.get()
    assert code.replace("-", "")[6:] not in row.digest
    assert find_code(code, "REPORTER") == row
    assert find_code(code.lower().replace("-", " "), "REPORTER") == row
    assert find_code(code, "VICTIM") is None
    assert find_code(code[:-1] + ("2" if code[-1] != "2" else "3"), "REPORTER") is None
    assert find_code("", "REPORTER") is None


def test_a_code_cannot_be_guessed_for_ever(a_report, officer, police):
    report = receive(a_report(), actor=officer, organisation=police).report
    code = make_code("REPORTER", organisation=police, report=report)
    for _ in range(10):
        assert find_code(code[:8] + "0" * 16, "REPORTER") is None
    assert find_code(code, "REPORTER") is None


@given(st.text(max_size=30))
def test_what_looks_like_no_number_is_none(text):
    if sum(sign.isdigit() for sign in text) < 9:
        assert not looks_like_bsn(text)
