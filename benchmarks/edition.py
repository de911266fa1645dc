"""Where does the time of the windows go, beside the limit of three minutes for an edition?"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from slachtoffermonitor.edition import (
    PUBLISHED_WINDOWS,
    Edition,
    Memory,
    Settings,
    run_edition,
    settings_of_window,
)
from slachtoffermonitor.ground import LANGUAGES
from slachtoffermonitor.publish._factsheet import factsheet
from slachtoffermonitor.publish._site import write_site
from slachtoffermonitor.publish.charts import draw_figures
from slachtoffermonitor.publish.open_data import write_open_data
from slachtoffermonitor.publish.report import report

LIMIT_SECONDS = 180


def measure(persons: int) -> dict[str, object]:
    settings = Settings()
    settings = replace(settings, deliveries=replace(settings.deliveries, persons=persons))
    windows = [settings, *(settings_of_window(settings, one) for one in PUBLISHED_WINDOWS)]
    memory = Memory()
    steps: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for one in windows:
            name = f"{one.edition.first_year}-{one.edition.last_year}"
            edition, ran = _timed(run_edition, one, Path(folder), memory=memory)
            steps[name] = dict(edition.provenance.seconds)
            steps[name] |= _published(edition, Path(folder) / name)
            steps[name]["other"] = round(ran - sum(edition.provenance.seconds.values()), 2)
    totals = {name: round(sum(found.values()), 2) for name, found in steps.items()}
    newest = next(iter(totals.values()))
    return {
        "persons": persons,
        "steps_s": steps,
        "total_s": totals,
        "newest_s": newest,
        "all_windows_s": round(sum(totals.values()), 2),
        "share_of_limit": round(newest / LIMIT_SECONDS, 3),
    }


def _published(edition: Edition, folder: Path) -> dict[str, float]:
    """Publish part by part, as `publish_edition` does, and say what each part costs."""
    seconds: dict[str, float] = {}
    _, seconds["open data"] = _timed(write_open_data, edition, folder / "data")
    figures, sizes = {}, {}
    seconds["charts"] = 0.0
    for language in LANGUAGES:
        figures[language], took = _timed(draw_figures, edition.tables, language)
        seconds["charts"] += took
    for name, make in (("factsheets", factsheet), ("reports", report)):
        seconds[name] = 0.0
        for language in LANGUAGES:
            _, took = _timed(make, edition, figures[language], language)
            seconds[name] += took
    _, seconds["website"] = _timed(
        write_site, edition, folder / "site", figures=figures, sizes=sizes
    )
    return {name: round(took, 2) for name, took in seconds.items()}


def _timed(call: Callable[..., Any], *arguments: Any, **named: Any) -> tuple[Any, float]:
    start = time.perf_counter()
    found = call(*arguments, **named)
    return found, time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small nation, under a minute")
    parser.add_argument("--json", choices=["-"], help="print one JSON object")
    arguments = parser.parse_args()
    result = measure(6_250 if arguments.quick else 62_500)
    if arguments.json:
        print(json.dumps(result))
        return
    names = list(result["steps_s"])
    print(f"{'seconds':22}" + "".join(f"{name:>12}" for name in names))
    for step in dict.fromkeys(step for found in result["steps_s"].values() for step in found):
        row = (result["steps_s"][name].get(step, 0.0) for name in names)
        print(f"{step:22}" + "".join(f"{seconds:12.2f}" for seconds in row))
    print(f"{'total':22}" + "".join(f"{result['total_s'][name]:12.2f}" for name in names))
    print(f"the newest edition takes {result['share_of_limit']:.0%} of {LIMIT_SECONDS} s")


if __name__ == "__main__":
    main()
