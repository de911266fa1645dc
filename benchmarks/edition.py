"""Where does the time of a whole edition go, beside the limit of three minutes on two cores?"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from slachtoffermonitor.edition import Settings, run_edition
from slachtoffermonitor.publish import publish_edition

LIMIT_SECONDS = 180


def measure(persons: int) -> dict[str, object]:
    settings = Settings()
    settings = replace(settings, deliveries=replace(settings.deliveries, persons=persons))
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        edition = run_edition(settings, Path(folder))
        ran = time.perf_counter()
        publish_edition(edition, Path(folder) / "edition")
        published = time.perf_counter()
    return {
        "persons": persons,
        "steps_s": dict(edition.provenance.seconds),
        "run_s": round(ran - start, 2),
        "publish_s": round(published - ran, 2),
        "total_s": round(published - start, 2),
        "share_of_limit": round((published - start) / LIMIT_SECONDS, 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small nation, under a minute")
    parser.add_argument("--json", choices=["-"], help="print one JSON object")
    arguments = parser.parse_args()
    result = measure(6_250 if arguments.quick else 62_500)
    if arguments.json:
        print(json.dumps(result))
        return
    for step, seconds in result["steps_s"].items():
        print(f"{step:22}{seconds:8.2f} s")
    print(f"{'publishing':22}{result['publish_s']:8.2f} s")
    print(f"{'total':22}{result['total_s']:8.2f} s, {result['share_of_limit']:.0%} of the limit")


if __name__ == "__main__":
    main()
