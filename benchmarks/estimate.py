"""Speed of the estimate room: fits per core, whole searches, the bootstrap over all models.

`--quick` takes a twentieth of the bootstrap samples and says so; nothing else differs. The tables
are the published ones of Kosovo (four lists), the United Kingdom (five) and the Netherlands (six).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from slachtoffermonitor.estimate import CaptureTable, estimate_population
from slachtoffermonitor.estimate._kernels import searching
from slachtoffermonitor.estimate.loglinear.enumeration import Candidates, candidates
from slachtoffermonitor.estimate.loglinear.fitting import pack, starting_values
from slachtoffermonitor.estimate.loglinear.search import search_models
from slachtoffermonitor.estimate.uncertainty.replicates import leave_one_out, repeat, resample

TABLES = Path(__file__).parents[1] / "tests" / "reference" / "mse" / "tables"
KOSOVO, KINGDOM, DUTCH = (
    CaptureTable.read(TABLES / f"{name}.csv") for name in ("Kosovo", "UKdat_5", "Ned")
)
COLD = """
import time
from slachtoffermonitor.estimate import CaptureTable, estimate_population
table = CaptureTable.read({path!r})
began = time.perf_counter()
estimate_population(table, max_order=4, bootstrap=10, seed=1)
print(time.perf_counter() - began)
"""


def fits_per_core_second(table: CaptureTable, models: Candidates, seconds: float) -> float:
    """Fit all models to resampled tables on one core, nothing skipped and every one checked."""
    start = starting_values(table.counts.astype(float))[models.terms]
    results = np.empty((len(models), 3))
    verdicts = np.empty(len(models), dtype=np.int64)
    tables = resample(table.counts, 1000, np.random.default_rng(1)).astype(float)
    packed = pack(models, start.copy())
    searching.fit_each(packed, 0, len(models), tables[0], results, verdicts)
    done = 0
    began = time.process_time()
    while time.process_time() - began < seconds:
        packed.start[:] = start
        searching.fit_each(packed, 0, len(models), tables[done % 1000], results, verdicts)
        done += 1
    return done * len(models) / (time.process_time() - began)


def search_seconds(table: CaptureTable, order: int) -> float:
    """Time a whole search, the best of three."""
    taken = []
    for _ in range(3):
        began = time.perf_counter()
        search_models(table, max_order=order)
        taken.append(time.perf_counter() - began)
    return min(taken)


def bootstrap_seconds(table: CaptureTable, order: int, replicates: int) -> float:
    """Time the choice among all models in every bootstrap sample and every jackknife table."""
    search = search_models(table, max_order=order)
    drawn = resample(table.counts, replicates, np.random.default_rng(1))
    began = time.perf_counter()
    repeat(search, np.concatenate([drawn, leave_one_out(table.counts)[0]]))
    return time.perf_counter() - began


def cold_seconds() -> float:
    """Time the first call of a new process with an empty compilation cache."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", COLD.format(path=str(TABLES / "UKdat_5.csv"))],
            env={**os.environ, "NUMBA_CACHE_DIR": folder},
            capture_output=True,
            text=True,
            check=True,
        )
    return float(done.stdout)


def measure(*, quick: bool) -> dict[str, Any]:
    estimate_population(KOSOVO, bootstrap=10, seed=1)  # compile, or load what was compiled
    seconds = 1.0 if quick else 5.0
    replicates = 50 if quick else 1000
    kingdom = bootstrap_seconds(KINGDOM, 4, replicates)
    dutch = bootstrap_seconds(DUTCH, 2, replicates)
    found = {
        "fits_per_core_second": {
            "4": fits_per_core_second(KOSOVO, candidates(4, 3), seconds),
            "5": fits_per_core_second(KINGDOM, candidates(5, 4), seconds),
            "6": fits_per_core_second(DUTCH, candidates(6, 2), seconds),
        },
        "search_5_lists_s": search_seconds(KINGDOM, 4),
        "search_6_lists_s": search_seconds(DUTCH, 2),
        "exhaustive_bootstrap_s": kingdom,
        "exhaustive_bootstrap_6_lists_s": dutch,
        "bootstrap_replicates": replicates,
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "cores": os.cpu_count(),
    }
    if not quick:
        found["cold_first_call_s"] = cold_seconds()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute")
    parser.add_argument("--json", choices=["-"], help="print one JSON object")
    arguments = parser.parse_args()
    found = measure(quick=arguments.quick)
    if arguments.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
