"""Seconds and peak memory of follow-up, ours beside lifelines and scikit-survival.

Every measurement is a process of its own, so that its peak memory is its own and a library that
does not finish stops nothing else. `memory_mb` is what was added to the memory that held the rows
and the library, `peak_mb` the most that the process held. The clock of `--limit` runs while the
library works, not while rows are drawn; who needs more is stopped, and not tried on more persons.
Sizes are 10^4, 10^6 and 10^7 persons, and a cohort of 10^4 against 10^8 events and 1.7 × 10^7
presences; `--quick` takes 10^4 persons, ours at 10^6 as well, and a tenth of the registers.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl

from slachtoffermonitor import follow

DAY = 1826
MODULES = {"ours": "slachtoffermonitor", "lifelines": "lifelines", "scikit-survival": "sksurv"}
METHODS = ("kaplan-meier", "aalen-johansen", "mean-cumulative-count", "cox", "andersen-gill")
LACKS = {
    ("lifelines", "mean-cumulative-count"),
    ("scikit-survival", "mean-cumulative-count"),
    ("scikit-survival", "andersen-gill"),  # no rows that enter late
}
SIZES = (10_000, 1_000_000, 10_000_000)
MOST_MEMORY = 16 * 2**30
EVENTS, PRESENCES = 100_000_000, 17_000_000
Work = Callable[[], float]


@dataclass
class Cohort:
    """Seven years: 12% a year meet an event, 6% leave, the rest is still there; five groups."""

    persons: int

    def __post_init__(self) -> None:
        self.chance = np.random.default_rng(1)
        self.groups = self.chance.integers(0, 2, (self.persons, 5)).astype(np.int8)
        self.pace = 365.25 / 0.12 * np.exp(0.2 * self.groups.sum(axis=1))
        self.leaves = 1 + self.chance.exponential(365.25 / 0.06, self.persons).astype(np.int64)
        self.ends = self.chance.integers(365, 7 * 365, self.persons)

    @cached_property
    def first(self) -> tuple[np.ndarray, np.ndarray]:
        """Days and cause (1 the event, 2 left, 0 still there) of each person."""
        again = 1 + (self.chance.exponential(1.0, self.persons) * self.pace).astype(np.int64)
        days = np.minimum(np.minimum(again, self.leaves), self.ends)
        return days, np.where(again == days, 1, np.where(self.leaves == days, 2, 0))

    @cached_property
    def recurrent(self) -> tuple[np.ndarray, ...]:
        """Person, entry, exit and event of each row; a person's next row begins at an event."""
        last = np.minimum(self.leaves, self.ends)
        person, rows = np.arange(self.persons), []
        entry = np.zeros(self.persons, dtype=np.int64)
        while person.size:
            step = self.chance.exponential(1.0, person.size) * self.pace[person]
            day = entry + 1 + step.astype(np.int64)
            met = day <= last[person]
            rows.append((person, entry, np.minimum(day, last[person]), met.astype(np.int64)))
            going = met & (day < last[person])
            person, entry = person[going], day[going]
        return tuple(np.concatenate(column) for column in zip(*rows, strict=True))


def ours(method: str, cohort: Cohort) -> Work:
    if method == "mean-cumulative-count":
        person, entry, leaves, event = cohort.recurrent
        return lambda: (
            (
                follow.mean_cumulative_count(entry, leaves, event, person=person).curve().at(DAY)
            ).estimate
        )
    if method == "andersen-gill":
        person, entry, leaves, event = cohort.recurrent
        terms = named_groups(cohort.groups[person])
        return lambda: first_term(
            follow.andersen_gill(entry, leaves, event, covariates=terms, person=person)
        )
    days, cause = cohort.first
    if method == "kaplan-meier":
        met = (cause == 1).astype(np.int64)
        return lambda: follow.kaplan_meier(None, days, met).at(DAY).estimate
    if method == "aalen-johansen":
        return lambda: follow.aalen_johansen(None, days, cause)[1].at(DAY).estimate
    groups = named_groups(cohort.groups)
    return lambda: first_term(follow.cox(None, days, cause, covariates=groups))


def named_groups(groups: np.ndarray) -> pl.DataFrame:
    return pl.DataFrame({f"g{n}": column for n, column in enumerate(groups.T)})


