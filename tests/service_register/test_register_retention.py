"""The end of keeping, with the clock moved: what is due is gone, and a statistical record stays."""

from datetime import timedelta

import pytest

from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit import verify_chain
from slachtoffermonitor.service.audit.models import AuditEntry
from slachtoffermonitor.service.register.models import AccessCode, Draft, Report
from slachtoffermonitor.service.register.pages import drafts
from slachtoffermonitor.service.register.receiving.codes import make_code
from slachtoffermonitor.service.register.receiving.taking_in import receive
from slachtoffermonitor.service.register.retention import expire_due, retention_policy
from slachtoffermonitor.service.vault.models import SealedIdentity

from .conftest import IDENTITY

pytestmark = pytest.mark.django_db


def run(on):
    with as_service("retention"):
        return expire_due(on)


@pytest.fixture
def report(a_report, officer, police):
    made = receive(
        a_report(identity=IDENTITY | {"contact_fragment": "1234"}),
        actor=officer,
        organisation=police,
    ).report
    make_code("VICTIM", organisation=police, report=made)
    return made


def test_nothing_ends_before_its_time(report, today):
    run(today + timedelta(days=30 * (retention_policy()["contact_months"] - 1)))
    assert "contact_fragment" in SealedIdentity.objects.get().fields
    assert Report.objects.get().status == "NEW"


def test_the_telephone_goes_first(report, today):
    on = today + timedelta(days=31 * retention_policy()["contact_months"] + 31)
    assert run(on)["contacts"] == 1
    assert set(SealedIdentity.objects.get().fields) == set(IDENTITY)
    assert run(on)["contacts"] == 0


def test_a_report_becomes_a_statistical_record_with_proof(report, today):
    on = today + timedelta(days=31 * retention_policy()["identity_months"] + 31)
    assert run(on)["reports"] == 1
    report.refresh_from_db()
    assert report.status == "EXPIRED"
    facts = report.facts()
    assert facts["citizenship_group"] == "NL"
    assert (facts["main_form"], facts["age_band"]) == ("BSU", "L23_PLUS")
    assert not {"municipality", "citizenship", "exploited_from", "platforms"} & set(facts)
    assert report.versions.count() == 1
    sealed = SealedIdentity.objects.get()
    assert sealed.fields == {}
    assert sealed.destroyed_at
    assert not AccessCode.objects.exists()
    proof = AuditEntry.objects.get(act="report.expired")
    assert (proof.actor, proof.subject) == ("service:retention", f"report:{report.pk}")
    assert verify_chain().faults == ()
    assert run(on)["reports"] == 0


def test_a_draft_that_nobody_finished_is_destroyed(officer, today):
    drafts.begin(officer)
    assert run(today + timedelta(days=29))["drafts"] == 0
    assert run(today + timedelta(days=32))["drafts"] == 1
    assert not Draft.objects.exists()
    assert not SealedIdentity.objects.filter(destroyed_at=None).exists()
