"""Make a table, choose a municipality, search, look a word up and cite: by keyboard, from disk."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from tests._browser import CHROMIUM

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.browser
BUILDER = {"nl": "tabel-maken.html", "en": "table-builder.html"}


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


@pytest.fixture
def visit(browser, published: Path) -> Iterator[object]:
    """Open a page of the site; whatever goes wrong in it, or leaves the folder, fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    tab = context.new_page()
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    tab.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("file:", "data:", "blob:"))
            else wrong.append(request.url)
        ),
    )

    def opened(page: str, language: str = "en") -> object:
        name, _, fragment = page.partition("#")
        address = (published / "site" / language / name).as_uri()
        tab.goto(f"{address}#{fragment}" if fragment else address)
        return tab

    yield opened
    context.close()
    assert not wrong


def _table(published: Path, name: str, language: str = "en") -> dict[str, object]:
    script = (published / "site" / language / "tables" / f"{name}.js").read_text("utf-8")
    return json.loads(script.partition("] = ")[2].rstrip(";\n"))


def _choose(tab: object, label: str, typed: str) -> None:
    """Choose in a list as a keyboard user does: go there with Tab, type how the value begins."""
    for _ in range(60):
        if tab.evaluate("document.activeElement.labels?.[0]?.textContent") == label:
            break
        tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.labels?.[0]?.textContent") == label
    tab.keyboard.type(typed)


def test_a_table_is_made_by_keyboard_alone(visit, published):
    tab = visit(BUILDER["en"])
    tab.locator("#content").focus()
    _choose(tab, "Table", "Register by reporter")
    tab.locator(".result table tbody tr").first.wait_for()
    _choose(tab, "Columns", "No columns")
    heads = tab.locator(".result thead th").all_inner_texts()
    assert heads == ["Year", "Reporter", "Persons", "Notifications"]
    _choose(tab, "Only: Reporter", "Pol")
    assert tab.locator(".result tbody tr").count() == 10
    chosen = parse_qs(tab.evaluate("location.hash.slice(1)"), keep_blank_values=True)
    assert chosen["where.reporter"] == ["POL"] and chosen["columns"] == [""]
    assert "Only" not in tab.locator("#b-caption").inner_text()
    assert "Reporter: Police" in tab.locator("#b-caption").inner_text()
    assert "10 rows" in tab.locator(".made").inner_text()


def test_every_control_of_the_builder_is_reached_by_tab(visit):
    tab = visit(BUILDER["en"] + "#table=register_by_year_form")
    tab.locator(".result tbody tr").first.wait_for()
    wanted = tab.locator("[data-builder] :is(select:enabled, summary, button:enabled, a[href])")
    visible = [one.evaluate("e => e.outerHTML") for one in wanted.all() if one.is_visible()]
    tab.locator("#content").focus()
    reached = set()
    for _ in range(len(visible) + 10):
        tab.keyboard.press("Tab")
        reached.add(tab.evaluate("document.activeElement.outerHTML"))
    assert set(visible) <= reached


def test_a_view_has_an_address_that_opens_it_again(visit):
    choice = "rows=form&columns=year&only.form=BSU&only.form=ARB"
    tab = visit(f"{BUILDER['nl']}#table=register_by_year_form&{choice}", "nl")
    tab.locator(".result tbody tr").first.wait_for()
    heads = tab.locator(".result tbody th").all_inner_texts()
    assert heads == ["Binnenlandse seksuele uitbuiting", "Arbeidsuitbuiting"]
    assert tab.locator(".result thead th").count() == 11
    cited = tab.locator(".cite-text").inner_text()
    assert "only.form=BSU" in cited and cited.count("tabel-maken.html#") == 1


def test_hidden_counts_stay_hidden_with_their_reason(visit, published):
    tab = visit(BUILDER["nl"] + "#table=register_by_year_form&rows=year&columns=form", "nl")
    row = tab.locator(".result tbody tr", has_text="2016")
    row.wait_for()
    cells = row.locator("td").all_inner_texts()
    hidden = _table(published, "register_by_year_form", "nl")["hidden_words"]
    assert hidden == "minder dan 10" and cells.count(hidden) >= 1
    remarks = tab.locator(".remarks").inner_text()
    assert "Verborgen" in remarks and "telt niets op" in remarks
    bars = tab.locator(".bars svg")
    assert hidden in bars.inner_html() and len(bars.get_attribute("aria-label")) > 80


def test_no_total_is_made_up(visit, published):
    tab = visit(BUILDER["en"] + "#table=register_by_year_form&rows=year&columns=form")
    tab.locator(".result tbody tr").first.wait_for()
    table = _table(published, "register_by_year_form")
    published_words = set(table["figures"][0]["shown"]) | {"–"}
    assert set(tab.locator(".result tbody td").all_inner_texts()) <= published_words
    assert "No total over" in tab.locator(".remarks").inner_text()


def test_an_interval_stands_with_its_estimate_and_is_drawn(visit):
    tab = visit(BUILDER["en"] + "#table=hidden_number_models&rows=method&columns=")
    tab.locator(".result tbody tr").first.wait_for()
    assert "52,824 (49,900 to 56,100)" in tab.locator(".result tbody").inner_text()
    assert tab.locator(".bars svg line[stroke='#0072b2']").count() == 3  # one has no upper limit


