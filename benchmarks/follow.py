"""Seconds and peak memory of follow-up, ours beside lifelines and scikit-survival.

Every measurement is a process of its own with a limit of time, so that its peak memory is its own
and a library that does not finish stops nothing else. `memory_mb` is what was added to the memory
that held the data and the library. `--quick` takes 10^4 persons, and ours at 10^6 as well; without
it 10^4, 10^6 and 10^7 for all, and a cohort of 10^4 against 10^8 events and 1.7 × 10^7 presences.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl

from slachtoffermonitor import follow

DAY = 1826
LIBRARIES = {"ours": "slachtoffermonitor", "lifelines": "lifelines", "scikit-survival": "sksurv"}
METHODS = ("kaplan-meier", "aalen-johansen", "cox", "mean-cumulative-count")
Work = Callable[[], float]


def cohort(persons: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Seven years: 12% a year meet the event, 6% leave, the rest is still there; five groups."""
    chance = np.random.default_rng(1)
    groups = chance.integers(0, 2, (persons, 5)).astype(np.int8)
    again = chance.exponential(365.25 / 0.12, persons) * np.exp(-0.2 * groups.sum(axis=1))
    leaves = chance.exponential(365.25 / 0.06, persons)
    ends = chance.integers(365, 7 * 365, persons)
    again, leaves = again.astype(np.int64) + 1, leaves.astype(np.int64) + 1
    days = np.minimum(np.minimum(again, leaves), ends)
    return days, np.where(again == days, 1, np.where(leaves == days, 2, 0)), groups


def ours(method: str, days: np.ndarray, cause: np.ndarray, groups: np.ndarray) -> Work:
    if method == "kaplan-meier":
        met = (cause == 1).astype(np.int64)
        return lambda: follow.kaplan_meier(None, days, met).at(DAY).estimate
    if method == "aalen-johansen":
        return lambda: follow.aalen_johansen(None, days, cause)[1].at(DAY).estimate
    if method == "cox":
        frame = pl.DataFrame({f"g{n}": column for n, column in enumerate(groups.T)})

        def first_ratio() -> float:
            model = follow.cox(None, days, cause, covariates=frame)
            return float(model.coefficients["coefficient"][0])

        return first_ratio
    met = (cause == 1).astype(np.int64)
    return lambda: follow.mean_cumulative_count(None, days, met).curve().at(DAY).estimate


def lifelines(method: str, days: np.ndarray, cause: np.ndarray, groups: np.ndarray) -> Work:
    import pandas as pd  # noqa: PLC0415 (only the process that measures it loads a library)
    from lifelines import AalenJohansenFitter, CoxPHFitter, KaplanMeierFitter  # noqa: PLC0415

    met = cause == 1
    if method == "kaplan-meier":
        return lambda: float(KaplanMeierFitter().fit(days, met).predict(DAY))
    if method == "aalen-johansen":
        # Its variance takes hours, and ties are moved by chance; a seed keeps that the same.
        fitter = AalenJohansenFitter(calculate_variance=False, seed=1)
        return lambda: float(fitter.fit(days, cause, event_of_interest=1).predict(DAY))
    frame = pd.DataFrame(groups, columns=[f"g{n}" for n in range(5)]).assign(days=days, met=met)
    return lambda: float(CoxPHFitter().fit(frame, "days", "met").params_.iloc[0])


def sksurv(method: str, days: np.ndarray, cause: np.ndarray, groups: np.ndarray) -> Work:
    from sksurv.linear_model import CoxPHSurvivalAnalysis  # noqa: PLC0415
    from sksurv.nonparametric import (  # noqa: PLC0415
        cumulative_incidence_competing_risks,
        kaplan_meier_estimator,
    )
    from sksurv.util import Surv  # noqa: PLC0415

    def on_day(times: np.ndarray, values: np.ndarray) -> float:
        return float(values[np.searchsorted(times, DAY, side="right") - 1])

    if method == "kaplan-meier":
        return lambda: on_day(*kaplan_meier_estimator(cause == 1, days.astype(float))[:2])
    if method == "aalen-johansen":

        def share() -> float:
            times, shares = cumulative_incidence_competing_risks(cause, days.astype(float))
            return on_day(times, shares[1])

        return share
    outcome = Surv.from_arrays(cause == 1, days.astype(float))
    model = CoxPHSurvivalAnalysis(ties="efron")
    return lambda: float(model.fit(groups.astype(float), outcome).coef_[0])


MAKERS = {"ours": ours, "lifelines": lifelines, "scikit-survival": sksurv}


def forget_peak() -> None:
    """Start the count of peak memory anew, where the system can do that."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def memory_mb(name: str) -> float:
    """Give `VmHWM` (the peak) or `VmRSS` (now) in megabytes."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def work(method: str, library: str, persons: int) -> dict[str, Any]:
    """Measure one thing in this process."""
    make = MAKERS[library]
    make(method, *cohort(500))()  # load and compile first
    task = make(method, *cohort(persons))
    forget_peak()
    before = memory_mb("VmRSS")
    began, spent = time.perf_counter(), time.process_time()
    value = task()
    return {
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - spent,
        "memory_mb": memory_mb("VmHWM") - before,
        "peak_mb": memory_mb("VmHWM"),
        "value": value,
    }