def first_term(model: follow.HazardModel) -> float:
    return float(model.coefficients["coefficient"][0])


def lifelines(method: str, cohort: Cohort) -> Work:
    import lifelines as lib
    import pandas as pd

    names = [f"g{n}" for n in range(5)]
    if method == "andersen-gill":
        person, entry, leaves, event = cohort.recurrent
        rows = pd.DataFrame(cohort.groups[person], columns=names)
        rows = rows.assign(id=person, start=entry, stop=leaves, event=event)
        timed = lib.CoxTimeVaryingFitter()  # without robust errors: it has none
        columns = {"id_col": "id", "event_col": "event", "start_col": "start", "stop_col": "stop"}
        return lambda: float(timed.fit(rows, **columns).params_.iloc[0])
    days, cause = cohort.first
    met = cause == 1
    if method == "kaplan-meier":
        return lambda: float(lib.KaplanMeierFitter().fit(days, met).predict(DAY))
    if method == "aalen-johansen":
        # Its variance takes hours, and ties are moved by chance; a seed keeps that the same.
        fitter = lib.AalenJohansenFitter(calculate_variance=False, seed=1)
        return lambda: float(fitter.fit(days, cause, event_of_interest=1).predict(DAY))
    frame = pd.DataFrame(cohort.groups, columns=names).assign(days=days, met=met)
    return lambda: float(lib.CoxPHFitter().fit(frame, "days", "met").params_.iloc[0])


def sksurv(method: str, cohort: Cohort) -> Work:
    from sksurv.linear_model import CoxPHSurvivalAnalysis
    from sksurv.nonparametric import (
        cumulative_incidence_competing_risks,
        kaplan_meier_estimator,
    )
    from sksurv.util import Surv

    days, cause = cohort.first

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
    return lambda: float(model.fit(cohort.groups.astype(float), outcome).coef_[0])


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


def measured(task: Work, limit: float) -> dict[str, Any]:
    """Run the task; the system ends this process when it takes longer than the limit."""
    forget_peak()
    before = memory_mb("VmRSS")
    signal.setitimer(signal.ITIMER_REAL, limit)
    began, spent = time.perf_counter(), time.process_time()
    value = task()
    seconds, cpu = time.perf_counter() - began, time.process_time() - spent
    signal.setitimer(signal.ITIMER_REAL, 0)
    return {
        "seconds": seconds,
        "cpu_seconds": cpu,
        "memory_mb": memory_mb("VmHWM") - before,
        "peak_mb": memory_mb("VmHWM"),
        "value": value,
    }


