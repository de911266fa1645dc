"""All tables in one Excel workbook, with a sheet of notes in front."""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO

import xlsxwriter

from slachtoffermonitor.edition import Edition
from slachtoffermonitor.publish.open_data.frames import open_frame

__all__ = ["workbook"]

_PER_SHEET = 1_000_000


def workbook(edition: Edition) -> bytes:
    """Give the bytes of the workbook of an edition."""
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
