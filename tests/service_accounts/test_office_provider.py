"""The whole way through an office's provider: what it says is compared, signed, fresh and read."""

import json
import time
from dataclasses import replace

import jwt
import pytest
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.core.cache import cache
from django.urls import reverse

from slachtoffermonitor.service.project._offices import read_offices

from ._provider import ISSUER, KEY, OFFICE, OTHER_KEY, Line, Provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def way_in(person, visitor, settings, monkeypatch):
    """Walk through the provider; give the browser, where it was led, and the provider."""
    offices = read_offices(json.dumps([OFFICE]))
    settings.CONFIGURATION = replace(settings.CONFIGURATION, offices=offices)
    app = {"provider_id": "police", "name": "Police", "client_id": "monitor", "secret": "hush-hush"}
    app["settings"] = {"server_url": f"{ISSUER}/.well-known/openid-configuration"}
    ours = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {**ours, "APPS": [app]}}
    cache.clear()
    user = person("reporter")

    def walk(*, answered=None, **said):
        provider = Provider(email=user.email, **said)
        monkeypatch.setattr(
            DefaultSocialAccountAdapter, "get_requests_session", lambda _: Line(provider)
        )
        browser = visitor()
        led = browser.post(
            reverse("openid_connect_login", args=["police"]) + "?auth_params=max_age%3D9"
        )
        if led.status_code != 302:
            return browser, led, provider
        answer = provider.go_to(led.url) | (answered or {})
        back = browser.get(reverse("openid_connect_callback", args=["police"]), answer)
        return browser, back, provider

    return walk


def is_in(browser):
    return "_auth_user_id" in browser.session


def test_an_honest_provider_signs_in_with_two_factors(way_in):
    browser, back, provider = way_in()
    assert back.url == reverse("home")
    assert browser.get(reverse("home")).status_code == 200
    assert provider.asked["max_age"] == "36000"
    assert provider.asked["acr_values"] == OFFICE["acr"]
    assert provider.asked["code_challenge_method"] == "S256"
    assert f"GET {ISSUER}/keys" in provider.called


@pytest.mark.parametrize("said", [{"amr": ["pwd"]}, {"amr": None}, {"amr": "mfa", "acr": "other"}])
def test_without_its_word_for_two_factors_the_second_one_is_asked_here(way_in, said):
    browser, back, _ = way_in(said=said)
    assert back.url == reverse("home")
    assert browser.get(reverse("home")).url == reverse("mfa_activate_totp")
    assert browser.get(reverse("mfa_activate_totp")).status_code == 200


def test_the_class_that_the_office_promised_counts_as_its_word(way_in):
    browser, _, _ = way_in(said={"amr": None, "acr": OFFICE["acr"]})
    assert browser.get(reverse("home")).status_code == 200


@pytest.mark.parametrize("issuer", ["https://other.example.org", f"{ISSUER}/", None])
def test_a_provider_of_another_issuer_is_not_asked(way_in, issuer):
    browser, back, provider = way_in(described={"issuer": issuer})
    assert back.status_code != 302
    assert provider.called == [f"GET {ISSUER}/.well-known/openid-configuration"]
    assert not is_in(browser)


@pytest.mark.parametrize(
    ("described", "answered", "enters"),
    [
        ({}, {"iss": ISSUER}, True),
        ({}, {"iss": "https://other.example.org"}, False),
        ({"authorization_response_iss_parameter_supported": True}, {}, False),
        ({"authorization_response_iss_parameter_supported": True}, {"iss": ISSUER}, True),
    ],
)
def test_the_answer_names_the_provider_that_was_asked(way_in, described, answered, enters):
    browser, _, provider = way_in(described=described, answered=answered)
    assert is_in(browser) is enters
    assert any(call.startswith("POST") for call in provider.called) is enters


WRONG = {
    "another issuer": {"iss": "https://other.example.org"},
    "for another service": {"aud": "another"},
    "over its time": {"exp": 1},
    "of another sign-in": {"nonce": "another"},
    "of no sign-in": {"nonce": None},
    "about somebody else": {"sub": "4711"},
    "of long ago": {"auth_time": int(time.time()) - 50_000},
    "of no moment": {"auth_time": None},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_word_that_is_not_for_this_sign_in_is_refused(way_in, wrong):
    browser, back, _ = way_in(said=WRONG[wrong])
    assert back.status_code != 302
    assert not is_in(browser)


FORGED = {
    "another key": {"signed_with": OTHER_KEY},
    "no signature": {"signed_with": None, "algorithm": "none"},
    "a shared secret": {"signed_with": b"hush-hush of thirty-two characters", "algorithm": "HS256"},
    "no key by name": {"token": jwt.encode({"sub": "0815"}, KEY, algorithm="RS256")},
    "no token at all": {"token": ""},
    "nonsense": {"token": "nonsense"},
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_token_that_the_provider_did_not_sign_is_refused(way_in, forged):
    browser, back, _ = way_in(**FORGED[forged])
    assert back.status_code != 302
    assert not is_in(browser)


def test_an_answer_works_once(way_in):
    browser, _, provider = way_in()
    browser.post(reverse("account_logout"))
    again = {"code": "c0de", "state": provider.asked["state"]}
    browser.get(reverse("openid_connect_callback", args=["police"]), again)
    assert not is_in(browser)


def test_a_provider_that_does_not_exist_is_not_found(visitor):
    assert visitor().post(reverse("openid_connect_login", args=["nobody"])).status_code == 404
