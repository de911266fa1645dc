"""What every column of every file means: Data Package 2.0.

Source: Data Package 2.0 (Frictionless standards, 2024).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import get_args

import polars as pl

from slachtoffermonitor.disclose import Column, Origin, ReleasedTable
from slachtoffermonitor.edition import Edition
from slachtoffermonitor.ground import LANGUAGES
from slachtoffermonitor.publish.open_data.files import digest
from slachtoffermonitor.publish.open_data.frames import ORIGIN, STATUS, may_be_hidden

__all__ = ["data_package"]

_TYPES: tuple[tuple[type[pl.DataType], str], ...] = (
    (pl.Boolean, "boolean"),
    (pl.Date, "date"),
    (pl.String, "string"),
)


def data_package(edition: Edition, folder: Path) -> dict[str, object]:
    """Describe the files of an edition that lie in the folder."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": _slug(edition.name),
        "title": edition.title.in_language("en"),
        "title_nl": edition.title.in_language("nl"),
        "created": datetime.combine(edition.made_on, time(), UTC).isoformat(),
        "version": edition.provenance.version,
        "resources": [_resource(table, folder) for table in edition.tables.values()],
    }


def _resource(table: ReleasedTable, folder: Path) -> dict[str, object]:
    path = folder / f"{table.name}.csv"
    return {
        "name": table.name,
        "path": path.name,
        "title": table.title.in_language("en"),
        "title_nl": table.title.in_language("nl"),
        "description": " ".join(note.in_language("en") for note in table.notes),
        "origin": table.origin,
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest(path)}",
        "rows": table.frame.height,
        "sources": [{"title": table.source.in_language("en")}],
        "protection": {
            "method": table.method,
            "parameters": dict(table.parameters),
            "hidden": table.hidden,
            "explanation": table.explanation.in_language("en"),
        },
        "schema": {"fields": _fields(table), "missingValues": [""]},
    }


def _fields(table: ReleasedTable) -> list[dict[str, object]]:
    fields: list[dict[str, object]] = []
    for column in table.columns:
        fields.append(_field(table, column))
        if column.codes:
            fields.extend(
                {
                    "name": f"{column.name}_{language}",
                    "type": "string",
                    "title": f"Label of {column.name} ({language})",
                }
                for language in LANGUAGES
            )
        if may_be_hidden(table, column):
            fields.append(
                _choice(f"{column.name}_status", "a number, or hidden to protect persons", STATUS)
            )
    fields.append(_choice(ORIGIN, "where the row comes from", get_args(Origin)))
    return fields


def _field(table: ReleasedTable, column: Column) -> dict[str, object]:
    known = {"unit": column.unit, "codes": column.codes}
    field: dict[str, object] = {
        "name": column.name,
        "type": _kind(table.frame.schema[column.name]),
        "title": column.label.in_language("en"),
        "title_nl": column.label.in_language("nl"),
        "role": column.role,
    }
    return field | {name: value for name, value in known.items() if value}


def _choice(name: str, title: str, allowed: Sequence[str]) -> dict[str, object]:
    return {
        "name": name,
        "type": "string",
        "title": title,
        "constraints": {"enum": list(allowed)},
    }


def _kind(dtype: pl.DataType) -> str:
    if dtype.is_integer():
        return "integer"
    if dtype.is_float():
        return "number"
    return next((name for kind, name in _TYPES if dtype == kind), "any")


def _slug(name: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in name.lower()).strip("-") or "edition"
