"""Processes killed while eight writers report: is anything acknowledged lost, or done twice?

`python benchmarks/service_faults.py [--kills 200] [--database sqlite|postgresql|both] [--quick]`;
`--minutes N` ends it earlier, and says how many kills were done.
Killed with SIGKILL are the whole server of the application (half of the kills; on SQLite three
fifths), one of its workers (a fifth; two fifths), and on PostgreSQL the postmaster and a backend
(three twentieths each). A killed server is started again at once, as its unit does. Recovery is
counted from the kill until a report that was sent after it is acknowledged.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks._office_under_fault import Office, Writers, looked_at, prepared  # noqa: E402
from tests import _postgres  # noqa: E402

PLANS = {
    "sqlite": ("worker", "server", "worker", "server", "server") * 4,
    "postgresql": ("server", "postmaster", "server", "worker", "server", "backend") * 3
    + ("server", "worker"),
}
BETWEEN = 10
WRITERS = 8


def hurt(office: Office, kind: str, chance: random.Random) -> float:
    """Kill once; give the moment of the kill. What has to be started again is started."""
    if kind == "worker":
        workers = office.workers()
        moment = time.monotonic()
        os.kill(chance.choice(workers), signal.SIGKILL)
    elif kind == "server":
        moment = time.monotonic()
        office.kill()
        office.start()
    elif kind == "backend":
        backend = _backend(office.database)
        moment = time.monotonic()
        os.kill(backend, signal.SIGKILL)
    else:
        moment = time.monotonic()
        os.kill(office.database.postmaster, signal.SIGKILL)
        start_again(office.database)
    return moment


def _backend(server: _postgres.Server) -> int:
    """Give a process of PostgreSQL that answers the service."""
    found = server.sql(
        "SELECT pid FROM pg_stat_activity WHERE usename = 'monitor_app' ORDER BY random() LIMIT 1"
    )
    return int(found or server.postmaster)


def start_again(server: _postgres.Server, seconds: float = 90) -> None:
    """Start PostgreSQL once the last process of the killed one has let go of its memory.

    It may have come back by itself meanwhile; then there is nothing to start.
    """
    end = time.monotonic() + seconds
    while not _runs(server):
        with suppress(RuntimeError):
            server.start()
        if time.monotonic() > end:
            raise RuntimeError("PostgreSQL did not come back")
        time.sleep(0.2)


def _runs(server: _postgres.Server) -> bool:
    try:
        server.sql("SELECT 1")
    except RuntimeError:
        return False
    return True


def studied(
    kind: str, kills: int, *, seed: int = 8, seconds: float = float("inf")
) -> dict[str, object]:
    """Kill so many times under eight writers, and look at what is kept."""
    end = time.monotonic() + seconds
    chance, plan = random.Random(seed), PLANS[kind]  # noqa: S311
    recoveries: list[float] = []
    done: Counter[str] = Counter()
    with (
        tempfile.TemporaryDirectory(prefix="monitor-faults-") as name,
        prepared(kind, Path(name) / "office") as office,
    ):
        office.start()
        writers = Writers(office, number=WRITERS)
        writers.begin()
        try:
            for number in range(kills):
                if time.monotonic() > end:
                    break
                writers.wait_for(len(writers.acknowledged) + BETWEEN)
                time.sleep(chance.random() * 0.5)
                what = plan[number % len(plan)]
                moment = hurt(office, what, chance)
                done[what] += 1
                recoveries.append(writers.first_after(moment) - moment)
                print(f"{number + 1} {what} {recoveries[-1]:.1f} s", file=sys.stderr, flush=True)
        finally:
            writers.end()
        office.kill()
        found = looked_at(office, writers)
    ordered = sorted(recoveries)
    return {
        "database": kind,
        "writers": WRITERS,
        "kills": dict(done),
        **found,
        "recovery_p50_s": round(ordered[len(ordered) // 2], 2),
        "recovery_p95_s": round(ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)], 2),
        "recovery_longest_s": round(ordered[-1], 2),
        "load_average": round(os.getloadavg()[0], 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="sqlite")
    options = parser.parse_args()
    # A study that is stopped still stops the servers that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    kinds = ("sqlite", "postgresql") if options.database == "both" else (options.database,)
    kills = options.kills or (6 if options.quick else 200)
    seconds = options.minutes * 60
    print(json.dumps([studied(kind, kills, seconds=seconds) for kind in kinds], indent=1))


if __name__ == "__main__":
    main()
