"""Serving the office: the database brought up to date, its safety looked at, the server begun."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from slachtoffermonitor.ground import InputError, Problem

__all__ = ["Address", "fitting_workers", "prepare_database", "refuse_unsafe_role", "serve"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the server listens, and with how many workers and threads."""

    host: str
    port: int
    workers: int
    threads: int


def prepare_database() -> None:
    """Bring the tables up to date, as the owner of the database."""
    from django.core.management import call_command  # noqa: PLC0415 - Django is set up by now

    call_command("migrate", verbosity=0, interactive=False)


def fitting_workers() -> int:
    """How many processes fit the database: SQLite has one writer, PostgreSQL has many."""
    from django.db import connection  # noqa: PLC0415

    return 2 if connection.vendor == "postgresql" else 1


def refuse_unsafe_role() -> None:
    """Refuse to serve as somebody whom row-level security does not hold.

    Raises:
        InputError: The application connects to PostgreSQL as a superuser or as a role that
            bypasses row-level security.

    """
    from django.db import connection  # noqa: PLC0415

    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        (free,) = cursor.fetchone()
    if free:
        raise InputError(
            Problem(
                what="the service connects as a role that row-level security does not hold",
                column="DATABASE_URL",
                allowed="an ordinary role: NOSUPERUSER NOBYPASSRLS",
            )
        )


def serve(address: Address, pid_file: Path | None = None) -> None:
    """Serve until stopped; a request that is being answered is answered first.

    All code is loaded before the workers are forked: a worker that dies is replaced at once, and
    they share its memory. No connection to the database is handed on to them.
    """
    from django.db import connections  # noqa: PLC0415
    from django.urls import get_resolver  # noqa: PLC0415
    from granian.constants import Interfaces  # noqa: PLC0415 - loads the server's own code
    from granian.log import LogLevels  # noqa: PLC0415
    from granian.server import Server  # noqa: PLC0415

    import slachtoffermonitor.service.project.wsgi  # noqa: PLC0415

    _ = slachtoffermonitor.service.project.wsgi.application, get_resolver().url_patterns
    connections.close_all()
    Server(
        "slachtoffermonitor.service.project.wsgi:application",
        address=address.host,
        port=address.port,
        interface=Interfaces.WSGI,
        workers=address.workers,
        blocking_threads=address.threads,
        backpressure=address.threads * 8,
        websockets=False,
        log_access=False,
        log_level=LogLevels.error,
        workers_kill_timeout=20,
        respawn_failed_workers=True,
        pid_file=pid_file,
    ).serve()
