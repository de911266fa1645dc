"""What the service must be told from outside: read once, checked whole, refused when unsafe.

Every value comes from the environment (or from a file that it names). `read_configuration` reports
all problems at once; nothing has a default that would be unsafe in production.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar, cast, get_args

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.service.project._database import database_of
from slachtoffermonitor.service.project._offices import SignInOffice, read_offices
from slachtoffermonitor.service.vault.keys import KeyRing, read_key_ring

__all__ = ["Configuration", "read_configuration"]

T = TypeVar("T")
Mode = Literal["production", "demo"]
_LOCAL = {"localhost", "127.0.0.1", "[::1]"}
_HOST = re.compile(r"^(\[[0-9a-f:]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The outside facts the service runs on; `repr` shows no secret.

    `mode` is `demo` only for a demo office on this machine itself. `anchor_file` is where the
    head of the audit chain is written daily; it should lie on another machine's disk.
    """

    mode: Mode
    hosts: tuple[str, ...]
    secret_key: str = field(repr=False)
    database: Mapping[str, Any] = field(repr=False)
    keys: KeyRing = field(repr=False)
    anchor_file: Path | None
    idle_minutes: int
    session_hours: int
    proxies: int
    offices: tuple[SignInOffice, ...]
    metrics_token: str = field(repr=False)
    application_role: str
    editions_folder: Path | None = None
    register_key: Path | None = None

    @property
    def is_demo(self) -> bool:
        """Whether this is the demo office: plain HTTP, on this machine only."""
        return self.mode == "demo"


class _Reader:
    """Reads one variable after another and gathers what is wrong instead of stopping."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.problems: list[Problem] = []

    def refuse(self, name: str, what: str, allowed: str = "") -> None:
        self.problems.append(Problem(what=what, column=name, allowed=allowed))

    def text(self, name: str, default: str = "") -> str:
        """Give a value, or the content of the file that `NAME_FILE` names."""
        path = self.environment.get(f"{name}_FILE", "")
        if not path:
            return self.environment.get(name, default).strip()
        file = Path(path)
        try:
            # A group may read: that is how systemd and containers hand a secret to one unit.
            if file.stat().st_mode & 0o027:
                self.refuse(
                    f"{name}_FILE", "anybody can read the file, or a group write it", "0600"
                )
            return file.read_text(encoding="utf-8").strip()
        except OSError as error:
            self.refuse(f"{name}_FILE", f"the file cannot be read ({error.strerror})")
            return default

    def whole(self, name: str, default: int, lowest: int, highest: int) -> int:
        """Give a whole number within its bounds."""
        found = self.environment.get(name, "").strip()
        if not found:
            return default
        if not found.isdecimal() or not lowest <= int(found) <= highest:
            self.refuse(name, "is no whole number in range", f"{lowest} to {highest}")
            return default
        return int(found)

    def made(self, name: str, make: Callable[[str], T], nothing: T) -> T:
        """Give what `make` makes of the value; its ValueErrors become problems."""
        try:
            return make(self.text(name))
        except ValueError as error:
            self.refuse(name, str(error))
            return nothing


def read_configuration(environment: Mapping[str, str]) -> Configuration:
    """What is the service to run with? A missing or unsafe value stops it before it serves.

    Returns:
        The checked configuration.

    Raises:
        InputError: Holding every problem at once, each naming its variable, none its value.

    """
    reader = _Reader(environment)
    mode = _mode(reader)
    configuration = Configuration(
        mode=mode,
        hosts=_hosts(reader, mode),
        secret_key=_secret(reader),
        database=_database(reader, mode),
        keys=reader.made("MONITOR_VAULT_KEYS", read_key_ring, KeyRing.empty()),
        anchor_file=_anchor(reader, mode),
        idle_minutes=reader.whole("MONITOR_IDLE_MINUTES", 20, 5, 60),
        session_hours=reader.whole("MONITOR_SESSION_HOURS", 10, 1, 12),
        proxies=reader.whole("MONITOR_PROXIES", 0, 0, 5),
        offices=reader.made("MONITOR_OIDC", read_offices, ()),
        metrics_token=_metrics_token(reader),
        application_role=reader.text("MONITOR_DATABASE_ROLE"),
        editions_folder=_editions(reader),
        register_key=_register_key(reader, mode),
    )
    if reader.problems:
        raise InputError(reader.problems)
    return configuration


def _mode(reader: _Reader) -> Mode:
    found = reader.text("MONITOR_MODE", "production")
    if found not in get_args(Mode):
        reader.refuse("MONITOR_MODE", "is no mode", " or ".join(get_args(Mode)))
        return "production"
    return cast(Mode, found)


def _hosts(reader: _Reader, mode: Mode) -> tuple[str, ...]:
    found = tuple(part.strip() for part in reader.text("MONITOR_HOSTS").split(",") if part.strip())
    if not found:
        reader.refuse("MONITOR_HOSTS", "no host name is given", "names with commas between")
    if any(not _HOST.match(host) for host in found):
        reader.refuse("MONITOR_HOSTS", "has an entry that is no host name, or a wildcard")
    if mode == "demo" and not set(found) <= _LOCAL:
        reader.refuse("MONITOR_HOSTS", "a demo office is reachable from this machine only")
    return found


def _secret(reader: _Reader) -> str:
    found = reader.text("MONITOR_SECRET_KEY")
    if len(found) < 50 or len(set(found)) < 16:
        reader.refuse(
            "MONITOR_SECRET_KEY", "is missing, too short or too regular", "50 random characters"
        )
    return found


def _database(reader: _Reader, mode: Mode) -> Mapping[str, Any]:
    nothing: dict[str, Any] = {}
    database = reader.made("DATABASE_URL", database_of, nothing)
    options = database.get("OPTIONS", {})
    distant = database.get("HOST", "") not in {"", *_LOCAL} and not str(
        database.get("HOST")
    ).startswith("/")
    if mode == "production" and distant and options.get("sslmode") != "verify-full":
        reader.refuse(
            "DATABASE_URL", "a database on another machine is reached without sslmode=verify-full"
        )
    return database


def _anchor(reader: _Reader, mode: Mode) -> Path | None:
    found = reader.text("MONITOR_AUDIT_ANCHORS")
    if not found and mode == "production":
        reader.refuse(
            "MONITOR_AUDIT_ANCHORS",
            "no file is named where the head of the audit trail is anchored",
            "a file on storage that the database's keeper cannot write",
        )
    return Path(found) if found else None


def _editions(reader: _Reader) -> Path | None:
    found = reader.text("MONITOR_EDITIONS")
    if found and not Path(found).is_dir():
        reader.refuse("MONITOR_EDITIONS", "is no folder that can be read", "a folder, or nothing")
    return Path(found).resolve() if found else None


def _register_key(reader: _Reader, mode: Mode) -> Path | None:
    found = reader.text("MONITOR_REGISTER_KEY")
    if mode == "demo" and found and not Path(found).exists():
        return Path(found).resolve()  # made at the first delivery
    if found and not Path(found).is_file():
        reader.refuse("MONITOR_REGISTER_KEY", "is no file that can be read", "a key, or nothing")
    elif found and Path(found).stat().st_mode & 0o077:
        reader.refuse("MONITOR_REGISTER_KEY", "others than its owner can read the file", "0600")
    return Path(found).resolve() if found else None


def _metrics_token(reader: _Reader) -> str:
    found = reader.text("MONITOR_METRICS_TOKEN")
    if found and len(found) < 32:
        reader.refuse("MONITOR_METRICS_TOKEN", "is too short", "32 characters or more")
    return found
