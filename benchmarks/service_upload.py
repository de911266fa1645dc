"""A file of ten thousand reports: read, checked and taken in; beside its bare validation.

`python benchmarks/service_upload.py [--quick] [--rows 10000]`. Processor time is told beside the
time on the clock: on a busy machine only the first says what the upload itself needs.
"""

from __future__ import annotations

import argparse
import cProfile
import csv
import io
import json
import os
import pstats
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

GOAL_SECONDS = 60


def file_of(rows: int) -> bytes:
    """Write reports about people who do not exist, all of them good."""
    from slachtoffermonitor.service.register.uploads.rows import COLUMNS

    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    for number in range(rows):
        writer.writerow(
            {
                "own_reference": f"R-{number}",
                "reported_on": "2026-03-01",
                "purpose": "REGISTER",
                "age": "L18_PLUS",
                "given_name": f"Voornaam{number}",
                "surname": f"Verzonnen{number}",
                "birth_date": f"{1960 + number % 40}-{1 + number % 12:02d}-{1 + number % 28:02d}",
                "sex": "V",
                "citizenship": "NL",
                "municipality": "GM0599",
                "main_form": "BSU",
                "forms": "BSU;CRIM",
                "route": "BINNENLAND",
            }
        )
    return text.getvalue().encode()


def timed(act: Callable[[], Any]) -> tuple[Any, float, float]:
    """Give what an act gave, its seconds on the clock, and those of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    done = act()
    return done, time.perf_counter() - clock, time.process_time() - processor


def measured(rows: int, *, profile: bool = False) -> dict[str, object]:
    from slachtoffermonitor.service.accounts.models import ClientKey, Organisation
    from slachtoffermonitor.service.accounts.permissions import Scope
    from slachtoffermonitor.service.accounts.rows import acting, as_service
    from slachtoffermonitor.service.audit import verify_chain
    from slachtoffermonitor.service.basis import Policy
    from slachtoffermonitor.service.register.models import Report
    from slachtoffermonitor.service.register.uploads.rows import read_sheet
    from slachtoffermonitor.service.register.uploads.taking import take_in

    with as_service("benchmark"):
        police = Organisation.objects.create(name="Benchmark", reporter="POL")
        sender = ClientKey.objects.create(organisation=police, label="benchmark", digest="0" * 64)
    content = file_of(rows)
    sheet, read_s, read_cpu = timed(
        lambda: read_sheet(content, "reports.csv", reporter="POL", policy=Policy())
    )

    def take() -> Any:
        with acting(sender, Scope.OWN):
            return take_in(sheet, content, actor=sender, organisation=police, policy=Policy())

    profiler = cProfile.Profile()
    if profile:
        profiler.enable()
    taken, take_s, take_cpu = timed(take)
    if profile:
        profiler.disable()
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(25)
    with as_service("benchmark", write=False):
        kept, whole = Report.objects.count(), verify_chain().is_whole
    return {
        "rows": rows,
        "taken_in": taken.reports,
        "kept": kept,
        "audit_whole": whole,
        "read_and_checked_s": round(read_s, 1),
        "read_and_checked_processor_s": round(read_cpu, 1),
        "taken_in_s": round(take_s, 1),
        "taken_in_processor_s": round(take_cpu, 1),
        "whole_upload_s": round(read_s + take_s, 1),
        "whole_upload_processor_s": round(read_cpu + take_cpu, 1),
        "times_bare_validation": round((read_cpu + take_cpu) / read_cpu, 1),
        "goal_s": GOAL_SECONDS,
        "load_average": round(os.getloadavg()[0], 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    from slachtoffermonitor.service.operation.environment import demo_environment, set_up_django

    with tempfile.TemporaryDirectory() as name:
        set_up_django(demo_environment(Path(name) / "office"))
        from slachtoffermonitor.service.operation.serving import prepare_database

        prepare_database()
        rows = options.rows or (500 if options.quick else 10_000)
        print(json.dumps(measured(rows, profile=options.profile), indent=1))


if __name__ == "__main__":
    main()
