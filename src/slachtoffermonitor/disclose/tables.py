"""The two kinds of table: one that may not leave, and one that may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from slachtoffermonitor.ground import InputError, Problem, ReleaseError, Text

__all__ = ["Column", "Hierarchy", "Origin", "ReleasedTable", "Table"]

Hierarchy = Mapping[str, tuple[str, ...]]
"""For each parent code the codes that add up to it."""

Origin = Literal["published", "register", "simulated"]
Role = Literal["dimension", "count", "measure", "note", "contribution", "key", "link"]

_SEAL = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What a column of a table means.

    `dimension` columns classify; a `count` column counts persons or reports and is what
    disclosure control protects; a `measure` is a share, estimate or interval limit; a `note` is
    words. `codes` names the code list whose labels a reader sees; `unit` is a plain English unit;
    the cells of a `translated` column are English sentences whose Dutch stands in a catalogue.
    `rests_on` names the count that a measure is computed from; without it, all counts of the row.
    A `contribution` is the largest (then the second largest, …) amount that one unit adds to the
    count it `rests_on`; dominance is judged by it, and it never leaves. A `key` is the cell key of
    the count it `rests_on` (see `count_with_keys`), and never leaves either.

    `population` says what a count counts. Counts of one population in several tables are linked:
    the same condition is the same cell. Without it a count is linked to nothing. `by` names the
    dimensions that classify the count, where not all do; "year=before_period" takes the codes of
    the dimension year from the column before_period, and a hierarchy of that column then is one of
    year. A `link` column has such codes and never leaves: the cells that it describes stand in
    other tables of the edition. The categories of an
    `overlapping` dimension do not exclude one another, so they add up to more than their total.
    """

    name: str
    label: Text
    role: Role
    codes: str = ""
    unit: str = ""
    translated: bool = False
    rests_on: str = ""
    population: str = ""
    by: tuple[str, ...] | None = None
    overlapping: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as a room computed it: exact, and not to be published.

    `origin` says what it was computed from: figures that are already public (`published`), a real
    `register`, or a `simulated` nation. `source` cites it for the reader.

    A row in which a dimension has the code `total` is a margin. `hierarchies` gives, for a
    dimension, which codes add up to which; codes may overlap, as five-year windows do. A
    combination of codes that has no row counts 0.
    """

    name: str
    title: Text
    frame: pl.DataFrame
    columns: tuple[Column, ...]
    origin: Origin
    source: Text
    notes: tuple[Text, ...] = ()
    hierarchies: Mapping[str, Hierarchy] = field(default_factory=dict)
    total: str = "TOTAL"

    @classmethod
    def from_frame(
        cls,
        frame: pl.DataFrame,
        *,
        name: str,
        count: str = "count",
        population: str = "persons",
        overlapping: Sequence[str] = (),
        hierarchies: Mapping[str, Hierarchy] | None = None,
        total: str = "TOTAL",
        origin: Origin = "register",
    ) -> Table:
        """Which table is this plain frame, all its columns but the count being dimensions?

        Tables of one `population` are linked; give another name where something else is counted,
        or sums that need not agree are refused as wrong.

        Example:
            >>> frame = pl.DataFrame({"sex": ["V", "M", "TOTAL"], "count": [12, 3, 15]})
            >>> Table.from_frame(frame, name="by_sex")
            Table('by_sex', 3 rows, origin='register')

        """
        if count not in frame.columns:
            raise InputError(
                Problem(
                    what=f"table '{name}' has no column of counts",
                    found=", ".join(frame.columns),
                    allowed=count,
                )
            )
        columns = tuple(
            Column(name=column, label=Text(column), role="count", population=population)
            if column == count
            else Column(
                name=column,
                label=Text(column),
                role="dimension",
                overlapping=column in overlapping,
            )
            for column in frame.columns
        )
        return cls(
            name=name,
            title=Text(name),
            frame=frame,
            columns=columns,
            origin=origin,
            source=Text(""),
            hierarchies=hierarchies or {},
            total=total,
        )

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

    def classified_by(self, count: Column) -> tuple[str, ...]:
        """Give the dimensions that classify the count."""
        return self.dimensions if count.by is None else count.by


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
    hierarchies: Mapping[str, Hierarchy] = field(default_factory=dict)
    total: str = "TOTAL"
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
