"""An office of the service that is hurt while it works: served, written to, and looked at after.

It runs as it would in earnest: the configured mode, behind a proxy's header, on PostgreSQL as an
ordinary role under row-level security. Writers send reports by the interface, each with a key of
its own, and send the same one again until it is acknowledged, whatever happens meanwhile.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests import _postgres
from tests._office import environment

__all__ = ["Acknowledged", "Office", "Writers", "looked_at", "prepared"]

_PROGRAM = "import sys; from slachtoffermonitor.cli import main; sys.argv[0] = 'x'; main()"
_WITHOUT_DIGITS = str.maketrans("0123456789", "ghijklmnop")
_PREPARE = """
from slachtoffermonitor.service.operation.environment import set_up_django
set_up_django()
import os
from slachtoffermonitor.service.operation.roles import grant_application_role
from slachtoffermonitor.service.operation.serving import prepare_database
prepare_database()
grant_application_role(os.environ.get("MONITOR_DATABASE_ROLE", ""))
from slachtoffermonitor.service.accounts.clients import make_client_key
from slachtoffermonitor.service.accounts.models import Organisation
from slachtoffermonitor.service.accounts.rows import as_service
with as_service("study"):
    office = Organisation.objects.create(name="Study", reporter="POL", region="Oost")
    print(make_client_key(office, "study", actor="service:study")[1])
"""
_LOOK = """
from slachtoffermonitor.service.operation.environment import set_up_django
set_up_django()
import json
from collections import Counter
from django.db import connection
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit import verify_chain
from slachtoffermonitor.service.audit.models import AuditEntry
from slachtoffermonitor.service.register.models import IdempotencyKey, Report, ReportVersion
from slachtoffermonitor.service.vault.models import SealedIdentity
with as_service("study", write=False):
    told = Counter(AuditEntry.objects.filter(act="report.received")
                   .values_list("subject", flat=True))
    kept = [str(key) for key in Report.objects.values_list("pk", flat=True)]
    chain = verify_chain()
    sealed = set(SealedIdentity.objects.values_list("pk", flat=True))
    sound = "ok"
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            sound = cursor.execute("PRAGMA integrity_check").fetchone()[0]
    print(json.dumps({
        "kept": kept,
        "entries_by_report": dict(told),
        "versions": ReportVersion.objects.count(),
        "keys": IdempotencyKey.objects.count(),
        "identities_of_no_report": len(sealed - set(
            Report.objects.values_list("identity", flat=True))),
        "entries": chain.entries,
        "faults": len(chain.faults),
        "sound": sound == "ok",
    }))
"""


@dataclass(slots=True)
class Office:
    """A configured office in a folder: what it runs with, and the server when it runs."""

    folder: Path
    variables: dict[str, str]
    owner: dict[str, str]
    key: str = ""
    server: subprocess.Popen | None = None
    database: _postgres.Server | None = None

    @property
    def port(self) -> int:
        return int(self.variables["STUDY_PORT"])

    def start(self) -> None:
        """Begin serving, in a group of processes of its own so that all of it can be killed."""
        command = [sys.executable, "-c", _PROGRAM, "serve", "--port", str(self.port)]
        with (self.folder / "server.log").open("ab") as log:
            self.server = subprocess.Popen(
                command,
                env=environment(**self.variables),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """End every process of the server at once, without a word."""
        if self.server is not None:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait(timeout=60)

    def workers(self) -> list[int]:
        """Give the processes that answer requests."""
        pid = self.server.pid if self.server is not None else 0
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]

    def told_by(self, code: str, *, owner: bool = False) -> str:
        """Run a piece of code in the office's configuration; give what it printed."""
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=environment(**(self.owner if owner else self.variables)),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        return done.stdout.strip().splitlines()[-1]


@contextmanager
def prepared(kind: str, folder: Path, *, stored: Path | None = None) -> Iterator[Office]:
    """Give an office with its tables, one organisation and a key; not served yet.

    `stored` is where its database lies; in the office's folder, or PostgreSQL's own, if not given.
    """
    folder.mkdir(parents=True)
    with _database(kind, folder, stored) as (owner, service, server):
        office = _configured(folder, owner, service)
        office.database = server
        office.key = office.told_by(_PREPARE, owner=True)
        try:
            yield office
        finally:
            if office.server is not None and office.server.poll() is None:
                office.kill()


@contextmanager
def _database(
    kind: str, folder: Path, stored: Path | None
) -> Iterator[tuple[str, str, _postgres.Server | None]]:
    if kind == "sqlite":
        address = f"sqlite:///{(stored or folder).resolve() / 'monitor.db'}"
        yield address, address, None
        return
    # No segment of the log is kept for later: where a disk is full, it is full for the log too.
    flags = "-c wal_recycle=off -c min_wal_size=32MB -c max_wal_size=64MB" if stored else ""
    with _postgres.started(durable=True, folder=stored, flags=flags) as server:
        yield server.address(_postgres.OWNER), server.address(_postgres.APPLICATION), server


