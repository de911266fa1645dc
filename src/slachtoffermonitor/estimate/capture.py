"""The capture table: how many persons were seen by exactly which lists.

A capture history is a bitmask over the lists: list i (from 0) is bit i. History 0, seen by no
list, is the hidden number itself and can never be in a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from slachtoffermonitor.estimate import _capture_rows as rows
from slachtoffermonitor.ground import InputError, Problem, Text
from slachtoffermonitor.records import open_as_text

__all__ = ["CaptureTable"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CaptureTable:
    """How many persons were seen by exactly which lists: all that the estimators take.

    A table says nothing true when lists share their reports (one list is copied from the other)
    or when persons were not linked: link first, then count.

    Attributes:
        lists: names of the lists, in column order; the model notation numbers them from 1.
        cells: one row per capture history (and stratum) with persons in it, with the columns
            `history` (UInt32 bitmask, list i is bit i from 0), the strata, and `count` (Int64).
        strata: names of the columns that divide the persons (year, sex, …), or empty.
        notices: what was done to the rows that the user should know.

    Raises:
        InputError: fewer than 2 or more than 16 lists, or no person at all.

    Example:
        >>> import polars as pl
        >>> frame = pl.DataFrame({"A": [1, 0, 1], "B": [0, 1, 1], "count": [30, 20, 6]})
        >>> CaptureTable.from_counts(frame).observed
        56

    """

    lists: tuple[str, ...]
    cells: pl.DataFrame
    strata: tuple[str, ...] = ()
    notices: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a table on which nothing can be estimated."""
        problems = rows.list_name_problems(self.lists)
        if not self.cells.height:
            problems.append(Problem(what="there is no person on any list"))
        if problems:
            raise InputError(problems)

    def __repr__(self) -> str:
        """Show the lists and the number of persons."""
        return f"CaptureTable({', '.join(self.lists)}; {self.observed:,} persons)"

    def __eq__(self, other: object) -> bool:
        """Tell whether the lists, the strata and all counts are the same."""
        return (
            isinstance(other, CaptureTable)
            and self.lists == other.lists
            and self.strata == other.strata
            and self.cells.equals(other.cells)
        )

    def __hash__(self) -> int:
        """Hash what is cheap and equal for equal tables."""
        return hash((self.lists, self.strata, self.observed))

    @classmethod
    def from_counts(
        cls,
        frame: pl.DataFrame,
        *,
        lists: Sequence[str] | None = None,
        strata: Sequence[str] = (),
        count: str = "count",
        file: str = "",
    ) -> CaptureTable:
        """Make the table from rows of 0/1 list columns and a count; absent histories count zero.

        Args:
            frame: one column of 0 and 1 per list, the strata, and the count.
            lists: the list columns; all columns but the strata and the count when not given.
            strata: columns that divide the persons.
            count: name of the count column.
            file: name of the file for the error messages.

        Raises:
            InputError: all problems together: a value that is not 0 or 1, a count that is
                negative, fractional or missing, persons seen by no list, an absent column.

        """
        chosen, cells, notices = rows.cells_from_counts(
            frame, lists=lists, strata=strata, count=count, file=file
        )
        return cls(lists=chosen, cells=cells, strata=tuple(strata), notices=notices)

    @classmethod
    def from_memberships(
        cls,
        frame: pl.DataFrame,
        *,
        person: str = "person_id",
        list_column: str = "reporter",
        lists: Sequence[str] | None = None,
        strata: Sequence[str] = (),
    ) -> CaptureTable:
        """Make the table from rows that say that a person was on a list.

        With strata the unit is a person within a stratum: somebody who was on lists in two years
        counts once in each year.

        Args:
            frame: rows of person × list; the same row twice counts once.
            person: column that tells persons apart.
            list_column: column that names the list.
            lists: names and order of the lists; those found, sorted, when not given.
            strata: columns that divide the persons.

        Raises:
            InputError: an absent column, a row without person or list, an unknown list.

        """
        chosen, cells = rows.cells_from_memberships(
            frame, person=person, list_column=list_column, lists=lists, strata=strata
        )
        return cls(lists=chosen, cells=cells, strata=tuple(strata))

    @classmethod
    def read(
        cls,
        path: Path | str,
        *,
        lists: Sequence[str] | None = None,
        strata: Sequence[str] = (),
        count: str = "count",
    ) -> CaptureTable:
        """Read a CSV, Excel or Parquet file of 0/1 list columns and a count; see `from_counts`.

        Raises:
            InputError: as `records.open_as_text` and `from_counts`.

        """
        frame = open_as_text(Path(path))
        return cls.from_counts(frame, lists=lists, strata=strata, count=count, file=str(path))

    @classmethod
    def of_counts(cls, lists: Sequence[str], counts: NDArray[np.int64]) -> CaptureTable:
        """Make the table from an array of counts indexed by capture history."""
        histories = np.nonzero(counts)[0]
        cells = pl.DataFrame(
            {
                "history": histories.astype(np.uint32),
                "count": counts[histories].astype(np.int64),
            }
        )
        return cls(lists=tuple(lists), cells=cells.filter(pl.col("history") > 0))

    @property
    def size(self) -> int:
        """The number of lists."""
        return len(self.lists)

    @property
    def observed(self) -> int:
        """The number of persons seen by at least one list."""
        return int(self.cells["count"].sum())

    @property
    def counts(self) -> NDArray[np.int64]:
        """Persons per capture history, strata together; length 2^lists, element 0 is 0."""
        counts = np.zeros(1 << self.size, dtype=np.int64)
        np.add.at(counts, self.cells["history"].to_numpy(), self.cells["count"].to_numpy())
        return counts

    def split(self, *strata: str) -> dict[tuple[object, ...], CaptureTable]:
        """Give one table per level of these strata, in order of the levels.

        Raises:
            InputError: the table has no such stratum.

        """
        self._require(strata, self.strata, "stratum")
        rest = tuple(name for name in self.strata if name not in strata)
        return {
            level: CaptureTable(
                lists=self.lists,
                cells=rows.gather(part.drop(strata), rest),
                strata=rest,
                notices=self.notices,
            )
            for level, part in self.cells.sort(strata)
            .partition_by(strata, as_dict=True, maintain_order=True)
            .items()
        }

    def marginal(self, lists: Sequence[str]) -> CaptureTable:
        """Keep these lists only, in this order; persons on none of them leave the table.

        Raises:
            InputError: the table has no such list, or fewer than two stay.

        """
        self._require(lists, self.lists, "list")
        return self._regroup({name: (name,) for name in lists})

    def drop_lists(self, lists: Iterable[str]) -> CaptureTable:
        """Leave these lists out; persons on no other list leave the table. See `marginal`."""
        gone = tuple(lists)
        self._require(gone, self.lists, "list")
        return self.marginal([name for name in self.lists if name not in gone])

    def merge_lists(self, groups: Mapping[str, Sequence[str]]) -> CaptureTable:
        """Take lists together: a person is on the new list when on any of the old ones.

        Args:
            groups: new name → old names. A new list stands where the first of its lists stood;
                lists that are not named stay as they are.

        Raises:
            InputError: the table has no such list, a list is in two groups, or fewer than two
                lists stay.

        """
        named = [name for group in groups.values() for name in group]
        self._require(named, self.lists, "list")
        if len(set(named)) < len(named):
            raise InputError(Problem(what="a list is in two of the groups to be merged"))
        whole: dict[str, tuple[str, ...]] = {}
        for name in self.lists:
            into = next((new for new, group in groups.items() if name in group), name)
            whole[into] = (*whole.get(into, ()), name)
        return self._regroup(whole)

    def overlaps(self) -> pl.DataFrame:
        """Count the persons on each pair of lists, whatever other lists they are on.

        Returns:
            Columns `list`, `other` (String), `persons` (Int64): lists × lists rows, the total of
            a list where both names are equal.

        """
        counts = self.counts
        histories = np.arange(counts.size)
        on = [(histories >> i) & 1 == 1 for i in range(self.size)]
        return pl.DataFrame(
            [
                (self.lists[i], self.lists[j], int(counts[on[i] & on[j]].sum()))
                for i in range(self.size)
                for j in range(self.size)
            ],
            schema={"list": pl.String, "other": pl.String, "persons": pl.Int64},
            orient="row",
        )

    def _regroup(self, groups: Mapping[str, Sequence[str]]) -> CaptureTable:
        """Give the table of new lists, each the union of old ones."""
        bit = {name: 1 << i for i, name in enumerate(self.lists)}
        history = pl.lit(0, pl.UInt32)
        for i, group in enumerate(groups.values()):
            mask = reduce(or_, (bit[name] for name in group), 0)
            seen = (pl.col("history") & pl.lit(mask, pl.UInt32)) > 0
            history = history | pl.when(seen).then(pl.lit(1 << i, pl.UInt32)).otherwise(
                pl.lit(0, pl.UInt32)
            )
        cells = self.cells.with_columns(history.alias("history")).filter(pl.col("history") > 0)
        return CaptureTable(
            lists=tuple(groups), cells=rows.gather(cells, self.strata), strata=self.strata
        )

    @staticmethod
    def _require(asked: Iterable[str], known: Sequence[str], what: str) -> None:
        unknown = [name for name in asked if name not in known]
        if unknown:
            raise InputError(
                [
                    Problem(
                        what=f"the table has no such {what}", found=name, allowed=", ".join(known)
                    )
                    for name in unknown
                ]
            )
