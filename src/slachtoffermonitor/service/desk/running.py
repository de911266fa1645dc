"""An edition in a process of its own: begun, watched through its files, stopped.

The process holds a lock for as long as it lives. So a run that was killed, or that went down with
the machine, is known as such: nobody holds its lock, and it left no result.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final

from slachtoffermonitor.service.desk.folders import EditionFolder

__all__ = ["Progress", "Stage", "State", "begin", "progress_of", "stop"]

# The house's own command line; nothing that a page was told becomes part of the program.
PROGRAM: Final = "import sys; from slachtoffermonitor.cli import main; sys.argv[0] = 'run'; main()"
_OURS: Final = ("MONITOR_", "DATABASE_URL", "DJANGO_")
_STAGES: Final = "progress.jsonl"
_TOLD_AT_END: Final = "said.txt"
_TOLD: Final = 2_000
# How far a query is, as the engine of the linkage draws it: no word of the run.
_BAR: Final = "\u2595"

_children: list[subprocess.Popen[bytes]] = []


class State(Enum):
    """Where a run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    KILLED = "killed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage that a run came to, by its English name, and when."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a run stands, the stages that it came to, and what it said at its end."""

    state: State
    stages: tuple[Stage, ...] = ()
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
    steps = ["--progress", str(place / _STAGES)]
    arguments = ["run", str(edition.path), "--replace", "--json", "-", *steps, *words]
    with (place / "result.json").open("wb") as said, (place / _TOLD_AT_END).open("wb") as told:
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
    """Leave the service's own variables out."""
    return {name: text for name, text in os.environ.items() if not name.startswith(_OURS)}


def _place(edition: EditionFolder, key: str) -> Path:
    return edition.path / "runs" / key


def progress_of(edition: EditionFolder, key: str, *, began: bool = True) -> Progress:
    """Where does a run stand now? One that began and left no files was broken off at once."""
    _bury()
    place = _place(edition, key)
    if not began:
        return Progress(state=State.WAITING)
    stages = _stages(place / _STAGES)
    if _is_held(place / "lock"):
        return Progress(state=State.RUNNING, stages=stages)
    result = _result(place / "result.json")
    if result is not None:
        return Progress(state=State.DONE, stages=stages, result=result)
    told = _told(place / _TOLD_AT_END)
    state = State.FAILED if told else State.KILLED
    return Progress(state=state, stages=stages, told=told)


def _is_held(lock: Path) -> bool:
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _told(file: Path) -> str:
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(line for line in lines if _BAR not in line).strip()[-_TOLD:]


def _stages(file: Path) -> tuple[Stage, ...]:
    """Read what `run --progress` writes: whole lines, replaced as one."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError:
        return ()
    said = [json.loads(line) for line in lines]
    return tuple(Stage(name=one["stage"], at=datetime.fromisoformat(one["at"])) for one in said)


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
