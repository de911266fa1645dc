"""From rows in a file or a frame to the cells of a capture table, with every problem named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import polars as pl

from slachtoffermonitor.ground import InputError, Number, Problem, Text

MAX_LISTS = 16
_NAMED = 5


def list_name_problems(lists: Sequence[str]) -> list[Problem]:
    """Say what is wrong with the number and the names of the lists."""
    problems = []
    if not 2 <= len(lists) <= MAX_LISTS:
        problems.append(
            Problem(
                what="the number of lists does not allow an estimate",
                found=f"{len(lists)} ({', '.join(lists)})" if lists else "none",
                allowed=f"2 to {MAX_LISTS} lists",
            )
        )
    if any(not name.strip() for name in lists):
        problems.append(Problem(what="a list has no name", allowed="a name for every list"))
    problems.extend(
        Problem(what="two lists have the same name", found=name)
        for name, times in Counter(lists).items()
        if times > 1
    )
    return problems


def gather(cells: pl.DataFrame, strata: Sequence[str]) -> pl.DataFrame:
    """Sum equal histories, leave out zero counts, and put the rows in order."""
    keys = [*strata, "history"]
    return (
        cells.group_by(keys)
        .agg(pl.col("count").cast(pl.Int64).sum())
        .filter(pl.col("count") > 0)
        .sort(keys)
        .select("history", *strata, "count")
    )


def cells_from_counts(
    frame: pl.DataFrame,
    *,
    lists: Sequence[str] | None,
    strata: Sequence[str],
    count: str,
    file: str,
) -> tuple[tuple[str, ...], pl.DataFrame, tuple[Text, ...]]:
    """Give the lists, the cells and the notices of rows of 0/1 columns and a count."""
    frame = frame.rename(lambda name: name.strip())
    chosen = (
        tuple(lists)
        if lists is not None
        else tuple(name for name in frame.columns if name != count and name not in strata)
    )
    problems = _absent_columns(frame, (*chosen, *strata, count), file)
    if problems:
        raise InputError(problems)
    problems = [*list_name_problems(chosen), *_cell_problems(frame, chosen, count, file)]
    for name in strata:
        problems.extend(_row_problems(frame, pl.col(name).is_null(), name, "has no value", file))
    if problems:
        raise InputError(problems)
    history = pl.sum_horizontal(
        _number(name).cast(pl.UInt32) * pl.lit(1 << i, pl.UInt32) for i, name in enumerate(chosen)
    ).cast(pl.UInt32)
    cells = frame.select(
        history.alias("history"), *strata, _number(count).cast(pl.Int64).alias("count")
    )
    unseen = cells.select((pl.col("history") == 0) & (pl.col("count") > 0)).to_series()
    if unseen.any():
        raise InputError(
            Problem(
                what="persons seen by no list cannot be counted: they are what is estimated",
                file=file,
                row=int(unseen.arg_max() or 0) + 1,
                allowed="at least one list with 1 in every row",
            )
        )
    repeated = cells.height - cells.unique(["history", *strata]).height
    notices = (
        (
            Text(
                "{rows} rows repeat a capture history that stood in an earlier row; their counts "
                "were added up.",
                {"rows": Number(repeated)},
            ),
        )
        if repeated
        else ()
    )
    return chosen, gather(cells, strata), notices


def cells_from_memberships(
    frame: pl.DataFrame,
    *,
    person: str,
    list_column: str,
    lists: Sequence[str] | None,
    strata: Sequence[str],
    file: str = "",
) -> tuple[tuple[str, ...], pl.DataFrame]:
    """Give the lists and the cells of rows of person × list."""
    problems = _absent_columns(frame, (person, list_column, *strata), file)
    if problems:
        raise InputError(problems)
    for name in (person, list_column, *strata):
        problems.extend(_row_problems(frame, pl.col(name).is_null(), name, "has no value", file))
    found = frame[list_column].drop_nulls().cast(pl.String).unique().sort().to_list()
    chosen = tuple(lists) if lists is not None else tuple(found)
    problems.extend(
        Problem(
            what="a list that was not asked for",
            file=file,
            column=list_column,
            found=name,
            allowed=", ".join(chosen),
        )
        for name in found
        if name not in chosen
    )
    problems.extend(list_name_problems(chosen))
    if problems:
        raise InputError(problems)
    bits = {name: 1 << i for i, name in enumerate(chosen)}
    keys = [person, *strata]
    cells = (
        frame.select(
            *keys,
            pl.col(list_column)
            .cast(pl.String)
            .replace_strict(bits, return_dtype=pl.UInt32)
            .alias("bit"),
        )
        .unique()
        .group_by(keys)
        .agg(pl.col("bit").sum().alias("history"))
        .select("history", *strata, pl.lit(1, pl.Int64).alias("count"))
    )
    return chosen, gather(cells, strata)


def _number(name: str) -> pl.Expr:
    column = pl.col(name)
    return (
        pl.when(column.cast(pl.String).str.strip_chars() == "true")
        .then(1.0)
        .when(column.cast(pl.String).str.strip_chars() == "false")
        .then(0.0)
        .otherwise(column.cast(pl.String).str.strip_chars().cast(pl.Float64, strict=False))
    )


def _cell_problems(
    frame: pl.DataFrame, lists: Sequence[str], count: str, file: str
) -> list[Problem]:
    problems = []
    for name in lists:
        bad = ~_number(name).is_in([0.0, 1.0]).fill_null(value=False)
        problems.extend(
            _row_problems(
                frame,
                bad,
                name,
                "is neither 0 nor 1",
                file,
                allowed="0 (not on this list) or 1 (on it)",
            )
        )
    value = _number(count)
    bad = value.is_null() | value.is_nan() | (value < 0) | (value != value.floor())
    bad = bad | (value > 2**53)
    problems.extend(
        _row_problems(frame, bad, count, "is not a count", file, allowed="whole numbers from 0")
    )
    return problems


def _row_problems(
    frame: pl.DataFrame,
    bad: pl.Expr,
    column: str,
    what: str,
    file: str,
    *,
    allowed: str = "a value",
) -> list[Problem]:
    """Name the first few bad rows of a column and the number of the others."""
    rows = frame.with_row_index("row").filter(bad).select("row", column)
    # Columns of persons and strata may identify somebody: only list and count values are shown.
    shown = allowed != "a value"
    problems = [
        Problem(
            what=what,
            file=file,
            row=int(row) + 1,
            column=column,
            found=("nothing" if value is None else str(value)) if shown else "",
            allowed=allowed,
        )
        for row, value in rows.head(_NAMED).iter_rows()
    ]
    if rows.height > _NAMED:
        problems.append(
            Problem(
                what=f"… and {rows.height - _NAMED} more rows like these", file=file, column=column
            )
        )
    return problems


def _absent_columns(frame: pl.DataFrame, asked: Sequence[str], file: str) -> list[Problem]:
    return [
        Problem(
            what="the column is not there",
            file=file,
            column=name,
            found=", ".join(frame.columns),
            allowed=name,
        )
        for name in asked
        if name not in frame.columns
    ]
