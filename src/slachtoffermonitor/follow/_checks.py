"""Checking of what callers hand in: columns of frames; lengths and order of days of arrays."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import polars as pl

from slachtoffermonitor.follow.counting.days import Days
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["persons_followed", "require_columns", "whole_numbers"]

_LONGEST = 1_000_000  # days; a longer span means dates were given as seconds or the like


def persons_followed(
    entry_day: npt.ArrayLike | None,
    exit_day: npt.ArrayLike,
    ended_by: npt.ArrayLike,
    *,
    name: str,
    most: int | None,
) -> tuple[Days, Days, Days]:
    """Check the three arrays; without entry days everybody is at risk before the first day."""
    exit_, cause = whole_numbers("exit_day", exit_day), whole_numbers(name, ended_by)
    if exit_.size == 0:
        raise InputError("there is nobody to follow: exit_day is empty")
    start = min(0, int(exit_.min())) - 1
    late = entry_day is not None
    entry = (
        whole_numbers("entry_day", entry_day)
        if late
        else np.full(exit_.shape, start, dtype=np.int64)
    )
    if not entry.shape == exit_.shape == cause.shape:
        raise InputError(
            Problem(
                what="entry_day, exit_day and what ended the follow-up differ in length",
                found=f"{entry.size}, {exit_.size}, {cause.size}",
            )
        )
    problems = [
        Problem(what=what, column=column, found=f"{int(wrong.sum())} persons", allowed=allowed)
        for what, column, wrong, allowed in (
            ("follow-up that ends before it begins", "exit_day", exit_ <= entry, "exit > entry"),
            ("code below 0", name, cause < 0, "0 (none), 1, 2, …"),
            ("code too high", name, cause > (most or cause.max()), f"0 to {most}"),
        )
        if wrong.any()
    ]
    if int(exit_.max()) - int(entry.min()) > _LONGEST:
        problems.append(Problem(what="follow-up of over 2,700 years", allowed="whole days"))
    if problems:
        raise InputError(problems)
    return entry, exit_, cause


def whole_numbers(name: str, values: npt.ArrayLike | None) -> Days:
    """Take an array of whole numbers or truths; refuse anything that would have to be rounded."""
    array = np.asarray(values)
    if array.size == 0:
        return np.zeros(0, dtype=np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iub":
        raise InputError(
            Problem(
                what="not a row of whole numbers",
                column=name,
                found=f"{array.dtype}, {array.ndim} dimensions",
                allowed="whole numbers",
            )
        )
    return array.astype(np.int64, copy=False)


def require_columns(frame: pl.DataFrame | pl.LazyFrame, columns: Iterable[str], table: str) -> None:
    """Refuse a frame that lacks a column, naming every one that is missing."""
    present = frame.lazy().collect_schema().names()
    missing = [name for name in columns if name not in present]
    if missing:
        raise InputError(
            [
                Problem(what=f"the table of {table} lacks the column", column=name)
                for name in missing
            ]
        )
