"""An edition as an analyst opens it: safe tables as frames, claims, findings, provenance."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from slachtoffermonitor.ground import InputError, Problem

__all__ = ["OpenedEdition", "OpenedTable", "open_edition"]

_SUMS = "SHA256SUMS"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedTable:
    """One published table, with everything that is needed to read it.

    In `frame`, each count of a table in which counts were hidden has a column `NAME_status`:
    `number` or `hidden`; a hidden count is null, never 0. `meanings` says per column what it
    holds. `protection` has the method, its parameters, and how many counts were hidden.
    """

    name: str
    title: Mapping[str, str]
    origin: str
    source: str
    notes: str
    frame: pl.DataFrame
    meanings: Mapping[str, str]
    protection: Mapping[str, Any]

    def __repr__(self) -> str:
        """Show the size and the origin."""
        return f"OpenedTable({self.name!r}, {self.frame.height} rows, origin={self.origin!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedEdition:
    """A published edition: `tables` by name, `claims` as a frame, `findings` and `provenance`."""

    name: str
    title: Mapping[str, str]
    tables: Mapping[str, OpenedTable]
    claims: pl.DataFrame
    findings: Sequence[Mapping[str, Any]]
    provenance: Mapping[str, Any]

    def __repr__(self) -> str:
        """Show what is in it."""
        return f"OpenedEdition({self.name!r}, {len(self.tables)} tables)"

    def table(self, name: str) -> pl.DataFrame:
        """Give the frame of a table.

        Raises:
            InputError: the edition has no such table.

        """
        found = self.tables.get(name)
        if found is None:
            allowed = ", ".join(self.tables)
            raise InputError(Problem(what="no such table", found=repr(name), allowed=allowed))
        return found.frame


def open_edition(path: Path | str) -> OpenedEdition:
    """What does the edition in this folder say, for who computes with it?

    Adding up over hidden counts goes wrong: look at the columns that end in `_status`. Every file
    is held against its checksum first, so what is opened is what was published.

    Args:
        path: an edition as `slachtoffermonitor run` and `demo` leave it, or its folder `data`.

    Raises:
        InputError: files are missing or were changed; all of them at once.

    Example:
        >>> import slachtoffermonitor as sm
        >>> sm.open_edition("demo").table("registered_by_year")  # doctest: +SKIP

    """
    folder = Path(path)
    data = folder / "data" if (folder / "data").is_dir() else folder
    _check(data)
    package = _json(data, "datapackage.json")
    return OpenedEdition(
        name=package["name"],
        title={"en": package["title"], "nl": package["title_nl"]},
        tables={one["name"]: _table(data, one) for one in package["resources"]},
        claims=pl.DataFrame(_json(data, "claims.json"), infer_schema_length=None),
        findings=tuple(_json(data, "findings.json")),
        provenance=_json(data, "provenance.json"),
    )


def _json(data: Path, name: str) -> Any:
    return json.loads((data / name).read_text(encoding="utf-8"))


def _check(data: Path) -> None:
    """Refuse a folder in which a published file is missing or another than it was."""
    sums = data / _SUMS
    if not sums.is_file():
        allowed = "the folder of an edition, with data/"
        raise InputError(Problem(what="does not exist", file=str(sums), allowed=allowed))
    problems = []
    for line in sums.read_text(encoding="utf-8").splitlines():
        known, _, name = line.partition("  ")
        path = data / name
        if not path.is_file():
            problems.append(Problem(what="is missing from the edition", file=str(path)))
        elif hashlib.sha256(path.read_bytes()).hexdigest() != known:
            problems.append(Problem(what="is not the file that was published", file=str(path)))
    if problems:
        raise InputError(problems)


def _table(data: Path, resource: Mapping[str, Any]) -> OpenedTable:
    name = resource["name"]
    return OpenedTable(
        name=name,
        title={"en": resource["title"], "nl": resource["title_nl"]},
        origin=resource["origin"],
        source=resource["sources"][0]["title"],
        notes=resource["description"],
        frame=pl.read_parquet(data / f"{name}.parquet"),
        meanings={field["name"]: field["title"] for field in resource["schema"]["fields"]},
        protection=resource["protection"],
    )
