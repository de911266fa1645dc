"""The database of the service, read from one address: SQLite for an office, PostgreSQL beyond."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

__all__ = ["database_of"]

# A writer waits its turn this long; immediate transactions make it wait at BEGIN, where nothing
# has been read yet, instead of failing at the first write of a transaction that began as a read.
_BUSY_SECONDS = 20.0
_SQLITE_START = (
    "PRAGMA journal_mode = wal; PRAGMA synchronous = full; PRAGMA secure_delete = on; "
    "PRAGMA foreign_keys = on; PRAGMA journal_size_limit = 67108864"
)


def database_of(address: str) -> dict[str, Any]:
    """Give Django's entry for a database address.

    Takes `sqlite:///relative.db`, `sqlite:////absolute.db`, `sqlite://:memory:` and
    `postgresql://user:password@host:port/name?sslmode=verify-full`; a host that begins with a
    slash (`?host=/run/postgresql`) is the folder of a socket.

    Raises:
        ValueError: The address is of neither kind; the message does not repeat it, because an
            address can hold a password.

    """
    if address.startswith("sqlite://"):
        return _sqlite(address.removeprefix("sqlite://"))
    parts = urlsplit(address)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ValueError("neither a SQLite nor a PostgreSQL address with a database name")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(options.pop("port", parts.port or "")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def _sqlite(place: str) -> dict[str, Any]:
    if place not in {":memory:", ""} and not place.startswith("/"):
        raise ValueError("a SQLite address has three slashes before the path")
    name = ":memory:" if place in {":memory:", ""} else place.removeprefix("/")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name if name == ":memory:" else str(Path(name)),
        "OPTIONS": {
            "timeout": _BUSY_SECONDS,
            "transaction_mode": "IMMEDIATE",
            "init_command": _SQLITE_START,
        },
    }
