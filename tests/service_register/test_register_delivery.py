"""What goes to an edition: reports as `records` wants them, withdrawn ones as counts only."""

from datetime import timedelta

import pytest

from slachtoffermonitor.records import Notification, Tally, check
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit.models import AuditEntry
from slachtoffermonitor.service.register.delivering import deliver
from slachtoffermonitor.service.register.models import Report
from slachtoffermonitor.service.register.receiving.submission import CountedReport
from slachtoffermonitor.service.register.receiving.taking_in import count_only, receive
from slachtoffermonitor.service.register.receiving.withdrawing import withdraw
from slachtoffermonitor.service.register.retention import expire_due

from .conftest import signed

pytestmark = pytest.mark.django_db


def test_reports_and_counts_pass_the_checks_of_records(a_report, officer, carer, registrar, today):
    police, youth_care = officer.organisation, carer.organisation
    kept = receive(a_report(), actor=officer, organisation=police).report
    nameless = a_report(content="PSEUDONIEM", identity={}, own_reference="N")
    receive(nameless, actor=officer, organisation=police)
    gone = receive(a_report(consent=signed()), actor=carer, organisation=youth_care).report
    withdraw(gone, actor=carer)
    counted = CountedReport(month=today, age_band="L00_17", form="ARB", region="Noord")
    count_only(counted, actor=carer, organisation=youth_care)
    frames = deliver(actor=registrar)
    notifications = check(frames["notifications"], Notification)
    tallies = check(frames["tallies"], Tally)
    ids = notifications["notification_id"].to_list()
    assert str(kept.pk) in ids
    assert str(gone.pk) not in ids
    assert notifications["surname"].null_count() == 1
    assert sorted(tallies["form"]) == ["ARB", "BSU"]
    assert set(frames) == {"notifications", "tallies"}
    assert AuditEntry.objects.filter(act="register.delivered").count() == 1


def test_a_report_past_its_time_is_delivered_without_a_person(a_report, officer, registrar, today):
    receive(a_report(), actor=officer, organisation=officer.organisation)
    with as_service("retention"):
        expire_due(today + timedelta(days=31 * 70))
    assert Report.objects.get().status == "EXPIRED"
    row = check(deliver(actor=registrar)["notifications"], Notification).row(0, named=True)
    assert (row["main_form"], row["route"], row["sex"]) == ("BSU", "BINNENLAND", "V")
    gone = ("given_name", "surname", "birth_date", "municipality", "citizenship", "platforms")
    assert [row[name] for name in gone] == [None] * len(gone)


def test_an_empty_register_delivers_empty_frames(registrar):
    frames = deliver(actor=registrar)
    assert [frame.height for frame in frames.values()] == [0, 0]
