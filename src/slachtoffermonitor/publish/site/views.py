"""A released table as the table builder takes it: codes, labels, and every figure in words.

The figures are written out here, once, by the same rules as on the pages; the script in the page
only chooses among them. It never adds anything up: a margin that is not in a table is not shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from slachtoffermonitor.disclose import Column, ReleasedTable
from slachtoffermonitor.ground import Language
from slachtoffermonitor.publish._reading import (
    hidden_words,
    labels,
    read_cells,
    read_intervals,
)
from slachtoffermonitor.publish._units import label_with_unit, with_units
from slachtoffermonitor.vocabulary import code_list

__all__ = ["table_to_choose"]

_LIMITS = ("low", "high")
_IN_TIME = frozenset(
    {"year", "period", "vintage", "day", "horizon_years", "clearing_days", "before_period"}
)
_REMARKS = ("source", "note")


def table_to_choose(
    table: ReleasedTable, tables: Mapping[str, ReleasedTable], language: Language
) -> dict[str, Any] | None:
    """Which figures does the table hold, along which dimensions, and what is said of each?

    None for a table without a dimension or without a figure: there is nothing to choose in it.

    Returns:
        `dimensions` (key, label, codes and labels of the values, `at`: for each row which value it
        has), `figures` (key, label; `values` and `shown` row by row, and `intervals`: low, high and
        both in words), `remarks` row by row, `margins` (for each dimension the
        names of tables that give the same figure without it).

    """
    dimensions = [column for column in table.columns if column.role == "dimension"]
    figures = _figures(table)
    if not dimensions or not figures or not table.frame.height:
        return None
    return {
        "name": table.name,
        "title": table.title.in_language(language),
        "origin": table.origin,
        "source": table.source.in_language(language),
        "notes": [note.in_language(language) for note in table.notes],
        "explanation": table.explanation.in_language(language) if _hides(table) else "",
        "hidden_words": hidden_words(table).in_language(language),
        "dimensions": [_dimension(table, column, language) for column in dimensions],
        "figures": [_figure(table, column, language) for column in figures],
        "units": _units(table, language),
        "remarks": _remarks(table, language),
        "margins": _margins(table, tables, language),
    }


def _figures(table: ReleasedTable) -> list[Column]:
    return [
        column
        for column in table.columns
        if column.role in {"count", "measure"}
        and column.name not in _LIMITS
        and table.frame[column.name].dtype.is_numeric()
    ]


def _hides(table: ReleasedTable) -> bool:
    return bool(table.hidden) or table.origin != "published"


def _dimension(table: ReleasedTable, column: Column, language: Language) -> dict[str, Any]:
    values = table.frame[column.name]
    seen = values.unique(maintain_order=True)
    in_time = column.name in _IN_TIME
    if in_time:
        seen = seen.sort(nulls_last=True)
    elif column.codes:
        seen = _in_order(seen, list(code_list(column.codes)), table.total)
    codes = ["" if value is None else str(value) for value in seen.to_list()]
    at = {value: place for place, value in enumerate(seen.to_list())}
    return {
        "key": column.name,
        "label": column.label.in_language(language),
        "codes": codes,
        "labels": labels(column, seen, language),
        "at": [at[value] for value in values.to_list()],
        "in_time": in_time,
        "total": codes.index(table.total) if table.total in codes else -1,
        "overlapping": column.overlapping,
    }


def _in_order(seen: pl.Series, codes: list[str], total: str) -> pl.Series:
    """The total first, then as the code list has them, then what it does not know."""
    order = {code: place for place, code in enumerate([total, *codes])}
    return pl.Series(sorted(seen.to_list(), key=lambda code: order.get(code, len(order))))


def _figure(table: ReleasedTable, column: Column, language: Language) -> dict[str, Any]:
    frame = table.frame
    figure: dict[str, Any] = {
        "key": column.name,
        "label": label_with_unit(column, language),
        "counts": column.role == "count" and table.origin != "published",
        "values": frame[column.name].to_list(),
        "shown": _with_units(table, column, language),
    }
    intervals = read_intervals(table, column, frame, language)
    if any(intervals):
        figure["intervals"] = [
            [one["low"], one["high"], one["interval"]] if one else None for one in intervals
        ]
    return figure


def _with_units(table: ReleasedTable, column: Column, language: Language) -> list[str]:
    """The figures in words; in a table of several units, each with its own."""
    shown = read_cells(table, column, table.frame, language)
    if "unit" not in table.frame.columns:
        return shown
    return with_units(shown, table.frame["unit"], _units(table, language), language)


def _units(table: ReleasedTable, language: Language) -> list[str]:
    if "unit" not in table.frame.columns:
        return []
    return labels(table.column("unit"), table.frame["unit"], language)


def _remarks(table: ReleasedTable, language: Language) -> list[str]:
    """What is said of each row: where it was published, and what to know of it."""
    said = [
        read_cells(table, table.column(name), table.frame, language)
        for name in _REMARKS
        if name in table.frame.columns
    ]
    if not said:
        return []
    return [
        ". ".join(part.rstrip(".") for part in row if part not in {"", "–"})
        for row in zip(*said, strict=True)
    ]


def _margins(
    table: ReleasedTable, tables: Mapping[str, ReleasedTable], language: Language
) -> dict[str, list[dict[str, str]]]:
    """Which tables give the same count without a dimension, so that nobody needs to add up?"""
    own = {column.name for column in table.columns if column.role == "dimension"}
    counted = {column.population for column in table.columns if column.population}
    return {
        dimension: found
        for dimension in sorted(own)
        if (
            found := [
                {"name": other.name, "title": other.title.in_language(language)}
                for other in tables.values()
                if counted & {column.population for column in other.columns if column.population}
                and {column.name for column in other.columns if column.role == "dimension"}
                == own - {dimension}
            ]
        )
    }
