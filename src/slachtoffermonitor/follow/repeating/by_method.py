"""Curves by method: of followed persons, and of plain arrays of entry, exit and event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from slachtoffermonitor.follow._checks import whole_numbers
from slachtoffermonitor.follow.cohort.choosing import grouped
from slachtoffermonitor.follow.cohort.definition import EventChoice
from slachtoffermonitor.follow.counting.days import Days
from slachtoffermonitor.follow.counting.intervals import Interval
from slachtoffermonitor.follow.curves import Curve
from slachtoffermonitor.follow.estimators import aalen_johansen, fixed_cohort, kaplan_meier
from slachtoffermonitor.follow.repeating.result import IncidenceMethod
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["curve_of_persons", "curves_of_arrays"]


def curve_of_persons(
    frame: pl.DataFrame,
    method: IncidenceMethod,
    competing: Sequence[str],
    *,
    interval: Interval,
    level: float,
) -> Curve:
    """End each history at its first event or at its exit, whichever comes first."""
    met = pl.col("event_day").is_not_null()
    ended = frame.select(
        "entry_day",
        "exit_day",
        day=pl.coalesce("event_day", "exit_day"),
        cause=pl.when(met)
        .then(1)
        .when(pl.col("exit_reason").is_in(list(competing)))
        .then(2)
        .otherwise(0),
    )
    columns = ("entry_day", "day", "cause", "exit_day")
    entry, day, cause, leaves = (ended[name].to_numpy() for name in columns)
    if method == "fixed":
        return fixed_cohort(day, cause == 1, leaves, level=level)
    return _of_cause(entry, day, cause, method, interval=interval, level=level)


def _of_cause(
    entry: npt.ArrayLike | None,
    day: npt.ArrayLike,
    cause: Days,
    method: IncidenceMethod,
    *,
    interval: Interval,
    level: float,
) -> Curve:
    if method == "kaplan-meier":
        curve = kaplan_meier(entry, day, cause == 1, interval=interval, level=level)
        return curve.complement()
    return aalen_johansen(entry, day, cause, interval=interval, level=level)[1]


def curves_of_arrays(
    arrays: tuple[object, npt.ArrayLike | None, object, npt.ArrayLike | None],
    by: object,
    method: IncidenceMethod,
    *,
    interval: Interval,
    level: float,
) -> tuple[dict[str, Curve], tuple[str, ...]]:
    """Give the curves of everybody and of each group, and what they are grouped by."""
    entry, exit_day, event, followed_until = arrays
    if exit_day is None or isinstance(event, str | EventChoice):
        raise InputError("plain arrays are needed: exit, and event as 0, 1, 2, … per person")
    given: dict[str, Days] = {
        "exit": whole_numbers("exit", exit_day),
        "event": whole_numbers("event", event),  # type: ignore[arg-type]
    }
    if entry is not None:
        given["entry"] = whole_numbers("entry", entry)  # type: ignore[arg-type]
    if followed_until is not None:
        given["until"] = whole_numbers("followed_until", followed_until)
    if len({column.size for column in given.values()}) > 1:
        lengths = ", ".join(f"{name} {column.size}" for name, column in given.items())
        raise InputError(Problem(what="the arrays differ in length", found=lengths))
    parts, names = grouped(pl.DataFrame(given), by)

    def curve(frame: pl.DataFrame) -> Curve:
        day, cause = frame["exit"].to_numpy(), frame["event"].to_numpy()
        start = frame["entry"].to_numpy() if "entry" in frame.columns else None
        if method == "fixed":
            return _fixed_of_arrays(frame, day, cause, level)
        return _of_cause(start, day, cause, method, interval=interval, level=level)

    return {label: curve(frame) for label, frame in parts.items()}, names


def _fixed_of_arrays(frame: pl.DataFrame, day: Days, cause: Days, level: float) -> Curve:
    """Take the cohort of every day; without known ends only until the first person was lost."""
    if "entry" in frame.columns and frame["entry"].n_unique() > 1:
        raise InputError("a fixed cohort enters together; give persons one entry day")
    if "until" in frame.columns:
        return fixed_cohort(day, cause == 1, frame["until"].to_numpy(), level=level)
    until = np.where(cause == 1, day.max(initial=0), day)
    curve = fixed_cohort(day, cause == 1, until, level=level)
    lost = day[cause == 0]
    return replace(curve, last_day=int(lost.min())) if lost.size else curve
