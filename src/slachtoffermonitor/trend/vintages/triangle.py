"""Years that are not complete yet: what will still be reported, with an interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from slachtoffermonitor.ground import InputError, Number, Problem, Text
from slachtoffermonitor.trend._counts import Kind, checked, require_level

__all__ = ["ProvisionalTotals", "provisional_totals"]

Floats = NDArray[np.float64]

_LEAST = 3  # periods, or there is no pattern of lateness to learn
_SENTENCE = (
    "{period} is provisional: {count} reported so far; about {total} are to be expected when all "
    "is in ({level}% interval {low} to {high})."
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProvisionalTotals:
    """What each period will come to once late reports are in.

    `totals`: occurred, delay (the last one seen), reported (so far), total, low, high (whole
    numbers that a future count falls between), provisional
    (more is to come). `pattern`: delay, share (of a total
    reported by then). `dispersion` is how many times the counts vary more than chance.
    """

    totals: pl.DataFrame
    pattern: pl.DataFrame
    dispersion: float
    level: float
    sentences: tuple[Text, ...]


def provisional_totals(
    frame: pl.DataFrame, *, level: float = 0.95, replicates: int = 2000, seed: int = 0
) -> ProvisionalTotals:
    """How many will the last years be, once all late reports are in?

    The newest year always looks like a fall, because its late reports are still to come. Nothing
    is known about reports later than any seen so far, nor when reporting itself became faster or
    slower: then this is wrong by as much.

    Assumes: every period is reported with the same pattern of lateness; counts are independent.

    Args:
        frame: the columns occurred, reported and count: how many of a period were first reported
            in which period. Years as whole numbers, or months as dates.
        level: of the prediction interval.
        replicates: of the simulation behind it.
        seed: of that simulation.

    Returns:
        `ProvisionalTotals`.

    Raises:
        InputError: a column is missing or wrong, something reported before it occurred, fewer
            than three periods, or a first period in which nothing was reported at once.

    Source: chain ladder (Mack, 1993), which is the Poisson fit of period and delay (Renshaw &
        Verrall, 1998); interval by parametric bootstrap with overdispersion (England & Verrall,
        2002).

    """
    require_level(level)
    periods, triangle = _triangle(frame)
    factors = _factors(triangle)
    fitted, totals = _completed(triangle, factors)
    dispersion = _dispersion(triangle, fitted)
    shares = np.append(1 / np.cumprod(factors[::-1])[::-1], 1.0)
    delays = (~np.isnan(triangle)).sum(axis=1) - 1
    # a period of which nothing came yet may still get reports: half a report is taken as seen
    least = (0.5 / shares[delays])[:, None] * np.diff(shares, prepend=0.0)[None, :]
    means = np.maximum(fitted, np.maximum(least, 0.0))
    errors = _errors(means, np.isnan(triangle), dispersion, replicates, seed)
    low, high = np.quantile(errors, [(1 - level) / 2, (1 + level) / 2], axis=0)
    seen = np.nansum(triangle, axis=1)
    table = pl.DataFrame(
        {
            "occurred": periods,
            "delay": delays,
            "reported": seen.astype(np.int64),
            "total": totals,
            "low": np.maximum(seen, np.floor(totals + low)).astype(np.int64),
            "high": np.maximum(seen, np.ceil(totals + high)).astype(np.int64),
            "provisional": shares[delays] < 1,
        }
    )
    return ProvisionalTotals(
        totals=table,
        pattern=pl.DataFrame({"delay": np.arange(len(shares)), "share": shares}),
        dispersion=dispersion,
        level=level,
        sentences=_sentences(table, level),
    )


def _triangle(frame: pl.DataFrame) -> tuple[pl.Series, Floats]:
    """Give periods × delays: counts, not a number where the future is."""
    dated = frame.schema.get("occurred") == pl.Date
    kind: Kind = "date" if dated else "whole"
    rows = checked(
        frame,
        {"occurred": kind, "reported": kind, "count": "count"},
        key=("occurred", "reported"),
    )
    if dated:
        month = [
            (pl.col(name).dt.year().cast(pl.Int64) * 12 + pl.col(name).dt.month() - 1).alias(name)
            for name in ("occurred", "reported")
        ]
        rows = rows.with_columns(month)
    early = rows.filter(pl.col("reported") < pl.col("occurred"))
    problems = [
        Problem(what="reported before it occurred", found=f"{reported} of {occurred}")
        for occurred, reported in early.select("occurred", "reported").head(10).rows()
    ]
    occurred, reported = rows["occurred"].to_numpy(), rows["reported"].to_numpy()
    first, last = int(occurred.min()), int(reported.max())
    number = last - first + 1
    if number < _LEAST and not problems:
        problems.append(
            Problem(
                what="too few periods to learn how late reports are",
                found=str(number),
                allowed=f"{_LEAST} or more",
            )
        )
    if problems:
        raise InputError(problems)
    triangle = np.full((number, number), np.nan)
    rowwise, columnwise = np.indices(triangle.shape)
    triangle[rowwise + columnwise < number] = 0.0
    triangle[occurred - first, reported - occurred] = rows["count"].to_numpy()
    if not triangle[0, 0]:
        raise InputError("nothing of the first period was reported in that period itself")
    number_of = pl.int_range(first, last + 1, eager=True)
    if not dated:
        return number_of.alias("occurred"), triangle
    months = pl.date(pl.col("number") // 12, pl.col("number") % 12 + 1, 1)
    return number_of.to_frame("number").select(occurred=months)["occurred"], triangle


def _factors(triangle: Floats) -> Floats:
    """Give by how much a total grows from each delay to the next, over the periods that saw it."""
    cumulated = np.cumsum(triangle, axis=1)
    both = ~np.isnan(cumulated[:, 1:])
    before = np.where(both, cumulated[:, :-1], 0.0).sum(axis=0)
    after = np.where(both, cumulated[:, 1:], 0.0).sum(axis=0)
    return np.asarray(np.where(before > 0, after / np.maximum(before, 1e-300), 1.0), dtype=float)


def _completed(triangle: Floats, factors: Floats) -> tuple[Floats, Floats]:
    """Give what the pattern makes of each cell, past and future, and the totals to come."""
    number = triangle.shape[0]
    share = np.append(1 / np.cumprod(factors[::-1])[::-1], 1.0)
    last = (~np.isnan(triangle)).sum(axis=1) - 1
    totals = np.nansum(triangle, axis=1) / share[last]
    parts = np.diff(share, prepend=0.0)
    fitted = totals[:, None] * np.maximum(parts, 0.0)[None, :]
    return fitted.reshape(number, -1), totals


def _dispersion(triangle: Floats, fitted: Floats) -> float:
    known = ~np.isnan(triangle) & (fitted > 0)
    degrees = int(known.sum()) - 2 * triangle.shape[0] + 1
    squares = float(((triangle[known] - fitted[known]) ** 2 / fitted[known]).sum())
    return max(1.0, squares / degrees) if degrees > 0 else 1.0


def _drawn(means: Floats, dispersion: float, chance: np.random.Generator) -> Floats:
    if dispersion <= 1.0 + 1e-9:
        return chance.poisson(means).astype(float)
    size = np.maximum(means, 1e-12) / (dispersion - 1)
    return chance.negative_binomial(size, 1 / dispersion).astype(float)


def _errors(
    fitted: Floats, future: NDArray[np.bool_], dispersion: float, replicates: int, seed: int
) -> Floats:
    """Draw what the totals would be, less what would have been predicted of them."""
    chance = np.random.default_rng(seed)
    errors = np.empty((replicates, len(fitted)))
    for replicate in range(replicates):
        whole = _drawn(fitted, dispersion, chance)
        known = np.where(future, np.nan, whole)
        _, predicted = _completed(known, _factors(known))
        errors[replicate] = whole.sum(axis=1) - predicted
    return errors


def _sentences(table: pl.DataFrame, level: float) -> tuple[Text, ...]:
    return tuple(
        Text(
            _SENTENCE,
            {
                "period": str(row["occurred"]),
                "count": Number(row["reported"]),
                "total": Number(row["total"]),
                "low": Number(row["low"]),
                "high": Number(row["high"]),
                "level": Number(100 * level, "#,##0.#"),
            },
        )
        for row in table.filter("provisional").iter_rows(named=True)
        if row["high"] > row["reported"]
    )
