"""Everybody sees and ends their own sessions; there is a bound; a browser forgets at the end."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.urls import reverse

from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.accounts.signing_in.sessions import browser_named
from slachtoffermonitor.service.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"  # noqa: S105
PAGE = "accounts:sessions"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"


@pytest.fixture(autouse=True)
def no_attempts_yet(db):
    cache.clear()


@pytest.fixture
def signed_in(visitor):
    """Sign in by the form, as a browser of this kind; the second factor counts as shown."""

    def open_one(user, agent=FIREFOX):
        browser = visitor(headers={"user-agent": agent})
        cache.clear()
        browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
        session = browser.session
        session["second_factor"] = True
        session.save()
        return browser

    return open_one


def ended():
    with as_service("test"):
        entries = AuditEntry.objects.filter(act="session.ended")
        return [entry.detail.get("reason") for entry in entries]


def is_in(browser):
    return browser.get(reverse("home")).status_code == 200


def test_sessions_are_seen_and_another_one_is_ended(person, signed_in):
    user, stranger = person("registrar"), person("analyst")
    here, there, other = signed_in(user), signed_in(user, EDGE), signed_in(stranger)
    page = here.get(reverse(PAGE)).content.decode()
    assert "Firefox, Linux (deze sessie)" in page
    assert "Edge, Windows" in page
    assert page.count("<h2") == 2
    one = UserSession.objects.get(session_key=there.session.session_key)
    assert here.post(reverse(PAGE), {"session": one.pk}).url == reverse(PAGE)
    assert (is_in(here), is_in(there), is_in(other)) == (True, False, True)
    assert ended() == ["BY_OWNER"]


def test_all_others_are_ended_at_once_and_nobody_ends_those_of_somebody_else(person, signed_in):
    user, stranger = person("registrar"), person("analyst")
    here, other = signed_in(user), signed_in(stranger)
    others = [signed_in(user), signed_in(user)]
    foreign = UserSession.objects.get(session_key=other.session.session_key)
    here.post(reverse(PAGE), {"session": foreign.pk})
    assert is_in(other)
    here.post(reverse(PAGE), {"session": "others"})
    assert is_in(here)
    assert [is_in(browser) for browser in others] == [False, False]
    assert is_in(other)


def test_ending_asks_once_more_who_it_is(person, signed_in):
    user = person("registrar")
    here, there = signed_in(user), signed_in(user)
    Authenticator.objects.create(user=user, type="totp", data={"secret": "k1:sealed"})
    assert here.get(reverse(PAGE)).status_code == 200
    asked = here.post(reverse(PAGE), {"session": "others"})
    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert is_in(there)
    assert here.post(asked.url, {"password": "wrong"}).status_code == 200
    assert is_in(there)
    here.post(asked.url, {"password": PASSWORD})
    assert not is_in(there)
    assert is_in(here)


def test_the_oldest_session_ends_when_there_are_too_many(person, signed_in, settings):
    user = person("registrar")
    browsers = [signed_in(user) for _ in range(settings.SESSIONS_AT_A_TIME + 1)]
    assert settings.SESSIONS_AT_A_TIME == 5
    assert [is_in(browser) for browser in browsers] == [False, True, True, True, True, True]
    assert ended() == ["AT_A_TIME"]


def test_signing_out_tells_the_browser_to_forget_its_pages(person, visitor):
    browser = visitor(person("registrar"))
    assert "Clear-Site-Data" not in browser.get(reverse("home")).headers
    answer = browser.post(reverse("account_logout"))
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in browser.get(reverse("account_login")).headers


def test_a_session_that_ends_by_itself_is_forgotten_by_the_browser_too(person, visitor):
    browser = visitor(person("registrar"))
    browser.get(reverse("home"))
    session = browser.session
    session["seen_at"] = "2020-01-01T00:00:00+00:00"
    session.save()
    assert browser.get(reverse("home")).headers["Clear-Site-Data"] == '"cache", "storage"'


def test_an_address_of_a_session_goes_with_the_session(person, signed_in):
    from datetime import date

    from slachtoffermonitor.service.operation.keeping import expire_due

    kept, gone = signed_in(person("registrar")), signed_in(person("analyst"))
    gone.session.delete()
    expire_due(date(2026, 5, 5))
    assert [one.session_key for one in UserSession.objects.all()] == [kept.session.session_key]


@pytest.mark.parametrize("name", ["home", "mfa_index", "account_change_password", PAGE])
def test_no_page_of_a_session_is_cached(person, visitor, name):
    answer = visitor(person("registrar")).get(reverse(name), follow=True)
    assert "no-store" in answer.headers["Cache-Control"]


def test_who_changes_a_factor_is_offered_to_end_the_other_sessions(person, visitor, signed_in):
    browser = signed_in(person("registrar"))
    for name in ("mfa_activate_totp", "mfa_index", "account_change_password"):
        assert f'href="{reverse(PAGE)}"' in browser.get(reverse(name), follow=True).content.decode()


@pytest.mark.parametrize(
    ("said", "named"), [(FIREFOX, "Firefox, Linux"), (EDGE, "Edge, Windows"), ("curl/8", "")]
)
def test_a_browser_is_named_by_what_it_says(said, named):
    assert browser_named(said) == named
