"""The edition as open data: CSV, Parquet, one Excel workbook, and what is needed to trust them.

What goes wrong when it is misused: an empty count in a file is not a zero. Columns ending in
`_status` say for each count whether it is a number or was hidden; add nothing up over hidden ones.

Source: Data Package 2.0 (Frictionless standards, 2024) for `datapackage.json`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, time
from io import BytesIO
from pathlib import Path
from typing import get_args

import polars as pl
import xlsxwriter

from slachtoffermonitor.disclose import Column, Origin, ReleasedTable
from slachtoffermonitor.edition import Edition
from slachtoffermonitor.ground import LANGUAGES, Text, write_bytes, write_text
from slachtoffermonitor.publish._reading import labels

__all__ = ["open_frame", "write_open_data"]

_TYPES: tuple[tuple[type[pl.DataType], str], ...] = (
    (pl.Boolean, "boolean"),
    (pl.Date, "date"),
    (pl.String, "string"),
)
_READING_GUIDE: tuple[Text, ...] = (
    Text(
        "Each table is one CSV file (UTF-8, comma, decimal point) and the same table as "
        "Parquet. `datapackage.json` says what every column means; `edition.xlsx` holds all "
        "tables and a sheet of notes."
    ),
    Text(
        "An empty count is not zero: the column that ends in `_status` says that it was "
        "hidden to protect persons. Rows with `simulated` in the column `origin` come from a "
        "nation that does not exist."
    ),
    Text("Check the files with `sha256sum -c SHA256SUMS`."),
)
_PER_SHEET = 1_000_000
_ORIGIN = "origin"
_ORIGINS: Mapping[Origin, Text] = {
    "published": Text("published"),
    "register": Text("register"),
    "simulated": Text("simulated"),
}
_STATUS = ("number", "hidden")


def open_frame(table: ReleasedTable) -> pl.DataFrame:
    """How does the table look as open data?

    Returns:
        Every column of the table; after a coded column its labels in `NAME_nl` and `NAME_en`;
        after a count of which some were hidden `NAME_status` (`number`, `hidden`); last `origin`.

    """
    parts: list[pl.Series] = []
    for column in table.columns:
        values = table.frame[column.name]
        parts.append(values)
        if column.codes:
            parts.extend(
                pl.Series(f"{column.name}_{language}", labels(column, values, language))
                for language in LANGUAGES
            )
        if _may_be_hidden(table, column):
            status = pl.when(values.is_null()).then(pl.lit("hidden")).otherwise(pl.lit("number"))
            parts.append(pl.select(status.alias(f"{column.name}_status")).to_series())
    return pl.DataFrame(parts).with_columns(pl.lit(table.origin).alias(_ORIGIN))


def write_open_data(edition: Edition, folder: Path) -> None:
    """Write every table, the descriptions, the workbook, the provenance and the checksums."""
    for table in edition.tables.values():
        frame = open_frame(table)
        write_text(folder / f"{table.name}.csv", frame.write_csv())
        parquet = BytesIO()
        frame.write_parquet(parquet, compression="zstd")
        write_bytes(folder / f"{table.name}.parquet", parquet.getvalue())
    write_bytes(folder / "edition.xlsx", _workbook(edition))
    write_text(folder / "claims.json", _json([asdict(claim) for claim in edition.claims]))
    write_text(folder / "provenance.json", _json(asdict(edition.provenance)))
    write_text(folder / "README.md", _readme(edition))
    write_text(folder / "datapackage.json", _json(_package(edition, folder)))
    names = sorted(path.name for path in folder.iterdir() if path.name != "SHA256SUMS")
    sums = [f"{_digest(folder / name)}  {name}\n" for name in names]
    write_text(folder / "SHA256SUMS", "".join(sums))


def _may_be_hidden(table: ReleasedTable, column: Column) -> bool:
    return column.role == "count" and table.hidden > 0


def _package(edition: Edition, folder: Path) -> dict[str, object]:
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
        "hash": f"sha256:{_digest(path)}",
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
        if _may_be_hidden(table, column):
            fields.append(
                _choice(f"{column.name}_status", "a number, or hidden to protect persons", _STATUS)
            )
    fields.append(_choice(_ORIGIN, "where the row comes from", get_args(Origin)))
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


def _workbook(edition: Edition) -> bytes:
    content = BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "nan_inf_to_errors": True})
    book.set_properties(
        {
            "title": edition.title.in_language("en"),
            "created": datetime.combine(edition.made_on, time()),
        }
    )
    head = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    _notes_sheet(book, edition, head, wrap)
    taken: set[str] = set()
    for table in edition.tables.values():
        frame = open_frame(table).head(_PER_SHEET)
        sheet = book.add_worksheet(_sheet_name(table.name, taken))
        sheet.write_row(0, 0, frame.columns, head)
        for position, name in enumerate(frame.columns):
            sheet.write_column(1, position, frame[name].to_list())
            sheet.set_column(position, position, min(48, max(10, len(name) + 2)))
        sheet.freeze_panes(1, 1)
    book.close()
    return content.getvalue()


def _notes_sheet(
    book: xlsxwriter.Workbook,
    edition: Edition,
    head: xlsxwriter.format.Format,
    wrap: xlsxwriter.format.Format,
) -> None:
    sheet = book.add_worksheet("notes")
    sheet.write_row(0, 0, ["table", "nl", "en", "origin", "source", "protection", "notes"], head)
    for row, table in enumerate(edition.tables.values(), start=1):
        cells = [
            table.name,
            table.title.in_language("nl"),
            table.title.in_language("en"),
            table.origin.upper() if table.origin == "simulated" else table.origin,
            table.source.in_language("en"),
            table.explanation.in_language("en"),
            " ".join(note.in_language("en") for note in table.notes),
        ]
        sheet.write_row(row, 0, cells, wrap)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 6, 44)
    sheet.freeze_panes(1, 1)


def _sheet_name(name: str, taken: set[str]) -> str:
    """Excel allows 31 signs and no two sheets of one name."""
    short = name[:31]
    number = 2
    while short in taken:
        short = f"{name[:28]}_{number}"
        number += 1
    taken.add(short)
    return short


def _readme(edition: Edition) -> str:
    parts: list[str] = []
    for language in LANGUAGES:
        parts.append(f"# {edition.title.in_language(language)}\n")
        parts.extend(text.in_language(language) + "\n" for text in _READING_GUIDE)
        for table in edition.tables.values():
            title = table.title.in_language(language)
            origin = _ORIGINS[table.origin].in_language(language)
            parts.append(f"- `{table.name}.csv`: {title} ({origin})")
        parts.append("")
    return "\n".join(parts)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _slug(name: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in name.lower()).strip("-") or "edition"
