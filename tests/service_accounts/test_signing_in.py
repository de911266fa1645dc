"""Signing in takes two factors, ends by itself, is written down, and tells strangers nothing."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.urls import reverse

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.service.accounts.making import close_person, reset_person
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"  # noqa: S105


@pytest.fixture(autouse=True)
def no_attempts_yet(db):
    cache.clear()


def code_of(secret, ahead=0):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()) + ahead))


def with_password(browser, email, password=PASSWORD):
    return browser.post(reverse("account_login"), {"login": email, "password": password})


def set_up_code(browser):
    """Follow the page that asks for a second factor; give the secret."""
    page = browser.get(reverse("mfa_activate_totp"))
    secret = re.search(r'value="([A-Z2-7]{32})"', page.content.decode()).group(1)
    answer = browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert answer.status_code == 302
    return secret


def acts():
    with as_service("test"):
        return list(AuditEntry.objects.values_list("act", flat=True))


def test_a_first_sign_in_leads_to_the_second_factor_and_nowhere_else(person, visitor):
    user, browser = person("registrar"), visitor()
    assert with_password(browser, user.email).url == reverse("home")
    for name in ("home", "mfa_index", "account_change_password"):
        answer = browser.get(reverse(name))
        assert (answer.status_code, answer.url) == (302, reverse("mfa_activate_totp"))
    set_up_code(browser)
    assert browser.get(reverse("home")).status_code == 200
    assert acts()[-3:] == ["session.begun", "second_factor.added", "second_factor.added"]


def test_the_next_sign_in_asks_for_the_code(person, visitor):
    user, first = person("registrar"), visitor()
    with_password(first, user.email)
    secret = set_up_code(first)
    second = visitor()
    assert with_password(second, user.email).url == reverse("mfa_authenticate")
    assert second.get(reverse("home")).url.startswith(reverse("account_login"))
    wrong = second.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.status_code == 200
    right = second.post(reverse("mfa_authenticate"), {"code": code_of(secret, ahead=1)})
    assert right.status_code == 302
    assert second.get(reverse("home")).status_code == 200


def test_the_secret_of_a_second_factor_is_sealed_in_the_database(person, visitor):
    user, browser = person("registrar"), visitor()
    with_password(browser, user.email)
    secret = set_up_code(browser)
    rows = repr(list(Authenticator.objects.values()))
    assert secret not in rows
    assert rows.count("k1:") == Authenticator.objects.count() == 2


def test_a_session_without_the_second_factor_is_ended(person, visitor):
    user, browser = person("registrar"), visitor()
    with_password(browser, user.email)
    set_up_code(browser)
    stolen = visitor(user, second_factor=False)
    assert stolen.get(reverse("home")).url.startswith(reverse("account_login"))
    assert "_auth_user_id" not in stolen.session


def test_a_session_older_than_the_second_factor_cannot_add_one_of_its_own(person, visitor):
    user, thief, owner = person("registrar"), visitor(), visitor()
    with_password(thief, user.email)
    with_password(owner, user.email)
    set_up_code(owner)
    again = thief.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert again.url.startswith(reverse("account_login"))
    assert "_auth_user_id" not in thief.session
    assert owner.get(reverse("home")).status_code == 200


def test_unknown_people_and_wrong_passwords_get_the_same_answer(person, visitor):
    user = person("reporter")
    answers = []
    for email in (user.email, "nobody@example.org"):
        page = with_password(visitor(), email, "wrong").content.decode()
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
        answers.append(page.replace(email, "E"))
    assert answers[0] == answers[1]
    assert acts() == ["session.refused"] * 2
    assert "wrong" not in answers[0]


def test_guessing_is_slowed_down(person, visitor):
    user = person("reporter")
    for _ in range(5):
        with_password(visitor(), user.email, "wrong")
    page = with_password(visitor(), user.email)
    assert page.status_code in {200, 429}
    assert "_auth_user_id" not in page.wsgi_request.session


def test_a_session_ends_without_use_and_at_the_end_of_a_working_day(person, visitor, settings):
    user = person("registrar")
    for key, ago in (
        ("seen_at", timedelta(seconds=settings.SESSION_COOKIE_AGE + 5)),
        ("begun_at", settings.SESSION_LONGEST + timedelta(minutes=1)),
    ):
        browser = visitor(user)
        assert browser.get(reverse("home")).status_code == 200
        session = browser.session
        session[key] = (datetime.now(UTC) - ago).isoformat()
        session.save()
        assert browser.get(reverse("home")).url.startswith(reverse("account_login"))


def test_an_account_that_was_closed_opens_nothing(person, visitor):
    user = person("registrar")
    browser = visitor(user)
    user.is_active = False
    user.save()
    assert browser.get(reverse("home")).status_code == 302
    assert "_auth_user_id" not in with_password(visitor(), user.email).wsgi_request.session


def test_people_of_an_organisation_that_left_have_no_way_in(person, visitor):
    user = person("registrar")
    browser = visitor(user)
    user.organisation.active = False
    user.organisation.save()
    assert browser.get(reverse("home")).url.startswith(reverse("account_login"))
    assert "_auth_user_id" not in browser.session


def test_who_is_reset_gets_a_new_password_and_sets_up_a_new_factor(person, visitor):
    user, browser = person("registrar"), visitor()
    with_password(browser, user.email)
    set_up_code(browser)
    password = reset_person(user.email.upper())
    assert browser.get(reverse("home")).url.startswith(reverse("account_login"))
    assert "_auth_user_id" not in with_password(visitor(), user.email).wsgi_request.session
    again = visitor()
    assert with_password(again, user.email, password).url == reverse("home")
    assert again.get(reverse("home")).url == reverse("mfa_activate_totp")
    assert acts()[-4:].count("account.reset") == 1


def test_who_is_closed_is_out_at_once(person, visitor):
    user = person("registrar")
    browser = visitor(user)
    close_person(user.email)
    assert browser.get(reverse("home")).url.startswith(reverse("account_login"))
    with pytest.raises(InputError, match="no account"):
        close_person("nobody@example.org")


@pytest.mark.parametrize("closed", ["account_signup", "account_reset_password", "account_email"])
def test_nobody_signs_up_or_gets_a_password_by_mail(closed):
    from django.urls import NoReverseMatch

    with pytest.raises(NoReverseMatch):
        reverse(closed)


def test_signing_out_is_written_down(person, visitor):
    browser = visitor(person("registrar"))
    browser.post(reverse("account_logout"))
    assert acts()[-1] == "session.ended"
    assert browser.get(reverse("home")).url.startswith(reverse("account_login"))


def test_a_passkey_can_be_added_and_its_page_needs_no_inline_script(person, visitor):
    browser = visitor()
    with_password(browser, person("registrar").email)
    page = browser.get(reverse("mfa_add_webauthn")).content.decode()
    scripts = re.findall(r"<script([^>]*)>", page)
    assert scripts
    assert all("src=" in tag or 'type="application/json"' in tag for tag in scripts)


def test_the_code_to_scan_names_the_service(person, visitor):
    browser = visitor()
    with_password(browser, person("registrar").email)
    answer = browser.get(reverse("mfa_activate_totp"))
    address = urlsplit(answer.context["totp_url"])
    assert parse_qs(address.query)["issuer"] == ["Slachtoffermonitor"]
