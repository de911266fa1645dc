"""Published capture tables: who was on which lists, counted, as the literature prints them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

import polars as pl

from slachtoffermonitor.ground import InputError, Problem, Text

__all__ = ["PublishedCaptureTable", "capture_table", "capture_table_names"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedCaptureTable:
    """A published capture table with its meaning and its source.

    `frame` has one Int8 column of 0 and 1 per list and `count` (Int64); a combination of lists
    that is absent was not printed, and counts as zero. `years` is how many years it covers, so
    that an estimate can be given per year. `reading` says how sure the meaning of the lists is.
    """

    name: str
    frame: pl.DataFrame
    lists: tuple[str, ...]
    persons: int
    period: str
    years: int
    description: Text
    list_notes: Mapping[str, Text]
    reading: Text
    citation: str


def _folder() -> Traversable:
    return files("slachtoffermonitor.published").joinpath("data", "mse")


@cache
def _facts() -> dict[str, dict[str, Any]]:
    return tomllib.loads(_folder().joinpath("tables.toml").read_text("utf-8"))


def capture_table_names() -> tuple[str, ...]:
    """Which published capture tables are there?"""
    return tuple(_facts())


@cache
def capture_table(name: str) -> PublishedCaptureTable:
    """What does the published capture table hold?

    Cite `citation` wherever a result of the table is shown.

    Raises:
        InputError: no such table.

    Example:
        >>> capture_table("netherlands").persons
        8234

    """
    if name not in _facts():
        raise InputError(
            Problem(
                what="no such published capture table",
                found=repr(name),
                allowed=", ".join(capture_table_names()),
            )
        )
    facts = _facts()[name]
    lists = tuple(facts["lists"])
    schema: dict[str, type[pl.DataType]] = {
        **dict.fromkeys(lists, pl.Int8),
        "count": pl.Int64,
    }
    text = _folder().joinpath(f"{name}.csv").read_bytes()
    return PublishedCaptureTable(
        name=name,
        frame=pl.read_csv(text, schema=schema),
        lists=lists,
        persons=facts["persons"],
        period=facts["period"],
        years=facts["years"],
        description=Text(facts["description"]),
        list_notes=MappingProxyType({key: Text(note) for key, note in facts["lists"].items()}),
        reading=Text(facts["reading"]),
        citation=facts["citation"],
    )
