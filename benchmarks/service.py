"""Reports per second, full: validated, sealed, audited; beside the bare database's commits.

`python benchmarks/service.py [--quick] [--database sqlite|postgresql] [--rate 100] [--seconds N]`.
Reports are sent at a steady rate, whether or not earlier ones were answered: a slow answer delays
nobody else's, and counts from the moment at which it should have been sent.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests import _postgres  # noqa: E402
from tests._office import environment, served  # noqa: E402

SENDERS = 16
BARE_SECONDS = 3
KEY = """
import sys
from pathlib import Path
from slachtoffermonitor.service.operation.environment import demo_environment, set_up_django
set_up_django(demo_environment(Path(sys.argv[1])))
from slachtoffermonitor.service.accounts.clients import make_client_key
from slachtoffermonitor.service.accounts.models import Organisation
from slachtoffermonitor.service.accounts.rows import as_service
with as_service("benchmark"):
    police = Organisation.objects.get(name="Demo Politie")
    print(make_client_key(police, "benchmark", actor="service:benchmark")[1])
"""
VERIFY = (
    KEY.split("from slachtoffermonitor.service.accounts.clients", maxsplit=1)[0]
    + """
import json
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit import verify_chain
from slachtoffermonitor.service.register.models import Report
with as_service("benchmark"):
    print(json.dumps({"kept": Report.objects.count(), "audit_whole": verify_chain().is_whole}))
"""
)


def body(number: int) -> bytes:
    """A full report about somebody who does not exist."""
    told = {
        "content": "VOLLEDIG",
        "purpose": "REGISTER",
        "age": "L18_PLUS",
        "facts": {"main_form": "ARB", "forms": ["ARB"], "route": "GRENS", "sex": "M"},
        "consent": {"form": "GEEN"},
        "identity": {
            "given_name": f"Voornaam{number}",
            "surname": f"Verzonnen{number}",
            "birth_date": f"{1960 + number % 40}-{1 + number % 12:02d}-{1 + number % 28:02d}",
        },
    }
    return json.dumps(told).encode()


def send(address: str, key: str, rate: float, seconds: float) -> tuple[list[float], list[int]]:
    """Send at the rate; give each report's seconds since it was due, and its status."""
    total, lock = int(rate * seconds), threading.Lock()
    turn = iter(range(total))
    waits: list[float] = []
    statuses: list[int] = []
    begun = time.perf_counter() + 0.5

    def work() -> None:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        while True:
            with lock:
                number = next(turn, None)
            if number is None:
                connection.close()
                return
            due = begun + number / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            headers = {
                "Authorization": f"Bearer {key}",
                "Content-Type": "application/json",
                "Idempotency-Key": str(uuid.uuid4()),
            }
            connection.request("POST", "/api/v1/reports", body(number), headers)
            answer = connection.getresponse()
            answer.read()
            with lock:
                waits.append(time.perf_counter() - due)
                statuses.append(answer.status)

    workers = [threading.Thread(target=work) for _ in range(SENDERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return waits, statuses


def bare_sqlite(folder: Path) -> float:
    """Commits a second of one row each, as durable as the service's."""
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as database:
        database.executescript("PRAGMA journal_mode = wal; PRAGMA synchronous = full")
        database.execute("CREATE TABLE bare (text TEXT)")
        return _counted(lambda: database.execute("INSERT INTO bare VALUES (?)", ["x" * 500]))


def bare_postgresql(address: str) -> float:
    """Commits a second of one row each, by one connection."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as database:
        database.execute("CREATE TABLE bare (text TEXT)")
        return _counted(lambda: database.execute("INSERT INTO bare VALUES (%s)", ["x" * 500]))


def _counted(commit) -> float:
    end, done = time.perf_counter() + BARE_SECONDS, 0
    while time.perf_counter() < end:
        commit()
        done += 1
    return done / BARE_SECONDS


@contextmanager
def database(kind: str):
    """Give the variables of the database's address: none for SQLite."""
    if kind == "sqlite":
        yield {}
        return
    with _postgres.started(durable=True) as server:
        yield {"DATABASE_URL": server.address(_postgres.OWNER)}


def told_by(code: str, folder: Path, variables: dict[str, str]) -> str:
    command = [sys.executable, "-c", code, str(folder)]
    done = subprocess.run(
        command, env=environment(**variables), check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def measured(kind: str, rate: float, seconds: float) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as name, database(kind) as variables:
        folder = Path(name) / "office"
        with served(folder, **variables) as address:
            key = told_by(KEY, folder, variables)
            send(address, key, 5, 2)
            begun = time.perf_counter()
            waits, statuses = send(address, key, rate, seconds)
            took = time.perf_counter() - begun
            load = os.getloadavg()[0]
        bare = bare_postgresql(variables["DATABASE_URL"]) if variables else bare_sqlite(folder)
        checked = json.loads(told_by(VERIFY, folder, variables))
    ordered = sorted(waits)
    return {
        "database": kind,
        "rate_asked": rate,
        "seconds": seconds,
        "taken_in": statuses.count(201),
        "other_answers": sorted({status for status in statuses if status != 201}),
        "reports_per_second": round(len(statuses) / took, 1),
        "p50_ms": round(1000 * ordered[len(ordered) // 2], 1),
        "p95_ms": round(1000 * ordered[int(len(ordered) * 0.95)], 1),
        "bare_commits_per_second": round(bare, 1),
        "load_average": round(load, 2),
        **checked,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--seconds", type=float, default=0)
    options = parser.parse_args()
    # A benchmark that is stopped still stops the servers that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    rate = options.rate or (20 if options.quick else 100)
    seconds = options.seconds or (5 if options.quick else 300)
    print(json.dumps(measured(options.database, rate, seconds), indent=1))


if __name__ == "__main__":
    main()
