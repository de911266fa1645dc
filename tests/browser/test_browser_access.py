"""Every kind of page is open to all: axe-core finds nothing, the keyboard reaches everything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests._browser import CHROMIUM

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
pytestmark = pytest.mark.browser

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_ONE_TABLE = re.compile(r"^(?:table|tabel)-(?!builder|maken)")


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


def _pages(folder: Path) -> list[Path]:
    """Give every page, and of the pages of one table, which are all alike, the first three."""
    pages = sorted(folder.glob("*.html"))
    of_tables = [page for page in pages if OF_ONE_TABLE.match(page.name)]
    return [page for page in pages if page not in of_tables[3:]]


@pytest.mark.parametrize(("language", "width"), [("nl", 1280), ("en", 1280), ("nl", 390)])
def test_axe_finds_no_violation(browser, published: Path, language: str, width: int):
    tab = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    found = {}
    for page in _pages(published / "site" / language):
        tab.goto(page.as_uri())
        for drawing in tab.locator(".drawing[data-chart]").all():
            drawing.scroll_into_view_if_needed()
            drawing.locator(".live svg").wait_for(timeout=20_000)
        result = axe.Axe().run(tab, options={"runOnly": {"type": "tag", "values": WCAG}})
        assert len(result.response["passes"]) > 10
        if result.response["violations"]:
            found[page.name] = [
                (one["id"], [node["html"][:120] for node in one["nodes"]][:3])
                for one in result.response["violations"]
            ]
    tab.context.close()
    assert not found


CHOICES = (
    "tabel-maken.html#table=register_by_year_form&rows=year&columns=form",
    "tabel-maken.html#table=registered_by_form",
    "gemeente.html#place=Utrecht",
    "zoeken.html#q=minderjarig",
    "controleer-een-cijfer.html#q=11%25 seksuele uitbuiting 2020",
)


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_no_violation_in_what_a_reader_chose(browser, published: Path, width: int):
    tab = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    found = {}
    for choice in CHOICES:
        name, _, fragment = choice.partition("#")
        tab.goto("about:blank")
        tab.goto(f"{(published / 'site' / 'nl' / name).as_uri()}#{fragment}")
        tab.locator(
            ".result table tbody, .found table, #search-found li, #check-said h2"
        ).first.wait_for()
        for closed in tab.locator("details").all():
            closed.evaluate("e => { e.open = true }")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, choice
        result = axe.Axe().run(tab, options={"runOnly": {"type": "tag", "values": WCAG}})
        if result.response["violations"]:
            found[choice] = [
                (one["id"], [node["html"][:120] for node in one["nodes"]][:3])
                for one in result.response["violations"]
            ]
    tab.context.close()
    assert not found


def test_a_violation_would_be_found(browser, tmp_path: Path):
    bad = tmp_path / "bad.html"
    bad.write_text("<html><body><img src='x.png'><p style='color:#bbb'>hardly</p></body></html>")
    tab = browser.new_page()
    tab.goto(bad.as_uri())
    result = axe.Axe().run(tab, options={"runOnly": {"type": "tag", "values": WCAG}})
    tab.close()
    assert {"image-alt", "html-has-lang"} <= {one["id"] for one in result.response["violations"]}


def test_every_control_of_a_page_is_reached_by_the_tab_key(browser, published: Path):
    tab = browser.new_page()
    tab.goto((published / "site" / "en" / "check-a-number.html").as_uri())
    controls = tab.locator("a[href], button, input, summary, [tabindex='0']")
    visible = [one for one in controls.all() if one.is_visible()]
    reached = set()
    for _ in range(len(visible) + 5):
        tab.keyboard.press("Tab")
        reached.add(tab.evaluate("document.activeElement.outerHTML.slice(0, 200)"))
        outline = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none" or tab.evaluate("document.activeElement === document.body")
    missed = [one.evaluate("e => e.outerHTML.slice(0, 200)") for one in visible]
    tab.close()
    assert not [one for one in missed if one not in reached]