def work(method: str, library: str, persons: int, limit: float) -> dict[str, Any]:
    """Measure one thing in this process."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    make = MAKERS[library]
    make(method, Cohort(500))()  # load and compile first
    return measured(make(method, Cohort(persons)), limit)


def run(arguments: list[str], limit: float) -> dict[str, Any]:
    """Measure in a process of its own."""
    command = [sys.executable, __file__, *arguments, "--limit", str(limit)]
    try:
        # drawing the rows takes time too; the limit itself is kept by the process
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=limit + 120, check=False
        )
    except subprocess.TimeoutExpired:
        return {"seconds": None, "outcome": f"stopped after {limit:g} s"}
    if done.returncode == -signal.SIGALRM:
        return {"seconds": None, "outcome": f"stopped after {limit:g} s"}
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["killed"])[-1]
        return {"seconds": None, "outcome": f"failed ({done.returncode}): {reason[:120]}"}
    return {**json.loads(done.stdout), "outcome": "done"}


def compare(*, quick: bool, limit: float) -> list[dict[str, Any]]:
    rows = []
    for method in METHODS:
        for library in MODULES:
            sizes = SIZES[: 2 if library == "ours" else 1] if quick else SIZES
            reason = why_not(library, method)
            for persons in sizes:
                asked = ["--work", method, "--library", library, "--persons", str(persons)]
                found = {"seconds": None, "outcome": reason} if reason else run(asked, limit)
                rows.append({"method": method, "library": library, "persons": persons, **found})
                if found["seconds"] is None and not reason:
                    reason = f"not tried: {found['outcome']} at {persons:,}"
    return rows


def why_not(library: str, method: str) -> str:
    if (library, method) in LACKS:
        return "this library does not have it"
    return "" if importlib.util.find_spec(MODULES[library]) else "not installed"


def write_registers(folder: Path, events: int, presences: int) -> None:
    """Write registers of random inhabitants, streamed by DuckDB."""
    with duckdb.connect(":memory:", config={"memory_limit": "3GB"}) as connection:
        start = "DATE '2010-01-01'"
        connection.execute(
            f"COPY (SELECT 'r' || i AS person_id, {start} AS entered_on, CASE WHEN i % 10 = 0 "  # noqa: S608
            f"THEN {start} + 3000 + CAST(hash(i) % 2000 AS INT) END AS left_on, "
            "CASE WHEN i % 10 = 0 THEN 'EMIGRATIE' END AS exit_reason "
            f"FROM range({presences}) t(i)) TO '{folder}/presence.parquet' (FORMAT parquet)"
        )
        # hashes, not random(): the registers are the same each time on any number of cores
        connection.execute(
            f"COPY (SELECT 'e' || i AS event_id, 'r' || (hash(i) % {presences}) AS person_id, "  # noqa: S608
            "'SLACHTOFFER' AS event_role, 'GEWELD' AS event_kind, "
            f"{start} + CAST(hash(i + 1000000007) % 5400 AS INT) AS occurred_on "
            f"FROM range({events}) t(i)) TO '{folder}/events.parquet' (FORMAT parquet)"
        )


def out_of_core(folder: Path, limit: float) -> dict[str, Any]:
    """Follow 10^4 persons through the registers in the folder."""
    chance = np.random.default_rng(2)
    days = chance.integers(1500, 2500, 10_000)
    persons = pl.DataFrame(
        {
            "person_id": [f"r{n}" for n in range(0, 100_000, 10)],
            "first_reported_on": [date(2010, 1, 1) + timedelta(int(day)) for day in days],
        }
    )

    def share() -> float:
        found = follow.histories(
            persons,
            folder / "events.parquet",
            folder / "presence.parquet",
            observed_until=date(2024, 10, 1),
        )
        return follow.cumulative_incidence(found).at(5).estimate

    return measured(share, limit)


def measure_out_of_core(events: int, presences: int, limit: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        began = time.perf_counter()
        write_registers(Path(name), events, presences)
        wrote = time.perf_counter() - began
        size = sum(file.stat().st_size for file in Path(name).iterdir()) / 2**20
        found = run(["--work", "out-of-core", "--folder", name], limit)
    sizes = {"persons": 10_000, "events": events, "presences": presences, "files_mb": size}
    return {**sizes, "writing_seconds": wrote, **found}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="smaller, in about a minute")
    parser.add_argument("--json", choices=["-"], help="one JSON object on standard output")
    parser.add_argument("--limit", type=float, default=30.0, help="seconds for one measurement")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    parser.add_argument("--library", help=argparse.SUPPRESS)
    parser.add_argument("--persons", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.work == "out-of-core":
        print(json.dumps(out_of_core(asked.folder, asked.limit)))
        return
    if asked.work:
        print(json.dumps(work(asked.work, asked.library, asked.persons, asked.limit)))
        return
    began = time.perf_counter()
    tenth = 10 if asked.quick else 1
    limit = min(asked.limit, 10.0) if asked.quick else asked.limit
    found: dict[str, Any] = {
        "benchmark": "follow",
        "limit_seconds": limit,
        "cores": os.cpu_count(),
        "results": compare(quick=asked.quick, limit=limit),
        "out_of_core": measure_out_of_core(EVENTS // tenth, PRESENCES // tenth, 8 * limit),
        "seconds": None,
    }
    found["seconds"] = time.perf_counter() - began
    if asked.json:
        print(json.dumps(found))
        return
    for row in found["results"]:
        said = row["outcome"]
        if row["seconds"] is not None:
            said = f"{row['seconds']:.4f} s, {row['memory_mb']:.0f} MB added"
        print(f"{row['method']:<22} {row['library']:<16} {row['persons']:>11,}  {said}")
    print(found["out_of_core"])
    print(f"{found['seconds']:.0f} s in all")


if __name__ == "__main__":
    main()
