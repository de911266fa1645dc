"""What every chart builder needs: rows of a released table, names, numbers in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from slachtoffermonitor.disclose import ReleasedTable
from slachtoffermonitor.ground import Language, Number, Text
from slachtoffermonitor.publish._reading import labels
from slachtoffermonitor.publish.charts.figure import Figure

__all__ = [
    "Builder",
    "Tables",
    "Words",
    "apart",
    "interval_words",
    "listed",
    "named",
    "number",
    "rows_of",
    "say",
    "single_years",
    "upper",
]

Tables = Mapping[str, ReleasedTable]
Words = dict[str, Number | Text | str | int]
Builder = Callable[[Tables, Language], Figure | None]


def rows_of(tables: Tables, name: str, *columns: str) -> ReleasedTable | None:
    """Give the table if it has rows and these columns."""
    table = tables.get(name)
    if table is None or not table.frame.height or not set(columns) <= set(table.frame.columns):
        return None
    return table


def single_years(table: ReleasedTable | None, measure: str) -> pl.DataFrame | None:
    """Give rows of one measure for single years, newest vintage, in the series with most rows."""
    if table is None or not {"period", "measure", "group", "value"} <= set(table.frame.columns):
        return None
    frame = (
        table.frame.filter(
            pl.col("measure") == measure,
            pl.col("period").str.contains(r"^\d{4}$"),
            pl.col("value").is_not_null(),
        )
        .with_columns(year=pl.col("period").cast(pl.Int64))
        .sort("year", "group", "vintage")
    )
    if not frame.height:
        return None
    series = frame["series"].value_counts().sort("count", "series")["series"][-1]
    return frame.filter(pl.col("series") == series).unique(
        ["year", "group"], keep="last", maintain_order=True
    )


def named(
    table: ReleasedTable, frame: pl.DataFrame, language: Language, *columns: str
) -> list[str]:
    """Name each row by the labels of these columns, joined by a comma."""
    parts = [
        labels(table.column(column), frame[column], language)
        for column in columns
        if column in frame.columns
    ]
    return [
        ", ".join(dict.fromkeys(part for part in row if part)) for row in zip(*parts, strict=True)
    ]


def apart(names: list[str]) -> list[str]:
    """Number the later rows of one name: in a chart they would fall on each other."""
    seen: dict[str, int] = {}
    told_apart = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        told_apart.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return told_apart


def interval_words(row: Sequence[float | None], language: Language) -> str:
    """Write a figure with its interval (value, low, high), or the interval alone."""
    value, low, high = row
    figure = number(value, language) if value is not None else ""
    if low is None or high is None:
        return figure
    limits = Text("{low} to {high}", {"low": Number(low), "high": Number(high)})
    span = limits.in_language(language)
    return f"{figure} ({span})" if figure else span


def listed(parts: Sequence[Text]) -> Text:
    """Join sentences, at least one, by a semicolon: a description can so tell of every group."""
    *before, last = parts
    joined = last
    for part in reversed(before):
        joined = Text("{one}; {more}", {"one": part, "more": joined})
    return joined


def number(value: float, language: Language, pattern: str = "#,##0") -> str:
    """Write a number as the language does."""
    return Number(value, pattern).in_language(language)


def say(message: str, language: Language) -> str:
    """Give a sentence without numbers in the language."""
    return Text(message).in_language(language)


def upper(words: str) -> str:
    """Begin a sentence with a label."""
    return words[:1].upper() + words[1:]
