"""Seconds for Kaplan-Meier and Aalen-Johansen, ours beside statsmodels, in the same run.

`--quick` times 10^4 and 10^6 persons; without it 10^7 as well. `ratio` is the other's seconds
over ours; `difference` is the largest difference between the two estimates.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from slachtoffermonitor.follow import aalen_johansen, kaplan_meier

Result = TypeVar("Result")


def cohort(persons: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Seven years of follow-up: 12% a year meet the event, 6% leave, the rest is still there."""
    chance = np.random.default_rng(seed)
    again = chance.exponential(365.25 / 0.12, persons).astype(np.int64) + 1
    leaves = chance.exponential(365.25 / 0.06, persons).astype(np.int64) + 1
    ends = chance.integers(365, 7 * 365, persons)
    days = np.minimum(np.minimum(again, leaves), ends)
    cause = np.where(again == days, 1, np.where(leaves == days, 2, 0))
    return days, cause


def timed(work: Callable[[], Result], repeats: int) -> tuple[float, Result]:
    """Give the fastest of some runs, which is the one that was disturbed least."""
    fastest = float("inf")
    for _ in range(repeats):
        began = time.perf_counter()
        result = work()
        fastest = min(fastest, time.perf_counter() - began)
    return fastest, result


def compare(persons: int) -> list[dict[str, float | int | str]]:
    days, cause = cohort(persons)
    repeats = 3 if persons <= 1_000_000 else 1
    ours, curve = timed(lambda: kaplan_meier(None, days, cause == 1), repeats)
    theirs, other = timed(lambda: SurvfuncRight(days, (cause == 1).astype(int)), repeats)
    rows: list[dict[str, float | int | str]] = [
        {
            "method": "kaplan-meier",
            "persons": persons,
            "seconds": ours,
            "statsmodels_seconds": theirs,
            "ratio": theirs / ours,
            "difference": difference(curve, other.surv_times, other.surv_prob),
        }
    ]
    ours, curves = timed(lambda: aalen_johansen(None, days, cause), repeats)
    theirs, incidence = timed(lambda: CumIncidenceRight(days, cause), repeats)
    rows.append(
        {
            "method": "aalen-johansen",
            "persons": persons,
            "seconds": ours,
            "statsmodels_seconds": theirs,
            "ratio": theirs / ours,
            "difference": difference(curves[1], incidence.times, incidence.cinc[0]),
        }
    )
    return rows


def difference(curve: object, times: np.ndarray, values: np.ndarray) -> float:
    at = np.searchsorted(curve.day, times, side="right") - 1  # type: ignore[attr-defined]
    return float(np.abs(curve.estimate[at] - values).max())  # type: ignore[attr-defined]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute")
    parser.add_argument("--json", choices=["-"], help="one JSON object on standard output")
    asked = parser.parse_args()
    sizes = (10_000, 1_000_000) if asked.quick else (10_000, 1_000_000, 10_000_000)
    rows = [row for size in sizes for row in compare(size)]
    if asked.json:
        print(json.dumps({"benchmark": "follow", "results": rows}))
        return
    for row in rows:
        print(
            f"{row['method']:<15} {row['persons']:>10,} persons  {row['seconds']:.4f} s  "
            f"statsmodels {row['statsmodels_seconds']:.4f} s  {row['ratio']:.1f} times  "
            f"largest difference {row['difference']:.0e}"
        )


if __name__ == "__main__":
    main()
