"""The folder of a new edition: settings, a place for deliveries, a template of each file."""

from __future__ import annotations

import io
from pathlib import Path

import dataframely as dy
import polars as pl

from slachtoffermonitor.edition.deliveries import DELIVERED_TABLES
from slachtoffermonitor.edition.settings import Settings, render_settings
from slachtoffermonitor.ground import new_folder, write_bytes, write_text
from slachtoffermonitor.records import CHECKED_TABLES
from slachtoffermonitor.vocabulary import code_list

__all__ = ["lay_out_edition"]

_README = """An edition of the monitor / Een editie van de monitor

monitor.toml   settings / instellingen
templates/     one empty table for each delivery (CSV, Excel with explanation)
               per aanlevering een lege tabel (CSV, Excel met uitleg)
deliveries/    put the delivered files here: TABLE-anything.csv, .xlsx or .parquet
               zet de aangeleverde bestanden hier: TABEL-naam.csv, .xlsx of .parquet

Then / daarna:  slachtoffermonitor run FOLDER
"""


def lay_out_edition(target: Path, settings: Settings) -> None:
    """Make the folder of a new edition; nothing is overwritten.

    Raises:
        InputError: the folder exists and is not empty.

    """
    with new_folder(target) as folder:
        write_text(folder / "monitor.toml", render_settings(settings))
        write_text(folder / "README.txt", _README)
        (folder / settings.deliveries.folder).mkdir()
        for name in DELIVERED_TABLES:
            schema = CHECKED_TABLES[name]
            header = ",".join(schema.columns())
            write_text(folder / "templates" / f"{name}.csv", f"{header}\n")
            write_bytes(folder / "templates" / f"{name}.xlsx", _workbook(name, schema))


def _workbook(name: str, schema: type[dy.Schema]) -> bytes:
    """Make a workbook: the empty table first, its columns and allowed codes behind it."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - slow to load, and only this needs it

    content = io.BytesIO()
    with Workbook(content) as workbook:
        schema.create_empty().write_excel(workbook, name, autofit=True)
        _explanation(schema).write_excel(workbook, "columns", autofit=True)
        for codes in _code_lists(schema):
            _codes(codes).write_excel(workbook, codes[:31], autofit=True)
    return content.getvalue()


def _explanation(schema: type[dy.Schema]) -> pl.DataFrame:
    columns = schema.columns()
    return pl.DataFrame(
        {
            "column": list(columns),
            "type": [str(column.dtype) for column in columns.values()],
            "may_be_empty": [column.nullable for column in columns.values()],
            "codes": [(column.metadata or {}).get("codes", "") for column in columns.values()],
            "several": [bool((column.metadata or {}).get("many")) for column in columns.values()],
            "identity": [
                bool((column.metadata or {}).get("identity")) for column in columns.values()
            ],
        }
    )


def _code_lists(schema: type[dy.Schema]) -> list[str]:
    named = {(column.metadata or {}).get("codes", "") for column in schema.columns().values()}
    return sorted(named - {""})


def _codes(name: str) -> pl.DataFrame:
    codes = list(code_list(name).values())
    return pl.DataFrame(
        {
            "code": [code.code for code in codes],
            "nl": [code.label["nl"] for code in codes],
            "en": [code.label["en"] for code in codes],
            "valid_from": [code.valid_from for code in codes],
            "valid_to": [code.valid_to for code in codes],
        },
        schema_overrides={"valid_from": pl.Date, "valid_to": pl.Date},
    )
