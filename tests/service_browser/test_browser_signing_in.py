"""Signing in as people see it: open to all, on telephone and desktop, with or without scripts."""

from __future__ import annotations

import json

import pytest
from tests._office import served

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
pytestmark = pytest.mark.browser
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# A telephone that keeps passkeys and knows its owner, as the browser plays one.
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser") / "office"
    with served(folder) as address:
        people = json.loads((folder / "demo-people.json").read_text())
        yield address, {row["role"]: row for row in people}


def faults(tab):
    found = axe.Axe().run(tab, options={"runOnly": {"type": "tag", "values": WCAG}})
    return [
        (violation["id"], node["html"][:120])
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]


def sign_in(tab, address, who, code):
    tab.goto(f"{address}/account/login/")
    tab.fill("#id_login", who["email"])
    tab.fill("#id_password", who["password"])
    tab.click("form[action='/account/login/'] button[type=submit]")
    tab.fill("#id_code", who["codes"][code])
    tab.click("form[action='/account/second-factor/authenticate/'] button[type=submit]")
    tab.wait_for_url(f"{address}/")


@pytest.mark.parametrize(("language", "width", "code"), [("nl", 1280, 0), ("en", 390, 1)])
def test_axe_finds_nothing_on_the_way_in(office, chromium, language, width, code):
    address, people = office
    window = chromium.new_context(
        viewport={"width": width, "height": 900}, locale=language, extra_http_headers={}
    )
    tab, asked, said = window.new_page(), [], []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: said.append(message.text))
    found = {}
    tab.goto(f"{address}/account/login/")
    assert tab.get_attribute("html", "lang") == language
    found["sign in"] = faults(tab)
    tab.fill("#id_login", "nobody@demo.example")
    tab.fill("#id_password", "wrong")
    tab.click("form[action='/account/login/'] button[type=submit]")
    assert tab.locator("[role=alert]").count() == 1
    found["refused"] = faults(tab)
    sign_in(tab, address, people["registrar"], code)
    found["start"] = faults(tab)
    for path in ("/account/second-factor/", "/account/password/", "/nowhere/"):
        tab.goto(address + path)
        found[path] = faults(tab)
        wide = tab.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")
        assert not wide, f"{path} scrolls sideways"
    assert found == {page: [] for page in found}
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {
        address.removeprefix("http://")
    }
    assert not [text for text in said if "Content Security Policy" in text]
    window.close()


def test_signing_in_and_changing_the_language_need_no_script(office, chromium):
    address, people = office
    window = chromium.new_context(java_script_enabled=False, locale="nl")
    tab = window.new_page()
    sign_in(tab, address, people["analyst"], 0)
    assert tab.locator("h1").inner_text() == "Wat wilt u doen?"
    tab.click("button[name=language]")
    assert tab.locator("h1").inner_text() == "What do you want to do?"
    window.close()


def test_the_keyboard_reaches_the_content_first_and_sees_where_it_is(office, chromium):
    address, _ = office
    tab = chromium.new_context(locale="en").new_page()
    tab.goto(f"{address}/account/login/")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.getAttribute('href')") == "#main"
    for _ in range(5):
        tab.keyboard.press("Tab")
        style = tab.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement);"
            " return [s.outlineStyle, s.boxShadow]; })()"
        )
        assert style[0] != "none" or style[1] != "none"


def test_a_passkey_is_added_and_signs_in_by_itself(office, chromium):
    address, people = office
    # A passkey belongs to a name; an address in numbers has none.
    address = address.replace("127.0.0.1", "localhost")
    window = chromium.new_context(locale="nl")
    tab, said = window.new_page(), []
    grave = {"error", "warning"}
    tab.on("console", lambda message: said.append(message.text) if message.type in grave else None)
    tab.on("pageerror", lambda error: said.append(str(error)))
    wire = window.new_cdp_session(tab)
    wire.send("WebAuthn.enable")
    kept = wire.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    sign_in(tab, address, people["counsellor"], 0)

    tab.goto(f"{address}/account/second-factor/webauthn/add/")
    assert tab.locator("h1").inner_text() == "Toegang bevestigen"
    tab.fill("#id_password", people["counsellor"]["password"])
    tab.click("main form button[type=submit]")
    assert tab.locator("h1").inner_text() == "Voeg beveiligingssleutel toe"
    asked = tab.locator("main label").all_inner_texts()
    assert asked == ["Naam (niet verplicht)", "Inloggen met alleen deze passkey"]
    assert tab.is_checked("#id_passwordless")
    tab.fill("#id_name", "Telefoon")
    tab.click("#mfa_webauthn_add")
    tab.wait_for_url(f"{address}/account/second-factor/")
    tab.goto(f"{address}/account/second-factor/webauthn/")
    assert "Telefoon" in tab.locator("main").inner_text()
    held = wire.send("WebAuthn.getCredentials", {"authenticatorId": kept["authenticatorId"]})
    assert [(one["rpId"], one["isResidentCredential"]) for one in held["credentials"]] == [
        ("localhost", True)
    ]

    tab.click("form[action='/account/logout/'] button")
    tab.wait_for_url(f"{address}/account/login/")
    tab.goto(f"{address}/")
    assert tab.url.startswith(f"{address}/account/login/")
    tab.click("#passkey_login")
    tab.wait_for_url(f"{address}/")
    assert tab.locator("h1").inner_text() == "Wat wilt u doen?"
    assert said == []

    wire.send(
        "WebAuthn.setUserVerified",
        {"authenticatorId": kept["authenticatorId"], "isUserVerified": False},
    )
    tab.click("form[action='/account/logout/'] button")
    tab.wait_for_url(f"{address}/account/login/")
    tab.click("#passkey_login")
    tab.wait_for_timeout(3000)
    tab.goto(f"{address}/")
    assert tab.url.startswith(f"{address}/account/login/")
    window.close()
