"""The site in a real browser, from disk: no error, no request that leaves the folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from tests._browser import CHROMIUM

from slachtoffermonitor.published import check_number

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
_cases = Path(__file__).parents[1] / "published" / "quotes.json"
QUOTES = [quote for quote, _ in json.loads(_cases.read_text("utf-8"))]
PAGES = {"nl": "controleer-een-cijfer.html", "en": "check-a-number.html"}
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


class Visit:
    """One tab that remembers what went wrong and what left the folder."""

    def __init__(self, browser: object, width: int) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 900})
        self.tab = self.context.new_page()
        self.wrong: list[str] = []
        self.asked: set[str] = set()
        self.tab.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.tab.on(
            "console",
            lambda said: (
                self.wrong.append(said.text) if said.type in {"error", "warning"} else None
            ),
        )
        self.tab.on("request", self._request)

    def _request(self, request: object) -> None:
        self.asked.add(request.url)
        if not request.url.startswith(("file:", "data:", "blob:")):
            self.wrong.append(f"left the folder: {request.url}")


@pytest.mark.parametrize("width", [1280, 360])
def test_every_page_opens_without_error_and_fits_the_screen(browser, published: Path, width):
    visit = Visit(browser, width)
    for path in sorted((published / "site").rglob("*.html")):
        visit.tab.goto(path.as_uri())
        assert visit.tab.evaluate("document.documentElement.scrollWidth") <= width, path.name
    visit.context.close()
    assert not visit.wrong
    site = published / "site"
    files = [Path(unquote(urlsplit(url).path)) for url in visit.asked if url.startswith("file:")]
    assert len(files) > 60
    assert all(path.is_relative_to(site) and path.exists() for path in files)


def test_charts_become_live_and_write_numbers_in_dutch(browser, published: Path):
    visit = Visit(browser, 1280)
    visit.tab.goto((published / "site" / "nl" / "index.html").as_uri())
    first = visit.tab.locator(".drawing").first
    first.scroll_into_view_if_needed()
    first.locator(".live svg").wait_for(timeout=20_000)
    assert "1.400" in first.locator(".live svg").inner_html()
    assert not first.locator("img").is_visible()
    assert len(first.locator(".live").get_attribute("aria-label")) > 60
    visit.context.close()
    assert not visit.wrong


def test_without_a_script_the_charts_are_images(browser, published: Path):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((published / "site" / "en" / "index.html").as_uri())
    assert tab.locator(".drawing img").first.is_visible()
    context.close()


def test_the_language_switch_keeps_the_page(browser, published: Path):
    visit = Visit(browser, 1280)
    visit.tab.goto((published / "site" / "en" / "hidden-number.html").as_uri())
    visit.tab.get_by_role("link", name="Nederlands").click()
    assert visit.tab.url.endswith("/nl/verborgen-aantal.html")
    assert visit.tab.locator("h1").inner_text() == "Verborgen aantal"
    visit.tab.get_by_role("link", name="English").click()
    assert visit.tab.url.endswith("/en/hidden-number.html")
    visit.context.close()


def _claims_found(tab: object) -> list[str]:
    return tab.locator("#check-found li").all_inner_texts()


def test_a_number_is_checked_by_keyboard_alone(browser, published: Path):
    visit = Visit(browser, 1280)
    visit.tab.goto((published / "site" / "en" / "index.html").as_uri())
    visit.tab.locator("#ask").focus()
    visit.tab.keyboard.type("11% sexual exploitation 2020")
    visit.tab.keyboard.press("Enter")
    visit.tab.wait_for_url("**/check-a-number.html#q=*")
    assert visit.tab.locator("#check-said h2").inner_text() == "Contradicts what was published"
    found = _claims_found(visit.tab)
    assert "408 of 984 is 41.5%" in found[0]
    assert any("disputed" in claim and "11%" in claim for claim in found)
    visit.context.close()
    assert not visit.wrong


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("5.433 slachtoffers 2013-2017", "als 5.433"),
        ("668", "668"),
        ("In 2019 waren er 1334 slachtoffers", "1.334"),
    ],
)
def test_a_dutch_sentence_finds_its_claim(browser, published: Path, asked, expected):
    visit = Visit(browser, 390)
    visit.tab.goto((published / "site" / "nl" / "controleer-een-cijfer.html").as_uri())
    visit.tab.locator("#ask").fill(asked)
    visit.tab.locator("#ask").press("Enter")
    assert visit.tab.locator("#check-said h2").inner_text() == "Klopt met wat is gepubliceerd"
    found = _claims_found(visit.tab)
    assert expected in found[0]
    assert "Bron" in found[0]
    visit.context.close()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_checks_every_quote_as_the_command_does(browser, published: Path, language):
    tab = browser.new_page()
    tab.goto((published / "site" / language / PAGES[language]).as_uri())
    answers = tab.evaluate(
        """quotes => {
            const data = JSON.parse(document.getElementById("check-data").textContent);
            const check = createNumberChecker(data);
            return quotes.map(check).map(({ verdict, summary, remarks, answers }) => ({
                verdict, summary, remarks,
                answers: answers.map((one) => [one.relation, one.text, one.note, one.citations]),
            }));
        }""",
        QUOTES,
    )
    tab.close()
    for quote, answer in zip(QUOTES, answers, strict=True):
        assert answer == _by_the_command(quote, language), quote


def _by_the_command(quote: str, language: str) -> dict[str, object]:
    found = check_number(quote)
    return {
        "verdict": found.verdict,
        "summary": found.summary.in_language(language),
        "remarks": [remark.in_language(language) for remark in found.remarks],
        "answers": [
            [
                answer.relation,
                answer.explanation.in_language(language),
                answer.note.in_language(language),
                list(answer.citations),
            ]
            for answer in found.answers
        ],
    }


def test_what_nobody_published_is_said_to_be_unknown(browser, published: Path):
    visit = Visit(browser, 390)
    visit.tab.goto((published / "site" / "en" / "check-a-number.html").as_uri())
    visit.tab.locator("#ask").fill("87654 bicycles")
    visit.tab.locator("#ask").press("Enter")
    assert not _claims_found(visit.tab)
    assert "we do not know" in visit.tab.locator("#check-said").inner_text()
    visit.context.close()
