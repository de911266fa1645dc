"""How a released table is read by people: labels for codes, numbers as the language writes them.

A count that disclosure control hid is shown in words ("fewer than 10"), never as 0 and never as an
empty cell; a figure that nobody published is shown as a dash.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from slachtoffermonitor.disclose import Column, ReleasedTable
from slachtoffermonitor.ground import Language, Number, Text, translate
from slachtoffermonitor.publish._units import MISSING, beside, unit_beside, with_units
from slachtoffermonitor.vocabulary import code_list

__all__ = [
    "Grid",
    "Heading",
    "hidden_words",
    "labels",
    "read_cells",
    "read_grid",
    "read_intervals",
    "words",
]

_LONG = 44
_TOTAL = "TOTAL"  # the margin of a dimension, as `disclose.Table` has it
_LEAST_SHARE = 0.00001  # written as 0,001%; what is less would be written as 0
_FOR_SOFTWARE = frozenset({"claim", "formula"})
_SHARES = frozenset({"share", "probability"})
_RATIO = "ratio"
_PERCENT = "#,##0.0%"
_LIMITS = frozenset({"low", "high"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The head of one column as a reader sees it."""

    label: str
    unit: str
    numeric: bool
    long: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table ready to be shown: `rows` are `shown` of the `total` rows, first cell a row head."""

    headings: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int

    @property
    def cut(self) -> bool:
        """Are there more rows than are shown?"""
        return len(self.rows) < self.total


def hidden_words(table: ReleasedTable) -> Text:
    """How is a hidden count of this table called? ("fewer than 10")."""
    minimum = table.parameters.get("minimum")
    if isinstance(minimum, int | float):
        return Text("fewer than {minimum}", {"minimum": Number(minimum)})
    return Text("hidden")


def labels(column: Column, values: pl.Series, language: Language) -> list[str]:
    """What do the codes of this column mean, in the language? Unknown codes stand as they are."""
    if not column.codes:
        return [
            MISSING if value is None else _in_words(str(value), column, language)
            for value in values.to_list()
        ]
    codes = code_list(column.codes)
    known = {
        code: codes.label(code, language) if code in codes else str(code)
        for code in values.drop_nulls().unique().to_list()
    }
    return [MISSING if value is None else known[value] for value in values.to_list()]


def _in_words(value: str, column: Column, language: Language) -> str:
    if value == _TOTAL and column.role == "dimension":
        return Text("All together").in_language(language)
    return translate(value, language) if column.translated and value else value


def read_grid(
    table: ReleasedTable,
    language: Language,
    *,
    frame: pl.DataFrame | None = None,
    limit: int | None = None,
) -> Grid:
    """How does the table, or the part of it that a chart draws, read in the language?

    Args:
        table: the released table; says which counts were hidden.
        language: of labels and numbers.
        frame: the rows to show instead of the whole table.
        limit: no more rows than this; the grid says how many there are.

    """
    whole = table.frame if frame is None else frame
    shown = whole if limit is None else whole.head(limit)
    explained = [
        column
        for column in table.columns
        if column.name not in _FOR_SOFTWARE and not _empty(shown, table, column)
    ]
    merged = [column for column in explained if column.name not in _merged_away(table, explained)]
    cells = [_whole_cells(table, column, shown, language) for column in merged]
    return Grid(
        headings=tuple(
            Heading(
                label=column.label.in_language(language),
                unit=unit_beside(column, language),
                numeric=column.role != "dimension" and shown[column.name].dtype.is_numeric(),
                long=max(map(len, texts), default=0) > _LONG,
            )
            for column, texts in zip(merged, cells, strict=True)
        ),
        rows=tuple(zip(*cells, strict=True)),
        total=whole.height,
    )


def _merged_away(table: ReleasedTable, explained: list[Column]) -> set[str]:
    """Which columns stand inside another cell: the limits, the unit, the vintage of a series?"""
    names = {column.name for column in explained}
    away = {name for name in ("unit",) if "value" in names}
    away |= {name for name in ("vintage",) if "series" in names}
    return away | (_LIMITS if _limited(table) in names else set())


def _limited(table: ReleasedTable) -> str:
    """Give the name of the column whose limits the table holds, if it does."""
    names = [column.name for column in table.columns]
    at = names.index("low") if "low" in names else 0
    return names[at - 1] if at and names[at : at + 2] == ["low", "high"] else ""


def _whole_cells(
    table: ReleasedTable, column: Column, frame: pl.DataFrame, language: Language
) -> list[str]:
    """The cells of a column with what belongs to each: its interval, its unit, its vintage."""
    cells = read_cells(table, column, frame, language)
    if column.name == _limited(table):
        spans = [one.get("interval", "") for one in read_intervals(table, column, frame, language)]
        cells = [
            (f"{cell} ({span})" if cell != MISSING else str(span)) if span else cell
            for cell, span in zip(cells, spans, strict=True)
        ]
    if column.name == "value" and "unit" in frame.columns:
        named = labels(table.column("unit"), frame["unit"], language)
        cells = with_units(cells, frame["unit"], named, language)
    if column.name == "series" and "vintage" in frame.columns:
        stamped = [
            Text("vintage {vintage}", {"vintage": str(one)}).in_language(language) if one else ""
            for one in frame["vintage"].to_list()
        ]
        cells = beside(cells, stamped, ", ")
    return cells


def words(value: object, column: Column, language: Language, *, pattern: str = "") -> str:
    """How is one value written in the language, given what its column means?

    A `pattern` of the whole column says how its numbers are written; a part of 1 is a percentage.
    """
    if value is None:
        return MISSING
    if isinstance(value, bool | str) or not isinstance(value, int | float):
        return str(value)
    if column.role == "dimension" and isinstance(value, int):
        return str(value)
    if pattern.endswith("%") and 0 < value < _LEAST_SHARE:
        return Text("less than {share}", {"share": Number(_LEAST_SHARE, "#,##0.000%")}).in_language(
            language
        )
    if pattern == _PERCENT and 0 < value < 0.001:
        pattern = "#,##0.000%"
    return Number(value, pattern or _pattern(value)).in_language(language)


def _pattern(value: float) -> str:
    if float(value).is_integer() or abs(value) >= 1000:
        return "#,##0"
    # 6.9 was not measured as 6.90; below 1 two decimals stand beside each other
    tenths = abs(value) >= 10 or (abs(value) >= 1 and round(value, 1) == value)
    return "#,##0.0" if tenths else "#,##0.00"


def _empty(frame: pl.DataFrame, table: ReleasedTable, column: Column) -> bool:
    """A column without a single value is left out, unless what it held was hidden."""
    if not frame.height or (column.role == "count" and table.hidden):
        return False
    values = frame[column.name]
    if values.dtype == pl.String:
        return not (values.fill_null("") != "").any()
    return values.null_count() == frame.height


def read_cells(
    table: ReleasedTable, column: Column, frame: pl.DataFrame, language: Language
) -> list[str]:
    """How does each cell of a column read, in these rows of the table?"""
    values = frame[column.name]
    if column.codes or values.dtype == pl.String:
        return labels(column, values, language)
    hidden = hidden_words(table).in_language(language)
    withheld = _withheld(table, column, frame)
    pattern = _pattern_of(table, column, frame)
    return [
        hidden if gone else words(value, column, language, pattern=pattern)
        for value, gone in zip(values.to_list(), withheld.to_list(), strict=True)
    ]


def _pattern_of(table: ReleasedTable, column: Column, frame: pl.DataFrame) -> str:
    """How are all numbers of the column written? Nothing where each value says it by itself.

    Limits are written as what they are the limits of: 1.00 (0.93 to 1.10).
    """
    limited = _limited(table)
    name = limited if column.name in _LIMITS else column.name
    if name == _RATIO:
        return "#,##0.00"
    if name not in _SHARES:
        return ""
    together = [one for one in frame.columns if one == name or (name == limited and one in _LIMITS)]
    whole = frame.select((pl.col(together).round(2) == pl.col(together)).all()).row(0)
    return "0%" if all(whole) else _PERCENT


def read_intervals(
    table: ReleasedTable, column: Column, frame: pl.DataFrame, language: Language
) -> list[dict[str, float | str]]:
    """Which interval has each cell of the column: `low`, `high` and `interval` in words?

    The limits are those of the column that they stand right behind; without limits a cell has no
    interval, and nothing is said of it.
    """
    if column.name != _limited(table):
        return [{} for _ in range(frame.height)]
    low, high = (read_cells(table, table.column(name), frame, language) for name in ("low", "high"))
    return [
        {
            "low": least,
            "high": most,
            "interval": Text("{low} to {high}", {"low": a, "high": b}).in_language(language),
        }
        if least is not None and most is not None
        else {}
        for least, most, a, b in zip(
            frame["low"].to_list(), frame["high"].to_list(), low, high, strict=True
        )
    ]


def _withheld(table: ReleasedTable, column: Column, frame: pl.DataFrame) -> pl.Series:
    """Which cells are empty because a count was hidden, and not because nothing is known?"""
    if column.role != "count" or table.origin == "published":
        return pl.repeat(False, frame.height, eager=True)
    return frame[column.name].is_null()
