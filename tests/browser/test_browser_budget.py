"""The start page is light and quick from disk, all its charts drawn."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from tests._browser import CHROMIUM

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.browser
MOST_BYTES, MOST_SECONDS = 1_500_000, 2.0


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


def _files_of(urls: set[str]) -> set[Path]:
    return {Path(unquote(urlsplit(url).path)) for url in urls if url.startswith("file:")}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_start_page_stays_within_its_budget(browser, published: Path, language: str):
    """Everything is counted: all charts are scrolled to, so the library that draws them is too."""
    asked: set[str] = set()
    seconds = []
    for _ in range(3):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        tab = context.new_page()
        tab.on("request", lambda request: asked.add(request.url))
        tab.goto((published / "site" / language / "index.html").as_uri())
        seconds.append(
            tab.evaluate(
                "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd / 1000"
            )
        )
        for drawing in tab.locator(".drawing[data-chart]").all():
            drawing.scroll_into_view_if_needed()
            drawing.locator(".live svg").wait_for(timeout=20_000)
        context.close()
    files = _files_of(asked)
    assert any(path.name == "vega.js" for path in files)
    assert sum(path.stat().st_size for path in files) < MOST_BYTES
    assert statistics.median(seconds) < MOST_SECONDS
