"""An edition as it was published, read back from its folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from slachtoffermonitor.disclose import Origin
from slachtoffermonitor.edition.results import Edition
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["WrittenEdition", "WrittenTable", "read_edition", "written_form"]

_TYPES: Mapping[str, type[pl.DataType]] = {
    "integer": pl.Int64,
    "number": pl.Float64,
    "boolean": pl.Boolean,
    "date": pl.Date,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenTable:
    """A published table: its rows, which columns are dimensions, and how it was protected."""

    frame: pl.DataFrame
    dimensions: tuple[str, ...]
    origin: Origin
    protection: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenEdition:
    """What an edition told the world: its tables, its claims and its provenance, as plain values.

    `claims` holds value and limits by the id of the claim.
    """

    name: str
    tables: Mapping[str, WrittenTable]
    claims: Mapping[str, tuple[float | None, ...]]
    provenance: Mapping[str, Any]


def read_edition(folder: Path) -> WrittenEdition:
    """What does the edition in this folder say?

    Args:
        folder: an edition as `slachtoffermonitor run` and `demo` leave it, with `data/`.

    Raises:
        InputError: a file of the edition is missing or cannot be read; all of them at once.

    """
    data = folder / "data"
    problems: list[Problem] = []
    package = _json(data / "datapackage.json", problems)
    claims = _json(data / "claims.json", problems)
    provenance = _json(data / "provenance.json", problems)
    tables: dict[str, WrittenTable] = {}
    if not problems:
        for resource in package["resources"]:
            table = _table(data, resource, problems)
            if table is not None:
                tables[resource["name"]] = table
    if problems:
        raise InputError(problems)
    return WrittenEdition(
        name=package["name"],
        tables=tables,
        claims={one["id"]: (one["value"], one["low"], one["high"]) for one in claims},
        provenance=provenance,
    )


def written_form(edition: Edition) -> WrittenEdition:
    """How would this edition read back from the files that it is published as?"""
    provenance = json.loads(json.dumps(asdict(edition.provenance), default=str))
    return WrittenEdition(
        name=edition.name,
        tables={
            table.name: WrittenTable(
                frame=table.frame.select(column.name for column in table.columns),
                dimensions=tuple(c.name for c in table.columns if c.role == "dimension"),
                origin=table.origin,
                protection={
                    "method": table.method,
                    "parameters": dict(table.parameters),
                    "hidden": table.hidden,
                },
            )
            for table in edition.tables.values()
        },
        claims={one.id: (one.value, one.low, one.high) for one in edition.claims},
        provenance=provenance,
    )


def _json(path: Path, problems: list[Problem]) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        allowed = "the folder of an edition, with data/"
        problems.append(Problem(what="does not exist", file=str(path), allowed=allowed))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        problems.append(Problem(what=f"cannot be read: {error}", file=str(path)))
    return None


def _table(data: Path, resource: Mapping[str, Any], problems: list[Problem]) -> WrittenTable | None:
    path = data / resource["path"]
    fields = [field for field in resource["schema"]["fields"] if "role" in field]
    schema = {field["name"]: _TYPES.get(field["type"], pl.String) for field in fields}
    try:
        frame = pl.read_csv(path, schema_overrides=schema, columns=list(schema))
    except (OSError, pl.exceptions.PolarsError) as error:
        found = str(error).splitlines()[0][:120]
        problems.append(Problem(what="is not the table described", file=str(path), found=found))
        return None
    protection = {name: resource["protection"][name] for name in ("method", "parameters", "hidden")}
    return WrittenTable(
        frame=frame,
        dimensions=tuple(field["name"] for field in fields if field["role"] == "dimension"),
        origin=resource["origin"],
        protection=protection,
    )
