"""The audit trail: every verdict ever given, in order; nothing is changed, only added."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.link.review.verdicts import PAIR, check_verdicts

__all__ = ["ReviewTrail"]

_SAID: Final = (*PAIR, "verdict", "reviewer", "reviewed_on")
_EMPTY: Final = {
    **dict.fromkeys(_SAID[:-1], pl.String),
    "reviewed_on": pl.Date,
}
_VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ReviewTrail:
    """All verdicts in the order in which they came in.

    Each line of the file holds the hash of the line before it. Whoever changes or removes a line
    in between breaks the chain; whoever rewrites the whole file does not, so keep the last hash
    elsewhere if that must show.

    Attributes:
        verdicts: `left_is`, `left`, `right_is`, `right`, `verdict`, `reviewer`, `reviewed_on`.
        text: the file, one JSON object per line.

    """

    verdicts: pl.DataFrame
    text: str

    def __repr__(self) -> str:
        """Show counts only."""
        return f"ReviewTrail(verdicts={self.verdicts.height})"

    @classmethod
    def read(cls, text: str, *, file: str = "trail") -> ReviewTrail:
        """Read a trail; the empty text is the trail in which nothing was said yet.

        Raises:
            InputError: a line is not of a trail, or was changed, removed or put in between.

        """
        said = [_checked(line, file) for line in _chained(text, file)]
        frame = pl.DataFrame(
            said, schema={**_EMPTY, "reviewed_on": pl.String}, orient="row"
        ).with_columns(pl.col("reviewed_on").str.to_date("%Y-%m-%d", strict=False))
        return cls(verdicts=check_verdicts(frame, file=file) if said else frame, text=text)

    def extended(self, verdicts: pl.DataFrame) -> ReviewTrail:
        """Add verdicts (`check_verdicts`) that are not in it yet; the same twice is once."""
        fresh = verdicts.select(_SAID).unique(maintain_order=True)
        fresh = fresh.join(self.verdicts, on=list(_SAID), how="anti", maintain_order="left")
        previous = _last_hash(self.text)
        lines = []
        for row in fresh.with_columns(pl.col("reviewed_on").cast(pl.String)).iter_rows(named=True):
            line = _line(row, previous)
            previous = json.loads(line)["hash"]
            lines.append(line + "\n")
        return ReviewTrail(
            verdicts=pl.concat([self.verdicts, fresh]), text=self.text + "".join(lines)
        )


def _line(said: dict[str, Any], previous: str) -> str:
    """Write one verdict with the hash of the line before it and its own."""
    content = {"version": _VERSION, **said, "previous": previous}
    return json.dumps({**content, "hash": _hash(content)}, ensure_ascii=False)


def _hash(content: dict[str, Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _last_hash(text: str) -> str:
    lines = text.splitlines()
    return str(json.loads(lines[-1])["hash"]) if lines else ""


def _chained(text: str, file: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Read the lines and hold each to the one before it."""
    previous = ""
    for row, line in enumerate(text.splitlines(), start=1):
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            entry = None
        if not isinstance(entry, dict) or not {"hash", "previous", *_SAID} <= set(entry):
            raise InputError(Problem(what="the line is not of an audit trail", file=file, row=row))
        content = {name: value for name, value in entry.items() if name != "hash"}
        if entry["previous"] != previous or entry["hash"] != _hash(content):
            raise InputError(
                Problem(
                    what="the audit trail was changed: this line does not follow the one before it",
                    file=file,
                    row=row,
                    allowed="a trail to which lines were only added",
                )
            )
        previous = str(entry["hash"])
        yield row, entry


def _checked(numbered: tuple[int, dict[str, Any]], file: str) -> tuple[str, ...]:
    row, entry = numbered
    if entry["version"] != _VERSION:
        raise InputError(
            Problem(
                what="the audit trail is of another version",
                file=file,
                row=row,
                found=str(entry["version"]),
                allowed=str(_VERSION),
            )
        )
    return tuple(str(entry[name]) for name in _SAID)
