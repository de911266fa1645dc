"""Workbooks that go out: the template, and a file given back with its problems.

Every cell is written as text and never as a formula. A text that a spreadsheet could take for one
gets an apostrophe, also behind signs that cannot be seen, for who saves the sheet as CSV.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Sequence

import xlsxwriter

from slachtoffermonitor.ground import Language, Problem, translate
from slachtoffermonitor.records import Notification
from slachtoffermonitor.service.register.uploads.rows import COLUMNS, Sheet
from slachtoffermonitor.vocabulary import code_list

__all__ = ["give_back", "harmless", "template"]

_TRIGGERS = "=+-@\t\r|%＝＋－＠"
_LISTS = {
    "purpose": "purposes",
    "age": "age_bands_consent",
    "consent": "consent_forms",
}


def harmless(text: str) -> str:
    """Give a text that no spreadsheet takes for a formula, however it is saved."""
    seen = text.lstrip().lstrip("'")
    while seen and unicodedata.category(seen[0]) in {"Cf", "Cc", "Zs", "Mn"}:
        seen = seen[1:]
    starts = bool(seen) and unicodedata.normalize("NFKC", seen[0])[0] in _TRIGGERS
    return f"'{text}" if starts or text[:1] in tuple(_TRIGGERS) else text


def template(language: Language) -> bytes:
    """Write an empty workbook to fill in, with the codes of each column on a second sheet."""
    codes = [
        (column, code, listed.label(code, language))
        for column in COLUMNS
        if (name := _list_of(column)) and name != "countries"
        for listed in [code_list(name)]
        for code in listed
    ]
    return _workbook([("reports", [COLUMNS]), ("codes", [("column", "code", "meaning"), *codes])])


def _list_of(column: str) -> str:
    if column in _LISTS:
        return _LISTS[column]
    known = Notification.columns().get(column)
    return str((known.metadata or {}).get("codes", "")) if known is not None else ""


def give_back(sheet: Sheet, language: Language) -> bytes:
    """Write the sent file again, with a column that says what is wrong with each row."""
    header = [*sheet.cells.columns, "problems"]
    remarks = (_remark(row.problems, row.verdict, language) for row in sheet.rows)
    rows = (
        [*(cell or "" for cell in cells), remark]
        for cells, remark in zip(sheet.cells.iter_rows(), remarks, strict=True)
    )
    return _workbook([("reports", [header, *rows])])


def _remark(problems: Iterable[Problem], verdict: object, language: Language) -> str:
    told = [f"{found.column}: {translate(found.what, language)}" for found in problems]
    reason = getattr(verdict, "reason", None)
    if not told and reason is not None and getattr(verdict, "light", "") == "red":
        told = [str(reason[language])]
    return "; ".join(told)


def _workbook(sheets: Iterable[tuple[str, Iterable[Sequence[str]]]]) -> bytes:
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        for name, rows in sheets:
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, text in enumerate(row):
                    page.write_string(number, column, harmless(str(text)))
            page.freeze_panes(1, 0)
    return buffer.getvalue()
