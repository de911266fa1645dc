"""An office's provider signs in the people of that office, and nobody else."""

import json
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings as configured
from django.test import RequestFactory

from slachtoffermonitor.service.accounts.signing_in.adapters import AccountAdapter, OfficeAdapter
from slachtoffermonitor.service.project._offices import read_offices

pytestmark = pytest.mark.django_db
OFFICE = {
    "id": "police",
    "name": "Police",
    "server": "https://login.example.org",
    "client_id": "monitor",
    "secret": "hush-hush",
    "domain": "example.org",
}


@pytest.fixture
def signed_in_by(monkeypatch):
    """What the provider says somebody is; gives the user it was joined to, or None."""
    offices = read_offices(json.dumps([OFFICE]))
    monkeypatch.setattr(
        configured, "CONFIGURATION", replace(configured.CONFIGURATION, offices=offices)
    )

    def say(provider="police", **claims):
        joined = []
        login = SimpleNamespace(
            is_existing=False,
            state={"nonce": "n0nce"},
            account=SimpleNamespace(
                provider=provider,
                uid="0815",
                extra_data={
                    "userinfo": claims,
                    "id_token": {"nonce": "n0nce", "sub": "0815", "auth_time": time.time()},
                },
            ),
            connect=lambda _request, user: joined.append(user),
        )
        request = RequestFactory().get("/")
        request.user = SimpleNamespace(is_authenticated=False)
        try:
            OfficeAdapter().pre_social_login(request, login)
        except ImmediateHttpResponse as refused:
            assert refused.response.status_code == 403
            return None
        return joined[0]

    return say


def test_a_provider_signs_in_its_own_people(person, signed_in_by):
    user = person("reporter")
    assert signed_in_by(email=user.email.upper(), email_verified=True) == user


@pytest.mark.parametrize(
    "said",
    [
        {"provider": "other"},
        {"email": "nobody@example.org"},
        {"email_verified": False},
        {"email": ""},
    ],
)
def test_a_provider_speaks_for_nobody_else(person, signed_in_by, said):
    user = person("reporter")
    assert signed_in_by(**{"email": user.email, "email_verified": True, **said}) is None


def test_an_address_that_only_ends_alike_is_not_of_the_office(person, signed_in_by):
    user = person("reporter")
    user.email = "reporter@notexample.org"
    user.save()
    assert signed_in_by(email=user.email, email_verified=True) is None


def test_a_closed_account_or_organisation_stays_closed(person, signed_in_by):
    user = person("reporter")
    user.organisation.active = False
    user.organisation.save()
    assert signed_in_by(email=user.email, email_verified=True) is None
    user.organisation.active, user.is_active = True, False
    user.organisation.save()
    user.save()
    assert signed_in_by(email=user.email, email_verified=True) is None


def test_a_provider_is_called_without_following_redirects():
    assert OfficeAdapter().get_requests_session().max_redirects == 0


def test_no_provider_and_no_visitor_makes_accounts():
    request = RequestFactory().get("/")
    assert not AccountAdapter().is_open_for_signup(request)
    assert not OfficeAdapter().is_open_for_signup(request, None)
