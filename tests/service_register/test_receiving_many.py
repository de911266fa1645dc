"""Many reports at once are kept as one by one: the same rows, the same entries, all or none."""

import pytest

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.service.audit import AuditError, record_many, verify_chain
from slachtoffermonitor.service.audit.models import AuditEntry
from slachtoffermonitor.service.register.models import Consent, Person, Report, ReportVersion
from slachtoffermonitor.service.register.receiving.taking_in import receive, receive_many
from slachtoffermonitor.service.vault import open_identity
from slachtoffermonitor.service.vault.models import SealedIdentity

from .conftest import IDENTITY, signed

pytestmark = pytest.mark.django_db
NOT_COMPARED = {"id", "_state", "person_id", "identity_id", "received_at", "own_reference"}


def told(report):
    row = {name: text for name, text in vars(report).items() if name not in NOT_COMPARED}
    return {name: text for name, text in row.items() if not name.startswith("_")} | {
        "facts": report.facts(),
        "identity": open_identity(report.identity, actor="service:test", purpose="REGISTER"),
    }


def test_many_are_kept_as_one_by_one(a_report, officer, police):
    submissions = [a_report(own_reference=f"R{number}") for number in range(3)]
    submissions.append(a_report(consent=signed(), own_reference="R3"))
    received = receive_many(submissions, actor=officer, organisation=police)
    assert [one.report.own_reference for one in received] == ["R0", "R1", "R2", "R3"]
    alone = receive(a_report(), actor=officer, organisation=police).report
    kept = [Report.objects.get(pk=one.report.pk) for one in received]
    assert all(told(report) == told(Report.objects.get(pk=alone.pk)) for report in kept[:3])
    assert Consent.objects.get().report_id == kept[3].pk
    for model in (Person, ReportVersion, SealedIdentity):
        assert model.objects.count() == 5
    entries = AuditEntry.objects.filter(act="report.received").order_by("position")
    assert [entry.subject for entry in entries] == [
        f"report:{report.pk}" for report in [*kept, alone]
    ]
    assert verify_chain().is_whole


def test_what_is_known_is_given_and_the_rest_is_kept(a_report, officer, police):
    first = receive(a_report(own_reference="A"), actor=officer, organisation=police).report
    received = receive_many(
        [a_report(own_reference=name) for name in ("B", "A", "C")],
        actor=officer,
        organisation=police,
    )
    assert [one.known for one in received] == [False, True, False]
    assert received[1].report == first
    assert Report.objects.count() == 3


def test_one_that_is_wrong_keeps_all_out(a_report, officer, police):
    with pytest.raises(InputError):
        receive_many(
            [a_report(), a_report(identity=IDENTITY | {"birth_date": "2150-01-01"})],
            actor=officer,
            organisation=police,
        )
    assert not Report.objects.exists()
    assert not AuditEntry.objects.exists()


def test_no_acts_are_no_entries(police):
    assert record_many([], actor="service:test") == []
    with pytest.raises(AuditError):
        receive_nothing_by_nobody()


def receive_nothing_by_nobody():
    from slachtoffermonitor.service.audit import Act

    record_many([Act(act="report.received", subject="report:1")], actor=object())
