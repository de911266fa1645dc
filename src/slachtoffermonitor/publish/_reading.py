"""How a released table is read by people: labels for codes, numbers as the language writes them.

A count that disclosure control hid is shown in words ("fewer than 10"), never as 0 and never as an
empty cell; a figure that nobody published is shown as a dash.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from slachtoffermonitor.disclose import Column, ReleasedTable
from slachtoffermonitor.ground import Language, Number, Text, translate
from slachtoffermonitor.published import Claim
from slachtoffermonitor.vocabulary import code_list

__all__ = ["Grid", "Heading", "claim_words", "hidden_words", "labels", "read_grid", "words"]

_MISSING = "–"
_LONG = 44
_EXACT = "#,##0.##"
_FOR_SOFTWARE = frozenset({"claim", "formula"})
_SHARES = frozenset({"share", "probability"})
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


_UNITS: Mapping[str, Text] = {
    text.message: text
    for text in (Text("persons"), Text("notifications"), Text("years"), Text("days"))
}


def _unit(column: Column, language: Language) -> str:
    """The unit of a column, unless its name says it already."""
    if not column.unit:
        return ""
    unit = _UNITS.get(column.unit, Text(column.unit)).in_language(language)
    return "" if unit in column.label.in_language(language).lower() else unit


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
            _MISSING if value is None else _in_words(str(value), column, language)
            for value in values.to_list()
        ]
    codes = code_list(column.codes)
    known = {
        code: codes.label(code, language) if code in codes else str(code)
        for code in values.drop_nulls().unique().to_list()
    }
    return [_MISSING if value is None else known[value] for value in values.to_list()]


def _in_words(value: str, column: Column, language: Language) -> str:
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
    cells = [_cells(table, column, shown, language) for column in explained]
    return Grid(
        headings=tuple(
            Heading(
                label=column.label.in_language(language),
                unit=_unit(column, language),
                numeric=column.role != "dimension" and shown[column.name].dtype.is_numeric(),
                long=max(map(len, texts), default=0) > _LONG,
            )
            for column, texts in zip(explained, cells, strict=True)
        ),
        rows=tuple(zip(*cells, strict=True)),
        total=whole.height,
    )


def words(value: object, column: Column, language: Language, *, share: bool = False) -> str:
    """How is one value written in the language, given what its column means?

    A `share` is a part of 1 and is shown as a percentage.
    """
    if value is None:
        return _MISSING
    if isinstance(value, bool | str) or not isinstance(value, int | float):
        return str(value)
    if column.role == "dimension" and isinstance(value, int):
        return str(value)
    return Number(value, _pattern(value, share=share)).in_language(language)


def _pattern(value: float, *, share: bool) -> str:
    if share:
        return "#,##0.0%" if value >= 0.001 or value == 0 else "#,##0.000%"
    if float(value).is_integer() or abs(value) >= 1000:
        return "#,##0"
    return "#,##0.0" if abs(value) >= 10 else "#,##0.00"


def _empty(frame: pl.DataFrame, table: ReleasedTable, column: Column) -> bool:
    """A column without a single value is left out, unless what it held was hidden."""
    if not frame.height or (column.role == "count" and table.hidden):
        return False
    values = frame[column.name]
    if values.dtype == pl.String:
        return not (values.fill_null("") != "").any()
    return values.null_count() == frame.height


def _cells(
    table: ReleasedTable, column: Column, frame: pl.DataFrame, language: Language
) -> list[str]:
    values = frame[column.name]
    if column.codes or values.dtype == pl.String:
        return labels(column, values, language)
    hidden = hidden_words(table).in_language(language)
    withheld = _withheld(table, column, frame)
    share = column.name in _SHARES or (
        column.name in _LIMITS and not _SHARES.isdisjoint(frame.columns)
    )
    return [
        hidden if gone else words(value, column, language, share=share)
        for value, gone in zip(values.to_list(), withheld.to_list(), strict=True)
    ]


def _withheld(table: ReleasedTable, column: Column, frame: pl.DataFrame) -> pl.Series:
    """Which cells are empty because a count was hidden, and not because nothing is known?"""
    if column.role != "count" or table.origin == "published":
        return pl.repeat(False, frame.height, eager=True)
    return frame[column.name].is_null()


def claim_words(claim: Claim, others: Mapping[str, Claim], language: Language) -> dict[str, object]:
    """How does a published claim read in the language?

    Returns:
        `id`, `what`, `period`, `shown` (the figure with its unit), `of` (the denominator),
        `series`, `standing`, `source`, `wording`, `note`.

    """
    base = others.get(claim.denominator)
    series = _label("published_series", claim.series, language)
    vintage = Text("vintage").in_language(language)
    return {
        "id": claim.id,
        "what": _what(claim, language),
        "period": claim.period,
        "shown": _shown(claim, language),
        "of": _what_and_when(base, language) if base else _translated(claim.denominator, language),
        "series": f"{series}, {vintage} {claim.vintage}" if claim.vintage else series,
        "standing": _STANDING[claim.standing].in_language(language)
        if claim.standing in _STANDING
        else "",
        "source": claim.source,
        "wording": claim.wording,
        "note": _translated(claim.note, language),
    }


_STANDING: Mapping[str, Text] = {
    "computed": Text("computed here from published figures"),
    "other_base": Text("published against a base that was not published"),
    "disputed": Text("disputed: conflicts with the register"),
    "unreliable": Text("called unreliable by the National Rapporteur"),
}


def _translated(words: str, language: Language) -> str:
    return translate(words, language) if words else ""


def _label(name: str, code: str, language: Language) -> str:
    codes = code_list(name)
    return codes.label(code, language) if code in codes else code


def _what(claim: Claim, language: Language) -> str:
    measure = _label("published_measures", claim.measure, language)
    group = _label("published_groups", claim.group, language)
    return measure if claim.group == "total" else f"{measure}: {group}"


def _what_and_when(claim: Claim, language: Language) -> str:
    return f"{_what(claim, language)}, {claim.period} ({_shown(claim, language)})"


def _shown(claim: Claim, language: Language) -> str:
    about = Text("about").in_language(language) + " " if claim.approximate else ""
    if claim.unit == "one_in" and claim.value is not None:
        one_in = Text("1 in {n}", {"n": Number(claim.value, _EXACT)})
        return about + one_in.in_language(language)
    if claim.value is not None:
        figure = Number(claim.value, _EXACT).in_language(language)
    elif claim.low is not None and claim.high is not None:
        limits = {"low": Number(claim.low, _EXACT), "high": Number(claim.high, _EXACT)}
        figure = Text("{low} to {high}", limits).in_language(language)
    else:
        figure = claim.wording or _MISSING
    if claim.unit == "percent":
        return f"{about}{figure}%"
    return f"{about}{figure} {_label('published_units', claim.unit, language)}"
