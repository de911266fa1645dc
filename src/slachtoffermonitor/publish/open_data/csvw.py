"""The CSV files described for the web: CSV on the Web (CSVW).

Source: Model for Tabular Data and Metadata on the Web; Metadata Vocabulary for Tabular Data (W3C
Recommendations, 2015).
"""

from __future__ import annotations

import polars as pl

from slachtoffermonitor.disclose import Column, ReleasedTable
from slachtoffermonitor.edition import Edition
from slachtoffermonitor.ground import LANGUAGES, Text
from slachtoffermonitor.publish.open_data.frames import open_frame

__all__ = ["csvw_metadata"]


def csvw_metadata(edition: Edition) -> dict[str, object]:
    """What does each column of each CSV file hold, for software that knows the web's own standard?

    Returns:
        The content of `csv-metadata.json`, the name that the standard looks for beside CSV files.

    """
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": _both(edition.title),
        "dc:issued": edition.made_on.isoformat(),
        "tables": [_table(table) for table in edition.tables.values()],
    }


def _table(table: ReleasedTable) -> dict[str, object]:
    explained = {column.name: column for column in table.columns}
    frame = open_frame(table)
    return {
        "url": f"{table.name}.csv",
        "dc:title": _both(table.title),
        "dc:source": _both(table.source),
        "dc:description": _both(table.explanation),
        "tableSchema": {
            "columns": [
                _column(name, dtype, explained.get(name)) for name, dtype in frame.schema.items()
            ]
        },
    }


def _column(name: str, dtype: pl.DataType, column: Column | None) -> dict[str, object]:
    described: dict[str, object] = {"name": name, "titles": name, "datatype": _datatype(dtype)}
    if column is None:
        return described
    described["dc:title"] = _both(column.label)
    return described


def _both(text: Text) -> list[dict[str, str]]:
    return [{"@value": text.in_language(one), "@language": one} for one in LANGUAGES]


def _datatype(dtype: pl.DataType) -> str:
    if dtype.is_integer():
        return "integer"
    if dtype.is_float():
        return "number"
    return {pl.Boolean: "boolean", pl.Date: "date"}.get(type(dtype), "string")
