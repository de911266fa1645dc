"""The two kinds of table: one that may not leave, and one that may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from slachtoffermonitor.ground import InputError, Problem, ReleaseError, Text

__all__ = ["Column", "Origin", "ReleasedTable", "Table"]

Origin = Literal["published", "register", "simulated"]
Role = Literal["dimension", "count", "measure", "note"]

_SEAL = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What a column of a table means.

    `dimension` columns classify; a `count` column counts persons or reports and is what
    disclosure control protects; a `measure` is a share, estimate or interval limit; a `note` is
    words. `codes` names the code list whose labels a reader sees; `unit` is a plain English unit;
    the cells of a `translated` column are English sentences whose Dutch stands in a catalogue.
    `rests_on` names the count that a measure is computed from; without it, all counts of the row.
    """

    name: str
    label: Text
    role: Role
    codes: str = ""
    unit: str = ""
    translated: bool = False
    rests_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as a room computed it: exact, and not to be published.

    `origin` says what it was computed from: figures that are already public (`published`), a real
    `register`, or a `simulated` nation. `source` cites it for the reader.
    """

    name: str
    title: Text
    frame: pl.DataFrame
    columns: tuple[Column, ...]
    origin: Origin
    source: Text
    notes: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a table whose columns are not the ones that it explains, or counts below 0."""
        explained = [column.name for column in self.columns]
        if explained != self.frame.columns:
            raise InputError(
                Problem(
                    what=f"table '{self.name}' does not explain its columns",
                    found=", ".join(self.frame.columns),
                    allowed=", ".join(explained),
                )
            )
        for column in self.counts:
            if self.frame.select((pl.col(column) < 0).any()).item():
                raise InputError(
                    Problem(
                        what=f"table '{self.name}' has a negative count",
                        column=column,
                        allowed="whole numbers from 0",
                    )
                )

    def __repr__(self) -> str:
        """Show the size, never the values."""
        return f"Table({self.name!r}, {self.frame.height} rows, origin={self.origin!r})"

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The columns that classify."""
        return tuple(column.name for column in self.columns if column.role == "dimension")

    @property
    def counts(self) -> tuple[str, ...]:
        """The columns that count."""
        return tuple(column.name for column in self.columns if column.role == "count")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedTable:
    """A table that may leave. Only `disclose.release` can make one.

    A count that was hidden is null in `frame`; `hidden` says how many were, `method` and
    `explanation` how and why, in words for the reader.
    """

    name: str
    title: Text
    frame: pl.DataFrame
    columns: tuple[Column, ...]
    origin: Origin
    source: Text
    notes: tuple[Text, ...]
    method: str
    parameters: Mapping[str, int | float | str] = field(default_factory=dict)
    hidden: int = 0
    explanation: Text
    seal: object = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse every maker but `disclose.release`."""
        if self.seal is not _SEAL:
            raise ReleaseError(
                f"table '{self.name}' was not released: only disclose.release makes a "
                "ReleasedTable, after protection"
            )

    def column(self, name: str) -> Column:
        """Give what the column means.

        Raises:
            KeyError: the table has no such column.

        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
