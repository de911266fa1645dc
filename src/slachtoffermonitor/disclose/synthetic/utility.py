"""How well synthetic records keep the counts of the records that they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import polars as pl

from slachtoffermonitor.disclose.synthetic.fields import BLANK, MARK
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["Utility", "measure_utility"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Utility:
    """Errors of all counts of `ways` columns at once, over combinations without a blank.

    `mean_count` and `mean_error` are over the combinations that the records hold; `relative` is
    the second over the first. `missed` is the share of these that the synthetic records lack,
    `missed_records` the share of records that stand in such combinations; `fabricated` the share
    of combinations in the synthetic records that the records do not hold.
    """

    ways: int
    combinations: int
    mean_count: float
    mean_error: float
    relative: float
    missed: float
    missed_records: float
    fabricated: float


def measure_utility(
    records: pl.DataFrame, synthetic: pl.DataFrame, *, ways: tuple[int, ...] = (1, 2, 3)
) -> tuple[Utility, ...]:
    """How far are counts of one, two and three columns off, and which combinations are lost?

    What goes wrong if misused: the figures say of every single count how large it is; they were
    computed without noise. Show them to nobody outside unless the records are simulated.

    Args:
        records: what the synthesis was made of.
        synthetic: the synthetic records; columns that only one of the frames has are left aside.
        ways: how many columns at once.

    Raises:
        InputError: the frames share fewer columns than the largest of `ways`, or hold no rows.

    """
    shared = [one for one in records.columns if one in synthetic.columns and one != MARK]
    if len(shared) < max(ways) or records.is_empty() or synthetic.is_empty():
        raise InputError(
            Problem(
                what="these records cannot be compared",
                found=f"{len(shared)} columns that both have",
                allowed=f"at least {max(ways)}, and rows in both",
            )
        )
    first, second = (_text(frame, shared) for frame in (records, synthetic))
    return tuple(_utility(first, second, number) for number in ways)


def _text(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    return frame.select(pl.col(columns).cast(pl.String).replace(BLANK, None))


def _utility(records: pl.DataFrame, synthetic: pl.DataFrame, number: int) -> Utility:
    parts = []
    for names in combinations(records.columns, number):
        true, made = (
            frame.select(names).drop_nulls().group_by(names).len(name)
            for frame, name in ((records, "true"), (synthetic, "made"))
        )
        both = true.join(made, on=names, how="full", coalesce=True)
        parts.append(both.select(pl.col("true", "made").cast(pl.Int64).fill_null(0)))
    cells = pl.concat(parts)
    held, shown = cells.filter(pl.col("true") > 0), cells.filter(pl.col("made") > 0)
    if held.is_empty():
        return Utility(
            ways=number,
            combinations=0,
            mean_count=0.0,
            mean_error=0.0,
            relative=0.0,
            missed=0.0,
            missed_records=0.0,
            fabricated=1.0 if shown.height else 0.0,
        )
    lost = held.filter(pl.col("made") == 0)
    records_in = int(held["true"].sum())
    mean = records_in / held.height
    error = int((held["true"] - held["made"]).abs().sum()) / held.height
    return Utility(
        ways=number,
        combinations=held.height,
        mean_count=mean,
        mean_error=error,
        relative=error / mean,
        missed=lost.height / held.height,
        missed_records=int(lost["true"].sum()) / records_in,
        fabricated=shown.filter(pl.col("true") == 0).height / shown.height if shown.height else 0.0,
    )
