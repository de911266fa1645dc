"""The head of the trail, written outside the database once a day.

An anchor is a line of JSON in a file that the keeper of the database cannot write. It holds
nothing about anybody: a time, a position and a digest.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from django.utils import timezone

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.service.audit.models import AuditHead

__all__ = ["Anchor", "read_anchors", "write_anchor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """Where the trail ended at a time."""

    at: str
    position: int
    digest: str


def write_anchor(file: Path) -> Anchor:
    """Add the present head to the file of anchors, on disk before this returns."""
    head = AuditHead.objects.get(pk=1)
    anchor = Anchor(
        at=timezone.now().isoformat(timespec="seconds"), position=head.position, digest=head.digest
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(asdict(anchor)) + "\n")
        lines.flush()
        os.fsync(lines.fileno())
    return anchor


def read_anchors(file: Path) -> tuple[Anchor, ...]:
    """Give the anchors of a file, the oldest first; none if there is no file yet.

    Raises:
        InputError: A line is not an anchor, named by its number.

    """
    if not file.is_file():
        return ()
    anchors = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            anchors.append(Anchor(**json.loads(line)))
        except (ValueError, TypeError):
            raise InputError(Problem(what="is no anchor", file=str(file), row=number)) from None
    return tuple(anchors)
