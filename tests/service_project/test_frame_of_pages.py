"""Every page: two languages, no inline script or style, nothing asked of another machine."""

import re
from importlib.resources import files

import pytest
from babel.messages.pofile import read_po
from django.urls import reverse

pytestmark = pytest.mark.django_db
SERVICE = files("slachtoffermonitor").joinpath("service")


@pytest.fixture
def page(visitor):
    return visitor().get(reverse("account_login"), headers={"accept-language": "en"})


def test_the_browser_is_told_to_be_strict(page):
    policy = dict(part.strip().split(" ", 1) for part in page["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in page["Content-Security-Policy"]
    assert page["Strict-Transport-Security"].startswith("max-age=31536000; includeSubDomains")
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Referrer-Policy"] == "same-origin"
    assert page["X-Frame-Options"] == "DENY"
    for cookie in page.cookies.values():
        assert cookie.key.startswith("__Host-")
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] in {"Lax", "Strict"}


def test_plain_http_is_sent_to_https():
    from django.test import Client

    answer = Client().get(reverse("account_login"))
    assert (answer.status_code, answer.url[:8]) == (301, "https://")


def test_no_page_of_ours_has_inline_code_or_asks_another_machine():
    templates = [path for path in SERVICE.rglob("*.html")]
    assert len(templates) > 10
    for path in templates:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\son\w+=", text), path
        assert not re.search(r"\sstyle=|<style", text), path
        assert not re.search(r"(src|href|action)=\"(https?:)?//", text), path
        for tag in re.findall(r"<script([^>]*)>", text):
            assert "src=" in tag or "application/json" in tag, path


def test_styles_ask_nothing_of_another_machine():
    for path in SERVICE.joinpath("static").rglob("*.css"):
        for address in re.findall(r"url\(\s*[\"']?([^)\"']{0,9})", path.read_text("utf-8")):
            assert address.startswith("data:"), (path, address)


def test_dutch_unless_the_reader_asks_for_english(visitor):
    browser = visitor()
    assert 'lang="nl"' in browser.get(reverse("account_login")).content.decode()
    browser.post(reverse("set_language"), {"language": "en", "next": "/"})
    text = browser.get(reverse("account_login")).content.decode()
    assert 'lang="en"' in text
    assert "Immediate danger? Call 112." in text


# The same in both languages; and what is said at the start of the service alone.
ALIKE = {"Start", "region", "open", "stands in two files"}


def sentences():
    """Every sentence that our own pages of this room say."""
    found = set()
    rooms = ("project", "accounts", "operation")
    for folder in ("templates", *rooms):
        for path in SERVICE.joinpath(folder).rglob("*.html"):
            found |= set(re.findall(r"{%\s*translate \"([^\"]+)\"", path.read_text("utf-8")))
    for folder in rooms:
        for path in SERVICE.joinpath(folder).rglob("*.py"):
            said = path.read_text("utf-8")
            found |= set(re.findall(r"(?:\b_|gettext_lazy)\(\s*\"([^\"]+)\"", said))
            if folder == "accounts":  # what an administrator is told; the rest is a command's
                found |= set(re.findall(r"Problem\(\s*what=\"([^\"]+)\"", said))
        for path in SERVICE.joinpath(folder).glob("*.toml"):
            found |= set(re.findall(r"^entrance = \"([^\"]+)\"", path.read_text("utf-8"), re.M))
    return found


def test_every_sentence_is_known_in_dutch_and_nothing_else_is_catalogued():
    from django.utils.translation import gettext, override

    with override("nl"):
        assert not {text for text in sentences() if gettext(text) == text} - ALIKE
    with SERVICE.parent.joinpath("locale", "nl", "service.po").open("rb") as file:
        catalogued = {message.id for message in read_po(file) if message.id}
    assert catalogued <= sentences()


def test_a_form_that_is_too_old_is_answered_in_plain_words(visitor):
    browser = visitor()
    browser.handler.enforce_csrf_checks = True
    answer = browser.post(reverse("account_login"), {"login": "a", "password": "b"})
    assert answer.status_code == 403
    assert "Open de pagina opnieuw" in answer.content.decode()


def test_a_fault_shows_and_logs_nothing_of_the_request(visitor, monkeypatch, caplog):
    from slachtoffermonitor.service.project import pages

    def broken(*_args, **_kwargs):
        raise ValueError("Verzonnen")

    monkeypatch.setattr("allauth.account.forms.LoginForm.clean", broken)
    browser = visitor()
    browser.raise_request_exception = False
    answer = browser.post(reverse("account_login"), {"login": "a@example.org", "password": "b"})
    assert answer.status_code == 500
    assert "Verzonnen" not in answer.content.decode() + caplog.text
    report = pages.SilentReporter(answer.wsgi_request, ValueError, ValueError("Verzonnen"), None)
    assert report.get_traceback_text() == "ValueError"


@pytest.mark.parametrize("address", ["/nowhere/", "/api/nowhere"])
def test_an_address_that_does_not_exist_is_not_found(visitor, address):
    answer = visitor().get(address)
    assert answer.status_code == 404
