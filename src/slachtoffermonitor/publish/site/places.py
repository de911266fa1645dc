"""What is published about each municipality, beside the whole country: no list is ever sorted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from slachtoffermonitor.disclose import Column, ReleasedTable
from slachtoffermonitor.ground import Language
from slachtoffermonitor.publish._reading import labels, read_cells, read_intervals
from slachtoffermonitor.publish._units import label_with_unit

__all__ = ["place_facts"]

_PLACES = frozenset({"municipality", "region", "police_unit"})
_LIMITS = ("low", "high")


def place_facts(tables: Mapping[str, ReleasedTable], language: Language) -> dict[str, Any]:
    """What does the edition publish about each place?

    A table counts when one of its dimensions is a place and it has no other; the row of the margin
    is the whole country.

    Returns:
        `places`: all names, in the order of the alphabet; `tables`: of each its figures, and
        `rows` by place (and `country`) with the figures in words, their interval and what is said
        of the place against chance.

    """
    found = [
        _facts(table, column, language)
        for table in tables.values()
        if (column := _place_column(table)) is not None
    ]
    names = {name for facts in found for name in facts["rows"]}
    return {"places": sorted(names, key=_by_letter), "tables": found}


def _by_letter(name: str) -> str:
    """'s-Gravenhage stands among the names with an s."""
    return name.lstrip("'’").casefold()


def _place_column(table: ReleasedTable) -> Column | None:
    dimensions = [column for column in table.columns if column.role == "dimension"]
    alone = len(dimensions) == 1 and dimensions[0].name in _PLACES
    return dimensions[0] if alone else None


def _facts(table: ReleasedTable, place: Column, language: Language) -> dict[str, Any]:
    figures = [
        column
        for column in table.columns
        if column.role in {"count", "measure"}
        and column.name not in _LIMITS
        and table.frame[column.name].dtype.is_numeric()
    ]
    is_country = pl.col(place.name) == table.total
    rows = _rows(table, table.frame.filter(~is_country), place, figures, language)
    country = _rows(table, table.frame.filter(is_country), place, figures, language)
    return {
        "name": table.name,
        "title": table.title.in_language(language),
        "origin": table.origin,
        "source": table.source.in_language(language),
        "notes": [note.in_language(language) for note in table.notes],
        "figures": [
            {"key": column.name, "label": label_with_unit(column, language)} for column in figures
        ],
        "rows": rows,
        "country": next(iter(country.values()), None),
    }


def _rows(
    table: ReleasedTable,
    frame: pl.DataFrame,
    place: Column,
    figures: list[Column],
    language: Language,
) -> dict[str, dict[str, Any]]:
    columns = [_figure(table, frame, column, language) for column in figures]
    said = (
        read_cells(table, table.column("note"), frame, language)
        if "note" in frame.columns
        else [""] * frame.height
    )
    names = labels(place, frame[place.name], language)
    return {
        name: {"figures": [column[at] for column in columns], "said": said[at]}
        for at, name in enumerate(names)
    }


def _figure(
    table: ReleasedTable, frame: pl.DataFrame, column: Column, language: Language
) -> list[dict[str, Any]]:
    """The figure of each row, and its interval where the limits stand right behind it."""
    shown = read_cells(table, column, frame, language)
    values = frame[column.name].to_list()
    spans = read_intervals(table, column, frame, language)
    return [
        {"shown": words, "value": value, **span}
        for words, value, span in zip(shown, values, spans, strict=True)
    ]
