"""A demo office of the service, served by its own process for the length of a block."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["environment", "served"]

_PROGRAM = "import sys; from slachtoffermonitor.cli import main; sys.argv[0] = 'x'; main()"
_SECONDS = 120


def environment(**changes: str) -> dict[str, str]:
    """Give the variables of a process that shall not know of the tests' own configuration."""
    ours = ("MONITOR_", "DATABASE_URL", "DJANGO_")
    return {name: text for name, text in os.environ.items() if not name.startswith(ours)} | changes


@contextmanager
def served(folder: Path, **changes: str) -> Iterator[str]:
    """Serve the demo office of the folder; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, "serve", "--port", str(port), "--folder", str(folder)],
        env=environment(**changes),
        stdout=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(server, f"{address}/health/")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(server: subprocess.Popen, address: str) -> None:
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError("the server ended before it answered")
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError("the server did not answer in time")
