"""A first password counts for a few days, opens one page, and cannot be kept."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from slachtoffermonitor.service.accounts.making import make_person, reset_person
from slachtoffermonitor.service.accounts.models import User
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
OWN = "seven owls in a quiet barn"


@pytest.fixture(autouse=True)
def no_attempts_yet(db):
    cache.clear()


@pytest.fixture
def newcomer(organisations):
    return make_person("new@example.org", "New", "Police North", ["reporter"])


def signed_in(visitor, password, email="new@example.org"):
    browser = visitor()
    browser.post(reverse("account_login"), {"login": email, "password": password})
    session = browser.session
    session["second_factor"] = True
    session.save()
    return browser


def is_in(browser):
    return "_auth_user_id" in browser.session


def change(browser, old, new):
    fields = {"oldpassword": old, "password1": new, "password2": new}
    return browser.post(reverse("account_change_password"), fields)


def test_a_first_password_opens_the_page_where_another_one_is_chosen(visitor, newcomer):
    user, first = newcomer
    browser = signed_in(visitor, first)
    choosing = reverse("account_change_password")
    for name in ("home", "register:start", "accounts:sessions", "mfa_index"):
        assert browser.get(reverse(name)).url == choosing
    assert browser.get(choosing).status_code == 200
    assert change(browser, first, first).status_code == 200
    assert browser.get(reverse("home")).url == choosing
    assert change(browser, first, OWN).status_code == 302
    assert User.objects.get(pk=user.pk).first_password_until is None
    assert is_in(signed_in(visitor, OWN))
    assert signed_in(visitor, OWN).get(reverse("home")).status_code == 200
    with as_service("test"):
        assert AuditEntry.objects.filter(act="password.changed").count() == 1


def test_a_first_password_ends_by_itself(visitor, newcomer, settings):
    user, first = newcomer
    assert timedelta(days=3) == settings.FIRST_PASSWORD
    assert is_in(signed_in(visitor, first))
    User.objects.filter(pk=user.pk).update(first_password_until=timezone.now())
    assert not is_in(signed_in(visitor, first))
    cache.clear()
    assert is_in(signed_in(visitor, reset_person(user.email)))


def test_the_second_factor_comes_first(visitor, newcomer):
    _, first = newcomer
    browser = visitor()
    browser.post(reverse("account_login"), {"login": "new@example.org", "password": first})
    assert browser.get(reverse("home")).url == reverse("mfa_activate_totp")
    assert browser.get(reverse("mfa_activate_totp")).status_code == 200
    assert not Authenticator.objects.exists()


def test_who_comes_without_a_password_owes_none(visitor, newcomer):
    user, _ = newcomer
    assert visitor(user).get(reverse("home")).status_code == 200
