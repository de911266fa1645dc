"""The disk full while eight writers report: is a report ever acknowledged that is not there?

`python benchmarks/service_disk.py [--times 20] [--database sqlite|postgresql|both] [--quick]`.
The database lies on a small file system in memory, which is filled to the last kilobytes and
freed again, while the service goes on. On PostgreSQL every second time its log is told to begin
a new segment, for which there is no room either: the server stops by itself, and is started again
once there is room. Mounting a file system takes root; elsewhere the study says so and ends.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks._office_under_fault import Office, Writers, looked_at, prepared  # noqa: E402
from benchmarks.service_faults import start_again  # noqa: E402

MEGABYTES = {"sqlite": 24, "postgresql": 200}
REFUSALS = 5
WRITERS = 8
MISSING = "no file system can be mounted here (it takes root)"


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """Give a folder that holds so much and no more.

    Raises:
        RuntimeError: Mounting is not allowed here.

    """
    with tempfile.TemporaryDirectory(prefix="monitor-disk-") as name:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777", "tmpfs", name],
            check=False,
            capture_output=True,
        )
        if mounted.returncode:
            raise RuntimeError(MISSING)
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "--lazy", name], check=False, capture_output=True)


def fill(disk: Path, spare: int) -> Path:
    """Fill the disk but for so many bytes; give the file that fills it."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 16))
        except OSError:
            file.truncate(max(0, file.tell() - spare))
    return ballast


def refused(writers: Writers) -> int:
    """How many requests were answered with an error, or with nothing?"""
    answers = dict(writers.answers)
    return sum(count for status, count in answers.items() if status not in {"200", "201"})


def one_time(office: Office, disk: Path, writers: Writers, *, spare: int, stop: bool) -> bool:
    """Fill, wait until reports are refused, make room, wait until one is taken in again.

    Returns:
        Whether reports were refused: the disk was full indeed.

    """
    before, end = refused(writers), time.monotonic() + 60
    ballast = fill(disk, spare)
    if stop and office.database is not None:
        # It may stop in the middle of the answer, which is what is asked for.
        with suppress(RuntimeError):
            office.database.sql("SELECT pg_switch_wal()")
    while refused(writers) < before + REFUSALS and time.monotonic() < end:
        time.sleep(0.05)
    ballast.unlink()
    if office.database is not None:
        start_again(office.database)
    writers.first_after(time.monotonic())
    return refused(writers) >= before + REFUSALS


def studied(kind: str, times: int, *, seed: int = 8) -> dict[str, object]:
    """Fill the disk so many times under eight writers, and look at what is kept."""
    chance, full = random.Random(seed), 0  # noqa: S311
    with (
        small_disk(MEGABYTES[kind]) as disk,
        tempfile.TemporaryDirectory(prefix="monitor-full-") as name,
        prepared(kind, Path(name) / "office", stored=disk) as office,
    ):
        office.start()
        writers = Writers(office, number=WRITERS)
        writers.begin()
        try:
            writers.wait_for(WRITERS)
            for number in range(times):
                spare = chance.randrange(0, 40_000)
                full += one_time(office, disk, writers, spare=spare, stop=number % 2 == 1)
        finally:
            writers.end()
        office.kill()
        found = looked_at(office, writers)
    return {"database": kind, "times": times, "times_full": full, **found} | {
        "load_average": round(os.getloadavg()[0], 2)
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--times", type=int, default=0)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="sqlite")
    options = parser.parse_args()
    # A study that is stopped still stops the servers that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    kinds = ("sqlite", "postgresql") if options.database == "both" else (options.database,)
    times = options.times or (2 if options.quick else 20)
    print(json.dumps([studied(kind, times) for kind in kinds], indent=1))


if __name__ == "__main__":
    main()
