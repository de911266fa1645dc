"""What does the start page cost a reader who opens it from disk, beside the limits of the site?

Limits: under 1.5 MB in total, all charts drawn; interactive within 2 seconds on 2 cores. Counted
are the files that the browser really asks for. Interactive means: the page is parsed and its
scripts have run, so that every control answers. The first live chart comes later; its time is told
too.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from playwright.sync_api import sync_playwright

from slachtoffermonitor.edition import Settings, run_edition
from slachtoffermonitor.publish import publish_edition

LIMIT_BYTES, LIMIT_SECONDS = 1_500_000, 2.0
RUNS = 5
PAGES = ("nl/index.html", "en/index.html")
CHART = ".drawing .live svg"


def open_page(browser: Any, address: str, width: int) -> dict[str, float]:
    """Open the page in a fresh browser context, scroll through it, and add up what it loads."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    tab = context.new_page()
    asked: set[str] = set()
    tab.on("request", lambda request: asked.add(request.url))
    tab.goto(address)
    if tab.locator(".drawing[data-chart]").count():
        tab.locator(".drawing[data-chart]").first.scroll_into_view_if_needed()
        tab.locator(CHART).first.wait_for(timeout=30_000)
    charted = tab.evaluate("performance.now()")
    for drawing in tab.locator(".drawing[data-chart]").all():
        drawing.scroll_into_view_if_needed()
        drawing.locator(".live svg").wait_for(timeout=30_000)
    timing = tab.evaluate("performance.getEntriesByType('navigation')[0].toJSON()")
    context.close()
    paths = {Path(unquote(urlsplit(url).path)) for url in asked if url.startswith("file:")}
    outside = [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
    return {
        "bytes": float(sum(path.stat().st_size for path in paths)),
        "files": float(len(paths)),
        "outside": float(len(outside)),
        "interactive_s": timing["domContentLoadedEventEnd"] / 1000,
        "first_chart_s": charted / 1000,
    }


def measure(site: Path, runs: int) -> dict[str, Any]:
    """Measure both start pages on a desktop and a telephone width."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("no Chromium on this machine")
    results: dict[str, Any] = {"limit_bytes": LIMIT_BYTES, "limit_s": LIMIT_SECONDS}
    with sync_playwright() as running:
        browser = running.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        for page in PAGES:
            for width in (1280, 390):
                found = [open_page(browser, (site / page).as_uri(), width) for _ in range(runs)]
                results[f"{page} {width}"] = {
                    name: round(statistics.median(one[name] for one in found), 3)
                    for name in found[0]
                } | {"slowest_s": round(max(one["interactive_s"] for one in found), 3)}
        browser.close()
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", type=Path, help="the folder `site` of an edition that is there")
    parser.add_argument("--quick", action="store_true", help="two runs a page, a small nation")
    parser.add_argument("--json", choices=["-"], help="print one JSON object")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site = arguments.site
        if site is None:
            settings = Settings()
            persons = 6_250 if arguments.quick else settings.deliveries.persons
            settings = replace(settings, deliveries=replace(settings.deliveries, persons=persons))
            publish_edition(run_edition(settings, Path(folder)), Path(folder) / "edition")
            site = Path(folder) / "edition" / "site"
        results = measure(site.resolve(), 2 if arguments.quick else RUNS)
    if arguments.json:
        print(json.dumps(results))
        return
    print(f"{'page':26}{'kB':>8}{'files':>7}{'interactive':>13}{'slowest':>9}{'1st chart':>11}")
    for page, one in results.items():
        if isinstance(one, dict):
            print(
                f"{page:26}{one['bytes'] / 1000:8.0f}{one['files']:7.0f}"
                f"{one['interactive_s']:11.2f} s{one['slowest_s']:7.2f} s"
                f"{one['first_chart_s']:9.2f} s"
            )
    print(f"limits: {LIMIT_BYTES / 1000:.0f} kB, {LIMIT_SECONDS} s to interactive")


if __name__ == "__main__":
    main()
