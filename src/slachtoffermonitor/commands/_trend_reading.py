"""`slachtoffermonitor trend`: reading counts, or counting the reports that were delivered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from slachtoffermonitor.ground import InputError, Number, Problem, Text

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "GROUPS",
    "Counted",
    "Kind",
    "count_reports",
    "is_delivery",
    "left_out",
    "naming",
    "read_counts",
    "read_notifications",
]

Kind = Literal["year", "day", "text", "count", "size"]
GROUPS = ("reporter", "main_form", "route", "sex", "citizenship", "municipality", "residence")

_STEPS = {"week": "1w", "month": "1mo", "quarter": "1q", "year": "1y"}
_MARK = "notification_id"
_SHOWN = 12
_LEFT_OUT = (
    "Reports that are left out, because they lie after {last}, the end of the last {period} that "
    "was over: {number}."
)
_PERIODS = {name: Text(name) for name in _STEPS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Counts as the room takes them, and what must be told about how they were made."""

    rows: pl.DataFrame
    notices: tuple[Text, ...] = ()


@contextmanager
def naming(files: Sequence[Path]) -> Iterator[None]:
    """Name the one file in every problem of a row or column that does not name one yet."""
    shown = str(files[0]) if len(files) == 1 else ""
    try:
        yield
    except InputError as error:
        raise InputError(
            [
                replace(one, file=shown) if (one.column or one.row) and not one.file else one
                for one in error.problems
            ]
        ) from error


def is_delivery(files: Sequence[Path]) -> bool:
    """Say whether notifications were given, one row a report, and not counts."""
    from slachtoffermonitor.records import open_as_text

    delivered = [_MARK in open_as_text(file).columns for file in files]
    if any(delivered) and not all(delivered):
        raise InputError(
            Problem(
                what="is no delivery of notifications, and others are",
                file=str(files[delivered.index(False)]),
                allowed="notifications alone, or one file of counts",
            )
        )
    if len(files) > 1 and not all(delivered):
        raise InputError(
            Problem(
                what="counts come in one file",
                found=f"{len(files)} files",
                allowed="one file of counts, or deliveries of notifications",
            )
        )
    return all(delivered)


def read_counts(
    path: Path,
    columns: Mapping[str, Kind],
    *,
    optional: Mapping[str, Kind] | None = None,
    key: Sequence[str] = (),
) -> pl.DataFrame:
    """Read a file of counts with these columns, and those of the optional ones that it has."""
    import dataframely as dy

    from slachtoffermonitor.records import check, open_as_text

    text = open_as_text(path)
    found = {n: k for n, k in (optional or {}).items() if n in text.columns}
    wanted = {**columns, **found}
    single = set(key) & set(wanted)
    made: dict[str, Any] = {name: _column(kind, name in single) for name, kind in wanted.items()}
    schema: type[dy.Schema] = type("Counts", (dy.Schema,), made)
    unknown = [name for name in text.columns if name not in wanted]
    if unknown:
        missing = [name for name in columns if name not in text.columns]
        said = [(name, "the column is missing") for name in missing]
        said += [(name, "the column is not known") for name in unknown]
        allowed = ", ".join([*columns, *(optional or {})])
        raise InputError(
            Problem(what=what, file=str(path), column=name, allowed=allowed) for name, what in said
        )
    rows = check(text, schema, file=str(path))
    return _with_sizes(rows, [n for n, kind in wanted.items() if kind == "size"], path)


def _column(kind: Kind, key: bool) -> Any:
    import dataframely as dy

    if kind == "year":
        return dy.Int32(min=1900, max=2100, primary_key=key)
    if kind == "day":
        return dy.Date(primary_key=key)
    if kind == "count":
        return dy.Int64(min=0)
    return dy.String(min_length=1, primary_key=key)


def _with_sizes(rows: pl.DataFrame, names: Sequence[str], path: Path) -> pl.DataFrame:
    """Read sizes, which may have a decimal point."""
    import polars as pl

    read = rows.with_columns(pl.col(name).cast(pl.Float64, strict=False) for name in names)
    problems = [
        Problem(
            what="is not a number above 0",
            file=str(path),
            row=number + 1,
            column=name,
            found=repr(rows[name][number]),
            allowed="digits, with a point before decimals",
        )
        for name in names
        for number in (~(read[name] > 0).fill_null(False)).arg_true().head(_SHOWN)
    ]
    if problems:
        raise InputError(problems)
    return read


def count_reports(
    files: Sequence[Path], every: str, *, by: str | None = None, until: date | None = None
) -> Counted:
    """Count delivered notifications per period, and per group where one is asked for.

    A period that is not over on `until` (without it: the day of the last report) is left out,
    and it is said how many reports that are.

    Returns:
        The rows period (its first day), count and, with `by`, group; 0 where nothing came.

    """
    import polars as pl

    reports = read_notifications(files)
    until = until or reports["reported_on"].max()  # type: ignore[assignment]
    step = _STEPS[every]
    period = pl.col("reported_on").dt.truncate(step)
    over = period.dt.offset_by(step) <= pl.lit(until).dt.offset_by("1d")
    rows = reports.with_columns(period=period, group=_group(by)).filter(over)
    if rows.is_empty():
        raise InputError(
            Problem(what=f"no {every} was over on that day", column="reported_on", found=str(until))
        )
    first, last = rows["period"].min(), rows["period"].max()
    ahead = pl.select(pl.lit(until).dt.offset_by("1d").dt.truncate(step).dt.offset_by(f"-{step}"))
    last = max(last, ahead.item())
    days = pl.select(period=pl.date_range(first, last, step))  # type: ignore[arg-type]
    grid = days.join(rows.select(pl.col("group").unique().sort()), how="cross")
    counts = rows.group_by("period", "group").agg(count=pl.len().cast(pl.Int64))
    whole = grid.join(counts, on=["period", "group"], how="left").with_columns(
        pl.col("count").fill_null(0)
    )
    end = pl.select(pl.lit(last).dt.offset_by(step).dt.offset_by("-1d")).item()
    return Counted(
        rows=whole if by else whole.drop("group"),
        notices=left_out(reports.height - rows.height, end, every),
    )


def left_out(number: int, end: date, period: str) -> tuple[Text, ...]:
    """Say how many reports lie after the last period that was over; nothing where none do."""
    if not number:
        return ()
    values: dict[str, Number | Text | str | int] = {
        "number": Number(number),
        "last": f"{end:%Y-%m-%d}",
        "period": _PERIODS[period],
    }
    return (Text(_LEFT_OUT, values),)


def _group(by: str | None) -> pl.Expr:
    import polars as pl

    return pl.lit("") if by is None else pl.col(by).fill_null("ONB")


def read_notifications(files: Sequence[Path]) -> pl.DataFrame:
    """Read all deliveries and tell the problems of all of them together."""
    import polars as pl

    from slachtoffermonitor.records import Notification, read

    frames: list[pl.DataFrame] = []
    problems: list[Problem] = []
    for file in files:
        try:
            frames.append(read(file, Notification))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    reports = pl.concat(frames)
    twice = reports.filter(pl.col("notification_id").is_duplicated())
    if not twice.is_empty():
        single = twice["notification_id"].unique(maintain_order=True)
        raise InputError(
            Problem(
                what="notifications are delivered more than once",
                column="notification_id",
                found=f"{len(single)}, the first is {single[0]!r}",
                allowed="each in one file, once",
            )
        )
    return reports.select("reporter", "reported_on", *GROUPS[1:])
