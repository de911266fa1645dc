"""The cells of a capture table, and what can be done with its lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from slachtoffermonitor.estimate import _capture_rows as rows
from slachtoffermonitor.ground import InputError, Problem, Text


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CaptureCells:
    """What a capture table holds and can be asked; see `CaptureTable`, which is made of it."""

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
        return f"{type(self).__name__}({', '.join(self.lists)}; {self.observed:,} persons)"

    def __eq__(self, other: object) -> bool:
        """Tell whether the lists, the strata and all counts are the same."""
        return (
            isinstance(other, CaptureCells)
            and self.lists == other.lists
            and self.strata == other.strata
            and self.cells.equals(other.cells)
        )

    def __hash__(self) -> int:
        """Hash what is cheap and equal for equal tables."""
        return hash((self.lists, self.strata, self.observed))

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

    def split(self, *strata: str) -> dict[tuple[object, ...], Self]:
        """Give one table per level of these strata, in order of the levels.

        Raises:
            InputError: the table has no such stratum.

        """
        _require(strata, self.strata, "stratum")
        rest = tuple(name for name in self.strata if name not in strata)
        return {
            level: replace(self, cells=rows.gather(part.drop(strata), rest), strata=rest)
            for level, part in self.cells.sort(strata)
            .partition_by(strata, as_dict=True, maintain_order=True)
            .items()
        }

    def marginal(self, lists: Sequence[str]) -> Self:
        """Keep these lists only, in this order; persons on none of them leave the table.

        Raises:
            InputError: the table has no such list, or fewer than two stay.

        """
        _require(lists, self.lists, "list")
        return self._regroup({name: (name,) for name in lists})

    def drop_lists(self, lists: Iterable[str]) -> Self:
        """Leave these lists out; persons on no other list leave the table. See `marginal`."""
        gone = tuple(lists)
        _require(gone, self.lists, "list")
        return self.marginal([name for name in self.lists if name not in gone])

    def merge_lists(self, groups: Mapping[str, Sequence[str]]) -> Self:
        """Take lists together: a person is on the new list when on any of the old ones.

        Args:
            groups: new name → old names. A new list stands where the first of its lists stood;
                lists that are not named stay as they are.

        Raises:
            InputError: the table has no such list, a list is in two groups, or fewer than two
                lists stay.

        """
        named = [name for group in groups.values() for name in group]
        _require(named, self.lists, "list")
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

    def _regroup(self, groups: Mapping[str, Sequence[str]]) -> Self:
        """Give the table of new lists, each the union of old ones."""
        history = _union_histories(self.lists, groups)
        cells = self.cells.with_columns(history.alias("history")).filter(pl.col("history") > 0)
        return replace(self, lists=tuple(groups), cells=rows.gather(cells, self.strata), notices=())


def _union_histories(lists: Sequence[str], groups: Mapping[str, Sequence[str]]) -> pl.Expr:
    """Give the history over new lists, each the union of old ones."""
    bit = {name: 1 << i for i, name in enumerate(lists)}
    history = pl.lit(0, pl.UInt32)
    for i, group in enumerate(groups.values()):
        mask = reduce(or_, (bit[name] for name in group), 0)
        seen = (pl.col("history") & pl.lit(mask, pl.UInt32)) > 0
        history = history | seen.cast(pl.UInt32) * pl.lit(1 << i, pl.UInt32)
    return history


def _require(asked: Iterable[str], known: Sequence[str], what: str) -> None:
    """Refuse names that the table does not have."""
    problems = [
        Problem(what=f"the table has no such {what}", found=name, allowed=", ".join(known))
        for name in asked
        if name not in known
    ]
    if problems:
        raise InputError(problems)
