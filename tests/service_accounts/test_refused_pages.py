"""Refusals are written in the trail, nobody floods it, and plain http to the interface is one."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from slachtoffermonitor.service.accounts.permissions import permission_table
from slachtoffermonitor.service.accounts.refusals import PAGES_AN_HOUR
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
NOBODYS = "00000000-0000-0000-0000-000000000000"


@pytest.fixture(autouse=True)
def nothing_refused_yet(db):
    cache.clear()


def refusals():
    with as_service("test"):
        return [
            (entry.actor, entry.subject, entry.detail)
            for entry in AuditEntry.objects.filter(act="page.refused")
        ]


def test_a_page_outside_the_table_is_refused_and_written_once_an_hour(person, visitor):
    user = person("reporter")
    browser = visitor(user)
    for _ in range(3):
        assert browser.get(reverse("accounts:trail") + "?act=Wiesje").status_code == 403
    assert refusals() == [(user.audit_name, "page:accounts:trail", {"method": "GET"})]
    assert visitor(person("analyst")).get(reverse("accounts:trail")).status_code == 403
    assert len(refusals()) == 2


def test_asking_for_what_is_not_ones_own_is_written_too(person, visitor):
    user = person("reporter")
    address = reverse("register:report", args=[NOBODYS])
    assert visitor(user).get(address).status_code == 404
    assert refusals() == [(user.audit_name, "page:register:report", {"method": "GET"})]
    assert NOBODYS not in str(refusals())


def test_strangers_at_the_interface_share_one_entry_an_hour(visitor):
    address = reverse("register:register-api:reports")
    for number in range(3):
        answer = visitor(headers={"authorization": f"Bearer smk_{number}"}).post(address)
        assert answer.status_code == 401
    assert [actor for actor, _, _ in refusals()] == ["service:stranger"]


def test_nobody_floods_the_trail(person, visitor):
    from slachtoffermonitor.service.accounts.refusals import write_refusal

    user = person("reporter")
    pages = list(permission_table())[: PAGES_AN_HOUR + 10]
    for page in pages:
        write_refusal(user, page.split(" ")[-1], "GET")
        write_refusal(user, page.split(" ")[-1], "PROPFIND")
    assert len(pages) == PAGES_AN_HOUR + 10
    assert len(refusals()) == PAGES_AN_HOUR


def test_plain_http_to_the_interface_is_refused_and_not_led_on(db):
    browser = Client()
    answer = browser.post("/api/v1/reports", headers={"authorization": "Bearer smk_x"})
    assert (answer.status_code, answer.json()) == (403, {"detail": "https only"})
    assert "Location" not in answer.headers
    page = browser.get(reverse("account_login"))
    assert (page.status_code, page.url) == (301, "https://testserver/account/login/")
