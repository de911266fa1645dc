"""A PostgreSQL server of the tests' own, started where its binaries exist and stopped afterwards.

It listens on a socket in a temporary folder only. PostgreSQL refuses to run as root: there the
server runs as the user `postgres` or `nobody`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["MISSING", "Server", "binaries", "started"]

MISSING = "no PostgreSQL server binaries (initdb, pg_ctl) on this machine"
OWNER, APPLICATION = "monitor_owner", "monitor_app"


@dataclass(frozen=True)
class Server:
    """A running server: its binaries, its folder, and the addresses of its roles."""

    bin: Path
    folder: Path
    runner: int | None
    flags: str = ""

    @property
    def stored(self) -> Path:
        return self.folder / "stored"

    @property
    def postmaster(self) -> int:
        return int((self.stored / "postmaster.pid").read_text().split()[0])

    def start(self) -> None:
        """Start the server, as after it ended or was killed."""
        log = str(self.folder / "log")
        self.run(
            *("pg_ctl", "-D", str(self.stored), "-w", "-t", "60", "-l", log, "-o", self.flags),
            "start",
            capture_output=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def address(self, role: str, database: str = "monitor") -> str:
        return f"postgresql://{role}@/{database}?host={self.folder}"

    def run(self, *command: str, **options) -> subprocess.CompletedProcess:
        options = {"capture_output": True, "text": True, **options}
        done = subprocess.run(
            [str(self.bin / command[0]), *command[1:]],
            user=self.runner,
            cwd="/",
            check=False,
            **options,
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]}: {done.stderr}")
        return done

    def sql(self, statement: str, database: str = "monitor", role: str = "postgres") -> str:
        done = self.run(
            "psql", "-h", str(self.folder), "-U", role, "-d", database, "-XAtqc", statement
        )
        return done.stdout.strip()


def binaries() -> Path | None:
    """Find the folder with the server's programs; None where there is none."""
    found = shutil.which("initdb")
    places = [Path(found).parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wanted = ("initdb", "pg_ctl", "psql", "pg_dump", "pg_restore")
    return next((p for p in places if all((p / name).exists() for name in wanted)), None)


def _runner() -> int | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    return names.get("postgres", names.get("nobody"))


@contextmanager
def started(
    *, durable: bool = False, folder: Path | None = None, flags: str = ""
) -> Iterator[Server]:
    """Start a server with an owner's and an application's role and a database; stop it after.

    `folder` is where it keeps all (one of its own if not given), `flags` what it is started with
    besides.
    """
    place = binaries()
    if place is None:
        raise RuntimeError(MISSING)
    folder = folder or Path(tempfile.mkdtemp(prefix="monitor-pg-", dir="/tmp"))
    flags = f"-k {folder} -c listen_addresses='' -c max_connections=60 {flags}"
    if not durable:
        flags += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    server = Server(bin=place, folder=folder, runner=_runner(), flags=flags)
    if server.runner is not None:
        os.chown(folder, server.runner, -1)
    stored = str(server.stored)
    try:
        server.run("initdb", "-D", stored, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
        server.start()
        server.sql(f"CREATE ROLE {OWNER} LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS", "postgres")
        server.sql(f"CREATE ROLE {APPLICATION} LOGIN NOSUPERUSER NOBYPASSRLS", "postgres")
        server.sql(f"CREATE DATABASE monitor OWNER {OWNER}", "postgres")
        yield server
    finally:
        subprocess.run(
            [str(place / "pg_ctl"), "-D", stored, "-m", "immediate", "-w", "stop"],
            user=server.runner,
            cwd="/",
            check=False,
            capture_output=True,
        )
        shutil.rmtree(folder, ignore_errors=True)
