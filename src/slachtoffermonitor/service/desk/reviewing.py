"""Grey pairs of a linkage: shown as patterns of agreement, judged by two people who do not confer.

The files are those of `slachtoffermonitor link --review`: `review/pairs.csv` in the folder of an
edition, and beside it `trail.jsonl`, to which verdicts are only added.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from django.db import transaction
from django.utils import timezone

from slachtoffermonitor.ground import InputError, Problem, write_text
from slachtoffermonitor.records import open_as_text
from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.desk.folders import EditionFolder

if TYPE_CHECKING:
    from slachtoffermonitor.link import ReviewTrail

__all__ = ["GreyPair", "judge_pair", "pairs_to_judge"]

_PAIR: Final = ("left_is", "left", "right_is", "right")
_ABOUT: Final = ("match_probability", "joined", "status", "verdict", "reviewer", "reviewed_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class GreyPair:
    """A pair that the model cannot decide: how each feature agrees, and nobody's name.

    `key` is a digest of its ids. Columns of identity that a file may hold (`left_surname`) are
    never read.
    """

    key: str
    ids: tuple[str, str, str, str]
    probability: float
    agreement: tuple[tuple[str, str], ...]


def pairs_to_judge(edition: EditionFolder, *, reviewer: str) -> tuple[list[GreyPair], int]:
    """Which pairs has this reviewer not judged, and how many are settled by two?

    What another reviewer said is not shown: who sees it is not a second pair of eyes.

    Raises:
        InputError: The files cannot be read, or the trail was changed.

    """
    from slachtoffermonitor.link import settle_verdicts  # noqa: PLC0415 - loads the engine

    place = edition.path / "review"
    if not (place / "pairs.csv").is_file():
        return [], 0
    frame = open_as_text(place / "pairs.csv")
    missing = [name for name in (*_PAIR, "match_probability") if name not in frame.columns]
    if missing:
        raise InputError(Problem(what="the column is missing", column=name) for name in missing)
    trail = _trail(place)
    settled = {
        frozenset(row)
        for row in settle_verdicts(trail.verdicts)
        .filter(pl.col("status") == "settled")
        .select("left", "right")
        .iter_rows()
    }
    own = trail.verdicts.filter(pl.col("reviewer") == reviewer)
    judged = settled | {frozenset(row) for row in own.select("left", "right").iter_rows()}
    waiting = [
        pair
        for pair in map(_pair, frame.iter_rows(named=True))
        if frozenset((pair.ids[1], pair.ids[3])) not in judged
    ]
    return waiting, len(settled)


def _pair(row: dict[str, Any]) -> GreyPair:
    ids = tuple(str(row[name]) for name in _PAIR)
    shown = [
        (name, str(said))
        for name, said in row.items()
        if said and name not in (*_PAIR, *_ABOUT) and not name.startswith(("left_", "right_"))
    ]
    return GreyPair(
        key=hashlib.sha256("\n".join(ids).encode()).hexdigest()[:16],
        ids=(ids[0], ids[1], ids[2], ids[3]),
        probability=float(row["match_probability"]),
        agreement=tuple(shown),
    )


def _trail(place: Path) -> ReviewTrail:
    from slachtoffermonitor.link import ReviewTrail  # noqa: PLC0415 - loads the engine

    file = place / "trail.jsonl"
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return ReviewTrail.read(text, file=file.name)


def judge_pair(edition: EditionFolder, key: str, verdict: str, *, actor: Any) -> None:
    """Add a reviewer's verdict on a pair to the trail of the linkage and to the audit trail.

    Raises:
        InputError: There is no such pair for this reviewer, the word is no verdict, or the
            verdicts cannot all be true.

    """
    from slachtoffermonitor.link import settle_verdicts  # noqa: PLC0415 - loads the engine
    from slachtoffermonitor.link.review import check_verdicts  # noqa: PLC0415

    place = edition.path / "review"
    with _held(place):
        waiting, _ = pairs_to_judge(edition, reviewer=actor.audit_name)
        pair = next((one for one in waiting if one.key == key), None)
        if pair is None:
            raise InputError(Problem(what="this pair was judged before"))
        said = dict(zip(_PAIR, pair.ids, strict=True)) | {
            "verdict": verdict,
            "reviewer": actor.audit_name,
            "reviewed_on": timezone.localdate(),
        }
        after = _trail(place).extended(check_verdicts(pl.DataFrame([said])))
        settle_verdicts(after.verdicts)
        with transaction.atomic():
            record(
                "pair.reviewed",
                actor=actor,
                subject=f"edition:{edition.name}",
                detail={"pair": key, "verdict": verdict},
            )
            write_text(place / "trail.jsonl", after.text)


@contextmanager
def _held(place: Path) -> Iterator[None]:
    """Let one reviewer write at a time."""
    if not place.is_dir():
        raise InputError(Problem(what="this edition has no pairs to judge"))
    with (place / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
