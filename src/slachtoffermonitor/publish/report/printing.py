"""A released table as it stands on paper: years side by side, sources by number, never cut off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from slachtoffermonitor.disclose import Column, ReleasedTable
from slachtoffermonitor.ground import Language, Number, Text
from slachtoffermonitor.publish._reading import labels, read_cells, read_grid

__all__ = ["MOST_ROWS", "Heads", "Sources", "listed", "printable", "printed"]

Heads = list[tuple[str, bool]]
"""The columns: what each is called, and whether it holds numbers."""
Rows = list[tuple[str, ...]]

MOST_ROWS = 80
_NOTHING = "–"
_PAGE = 121  # signs that fit on a line of a table as wide as the page
_NARROW, _GAP, _BOLD = 8, 1.5, 1.15  # the least fold of a long cell; between columns; of headings


@dataclass(slots=True)
class Sources:
    """The sources of a report, numbered in the order in which they are first cited."""

    numbers: dict[str, int] = field(default_factory=dict)

    def cite(self, source: str) -> str:
        """Give the number of a source in brackets; nothing for no source."""
        return f"[{self.numbers.setdefault(source, len(self.numbers) + 1)}]" if source else ""


def printable(table: ReleasedTable) -> bool:
    """Can the table be read on paper, or is it for software?"""
    return 0 < _height(table) <= MOST_ROWS


def printed(table: ReleasedTable, language: Language, sources: Sources) -> dict[str, object]:
    """How does the table read on paper?

    A count by year and one trait has the years as columns. Sources are numbers, of the list at the
    end of the report; what is noted at rows stands once below the table, by letter.

    Returns:
        `columns` (label, numeric, width as a share), `rows` of cells, and `remarks` to put below.

    """
    frame, remarks = _lettered(table, language)
    columns, rows = (
        _across(table, language) if _crossed(table) else _along(table, frame, language, sources)
    )
    return listed(columns, rows) | {"remarks": remarks}


def listed(columns: Heads, rows: Sequence[Sequence[str]]) -> dict[str, object]:
    """Give columns and rows with the width that each column needs on paper."""
    turned = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    widths = _widths([label for label, _ in columns], turned)
    return {
        "columns": [
            {"label": label, "numeric": numeric, "width": width}
            for (label, numeric), width in zip(columns, widths, strict=True)
        ],
        "rows": [list(row) for row in rows],
    }


def _lettered(table: ReleasedTable, language: Language) -> tuple[pl.DataFrame, list[str]]:
    """Put letters in place of the notes of rows, and give the notes by their letters."""
    if "note" not in table.frame.columns:
        return table.frame, []
    noted = labels(table.column("note"), table.frame["note"].replace("", None), language)
    letters = dict.fromkeys(one for one in noted if one != _NOTHING)
    for number, one in enumerate(letters):
        letters[one] = _letter(number)
    marks = [letters.get(one, "") for one in noted]
    frame = table.frame.with_columns(pl.Series("note", marks, dtype=pl.String))
    return frame, [f"{letter}. {one}" for one, letter in letters.items()]


def _letter(number: int) -> str:
    """Name notes a, b, …, z, aa, ab, …"""
    many, rest = divmod(number, 26)
    return ("" if not many else _letter(many - 1)) + chr(ord("a") + rest)


def _height(table: ReleasedTable) -> int:
    if not _crossed(table):
        return table.frame.height
    return table.frame[_trait(table).name].n_unique()


def _crossed(table: ReleasedTable) -> bool:
    """Is it one count by year and one trait?"""
    dimensions = [column.name for column in table.columns if column.role == "dimension"]
    return len(dimensions) == 2 and "year" in dimensions and _persons(table) is not None


def _trait(table: ReleasedTable) -> Column:
    return next(c for c in table.columns if c.role == "dimension" and c.name != "year")


def _persons(table: ReleasedTable) -> Column | None:
    return next((c for c in table.columns if c.name == "persons" and c.role == "count"), None)


def _across(table: ReleasedTable, language: Language) -> tuple[Heads, Rows]:
    trait, count = _trait(table), table.column("persons")
    years = sorted(table.frame["year"].unique().to_list())
    frame = table.frame
    cells: Mapping[tuple[object, int], str] = dict(
        zip(
            zip(frame[trait.name].to_list(), frame["year"].to_list(), strict=True),
            read_cells(table, count, frame, language),
            strict=True,
        )
    )
    codes = frame.select(trait.name).unique(maintain_order=True)[trait.name]
    names = labels(trait, codes, language)
    none = Number(0).in_language(language)
    rows = [
        (name, *(cells.get((code, year), none) for year in years))
        for code, name in zip(codes.to_list(), names, strict=True)
    ]
    head = [(trait.label.in_language(language), False), *((str(year), True) for year in years)]
    return head, sorted(rows)


def _along(
    table: ReleasedTable, frame: pl.DataFrame, language: Language, sources: Sources
) -> tuple[Heads, Rows]:
    if "source" in frame.columns:
        cited = [sources.cite(source or "") for source in frame["source"].to_list()]
        frame = frame.with_columns(pl.Series("source", cited, dtype=pl.String))
    grid = read_grid(table, language, frame=frame)
    long = table.column("note").label.in_language(language) if "note" in frame.columns else ""
    short = {long: Text("See").in_language(language)}  # on paper it holds a letter
    head = [
        (f"{one.label} ({one.unit})" if one.unit else short.get(one.label, one.label), one.numeric)
        for one in grid.headings
    ]
    return head, [tuple(cell or _NOTHING for cell in row) for row in grid.rows]


def _widths(labels: Sequence[str], turned: Sequence[Sequence[str]]) -> list[float]:
    """Give each column the share of the page that it needs: whole words, and whole cells if it can.

    Long cells share what the page has left over, so that the longest are folded first.
    """
    least = [
        max([_heading(label), *(len(word) + _GAP for cell in cells for word in cell.split())])
        for label, cells in zip(labels, turned, strict=True)
    ]
    whole = [max((len(cell) for cell in cells), default=1) + _GAP for cells in turned]
    fitted = least
    for most in range(_NARROW, _PAGE):
        wider = [max(low, min(high, most)) for low, high in zip(least, whole, strict=True)]
        if sum(wider) > _PAGE:
            break
        fitted = wider
    return fitted


def _heading(label: str) -> float:
    """A heading is bold, and is folded once."""
    return _BOLD * max(len(label) / 2 + 2, *map(len, label.split())) + _GAP
