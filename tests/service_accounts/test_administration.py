"""The administrator's pages: organisations, people, roles, keys; each act in the audit trail."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from slachtoffermonitor.service.accounts.models import (
    ClientKey,
    Organisation,
    RoleAssignment,
    User,
)
from slachtoffermonitor.service.accounts.roles import Role
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
SECRET = re.compile(r'service-code--long">([^<]+)<')


@pytest.fixture
def administrator(person):
    return person("administrator", organisation="The Register")


@pytest.fixture
def desk(administrator, visitor):
    with as_service("tests"):
        yield visitor(administrator, headers={"accept-language": "nl"})


def acts():
    """Give what was done, apart from signing in."""
    found = AuditEntry.objects.exclude(act__startswith="session.")
    return list(found.values_list("act", flat=True))


def test_an_organisation_is_added_changed_closed_and_opened(desk, administrator, organisations):
    added = {"name": "Opvang Zuid", "reporter": "OPVANG", "municipality": "GM0855"}
    answer = desk.post(reverse("accounts:organisations"), {**added, "region": "Zuid"})
    made = Organisation.objects.get(name="Opvang Zuid")
    assert answer.url == reverse("accounts:organisation", args=[made.pk])
    desk.post(answer.url, {**added, "reporter": "ZC", "region": "Zuid"})
    made.refresh_from_db()
    assert (made.reporter, made.region) == ("ZC", "Zuid")
    close = reverse("accounts:close_organisation", args=[made.pk])
    desk.post(close)
    made.refresh_from_db()
    assert not made.active
    assert "gesloten" in desk.get(answer.url).content.decode()
    desk.post(close)
    made.refresh_from_db()
    assert made.active
    assert acts() == [
        "organisation.made",
        "organisation.changed",
        "organisation.closed",
        "organisation.opened",
    ]
    changed = AuditEntry.objects.get(act="organisation.changed")
    assert changed.actor == administrator.audit_name
    assert changed.detail == {"fields": "reporter", "reporter": "ZC"}


def test_a_name_that_is_taken_and_a_kind_that_does_not_exist_are_told_on_the_page(
    desk, organisations
):
    page = desk.post(
        reverse("accounts:organisations"), {"name": "Police North", "reporter": "POL"}
    ).content.decode()
    assert "er is al een organisatie met deze naam" in page
    page = desk.post(reverse("accounts:organisations"), {"name": "X", "reporter": "HACK"})
    assert 'role="alert"' in page.content.decode()
    assert Organisation.objects.count() == len(organisations)
    other = reverse("accounts:organisation", args=[organisations["Youth Care South"].pk])
    page = desk.post(other, {"name": "Police North", "reporter": "POL"}).content.decode()
    assert "er is al een organisatie met deze naam" in page


def test_a_person_gets_a_password_once_roles_with_an_end_and_an_end(desk, visitor, organisations):
    answers = {
        "email": "Nieuw@Example.org",
        "name": "Nieuw Mens",
        "organisation": organisations["Police North"].pk,
        "roles": ["reporter"],
    }
    page = desk.post(reverse("accounts:people"), answers).content.decode()
    made = User.objects.get(email="nieuw@example.org")
    assert made.check_password(SECRET.search(page)[1])
    path = reverse("accounts:person", args=[made.pk])
    until = timezone.localdate() + timedelta(days=30)
    desk.post(path, {"act": "give", "role": "registrar", "until": until.isoformat()})
    given = RoleAssignment.objects.get(user=made, role="registrar")
    assert given.until == until
    desk.post(path, {"act": "take", "role": "reporter"})
    assert User.objects.get(pk=made.pk).roles == {Role.REGISTRAR}
    given.until = timezone.localdate() - timedelta(days=1)
    given.save()
    assert User.objects.get(pk=made.pk).roles == frozenset()
    again = desk.post(reverse("accounts:reset_person", args=[made.pk])).content.decode()
    made.refresh_from_db()
    assert made.check_password(SECRET.search(again)[1])
    assert SECRET.search(again)[1] != SECRET.search(page)[1]
    session = visitor(made)
    assert session.get(reverse("home")).status_code == 200
    desk.post(reverse("accounts:close_person", args=[made.pk]))
    assert session.get(reverse("home")).status_code == 302
    assert acts() == [
        "account.made",
        "role.given",
        "role.taken",
        "account.reset",
        "account.closed",
    ]
    assert not AuditEntry.objects.filter(actor="service:administration").exists()


def test_nobody_raises_or_closes_themselves(desk, administrator):
    own = reverse("accounts:person", args=[administrator.pk])
    page = desk.post(own, {"act": "give", "role": "privacy_officer"}).content.decode()
    assert "niemand verandert de eigen rollen" in page
    desk.post(own, {"act": "take", "role": "administrator"})
    desk.post(reverse("accounts:close_person", args=[administrator.pk]))
    desk.post(reverse("accounts:close_organisation", args=[administrator.organisation_id]))
    found = User.objects.get(pk=administrator.pk)
    assert found.roles == {Role.ADMINISTRATOR}
    assert found.is_active
    assert found.organisation.active
    assert acts() == []


def test_a_role_for_systems_or_with_a_day_that_passed_is_no_role(desk, person):
    other = person("reporter")
    path = reverse("accounts:person", args=[other.pk])
    desk.post(path, {"act": "give", "role": "api_client"})
    desk.post(path, {"act": "give", "role": "analyst", "until": "2020-01-01"})
    assert User.objects.get(pk=other.pk).roles == {Role.REPORTER}


def test_a_key_is_shown_once_opens_the_interface_and_is_revoked(desk, visitor, organisations):
    at = organisations["Police North"]
    path = reverse("accounts:organisation", args=[at.pk])
    made = reverse("accounts:make_key", args=[at.pk])
    page = desk.post(made, {"label": "Dossiersysteem"}).content.decode()
    key = SECRET.search(page)[1]
    assert key.startswith("smk_")
    assert key not in desk.get(path).content.decode()
    asked = "/api/v1/may-report?purpose=REGISTER&age=L18_PLUS&consent=GEEN"
    headers = {"authorization": f"Bearer {key}"}
    assert visitor(headers=headers).get(asked).status_code == 200
    row = ClientKey.objects.get()
    revoke = reverse("accounts:revoke_key", args=[row.pk])
    desk.post(revoke)
    assert visitor(headers=headers).get(asked).status_code == 401
    assert desk.post(revoke).status_code == 404
    assert desk.post(made, {"label": ""}).status_code == 200
    # The key that was taken back is refused, and so is taking it back once more.
    assert acts() == ["client_key.made", "client_key.revoked", "page.refused", "page.refused"]


def test_others_reach_none_of_it(person, visitor, organisations):
    browser = visitor(person("registrar", "analyst", "privacy_officer"))
    at = organisations["Police North"]
    for name, args in (("organisations", []), ("people", []), ("organisation", [at.pk])):
        assert browser.get(reverse(f"accounts:{name}", args=args)).status_code == 403
    assert browser.post(reverse("accounts:make_key", args=[at.pk])).status_code == 403
    assert not ClientKey.objects.exists()
