"""Yearly counts as they come in, and how much more than chance years usually differ."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import polars as pl

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.trend._counts import require_frame

__all__ = ["OTHER_YEARS", "Spread", "checked_years", "spread_of"]

OTHER_YEARS = 4  # fewer years say nothing about how much years usually differ


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How much more than chance the other years differ, from so many degrees of freedom."""

    dispersion: float
    degrees: float


def checked_years(frame: pl.DataFrame) -> pl.DataFrame:
    """Give year, count and group (empty where there is none), or refuse with all that is wrong.

    Raises:
        InputError: with every problem of the frame.

    """
    require_frame(frame)
    missing = [name for name in ("year", "count") if name not in frame.columns]
    if missing:
        raise InputError([Problem(what="the column is missing", column=name) for name in missing])
    group = pl.col("group").cast(pl.String) if "group" in frame.columns else pl.lit("")
    rows = frame.select("year", "count", group.alias("group"))
    problems = [
        Problem(what="not whole numbers", column=name, found=str(rows.schema[name]))
        for name in ("year", "count")
        if not rows.schema[name].is_integer()
    ]
    if problems:
        raise InputError(problems)
    empty = rows.filter(pl.any_horizontal(pl.all().is_null())).height
    if empty:
        problems.append(Problem(what="rows with an empty year, count or group", found=str(empty)))
    for year, count, name in rows.filter(pl.col("count") < 0).rows():
        problems.append(Problem(what="a negative count", found=f"{count} in {year} {name}".strip()))
    seen = rows.group_by("year", "group").len()
    for year, name in seen.filter(pl.col("len") > 1).select("year", "group").sort(pl.all()).rows():
        problems.append(Problem(what="counted more than once", found=f"{year} {name}".strip()))
    needed = rows.select(pl.col("year").unique()).join(
        rows.select(pl.col("group").unique()), how="cross"
    )
    absent = needed.join(seen, on=["year", "group"], how="anti").sort(pl.all())
    for year, name in absent.rows():
        problems.append(
            Problem(what="a group without a count", found=f"{year} {name}", allowed="0 for nobody")
        )
    if rows["year"].n_unique() < 2:
        problems.append(Problem(what="a change needs at least two years", column="year"))
    if problems:
        raise InputError(problems)
    return rows


def spread_of(others: pl.DataFrame) -> Spread | None:
    """Measure how much more than chance years differ, over all groups together."""
    if others["year"].n_unique() < OTHER_YEARS:
        return None
    mean = pl.col("count").mean()
    found = (
        others.group_by("group")
        .agg(squares=((pl.col("count") - mean) ** 2).sum() / mean, degrees=pl.len() - 1)
        .filter(pl.col("squares").is_finite())
    )
    degrees = int(found["degrees"].sum())
    if not degrees:
        return Spread(dispersion=1.0, degrees=inf)
    return Spread(dispersion=max(1.0, float(found["squares"].sum()) / degrees), degrees=degrees)