def test_what_was_made_can_be_taken_along(visit):
    tab = visit(
        BUILDER["en"] + "#table=register_by_year_form&rows=year&columns=form&only.year=2016"
    )
    tab.locator(".result tbody tr").first.wait_for()
    with tab.expect_download() as found:
        tab.get_by_role("button", name="Download this view as CSV").press("Enter")
    text = Path(found.value.path()).read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["year"] for row in rows} == {"2016"} and len(rows) == 4
    hidden = [row for row in rows if row["status"] == "hidden"]
    assert hidden and all(row["value"] == "" and row["shown_as"] for row in hidden)
    assert all("only.year=2016" in row["address"] for row in rows)
    for kind, begins in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        with tab.expect_download() as found:
            tab.get_by_role("button", name=f"Chart as {kind}").press("Enter")
        assert Path(found.value.path()).read_bytes().startswith(begins)


def test_an_address_by_hand_that_fits_nothing_still_gives_a_table(visit):
    tab = visit(BUILDER["en"] + "#table=nothing&rows=<b>&columns=x&where.form=ZZZ&only.year=1")
    tab.locator(".result tbody tr").first.wait_for()
    assert tab.locator(".result tbody td").count() > 5


def test_without_a_script_the_pages_point_to_tables_and_downloads(browser, published: Path):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    for page in (BUILDER["en"], "search.html", "municipality.html"):
        tab.goto((published / "site" / "en" / page).as_uri())
        assert "needs a script" in tab.locator("main").inner_text()
        assert not tab.locator("main form").first.is_visible()
        assert tab.locator("main a[href*='table'], main a[href*='downloads']").count()
    context.close()


def test_a_municipality_stands_beside_the_country_by_keyboard(visit):
    tab = visit("gemeente.html", "nl")
    tab.locator("#content").focus()
    _choose(tab, "Gemeente", "Gro")
    found = tab.locator(".found").inner_text()
    assert "37" in found and "interval 20 tot 60" in found
    assert tab.evaluate("location.hash") == "#place=Groningen"
    assert "Groningen" in tab.locator("[role=status]").inner_text()
    assert tab.locator(".found tbody tr").count() == 2  # no list of other places, no ranks


def test_a_search_folds_accents_and_is_told_aloud(visit):
    tab = visit("zoeken.html", "nl")
    tab.locator("#search-for").focus()
    tab.keyboard.type("ZORGCOORDINATOR")
    tab.keyboard.press("Enter")
    said = tab.locator("#search-said")
    assert said.get_attribute("role") == "status"
    assert "“ZORGCOORDINATOR”" in said.inner_text()
    assert "oördinator" in tab.locator("#search-found").inner_text()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.wait_for_url(lambda address: "zoeken.html" not in address)


def test_a_search_finds_pages_tables_definitions_and_claims(visit):
    tab = visit("search.html#q=reporter")
    kinds = set(tab.locator("#search-found .kind").all_inner_texts())
    assert {"Page", "Table", "Definition", "Published figure"} <= kinds
    tab = visit("search.html#q=xyzzy")
    assert "Nothing found" in tab.locator("#search-said").inner_text()


def test_a_claim_that_search_finds_is_opened_where_it_stands(visit):
    tab = visit("check-a-number.html#nr.registered_victims.total.2018")
    row = tab.locator("[id='nr.registered_victims.total.2018']")
    row.wait_for(state="visible")
    assert "668" in row.inner_text()


def test_definitions_show_on_focus_and_hover_stay_and_can_be_dismissed(visit):
    tab = visit("who-reports.html")
    term, card = tab.locator("[data-definition]").first, tab.locator("#definition-card")
    term.focus()
    assert card.is_visible() and len(card.inner_text()) > 20
    assert term.get_attribute("aria-describedby") == "definition-card"
    tab.keyboard.press("Escape")
    assert not card.is_visible()
    tab.keyboard.press("Tab")
    term.hover()
    assert card.is_visible()
    box = card.bounding_box()
    tab.mouse.move(box["x"] + 10, box["y"] + box["height"] / 2, steps=4)
    tab.wait_for_timeout(500)
    assert card.is_visible()  # hoverable, persistent
    tab.mouse.move(900, 20)
    tab.wait_for_timeout(500)
    assert not card.is_visible()


def test_a_citation_names_edition_vintage_and_the_true_address(visit, published):
    tab = visit("table-registered-by-year.html")
    cited = tab.locator(".cite-text").inner_text()
    assert "Monitor of victims of human trafficking 2014-2018" in cited
    assert "22 November 2026" in cited
    assert cited.endswith("/site/en/table-registered-by-year.html")
    revised = tab.locator("dl.facts").inner_text()
    assert "1,256 (vintage 2018), 1,255 (vintage 2019)" in revised
    tab.get_by_role("button", name="Copy").press("Enter")
    tab.locator("[role=status]", has_text="opied").or_(
        tab.locator("[role=status]", has_text="Selected")
    ).wait_for()


def test_live_charts_stay_when_only_the_height_of_the_window_changes(visit):
    tab = visit("who-reports.html")
    first = tab.locator(".drawing").first
    first.scroll_into_view_if_needed()
    first.locator(".live svg").wait_for(timeout=20_000)
    tab.set_viewport_size({"width": 1280, "height": 700})
    tab.wait_for_timeout(500)
    assert first.locator(".live svg").is_visible()
