"""An edition in a process of its own: begun, watched through its files, stopped.

The process holds a lock for as long as it lives. So a run that was killed, or that went down with
the machine, is known as such: nobody holds its lock, and it left no result.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Final

from slachtoffermonitor.service.desk.folders import EditionFolder

__all__ = ["Progress", "State", "begin", "progress_of", "stop"]

# The house's own command line; nothing that a page was told becomes part of the program.
PROGRAM: Final = "import sys; from slachtoffermonitor.cli import main; sys.argv[0] = 'run'; main()"
_OURS: Final = ("MONITOR_", "DATABASE_URL", "DJANGO_")
_SIGNS: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\u2800-\u28ff]")
_STEP: Final = re.compile(r"(?:\d{4}-\d{4}: .+|Making the edition|Publishing)")
_TAIL: Final = 20_000
_TOLD: Final = 2_000

_children: list[subprocess.Popen[bytes]] = []


class State(Enum):
    """Where a run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    KILLED = "killed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a run stands, what it does now, and what it said at its end."""

    state: State
    step: str = ""
    told: str = ""
    result: dict[str, Any] = field(default_factory=dict)


def begin(edition: EditionFolder, key: str, approvals: Sequence[str]) -> None:
    """Begin a run as a process of its own; it goes on when this one ends.

    It gets none of the service's secrets: no keys of the vault, no address of the database.
    """
    place = _place(edition, key)
    place.mkdir(mode=0o700, parents=True)
    lock = os.open(place / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    words = [word for name in approvals for word in ("--approve", name)]
    arguments = ["run", str(edition.path), "--replace", "--json", "-", *words]
    with (place / "result.json").open("wb") as said, (place / "progress.log").open("wb") as told:
        process = subprocess.Popen(  # noqa: S603 - our own program, and arguments in a list
            [sys.executable, "-c", PROGRAM, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=told,
            pass_fds=(lock,),
            start_new_session=True,
            cwd=edition.path,
            env=_environment(),
        )
    (place / "pid").write_text(str(process.pid), encoding="utf-8")
    os.close(lock)
    _children.append(process)


def _bury() -> None:
    """Take the leave of runs that ended; without it they would stand among the living."""
    _children[:] = [child for child in _children if child.poll() is None]


def _environment() -> dict[str, str]:
    """Leave the service's own variables out; ask the command to tell its steps to a file."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(_OURS)}
    return kept | {"FORCE_COLOR": "1", "COLUMNS": "120"}


def _place(edition: EditionFolder, key: str) -> Path:
    return edition.path / "runs" / key


def progress_of(edition: EditionFolder, key: str, *, began: bool = True) -> Progress:
    """Where does a run stand now? One that began and left no files was broken off at once."""
    _bury()
    place = _place(edition, key)
    if not began:
        return Progress(state=State.WAITING)
    lines = _lines(place / "progress.log")
    steps = [found[0].strip() for line in lines if (found := _STEP.search(line))]
    if _is_held(place / "lock"):
        return Progress(state=State.RUNNING, step=steps[-1] if steps else "")
    result = _result(place / "result.json")
    if result is not None:
        return Progress(state=State.DONE, result=result)
    told = [line.strip() for line in lines if line.strip() and not _STEP.search(line)]
    if not told:
        return Progress(state=State.KILLED, step=steps[-1] if steps else "")
    return Progress(state=State.FAILED, told="\n".join(told)[-_TOLD:])


def _is_held(lock: Path) -> bool:
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _lines(log: Path) -> list[str]:
    try:
        text = log.read_bytes()[-_TAIL:].decode("utf-8", errors="replace")
    except OSError:
        return []
    return re.split(r"[\r\n]+", _SIGNS.sub("", text))


def _result(file: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def stop(edition: EditionFolder, key: str) -> bool:
    """End a run that is going on; what stood in the folder of the edition stays as it was.

    Returns:
        Whether there was anything to end.

    """
    place = _place(edition, key)
    if not _is_held(place / "lock"):
        return False
    # While the lock is held the process lives, so that the number is still its own.
    os.killpg(int((place / "pid").read_text(encoding="utf-8")), signal.SIGTERM)
    return True
