"""A ledger that only grows: every line holds the hash of the line before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from slachtoffermonitor.disclose.tables import _SEAL, Column, ReleasedTable
from slachtoffermonitor.ground import InputError, Problem, ReleaseError, Text

__all__ = ["Entry", "Ledger"]

_START = "0" * 64
_NEAR = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One release: which edition, when, who approved it, what it took of the budget, its tables."""

    edition: str
    released_on: date
    approvals: tuple[str, ...]
    epsilon: float
    tables: tuple[ReleasedTable, ...]

    def __repr__(self) -> str:
        """Show the size, never the values."""
        return f"Entry({self.edition!r}, {len(self.tables)} tables)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All releases so far, in order, and the lines that hold them."""

    entries: tuple[Entry, ...] = ()
    lines: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: Path) -> Ledger:
        """Which releases does the file hold? None when there is no file yet.

        Raises:
            InputError: a line was changed, removed or put in between since it was written.

        """
        if not path.exists():
            return cls()
        lines = tuple(path.read_text(encoding="utf-8").splitlines())
        before, entries = _START, []
        for number, line in enumerate(lines, start=1):
            content = _parsed(line)
            if content is None or content["before"] != before or content["hash"] != _hash(content):
                raise InputError(
                    Problem(
                        what="the ledger of releases was changed since it was written",
                        file=path.name,
                        row=number,
                        allowed="lines as they were added; restore the file from a copy",
                    )
                )
            before = content["hash"]
            entries.append(_entry(content))
        return cls(entries=tuple(entries), lines=lines)

    def add(
        self,
        tables: Sequence[ReleasedTable],
        *,
        edition: str,
        released_on: date,
        approvals: Sequence[str],
        epsilon: float = 0.0,
    ) -> Ledger:
        """Give the ledger with one release more; tables that were public already are left out."""
        kept = tuple(table for table in tables if table.method != "public-already")
        before = json.loads(self.lines[-1])["hash"] if self.lines else _START
        content: dict[str, Any] = {
            "edition": edition,
            "released_on": released_on.isoformat(),
            "approvals": list(approvals),
            "epsilon": epsilon,
            "tables": [_plain(table) for table in kept],
            "before": before,
        }
        content["hash"] = _hash(content)
        line = json.dumps(content, ensure_ascii=False, sort_keys=True)
        return Ledger(entries=(*self.entries, _entry(json.loads(line))), lines=(*self.lines, line))

    def render(self) -> str:
        """Give the text of the file."""
        return "".join(f"{line}\n" for line in self.lines)

    @property
    def spent(self) -> float:
        """How much of the budget of differential privacy all releases took together."""
        return sum(entry.epsilon for entry in self.entries)

    def afford(self, epsilon: float, budget: float) -> None:
        """Refuse a release that would take more than what is left of the budget.

        Raises:
            ReleaseError: the budget does not allow it.

        """
        if self.spent + epsilon > budget + _NEAR:
            raise ReleaseError(
                f"this release takes {epsilon:g} of the privacy budget; {self.spent:g} of "
                f"{budget:g} is spent. Publish fewer tables, or with more noise (a lower epsilon)"
            )

    def tables(self) -> tuple[ReleasedTable, ...]:
        """List all tables that were ever released; their names begin with their edition."""
        return tuple(table for entry in self.entries for table in entry.tables)


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        content = json.loads(line)
    except json.JSONDecodeError:
        return None
    wanted = {"edition", "released_on", "approvals", "epsilon", "tables", "before", "hash"}
    return content if isinstance(content, dict) and wanted == set(content) else None


def _hash(content: Mapping[str, Any]) -> str:
    plain = {key: value for key, value in content.items() if key != "hash"}
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def _plain(table: ReleasedTable) -> dict[str, Any]:
    kept = [column for column in table.columns if column.role in ("dimension", "count")]
    return {
        "name": table.name,
        "method": table.method,
        "parameters": dict(table.parameters),
        "origin": table.origin,
        "total": table.total,
        "hierarchies": {
            name: {parent: list(parts) for parent, parts in tree.items()}
            for name, tree in table.hierarchies.items()
        },
        "columns": [
            {
                "name": column.name,
                "role": column.role,
                "population": column.population,
                "by": None if column.by is None else list(column.by),
                "overlapping": column.overlapping,
            }
            for column in kept
        ],
        "rows": {
            column.name: table.frame[column.name]
            .cast(pl.Int64 if column.role == "count" else pl.String)
            .to_list()
            for column in kept
        },
    }


def _entry(content: Mapping[str, Any]) -> Entry:
    edition = content["edition"]
    return Entry(
        edition=edition,
        released_on=date.fromisoformat(content["released_on"]),
        approvals=tuple(content["approvals"]),
        epsilon=float(content["epsilon"]),
        tables=tuple(_table(plain, edition) for plain in content["tables"]),
    )


def _table(plain: Mapping[str, Any], edition: str) -> ReleasedTable:
    columns = tuple(
        Column(
            name=one["name"],
            label=Text(one["name"]),
            role=one["role"],
            population=one["population"],
            by=None if one["by"] is None else tuple(one["by"]),
            overlapping=one["overlapping"],
        )
        for one in plain["columns"]
    )
    kinds = {one.name: pl.Int64 if one.role == "count" else pl.String for one in columns}
    name = f"{edition}: {plain['name']}"
    return ReleasedTable(
        name=name,
        title=Text(name),
        frame=pl.DataFrame(plain["rows"], schema=kinds),
        columns=columns,
        origin=plain["origin"],
        source=Text(""),
        notes=(),
        method=plain["method"],
        parameters=plain["parameters"],
        explanation=Text(""),
        hierarchies={
            dimension: {parent: tuple(parts) for parent, parts in tree.items()}
            for dimension, tree in plain["hierarchies"].items()
        },
        total=plain["total"],
        seal=_SEAL,
    )
