"""The trail under eight writers, a thousand tamperings, and keys rotated while others write.

`python benchmarks/service_ground.py [--quick] [--database sqlite|postgresql]`, with
`--part rotation|trail` for one of the two, and `--entries`, `--tamperings`, `--sealed` and
`--writers` for other sizes. PostgreSQL is
started by the benchmark itself, as an ordinary role under row-level security.
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
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests import _postgres  # noqa: E402
from tests._office import environment  # noqa: E402


def set_up(folder: Path) -> None:
    from slachtoffermonitor.service.operation.environment import demo_environment, set_up_django

    set_up_django(demo_environment(folder))


def write_entries(count: int) -> None:
    from slachtoffermonitor.service.accounts.rows import as_service
    from slachtoffermonitor.service.audit import record

    for number in range(count):
        with as_service("writer"):
            subject = f"report:{os.getpid()}-{number}"
            record("report.received", actor="service:writer", subject=subject)


def seal_until_told(stop: Path) -> None:
    from slachtoffermonitor.service.accounts.rows import as_service
    from slachtoffermonitor.service.vault import open_identity, seal

    done = 0
    while not stop.exists():
        with as_service("writer"):
            row = seal({"family_name": f"Verzonnen {done}"})
            open_identity(row, actor="service:writer", purpose="REGISTER")
        done += 1
    print(done)


def many(number: int, *arguments: str) -> list[subprocess.Popen]:
    command = [sys.executable, __file__, *arguments]
    return [
        subprocess.Popen(command, env=environment(**_KEPT), stdout=subprocess.PIPE, text=True)
        for _ in range(number)
    ]


_KEPT: dict[str, str] = {}


def trail(folder: Path, rows: int, tries: int) -> dict[str, object]:
    """Write by eight, check, tamper with each kind in turn and check the whole chain each time."""
    from django.db import transaction

    from slachtoffermonitor.service.accounts.rows import as_service
    from slachtoffermonitor.service.audit import verify_chain

    begun = time.perf_counter()
    writers = many(8, "write", str(folder), str(rows // 8))
    codes = [writer.wait() for writer in writers]
    seconds = time.perf_counter() - begun
    with as_service("benchmark"):
        whole = verify_chain()
    open_gate()
    chance, caught = random.Random(8), Counter()  # noqa: S311
    kinds = (edit, delete, insert, swap, restamp, cut_tail)
    begun = time.perf_counter()
    for number in range(tries):
        kind = kinds[number % len(kinds)]
        with as_service("benchmark"):
            place = transaction.savepoint()
            kind(chance.randint(2, whole.entries - 1), whole.entries, chance)
            caught[kind.__name__] += not verify_chain().is_whole
            transaction.savepoint_rollback(place)
    with as_service("benchmark"):
        after = verify_chain()
    return {
        "writers": 8,
        "writers_failed": sum(code != 0 for code in codes),
        "entries": whole.entries,
        "entries_per_second": round(whole.entries / seconds, 1),
        "faults_untouched": len(whole.faults),
        "tamperings": tries,
        "found": sum(caught.values()),
        "found_by_kind": dict(caught),
        "seconds_per_check": round((time.perf_counter() - begun) / max(tries, 1), 3),
        "whole_afterwards": after.is_whole,
    }


def open_gate() -> None:
    """Take the triggers away, as the owner of the database can."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER audit_no_update")
            cursor.execute("DROP TRIGGER audit_no_delete")
        else:
            cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
            cursor.execute("ALTER TABLE audit_auditentry NO FORCE ROW LEVEL SECURITY")


def rows_of():
    from slachtoffermonitor.service.audit.models import AuditEntry

    return AuditEntry.objects


def edit(at: int, _last: int, chance: random.Random) -> None:
    field = chance.choice(["act", "actor", "subject", "purpose", "organisation", "at"])
    row = rows_of().get(pk=at)
    changed = row.at.replace(year=2001) if field == "at" else "changed"
    rows_of().filter(pk=at).update(**{field: changed})


def delete(at: int, _last: int, _chance: random.Random) -> None:
    rows_of().filter(pk=at).delete()


def insert(at: int, last: int, _chance: random.Random) -> None:
    row = rows_of().get(pk=at)
    row.position = last + 1
    row.save(force_insert=True)


def swap(at: int, _last: int, _chance: random.Random) -> None:
    pair = {row.pk: row for row in rows_of().filter(pk__in=[at, at + 1])}
    for place, source in ((at, at + 1), (at + 1, at)):
        rows_of().filter(pk=place).update(subject=pair[source].subject, digest=pair[source].digest)


