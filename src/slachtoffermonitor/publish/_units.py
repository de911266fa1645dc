"""In what a figure counts: the unit of a whole column, or of every figure on its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from slachtoffermonitor.disclose import Column
from slachtoffermonitor.ground import Language, Text

__all__ = ["MISSING", "beside", "label_with_unit", "unit_beside", "unit_words", "with_units"]

MISSING = "–"
"""What stands in a cell where nothing is known."""

_UNITS: Mapping[str, Text] = {
    text.message: text
    for text in (
        Text("persons"),
        Text("notifications"),
        Text("requests"),
        Text("years"),
        Text("days"),
    )
}


def unit_words(column: Column, language: Language) -> str:
    """In what does the column count? Nothing for a column without a unit."""
    if not column.unit:
        return ""
    return _UNITS.get(column.unit, Text(column.unit)).in_language(language)


def unit_beside(column: Column, language: Language) -> str:
    """The unit of a column, unless its name says it already."""
    unit = unit_words(column, language)
    return "" if unit in column.label.in_language(language).lower() else unit


def label_with_unit(column: Column, language: Language) -> str:
    """What is the column called, and in what does it count where its name does not say so?"""
    label, unit = column.label.in_language(language), unit_beside(column, language)
    return f"{label} ({unit})" if unit else label


def with_units(
    cells: Sequence[str], units: pl.Series, named: Sequence[str], language: Language
) -> list[str]:
    """How does each figure read with its own unit? One in so many reads as "1 in 9.4".

    Args:
        cells: the figures in words.
        units: the code of the unit of each.
        named: what these codes are called in the language.
        language: of the words.

    """
    return [
        Text("1 in {n}", {"n": cell}).in_language(language)
        if unit == "one_in" and cell != MISSING
        else whole
        for cell, unit, whole in zip(cells, units.to_list(), beside(cells, named, " "), strict=True)
    ]


def beside(cells: Sequence[str], more: Sequence[str], between: str) -> list[str]:
    """Put more words behind each cell, where there are any and the cell holds something."""
    return [
        f"{cell}{between}{words}" if words not in {"", MISSING} and cell != MISSING else cell
        for cell, words in zip(cells, more, strict=True)
    ]
