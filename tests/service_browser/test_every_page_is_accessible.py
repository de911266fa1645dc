"""Axe finds nothing on any page of the service, in both languages and both widths.

The pages are those of the address table: a page that is added is walked by itself, and one about
an object that nobody made here fails until `_arranging.py` makes one.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import URLPattern, get_resolver, reverse

from slachtoffermonitor.service.accounts.permissions import access_to, permission_table
from slachtoffermonitor.service.accounts.roles import Role
from slachtoffermonitor.service.register.pages.steps import STEPS

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.base", reason="axe is not installed")
pytestmark = [pytest.mark.browser, pytest.mark.slow]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What depends on how wide the page is; everything else is the same markup at both widths.
LAID_OUT = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"]
WIDTHS = {
    1280: {"type": "tag", "values": WCAG},
    390: {"type": "rule", "values": LAID_OUT},
}
# Addresses that show no page of ours, each with its reason.
NOT_OURS = {
    "mfa_edit_webauthn": "is about a passkey, which only a person with one has",
    "mfa_remove_webauthn": "is about a passkey, which only a person with one has",
    "openid_connect_login": "leads to an office's own provider; the demo office has none",
    "openid_connect_callback": "is called by an office's own provider",
    "account_inactive": "is about an account that was closed",
    "metrics": "is text for a system that watches, closed without its token",
}
# Pages of their own that say no, with the status that they should have.
REFUSALS = {"socialaccount_login_error": 401}
# Sent empty these would change how somebody signs in, or end the session.
NOT_SENT = re.compile(r"^(account_logout|account_change|account_reauth|mfa_|set_language)")
# A file, an answer without a body (that only a form reaches), a way on.
NO_PAGE = ("Download", "ERR_HTTP_RESPONSE_CODE_FAILURE", "interrupted by another navigation")
EMPTY = """form => { form.noValidate = true;
  for (const box of form.querySelectorAll('input[type=checkbox]')) box.checked = false;
  for (const one of form.querySelectorAll('input:not([type=hidden]):not([type=checkbox])'))
    if (one.type !== 'radio') one.value = '';
  form.querySelector('button').click(); }"""


HUMAN = [role for role in Role if role is not Role.API_CLIENT]


def addresses(patterns=None, namespace="", parameters=()):
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = str(entry.pattern)
        found = (*parameters, *re.findall(r"(?:<(?:\w+:)?|\(\?P<)(\w+)>", route))
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", found
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from addresses(entry.url_patterns, inner, found)


def who_visits(name):
    """A role that the table lets in, by name; none for a page that is open to everybody."""
    access = access_to(name)
    if access is None or set(access.scopes) == {Role.API_CLIENT}:
        return "system"
    if access.scopes:
        people = {role: scope for role, scope in access.scopes.items() if role in HUMAN}
        return max(people, key=lambda role: people[role].width).value
    return "" if access.public else "registrar"


def walk(arranged):
    """Every address to open: its name, who opens it, and the address; and what cannot be made."""
    pages, missing = [], []
    listed = dict(addresses())
    for name in sorted(listed):
        if name in NOT_OURS or name.startswith("register:register-api"):
            continue
        ways = arranged["ways"].get(name) or [arranged]
        for way in ways:
            lacks = [key for key in listed[name] if key not in way]
            if lacks:
                missing.append((name, lacks))
                continue
            path = reverse(name, kwargs={key: way[key] for key in listed[name]})
            pages.append((name, arranged["visitors"].get(name, who_visits(name)), path))
    return pages, missing


def test_every_line_of_the_table_is_walked_or_says_why_not(arranged_office):
    pages, missing = walk(arranged_office.arranged)
    assert not missing
    walked = {name for name, _, _ in pages} | set(NOT_OURS)
    known = {line.split(" ")[-1] for line in permission_table()}
    assert {
        name for name in known - walked if not name.startswith("register:register-api")
    } == set()
    steps = {path.rstrip("/").rsplit("/", 1)[1] for name, _, path in pages if "question" in name}
    assert steps == {step.name for step in STEPS}


class Looker:
    """Opens pages in one language, one window a role, and gathers what axe finds."""

    def __init__(self, chromium, office, language):
        self.chromium, self.office, self.language = chromium, office, language
        self.tabs, self.found, self.seen = {}, {}, []
        self.axe = Path(axe.AXE_FILE_PATH).read_text(encoding="utf-8")

    def tab(self, role):
        if role not in self.tabs:
            window = self.chromium.new_context(locale=self.language)
            window.add_init_script(self.axe)
            if role:
                key = self.office.arranged["sessions"][role]
                window.add_cookies([{"name": "session", "value": key, "url": self.office.address}])
            # The first page that asks an analysis room waits for its compiled code.
            window.set_default_timeout(120_000)
            self.tabs[role] = window.new_page()
        return self.tabs[role]

    def look(self, role, name):
        """Ask axe about what stands there now, wide and narrow."""
        tab = self.tab(role)
        assert tab.get_attribute("html", "lang") == self.language
        for width, rules in WIDTHS.items():
            tab.set_viewport_size({"width": width, "height": 900})
            asked = {"runOnly": rules, "resultTypes": ["violations"]}
            said = tab.evaluate(
                "asked => axe.run(document, asked).then(said => said.violations.flatMap("
                "fault => fault.nodes.map(node => fault.id + ' ' + node.html.slice(0, 120))))",
                asked,
            )
            wide = "document.documentElement.scrollWidth > window.innerWidth + 1"
            said += ["scrolls sideways"] if tab.evaluate(wide) else []
            if said:
                self.found[f"{name} at {width}"] = said
        self.seen.append(name)

    def open(self, name, role, path):
        """Open an address; look at it if it is a page, and at what it says of an empty form."""
        tab = self.tab(role)
        try:
            answer = tab.goto(self.office.address + path)
        except playwright.Error as error:
            assert any(reason in str(error) for reason in NO_PAGE), str(error)
            return
        came = answer.request.redirected_from is None and answer.status != 405
        if not came or "html" not in answer.headers.get("content-type", ""):
            return
        if answer.status != REFUSALS.get(name, 200):
            self.found[name] = [f"answers {answer.status}"]
            return
        self.look(role, f"{name} {path}")
        form = tab.locator("main form.service-form:has(input:not([type=hidden]))")
        if form.count() and not NOT_SENT.match(name):
            with tab.expect_navigation():
                form.first.evaluate(EMPTY)
            if tab.locator(".utrecht-form-field--invalid, main [role=alert]").count():
                self.look(role, f"{name} {path} sent empty")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_axe_finds_nothing_on_any_page(arranged_office, chromium, language):
    looker = Looker(chromium, arranged_office, language)
    for name, role, path in walk(arranged_office.arranged)[0]:
        if role != "system":
            looker.open(name, role, path)
    verdicts = "/may-i-report/?purpose=REGISTER&age=L00_15&reporter="
    for way in ("POL&consent=GEEN", "JEUGD&consent=OUDER", "JEUGD&consent=OUDER&suspects=OUDER"):
        looker.open("verdict", "", verdicts + way)
    for role, path in (("registrar", "/nowhere/"), ("reporter", "/register/"), ("", "/nowhere/")):
        looker.tab(role).goto(arranged_office.address + path)
        looker.look(role, f"refused {path}")
    for tab in looker.tabs.values():
        tab.context.close()
    assert looker.found == {}
    assert len(looker.seen) > 40