def restamp(at: int, _last: int, chance: random.Random) -> None:
    rows_of().filter(pk=at).update(act="changed", digest=f"{chance.getrandbits(256):064x}")


def cut_tail(_at: int, last: int, chance: random.Random) -> None:
    rows_of().filter(pk__gt=last - chance.randint(1, 50)).delete()


def rotation(folder: Path, rows: int, number: int) -> dict[str, object]:
    """Seal many, put a new key in the ring, and rotate while others seal and open."""
    from slachtoffermonitor.service.accounts.rows import as_service
    from slachtoffermonitor.service.vault import seal

    for first in range(0, rows, 500):
        with as_service("benchmark"):
            for place in range(first, min(first + 500, rows)):
                seal({"family_name": f"Verzonnen {place}"})
    ring = folder / "keys" / "vault.json"
    run("manage", "new-keys", str(ring), "--name", "next")
    stop = folder / "stop"
    writers = many(number, "seal", str(folder), str(stop))
    time.sleep(3)
    begun = time.perf_counter()
    run("manage", "--folder", str(folder), "rotate-keys")
    seconds = time.perf_counter() - begun
    stop.touch()
    told = [writer.communicate()[0] for writer in writers]
    ring_now = json.loads(ring.read_text())
    del ring_now["keys"]["demo-1"]
    ring.write_text(json.dumps(ring_now))
    checked = json.loads(many(1, "check", str(folder))[0].communicate()[0])
    return {
        "sealed_before": rows,
        "writers": number,
        "writers_failed": sum(writer.returncode != 0 for writer in writers),
        "sealed_and_opened_meanwhile": sum(int(text or 0) for text in told),
        "rotation_seconds": round(seconds, 1),
        **checked,
    }


def check_all() -> None:
    """Open every identity with the new ring alone."""
    from django.conf import settings

    from slachtoffermonitor.service.accounts.rows import as_service
    from slachtoffermonitor.service.vault.keys import VaultError
    from slachtoffermonitor.service.vault.models import SealedIdentity

    ring = settings.CONFIGURATION.keys
    opened = lost = 0
    with as_service("benchmark", write=False):
        for row in SealedIdentity.objects.iterator():
            try:
                ring.unwrap(bytes(row.wrapped_key), row.pk.bytes, row.key_id)
                opened += 1
            except VaultError:
                lost += 1
    print(json.dumps({"opened_by_the_new_key_alone": opened, "undecryptable": lost}))


def run(*arguments: str) -> None:
    program = "import sys; from slachtoffermonitor.cli import main; sys.argv[0] = 'x'; main()"
    command = [sys.executable, "-c", program, *arguments]
    subprocess.run(command, env=environment(**_KEPT), check=True, capture_output=True)


@contextmanager
def database(kind: str):
    """Give the variables of the database's address: none for SQLite."""
    if kind == "sqlite":
        yield {}
        return
    with _postgres.started(durable=True) as server:
        yield {"DATABASE_URL": server.address(_postgres.OWNER)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--part", choices=["rotation", "trail", "both"], default="both")
    for name in ("entries", "tamperings", "sealed", "writers"):
        parser.add_argument(f"--{name}", type=int, default=0)
    options = parser.parse_args()
    quick = options.quick
    sizes = {
        "rows": options.entries or (1600 if quick else 50_000),
        "tries": options.tamperings or (30 if quick else 1000),
    }
    load = {
        "rows": options.sealed or (1000 if quick else 100_000),
        "number": options.writers or (4 if quick else 20),
    }
    # A benchmark that is stopped still stops the server that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory() as name, database(options.database) as address:
        folder = Path(name) / "office"
        _KEPT.update(address)
        os.environ.update(address)
        run("manage", "--folder", str(folder), "migrate")
        set_up(folder)
        told: dict[str, object] = {"database": options.database}
        if options.part != "trail":
            told["rotation"] = rotation(folder, **load)
        if options.part != "rotation":
            told["trail"] = trail(folder, **sizes)
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    if sys.argv[1:2] in (["write"], ["seal"], ["check"]):
        set_up(Path(sys.argv[2]))
        act = {
            "write": lambda: write_entries(int(sys.argv[3])),
            "seal": lambda: seal_until_told(Path(sys.argv[3])),
            "check": check_all,
        }
        act[sys.argv[1]]()
    else:
        main()
