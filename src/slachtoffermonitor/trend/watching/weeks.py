"""Reports by reporter and week, every week there, from the first report of each reporter on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.trend._counts import checked, require_frame

__all__ = ["Reports", "weekly_reports"]

Ints = NDArray[np.int64]

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reports:
    """What each reporter sent each week; a week is named by its Monday.

    `counts` has a row for each week of `weeks` and reporter; `begins` is the number of the week
    in which a reporter is first heard of.
    """

    weeks: tuple[date, ...]
    counts: dict[str, Ints]
    begins: dict[str, int]

    def number_of(self, day: date) -> int:
        """Give the number of the first week that begins on the day or later."""
        return max(0, -((self.weeks[0] - day) // _WEEK)) if day > self.weeks[0] else 0


def weekly_reports(frame: pl.DataFrame, until: date | None) -> Reports:
    """Add up reports by reporter and week; a week without a row is a week without reports.

    A week that is not over on `until` is not looked at.

    Raises:
        InputError: a column is missing or wrong, or no whole week is left.

    """
    require_frame(frame)
    if "reported_on" in frame.columns:
        rows = checked(frame, {"reporter": "text", "reported_on": "date"})
        rows = rows.select("reporter", day="reported_on", count=pl.lit(1, dtype=pl.Int64))
        last_day = until or rows["day"].max()
    else:
        rows = checked(frame, {"reporter": "text", "week": "date", "count": "count"})
        rows = rows.rename({"week": "day"})
        # rows of whole weeks: the last week of the frame is over
        last_day = until or rows["day"].max() + timedelta(days=6)  # type: ignore[operator]
    assert isinstance(last_day, date)  # noqa: S101 (checked: no empty cells)
    week = pl.col("day").dt.truncate("1w")
    last = last_day + timedelta(days=1) - timedelta(days=(last_day.weekday() + 1) % 7) - _WEEK
    weekly = (
        rows.filter(pl.col("count") > 0)
        .group_by("reporter", week=week)
        .agg(pl.col("count").sum())
        .filter(pl.col("week") <= last)
    )
    if weekly.is_empty() and rows["count"].sum():
        raise InputError(f"nobody had reported in a week that was over on {last_day}")
    if weekly.is_empty():
        raise InputError("nobody ever reported, so nobody fell silent")
    first = weekly["week"].to_list()
    weeks = pl.select(week=pl.date_range(min(first), last, "1w"))
    grid = (
        weekly.pivot(on="reporter", index="week", values="count")
        .join(weeks, on="week", how="right")
        .sort("week")
        .fill_null(0)
    )
    reporters = sorted(set(weekly["reporter"]))
    counts = {one: grid[one].to_numpy().astype(np.int64) for one in reporters}
    return Reports(
        weeks=tuple(weeks["week"].to_list()),
        counts=counts,
        begins={one: int(np.flatnonzero(row)[0]) for one, row in counts.items()},
    )
