"""Seconds per ten years of the simulated nation, beside the limit of 60 seconds.

`--quick` makes a nation of a tenth of the size as well as one whole nation; without it three
whole nations are made and one of ten times the size.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from slachtoffermonitor.simulate import simulate_nation, write_nation

LIMIT_SECONDS = 60.0
WHOLE = 62_500


def measure(persons: int, seed: int) -> dict[str, float | int]:
    began = time.perf_counter()
    nation = simulate_nation(seed=seed, persons=persons)
    made = time.perf_counter()
    with TemporaryDirectory() as folder:
        write_nation(nation, Path(folder))
        size = sum(file.stat().st_size for file in Path(folder).rglob("*.csv"))
    written = time.perf_counter()
    return {
        "persons": persons,
        "years": len(nation.years),
        "seed": seed,
        "seconds_to_make": made - began,
        "seconds_to_write": written - made,
        "seconds": written - began,
        "megabytes": size / 1e6,
        "limit_seconds": LIMIT_SECONDS * max(persons / WHOLE, 1.0),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute")
    parser.add_argument("--json", choices=["-"], help="one JSON object on standard output")
    asked = parser.parse_args()
    sizes = (WHOLE // 10, WHOLE) if asked.quick else (WHOLE, WHOLE, WHOLE, 10 * WHOLE)
    rows = [measure(persons, seed) for seed, persons in enumerate(sizes)]
    if asked.json:
        print(json.dumps({"benchmark": "simulate", "results": rows}))
        return
    for row in rows:
        print(
            f"{row['persons']:>9,} persons, {row['years']} years  {row['seconds']:6.1f} s "
            f"(make {row['seconds_to_make']:.1f}, write {row['seconds_to_write']:.1f}; "
            f"limit {row['limit_seconds']:.0f})  {row['megabytes']:.0f} MB"
        )


if __name__ == "__main__":
    main()
