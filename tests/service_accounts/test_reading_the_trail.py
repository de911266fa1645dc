"""The privacy officer reads the audit trail: filtered, checked, and without anybody's identity."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from slachtoffermonitor import service
from slachtoffermonitor.service.accounts.making import make_organisation
from slachtoffermonitor.service.accounts.pages.acts import ACTS
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.audit.models import AuditEntry, AuditHead
from slachtoffermonitor.service.care.models import CareEvent
from slachtoffermonitor.service.vault import open_identity, seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(person):
    return person("privacy_officer", organisation="The Register")


@pytest.fixture
def page(officer, visitor):
    browser = visitor(officer, headers={"accept-language": "nl"})
    with as_service("tests"):
        yield lambda **asked: browser.get(reverse("accounts:trail"), asked).content.decode()


@pytest.fixture
def opened(page, person, organisations):
    reader = person("registrar", organisation="The Register")
    with transaction.atomic():
        sealed = seal({"given_name": "Wiesje"}, organisation=organisations["Police North"].pk)
        open_identity(sealed, actor=reader, purpose="ZORG")
    return reader


def test_openings_are_listed_with_who_and_what_for_and_without_a_name_of_a_victim(page, opened):
    shown = page(act="identity.opened")
    assert opened.name in shown
    assert "Opvang en zorg" in shown
    assert "sealedidentity:" in shown
    assert "Wiesje" not in shown
    assert "organisation.made" not in page(act="identity.opened", actor="nobody")


def test_the_trail_is_filtered_by_act_actor_subject_and_day(page, opened, officer):
    make_organisation("Opvang Zuid", "OPVANG", actor=officer)
    entry = AuditEntry.objects.get(act="organisation.made")
    today = entry.at.date().isoformat()
    for asked in (
        {"act": "organisation.made"},
        {"actor": officer.name},
        {"actor": officer.audit_name},
        {"subject": entry.subject},
        {"act": "organisation.made", "first": today, "last": today},
    ):
        assert f"subject={entry.subject.replace(':', '%3A')}" in page(**asked), asked
    for asked in (
        {"act": "identity.opened"},
        {"actor": opened.name},
        {"subject": "report:"},
        {"last": "2020-01-01"},
    ):
        assert f"subject={entry.subject.replace(':', '%3A')}" not in page(**asked), asked


def test_a_long_trail_is_read_page_by_page(page, officer):
    with transaction.atomic():
        for number in range(60):
            record("test.act", actor=officer, subject=f"thing:{number}")
    assert "thing:59" in page()
    assert "thing:3<" not in page()
    assert "thing:3<" in page(page=2)
    assert "Nieuwer" in page(page=2)


def test_the_check_tells_whole_and_changed_and_is_written_down(officer, visitor):
    browser = visitor(officer, headers={"accept-language": "nl"})
    with as_service("tests"):
        make_organisation("Opvang Zuid", "OPVANG", actor=officer)
        told = browser.post(reverse("accounts:verify_trail"), follow=True).content.decode()
        assert "Het spoor is heel: 2 regels" in told
        assert AuditEntry.objects.get(act="audit.verified").detail["faults"] == 0
        AuditHead.objects.update(digest="0" * 64)
        told = browser.post(reverse("accounts:verify_trail"), follow=True).content.decode()
        assert "Het spoor is veranderd" in told


def test_others_do_not_read_it(person, visitor):
    browser = visitor(person("administrator", "registrar", "analyst"))
    assert browser.get(reverse("accounts:trail")).status_code == 403
    assert browser.post(reverse("accounts:verify_trail")).status_code == 403


def recorded_acts():
    """Give every act that the service writes down by name."""
    called = {"record", "Act", "_write", "_record", "record_many"}
    for path in Path(service.__file__).parent.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in called:
                named = [word.value for word in call.keywords if word.arg == "act"]
                for word in [*call.args[:1], *named]:
                    if isinstance(word, ast.Constant):
                        yield word.value
    for kind in CareEvent.Kind:
        yield f"help.{kind.value.lower()}"


def test_every_act_has_a_name_in_both_languages():
    found = set(recorded_acts())
    assert len(found) > 50
    assert found <= set(ACTS)
    with override("nl"):
        dutch = {act: str(name) for act, name in ACTS.items()}
    with override("en"):
        assert not {act for act, name in ACTS.items() if str(name) == dutch[act]}


def test_the_trail_says_acts_in_the_language_of_the_reader(page, opened):
    shown = page(act="identity.opened")
    assert "<td>Persoonsgegevens geopend</td>" in shown
    assert "<td>identity.opened</td>" not in shown
