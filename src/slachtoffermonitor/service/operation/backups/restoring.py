"""Backup and restore of the whole database, each checked by comparing every row."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.service.operation.backups.copies import close_copy, open_copy

__all__ = ["Backup", "back_up", "restore"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a backup or a restore held: tables, rows, and a digest over every row of each table."""

    file: Path
    tables: int
    rows: int
    digest: str


def back_up(file: Path) -> Backup:
    """Write a backup, restore it to a place of its own, and count it only if every row is there.

    Raises:
        InputError: The file exists, or the restored copy differs from what was copied.

    """
    if file.exists():
        raise InputError(Problem(what="exists, and no backup is overwritten", file=str(file)))
    file.parent.mkdir(parents=True, exist_ok=True)
    with _own_folder() as folder:
        plain, again = folder / "copy", folder / "again"
        _dump(plain)
        written = close_copy(plain, file, settings.CONFIGURATION.keys)
        if open_copy(file, again, settings.CONFIGURATION.keys) != written:
            raise InputError(Problem(what="does not decrypt to what was copied", file=str(file)))
        return _looked_at(again, file)


def restore(file: Path) -> Backup:
    """Put a backup into the configured database, which must be empty or not be there yet.

    Raises:
        InputError: There is something in the database already, or the backup cannot be read.

    """
    with _own_folder() as folder:
        plain = folder / "copy"
        open_copy(file, plain, settings.CONFIGURATION.keys)
        found = _looked_at(plain, file)
        _load(plain)
    return found


@contextmanager
def _own_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="monitor-backup-") as name:
        Path(name).chmod(0o700)
        yield Path(name)


def _dump(plain: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(plain)) as target:
            connection.connection.backup(target)
        return
    _postgresql(
        "pg_dump", "--format=custom", "--no-owner", "--enable-row-security", f"--file={plain}"
    )


def _load(plain: Path) -> None:
    place = settings.DATABASES["default"]
    if connection.vendor == "sqlite":
        database = Path(place["NAME"])
        if database.exists() and database.stat().st_size:
            raise InputError(Problem(what="there is a database already", file=str(database)))
        with (
            closing(sqlite3.connect(plain)) as source,
            closing(sqlite3.connect(database)) as target,
        ):
            source.backup(target)
        database.chmod(0o600)
        return
    with connection.cursor() as cursor:
        if connection.introspection.table_names(cursor):
            raise InputError(Problem(what="the database is not empty", column="DATABASE_URL"))
    _postgresql("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", str(plain))


def _postgresql(program: str, *options: str) -> None:
    place = settings.DATABASES["default"]
    variables = {
        "PGHOST": place["HOST"],
        "PGPORT": place["PORT"],
        "PGUSER": place["USER"],
        "PGPASSWORD": place["PASSWORD"],
        "PGSSLMODE": place["OPTIONS"].get("sslmode", ""),
        "PGSSLROOTCERT": place["OPTIONS"].get("sslrootcert", ""),
        # The rows of every organisation: the settings that `as_service` sets, for this program.
        "PGOPTIONS": "-c monitor.scope=all",
    }
    given = {name: value for name, value in variables.items() if value}
    done = subprocess.run(  # noqa: S603 - a fixed program with paths of our own
        [program, f"--dbname={place['NAME']}", *options],
        env={**os.environ, **given},
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise InputError(
            Problem(what=f"{program} failed", found=done.stderr.decode(errors="replace")[:300])
        )


def _looked_at(plain: Path, file: Path) -> Backup:
    counted = _sqlite_rows(plain) if connection.vendor == "sqlite" else _archive_rows(plain)
    digest = hashlib.sha256(repr(sorted(counted.items())).encode()).hexdigest()
    rows = sum(count for count, _ in counted.values())
    return Backup(file=file, tables=len(counted), rows=rows, digest=digest)


def _sqlite_rows(database: Path) -> dict[str, tuple[int, str]]:
    """Count and digest the rows of every table, once the file itself proves sound."""
    with closing(sqlite3.connect(database)) as opened:
        (verdict,) = opened.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            raise InputError(Problem(what="the restored database is not sound"))
        names = opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: _digest(opened.execute(f'SELECT * FROM "{name}"')) for (name,) in names}  # noqa: S608


def _digest(rows: Iterable[Any]) -> tuple[int, str]:
    count, total = 0, 0
    for row in rows:
        count += 1
        total ^= int.from_bytes(hashlib.sha256(repr(row).encode()).digest())
    return count, f"{total:064x}"


def _archive_rows(archive: Path) -> dict[str, tuple[int, str]]:
    """Read a whole archive of PostgreSQL as a restore would, and count and digest its rows."""
    with subprocess.Popen(  # noqa: S603 - a fixed program with a path of our own
        ["pg_restore", "--data-only", "--file=-", str(archive)],  # noqa: S607
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as reading:
        lines = reading.stdout or iter(())
        found = {table: _digest(rows) for table, rows in _copied(iter(lines))}
    if reading.returncode:
        raise InputError(Problem(what="the archive cannot be read back"))
    return found


def _copied(lines: Iterator[bytes]) -> Iterator[tuple[str, Iterator[bytes]]]:
    for line in lines:
        if line.startswith(b"COPY "):
            table = line.split()[1].decode()
            yield table, takewhile(lambda row: row != b"\\.\n", lines)
