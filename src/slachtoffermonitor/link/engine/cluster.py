"""From accepted pairs to persons, guarded against chains that join what cannot be one person.

Connected components alone would let A–B and B–C join A and C, however much A and C contradict one
another. Two records cannot be of one person when both stand in one table without duplicates, such
as the population register; when two full birth dates contradict one another and the pair was not
accepted in its own right; or when a reviewer said so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

__all__ = ["components", "group"]

_NO_PAIRS: Final = pl.DataFrame(schema={"left": pl.Int64, "right": pl.Int64})


def group(
    accepted: pl.DataFrame,
    records: pl.DataFrame,
    *,
    guard: Sequence[str] = (),
    refused: pl.DataFrame = _NO_PAIRS,
) -> npt.NDArray[np.int64]:
    """Give each record the lowest record number of its person.

    Args:
        accepted: the pairs taken to be one person: `left` < `right`, `match_probability`.
        records: one row for each record, numbered from 0 in `record`, with `table`,
            `duplicate_free` and the features of the guard.
        guard: the features of year, month and day of birth; none: birth dates are not looked at.
        refused: pairs `left`, `right` that are not one person, whatever their chain.

    Returns:
        One number for each record, in the order of the records. The strongest pairs are joined
        first, so a contradiction cuts a chain at its weakest pair.

    """
    left = accepted["left"].to_numpy()
    component = components(accepted, records.height)
    placed = records.with_columns(component=component)
    contradicting = pl.concat(
        [
            _twice_in_one_table(placed),
            _dates_apart(placed, accepted, guard),
            _within(placed, refused),
        ]
    ).unique()
    label = _lowest(component)
    if contradicting.is_empty():
        return label
    torn = np.unique(component[contradicting["left"].to_numpy()])
    within = accepted.filter(np.isin(component[left], torn)).sort(
        "match_probability", "left", "right", descending=[True, False, False]
    )
    redone = np.flatnonzero(np.isin(component, torn))
    label[redone] = _join_in_turn(
        redone.tolist(), within.select("left", "right").rows(), contradicting.rows()
    )
    return label


def components(pairs: pl.DataFrame, records: int) -> npt.NDArray[np.int32]:
    """Number the records that hang together through these pairs alike."""
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    links = coo_array((np.ones(left.size, dtype=np.int8), (left, right)), shape=(records, records))
    component: npt.NDArray[np.int32] = connected_components(links, directed=False)[1]
    return component


def _lowest(component: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Name each component by its lowest record."""
    _, first, place = np.unique(component, return_index=True, return_inverse=True)
    lowest: npt.NDArray[np.int64] = first.astype(np.int64)[place]
    return lowest


def _twice_in_one_table(placed: pl.DataFrame) -> pl.DataFrame:
    """Find the pairs inside a component that stand in one table without duplicates."""
    alone = placed.filter("duplicate_free").filter(pl.len().over("component", "table") > 1)
    pairs = _pairs_within(alone.select("component", "table", "record"), "component", "table")
    return pairs.select("left", "right")


def _dates_apart(
    placed: pl.DataFrame, accepted: pl.DataFrame, guard: Sequence[str]
) -> pl.DataFrame:
    """Find the pairs inside a component with two full birth dates that contradict one another."""
    if not guard:
        return _NO_PAIRS
    dated = placed.drop_nulls(guard).filter(pl.struct(guard).n_unique().over("component") > 1)
    dates = _pairs_within(dated.select("component", "record", *guard), "component")
    _, month, day = guard
    same = [pl.col(part) == pl.col(f"{part}_right") for part in guard]
    swapped = (
        same[0]
        & (pl.col(month) == pl.col(f"{day}_right"))
        & (pl.col(day) == pl.col(f"{month}_right"))
    )
    apart = dates.filter((pl.sum_horizontal(same) < 2) & ~swapped).select("left", "right")
    return apart.join(accepted, on=["left", "right"], how="anti")


def _within(placed: pl.DataFrame, refused: pl.DataFrame) -> pl.DataFrame:
    """Keep the refused pairs that ended up in one component."""
    component = placed["component"]
    both = component.gather(refused["left"]) == component.gather(refused["right"])
    return refused.select("left", "right").filter(both)


def _pairs_within(records: pl.DataFrame, *by: str) -> pl.DataFrame:
    """Pair all records that share these columns: `left` < `right`."""
    paired = records.join(records, on=by).filter(pl.col("record") < pl.col("record_right"))
    return paired.rename({"record": "left", "record_right": "right"})


def _join_in_turn(
    records: list[int], pairs: Iterable[tuple[int, int]], apart: Iterable[tuple[int, int]]
) -> list[int]:
    """Join pair by pair, refusing a join that would bring contradicting records together.

    Each step depends on the one before, so these few components are walked in Python.
    """
    members = {record: {record} for record in records}
    refused: dict[int, set[int]] = {record: set() for record in records}
    for first, second in apart:
        refused[first].add(second)
        refused[second].add(first)
    for first, second in pairs:
        one, other = members[first], members[second]
        if one is other:
            continue
        small, large = (one, other) if len(one) <= len(other) else (other, one)
        if any(refused[record] & large for record in small):
            continue
        large |= small
        for record in small:
            members[record] = large
    return [min(members[record]) for record in records]
