"""Frames of counts, checked before anything is computed: every problem is said at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import polars as pl

from slachtoffermonitor.ground import InputError, Problem

__all__ = [
    "Kind",
    "checked",
    "evenly_spaced",
    "periods_per_year",
    "require_complete",
    "require_frame",
    "require_level",
]

Kind = Literal["count", "date", "text", "whole", "size"]

_ALLOWED: Mapping[Kind, str] = {
    "count": "whole numbers from 0",
    "date": "dates",
    "text": "text",
    "whole": "whole numbers",
    "size": "numbers above 0",
}
_WRONG: Mapping[Kind, str] = {
    "count": "a negative count",
    "size": "a size that is not above 0",
}
_SHOWN = 12


def checked(
    frame: pl.DataFrame,
    columns: Mapping[str, Kind],
    *,
    optional: Mapping[str, Kind] | None = None,
    key: Sequence[str] = (),
) -> pl.DataFrame:
    """Give the named columns in one type each, or refuse the frame with all that is wrong in it.

    Args:
        frame: what was handed in.
        columns: what it must hold.
        optional: what it may hold.
        key: the columns that may stand together only once.

    Raises:
        InputError: no frame; a column is missing or of another type; a cell is empty, negative, or
            not above 0 for a size; a key occurs twice; there are no rows.

    """
    require_frame(frame)
    wanted = {**columns, **{n: k for n, k in (optional or {}).items() if n in frame.columns}}
    problems = [
        Problem(what="the column is missing", column=name, allowed=_ALLOWED[kind])
        for name, kind in columns.items()
        if name not in frame.columns
    ] or [
        Problem(
            what="has another type",
            column=name,
            found=str(frame.schema[name]),
            allowed=_ALLOWED[kind],
        )
        for name, kind in wanted.items()
        if not _is(frame.schema[name], kind)
    ]
    if problems:
        raise InputError(problems)
    if frame.is_empty():
        raise InputError("there are no rows to look at")
    problems = [*_cell_problems(frame, wanted), *_key_problems(frame, key)]
    if problems:
        raise InputError(problems)
    return frame.select(_as(name, kind) for name, kind in wanted.items())


def require_frame(frame: object) -> None:
    """Refuse what is no frame, before anything is asked of it.

    Raises:
        InputError: naming what was handed in.

    """
    if not isinstance(frame, pl.DataFrame):
        raise InputError(
            Problem(
                what="is no table of counts", found=type(frame).__name__, allowed="a Polars frame"
            )
        )


def _is(found: pl.DataType, kind: Kind) -> bool:
    if kind in ("count", "whole"):
        return found.is_integer()
    if kind == "size":
        return found.is_numeric()
    if kind == "date":
        return found == pl.Date
    return found == pl.String or isinstance(found, pl.Categorical | pl.Enum)


def _as(name: str, kind: Kind) -> pl.Expr:
    kinds: Mapping[Kind, type[pl.DataType]] = {
        "count": pl.Int64,
        "whole": pl.Int64,
        "size": pl.Float64,
        "date": pl.Date,
        "text": pl.String,
    }
    return pl.col(name).cast(kinds[kind])


def _cell_problems(frame: pl.DataFrame, wanted: Mapping[str, Kind]) -> list[Problem]:
    problems = []
    for name, kind in wanted.items():
        empty = frame[name].null_count()
        if empty:
            problems.append(Problem(what="rows with an empty cell", column=name, found=str(empty)))
        if kind in _WRONG:
            cell = pl.col(name)
            wrong = cell < 0 if kind == "count" else ~(cell > 0) | ~cell.is_finite()
            rows = frame.with_row_index("row").filter(wrong)
            problems += [
                Problem(what=_WRONG[kind], row=row + 1, column=name, found=str(value))
                for row, value in rows.select("row", name).head(_SHOWN).iter_rows()
            ]
    return problems


def _key_problems(frame: pl.DataFrame, key: Sequence[str]) -> list[Problem]:
    if not key:
        return []
    twice = frame.group_by(key).len().filter(pl.col("len") > 1).select(key).sort(key)
    return [
        Problem(what="counted more than once", found=" ".join(str(cell) for cell in row))
        for row in twice.head(_SHOWN).rows()
    ]


def require_complete(frame: pl.DataFrame, across: str, within: str) -> None:
    """Refuse a frame in which a group has no row for a period; nobody is written as 0.

    Raises:
        InputError: naming what is absent.

    """
    grid = frame.select(pl.col(across).unique()).join(
        frame.select(pl.col(within).unique()), how="cross"
    )
    absent = grid.join(frame, on=[across, within], how="anti").sort(across, within)
    if not absent.is_empty():
        raise InputError(
            [
                Problem(what="a group without a count", found=f"{one} {two}", allowed="0 for none")
                for one, two in absent.select(across, within).head(_SHOWN).rows()
            ]
        )


def evenly_spaced(periods: pl.Series) -> str:
    """Say what lies between dates: "1w", "1mo", "1q", "1y", or so many days ("10d").

    Raises:
        InputError: two periods are not as far apart as the others; the missing ones are named.

    """
    days = periods.unique().sort()
    if len(days) < 2:
        raise InputError("a series needs at least two periods")
    for step in ("1mo", "1q", "1y"):
        whole = pl.date_range(days[0], days[-1], step, eager=True)
        if len(whole) == len(days) and (whole == days).all():
            return step
    gaps = days.diff().drop_nulls().dt.total_days()
    usual = int(gaps.min())  # type: ignore[arg-type]
    if (gaps == usual).all():
        return "1w" if usual == 7 else f"{usual}d"
    # February makes the shortest gap of months differ, so months are recognised by their gaps
    step = next((s for s, least in (("1y", 360), ("1q", 88), ("1mo", 28)) if usual >= least), "")
    whole = pl.date_range(days[0], days[-1], step or f"{usual}d", eager=True)
    absent = [str(day) for day in whole if day not in set(days)]
    raise InputError(
        Problem(
            what="the periods are not evenly spaced",
            column="period",
            found="no row for " + ", ".join(absent[:_SHOWN]) if absent else "uneven dates",
            allowed="the first day of each week, month, quarter or year; 0 where nothing came",
        )
    )


def periods_per_year(step: str) -> float:
    """Give how many such periods make a year."""
    known = {"1mo": 12.0, "1q": 4.0, "1y": 1.0, "1w": 365.25 / 7}
    return known[step] if step in known else 365.25 / float(step.removesuffix("d"))


def require_level(level: float, *, name: str = "level") -> None:
    """Refuse a probability that is none.

    Raises:
        InputError: unless it lies between 0 and 1.

    """
    if not 0 < level < 1:
        raise InputError(
            Problem(what=f"{name} is no probability", found=str(level), allowed="between 0 and 1")
        )
