"""The capture table: how many persons were seen by exactly which lists.

A capture history is a bitmask over the lists: list i (from 0) is bit i. History 0, seen by no
list, is the hidden number itself and can never be in a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from slachtoffermonitor.estimate import _capture_rows as rows
from slachtoffermonitor.estimate._capture_cells import CaptureCells
from slachtoffermonitor.records import open_as_text

__all__ = ["CaptureTable"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class CaptureTable(CaptureCells):
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
        file: str = "",
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
            file: name of the file for the error messages.

        Raises:
            InputError: an absent column, a row without person or list, an unknown list.

        """
        chosen, cells = rows.cells_from_memberships(
            frame, person=person, list_column=list_column, lists=lists, strata=strata, file=file
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