def _configured(folder: Path, owner: str, service: str) -> Office:
    from slachtoffermonitor.service.vault.keys import new_key_ring

    ring = folder / "vault.json"
    ring.write_text(new_key_ring("study-1"))
    ring.chmod(0o600)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    variables = {
        "MONITOR_HOSTS": "127.0.0.1",
        "MONITOR_PROXIES": "1",
        "MONITOR_SECRET_KEY": secrets.token_urlsafe(48),
        "MONITOR_VAULT_KEYS_FILE": str(ring.resolve()),
        "MONITOR_AUDIT_ANCHORS": str(folder.resolve() / "anchors.jsonl"),
        "MONITOR_DATABASE_ROLE": _postgres.APPLICATION if service != owner else "",
        "STUDY_PORT": str(port),
    }
    return Office(
        folder=folder,
        variables={**variables, "DATABASE_URL": service},
        owner={**variables, "DATABASE_URL": owner},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """One report that was acknowledged: its key in the register, and when (monotonic seconds)."""

    report: str
    sent_at: float
    answered_at: float
    tries: int


def _telling(number: int, chance: random.Random) -> bytes:
    """Give a full report about somebody who does not exist, with or without a reference."""
    told = {
        "content": "VOLLEDIG",
        "purpose": "REGISTER",
        "age": "L18_PLUS",
        "facts": {"main_form": "ARB", "forms": ["ARB"], "route": "GRENS", "sex": "M"},
        "consent": {"form": "GEEN"},
        "identity": {"given_name": f"Voornaam{number}", "surname": f"Verzonnen{number}"},
    }
    # Half have no reference of their own: there the key of the request alone stands between
    # sending again and reporting twice. A reference without digits is never taken for a number
    # of a citizen, which would be refused.
    if chance.random() < 0.5:
        told["own_reference"] = uuid.uuid4().hex.translate(_WITHOUT_DIGITS)
    return json.dumps(told).encode()


@dataclass(slots=True)
class Writers:
    """Threads that report until they are told to stop, and finish what they began."""

    office: Office
    number: int = 8
    patience: float = 180.0
    acknowledged: list[Acknowledged] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _threads: list[threading.Thread] = field(default_factory=list)

    def begin(self) -> None:
        self._threads = [
            threading.Thread(target=self._write, args=(number,)) for number in range(self.number)
        ]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, count: int, seconds: float = 180.0) -> None:
        """Wait until so many were acknowledged in all."""
        end = time.monotonic() + seconds
        while len(self.acknowledged) < count:
            if time.monotonic() > end:
                raise RuntimeError(f"nothing was acknowledged in {seconds} seconds")
            time.sleep(0.02)

    def first_after(self, moment: float, seconds: float = 180.0) -> float:
        """Give when the first report that was sent after a moment was acknowledged."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with self._lock:
                found = [each.answered_at for each in self.acknowledged if each.sent_at > moment]
            if found:
                return min(found)
            time.sleep(0.02)
        raise RuntimeError(f"the service did not come back in {seconds} seconds")

    def _write(self, number: int) -> None:
        chance, count = random.Random(number), 0  # noqa: S311
        while not self._stop.is_set():
            count += 1
            self._report(_telling(number * 1_000_000 + count, chance))

    def _report(self, body: bytes) -> None:
        key, begun, tries = uuid.uuid4().hex, time.monotonic(), 0
        while time.monotonic() - begun < self.patience:
            tries += 1
            sent_at = time.monotonic()
            status, answer = self._sent(key, body)
            with self._lock:
                self.answers[status] = self.answers.get(status, 0) + 1
            if status in ("200", "201"):
                made = Acknowledged(
                    report=answer["id"], sent_at=sent_at, answered_at=time.monotonic(), tries=tries
                )
                with self._lock:
                    self.acknowledged.append(made)
                return
            if status.startswith("4"):
                break
            time.sleep(0.1)
        with self._lock:
            self.given_up.append(key)

    def _sent(self, key: str, body: bytes) -> tuple[str, Mapping[str, str]]:
        headers = {
            "Authorization": f"Bearer {self.office.key}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            "X-Forwarded-Proto": "https",
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.office.port, timeout=30)
        try:
            connection.request("POST", "/api/v1/reports", body, headers)
            answer = connection.getresponse()
            content = answer.read()
            return str(answer.status), json.loads(content) if answer.status < 300 else {}
        except (OSError, http.client.HTTPException, ValueError):
            return "none", {}
        finally:
            connection.close()


def looked_at(office: Office, writers: Writers) -> dict[str, object]:
    """What stands in the register now, against what was acknowledged?"""
    found = json.loads(office.told_by(_LOOK))
    kept, promised = found["kept"], [each.report for each in writers.acknowledged]
    entries = found["entries_by_report"]
    return {
        "acknowledged": len(promised),
        "given_up": len(writers.given_up),
        "sent_more_than_once": sum(each.tries > 1 for each in writers.acknowledged),
        "answers": dict(sorted(writers.answers.items())),
        "kept": len(kept),
        "lost": len(set(promised) - set(kept)),
        "doubled": len(kept) - len(set(promised)) + len(promised) - len(set(promised)),
        "without_audit_entry": sum(entries.get(f"report:{key}", 0) != 1 for key in kept),
        "entries_of_no_report": sum(
            key.removeprefix("report:") not in set(kept) for key in entries
        ),
        "half_kept": abs(found["versions"] - len(kept))
        + abs(found["keys"] - len(kept))
        + found["identities_of_no_report"],
        "audit_entries": found["entries"],
        "audit_faults": found["faults"],
        "database_sound": found["sound"],
    }