def run(arguments: list[str], limit: float) -> dict[str, Any]:
    """Measure in a process of its own."""
    command = [sys.executable, __file__, *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return {"seconds": None, "outcome": f"stopped after {limit:g} s"}
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["killed"])[-1]
        return {"seconds": None, "outcome": f"failed ({done.returncode}): {reason[:120]}"}
    return {**json.loads(done.stdout), "outcome": "done"}


def compare(*, quick: bool, limit: float) -> list[dict[str, Any]]:
    rows = []
    for method in METHODS:
        for library, module in LIBRARIES.items():
            if method == "mean-cumulative-count" and library != "ours":
                continue  # neither has it
            sizes = (10_000, 1_000_000, 10_000_000)
            if quick:
                sizes = (10_000, 1_000_000) if library == "ours" else (10_000,)
            for persons in sizes:
                named = {"method": method, "library": library, "persons": persons}
                if importlib.util.find_spec(module) is None:
                    rows.append({**named, "seconds": None, "outcome": "not installed"})
                    continue
                asked = ["--work", method, "--library", library, "--persons", str(persons)]
                rows.append({**named, **run(asked, limit)})
    return rows


def write_registers(folder: Path, events: int, presences: int) -> None:
    """Write registers of random inhabitants, streamed by DuckDB."""
    with duckdb.connect(":memory:", config={"memory_limit": "3GB"}) as connection:
        connection.execute("SELECT setseed(0.5)")
        start = "DATE '2010-01-01'"
        connection.execute(
            f"COPY (SELECT 'r' || i AS person_id, {start} AS entered_on, CASE WHEN i % 10 = 0 "  # noqa: S608
            f"THEN {start} + 3000 + CAST(hash(i) % 2000 AS INT) END AS left_on, "
            "CASE WHEN i % 10 = 0 THEN 'EMIGRATIE' END AS exit_reason "
            f"FROM range({presences}) t(i)) TO '{folder}/presence.parquet' (FORMAT parquet)"
        )
        connection.execute(
            "COPY (SELECT 'e' || i AS event_id, 'r' || CAST(floor(random() * "  # noqa: S608
            f"{presences}) AS BIGINT) AS person_id, 'SLACHTOFFER' AS event_role, 'GEWELD' AS "
            f"event_kind, {start} + CAST(random() * 5400 AS INT) AS occurred_on "
            f"FROM range({events}) t(i)) TO '{folder}/events.parquet' (FORMAT parquet)"
        )


def out_of_core(folder: Path) -> dict[str, Any]:
    """Follow 10^4 persons through the registers in the folder."""
    chance = np.random.default_rng(2)
    days = chance.integers(1500, 2500, 10_000)
    persons = pl.DataFrame(
        {
            "person_id": [f"r{n}" for n in range(0, 100_000, 10)],
            "first_reported_on": [date(2010, 1, 1) + timedelta(int(day)) for day in days],
        }
    )
    began = time.perf_counter()
    found = follow.histories(
        persons,
        folder / "events.parquet",
        folder / "presence.parquet",
        observed_until=date(2024, 10, 1),
    )
    value = follow.cumulative_incidence(found).at(5).estimate
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "peak_mb": memory_mb("VmHWM"), "value": value}


def measure_out_of_core(limit: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        write_registers(Path(name), 100_000_000, 17_000_000)
        found = run(["--work", "out-of-core", "--folder", name], limit)
    return {"persons": 10_000, "events": 100_000_000, "presences": 17_000_000, **found}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="two minutes on a quiet machine")
    parser.add_argument("--json", choices=["-"], help="one JSON object on standard output")
    parser.add_argument("--limit", type=float, default=600.0, help="seconds for one measurement")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    parser.add_argument("--library", help=argparse.SUPPRESS)
    parser.add_argument("--persons", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.work == "out-of-core":
        print(json.dumps(out_of_core(asked.folder)))
        return
    if asked.work:
        print(json.dumps(work(asked.work, asked.library, asked.persons)))
        return
    limit = min(asked.limit, 60.0) if asked.quick else asked.limit
    found: dict[str, Any] = {
        "benchmark": "follow",
        "results": compare(quick=asked.quick, limit=limit),
    }
    if not asked.quick:
        found["out_of_core"] = measure_out_of_core(4 * limit)
    if asked.json:
        print(json.dumps(found))
        return
    for row in found["results"]:
        said = row["outcome"]
        if row["seconds"] is not None:
            said = f"{row['cpu_seconds']:.4f} s of one core, {row['memory_mb']:.0f} MB"
        print(f"{row['method']:<22} {row['library']:<16} {row['persons']:>11,}  {said}")
    if "out_of_core" in found:
        print(found["out_of_core"])


if __name__ == "__main__":
    main()
