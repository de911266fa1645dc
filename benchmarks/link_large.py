"""Reports of 10,000 persons against a population register of 17 million rows, out of core.

The register is simulated straight into Parquet (see `_population.py`) and holds the residents
among the victims as they are; it is linked by DuckDB within `--memory-gb`, in a process of its
own, so that the peak memory is that of the linkage. `--quick` takes a register of 200,000 rows.
A register made before can be used again: `--register FILE` makes it when it is not there.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl

from _alone import alone
from _population import write_population
from slachtoffermonitor.link import Workplace, link_reports
from slachtoffermonitor.simulate import simulate_nation

SEED: Final = 2024
VICTIMS: Final = 62_500
ROWS: Final = {"full": 17_000_000, "quick": 200_000}
PERSONS: Final = {"full": 10_000, "quick": 500}
LIMIT_MB: Final = 8_000


def make(folder: Path, register: Path, *, rows: int, persons: int) -> float:
    """Make the reports about so many persons, and the register where it is not there yet."""
    began = time.perf_counter()
    nation = simulate_nation(seed=SEED, persons=VICTIMS)
    whole = pl.concat(
        frame for name, frame in nation.deliveries.items() if name.startswith("notifications-")
    )
    truth = nation.truth["notification_person"]
    chosen = (
        truth["person_id"]
        .unique()
        .sort()
        .sample(min(persons, truth["person_id"].n_unique()), seed=SEED)
    )
    truth = truth.filter(pl.col("person_id").is_in(chosen.implode()))
    truth.write_parquet(folder / "truth.parquet")
    whole.join(truth, on="notification_id", how="semi").write_parquet(folder / "reports.parquet")
    if not register.exists():
        write_population(register, rows=rows, seed=SEED, among=nation.deliveries["population"])
    return round(time.perf_counter() - began, 1)


def measure(folder: Path, register: Path, *, memory_gb: float, threads: int) -> dict[str, Any]:
    """Link the reports to the register, and hold what was found to what is true."""
    reports = pl.read_parquet(folder / "reports.parquet")
    truth = pl.read_parquet(folder / "truth.parquet")
    place = Workplace(memory_gb=memory_gb, folder=folder)
    began = time.perf_counter()
    linkage = link_reports(reports, population=register, workplace=place, threads=threads)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rules = linkage.evidence.rules.filter(pl.col("right_is") == "register")
    found = linkage.reports.join(
        linkage.persons.select("person_id", "register_id"), on="person_id"
    ).join(truth.select("notification_id", "resident_id"), on="notification_id")
    right = found.filter(pl.col("register_id") == pl.col("resident_id")).height
    return {
        "reports": reports.height,
        "persons": truth["person_id"].n_unique(),
        "register": pl.scan_parquet(register).select(pl.len()).collect().item(),
        "pairs_compared": int(rules["pairs_kept"].sum()),
        "precision": round(right / max(found["register_id"].count(), 1), 4),
        "recall": round(right / max(found["resident_id"].count(), 1), 4),
        "seconds": round(seconds, 1),
        "peak_memory_mb": round(peak),
        "limit_mb": LIMIT_MB,
        "memory_gb": memory_gb,
        "threads": threads,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small register, under a minute")
    parser.add_argument("--rows", type=int, help="of the register")
    parser.add_argument("--persons", type=int, help="who are reported")
    parser.add_argument("--register", type=Path, help="file to use, or to make and keep")
    parser.add_argument("--memory-gb", type=float, default=4.0, help="of the database")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", choices=["-"], help="print one JSON object")
    asked = parser.parse_args()
    size = "quick" if asked.quick else "full"
    with TemporaryDirectory(prefix="link-large-") as place:
        folder = Path(place)
        register = asked.register or folder / "register.parquet"
        made = alone(
            make,
            folder,
            register,
            rows=asked.rows or ROWS[size],
            persons=asked.persons or PERSONS[size],
        )
        sys.stderr.write(f"made in {made} s\n")
        result = alone(measure, folder, register, memory_gb=asked.memory_gb, threads=asked.threads)
    result["seconds_to_make"] = made
    if asked.json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        print(f"{name}: {value:,}")


if __name__ == "__main__":
    main()
