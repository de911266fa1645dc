"""A frame under any names of columns, brought under ours and into our types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from slachtoffermonitor.ground import InputError, Problem

__all__ = ["REGISTER", "REPORT", "ColumnNames", "Shape", "id_problems", "in_shape"]

# Our name of a column, and the name (or the names, to be joined) that it has in a frame.
ColumnNames = Mapping[str, str | Sequence[str]]
Kind = Literal["text", "day", "birth day", "number"]

_TEXT: Final = (pl.String, pl.Categorical, pl.Enum, pl.Null)
_TYPES: Final[Mapping[Kind, pl.DataType]] = {
    "text": pl.String(),
    "day": pl.Date(),
    "birth day": pl.String(),
    "number": pl.Int32(),
}
_SAID: Final[Mapping[Kind, str]] = {
    "text": "text or whole numbers",
    "day": "dates",
    "birth day": "dates, or text with the year first, such as 1999-05-17",
    "number": "whole numbers",
}
_YEAR_FIRST: Final = r"^(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Which columns a kind of frame may have.

    Attributes:
        key: the column of ids.
        columns: all columns that are used, and their kinds.
        usual: those that a frame must have when no other names are given.

    """

    key: str
    columns: Mapping[str, Kind]
    usual: tuple[str, ...]


_IDENTITY: Final[Mapping[str, Kind]] = {
    "given_name": "text",
    "surname": "text",
    "birth_date": "birth day",
    "sex": "text",
    "citizenship": "text",
    "municipality": "text",
}
_ADDED: Final[Mapping[str, Kind]] = {
    "document_fragment": "text",
    "address": "text",
    "house_number": "text",
    "postcode": "text",
    "region": "text",
}
REPORT: Final = Shape(
    key="notification_id",
    columns={
        "notification_id": "text",
        "reporter": "text",
        "reported_on": "day",
        **_IDENTITY,
        "birth_year": "number",
        "age": "number",
        "contact_fragment": "text",
        **_ADDED,
        "main_form": "text",
        "forms": "text",
        "route": "text",
    },
    usual=(
        "notification_id",
        "reporter",
        "reported_on",
        *_IDENTITY,
        "birth_year",
        "contact_fragment",
        "main_form",
        "forms",
        "route",
    ),
)
REGISTER: Final = Shape(
    key="person_id",
    columns={"person_id": "text", **_IDENTITY, "contact_fragment": "text", **_ADDED},
    usual=("person_id", *_IDENTITY),
)
# With other names, a frame needs its ids and at least two of these.
_WHO: Final = ("given_name", "surname", "birth_date", "contact_fragment", "document_fragment")


def in_shape(
    frame: pl.DataFrame, shape: Shape, names: ColumnNames | None, *, file: str
) -> pl.DataFrame:
    """Give the columns that are there, under our names and in our types.

    A birth date becomes text with the year first, so that one that no calendar holds stays what
    it is: a slip of the pen.

    Raises:
        InputError: with every problem of the frame; no value of a person.

    """
    found = _found(frame, shape, names)
    problems = list(_missing(frame, shape, names, file=file))
    for name, sources in found.items():
        kind = shape.columns[name]
        wrong = list(_of_another_type(frame, sources, kind=kind, file=file))
        if kind == "birth day" and not wrong:
            wrong = list(_no_dates(frame.select(_typed(frame, name, sources, kind)), file=file))
        problems += wrong
    if problems:
        raise InputError(problems)
    return frame.select(
        _typed(frame, name, sources, shape.columns[name]) for name, sources in found.items()
    )


def id_problems(ids: pl.Series, *, file: str) -> Iterator[Problem]:
    """Tell of ids that are empty or occur twice."""
    empty = ids.null_count()
    if empty:
        yield Problem(what=f"is empty in {empty} rows", file=file, column=ids.name)
    known = ids.drop_nulls()
    repeated = len(known) - known.n_unique()
    if repeated:
        yield Problem(
            what=f"occurs more than once: {repeated} rows repeat an earlier id",
            file=file,
            column=ids.name,
            allowed="once in all deliveries together",
        )


def _found(
    frame: pl.DataFrame, shape: Shape, names: ColumnNames | None
) -> dict[str, tuple[str, ...]]:
    """Say for each of our columns which columns of the frame it is made of."""
    there = set(frame.columns)
    found = {}
    for name in shape.columns:
        theirs = _listed((names or {}).get(name, name))
        used = theirs if there.issuperset(theirs) else _listed(name)
        if there.issuperset(used):
            found[name] = used
    return found


def _listed(names: str | Sequence[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _missing(
    frame: pl.DataFrame, shape: Shape, names: ColumnNames | None, *, file: str
) -> Iterator[Problem]:
    found = _found(frame, shape, names)
    if names is None:
        for name in shape.usual:
            if name not in found:
                yield Problem(what="the column is missing", file=file, column=name)
        return
    if shape.key not in found:
        yield Problem(what="the column is missing", file=file, column=shape.key)
    for name, theirs in names.items():
        if name not in {*REPORT.columns, *REGISTER.columns}:
            yield Problem(
                what="a name was given for a column that is not used",
                file=file,
                column=name,
                allowed=", ".join(shape.columns),
            )
        elif name in shape.columns and name not in found:
            for column in set(_listed(theirs)) - set(frame.columns):
                yield Problem(what="the column is missing", file=file, column=column)
    if len(set(found) & set(_WHO)) < 2:
        yield Problem(
            what="too few columns say who somebody is",
            file=file,
            allowed=f"at least two of {', '.join(_WHO)}",
        )


def _of_another_type(
    frame: pl.DataFrame, sources: Iterable[str], *, kind: Kind, file: str
) -> Iterator[Problem]:
    for source in sources:
        dtype = frame.schema[source]
        text = dtype.base_type() in _TEXT
        fits = {
            "text": text or dtype.is_integer(),
            "day": dtype in (pl.Date, pl.Null),
            "birth day": text or dtype == pl.Date,
            "number": dtype.is_integer() or dtype == pl.Null,
        }[kind]
        if not fits:
            yield Problem(
                what="the column is of another type",
                file=file,
                column=source,
                found=str(dtype),
                allowed=_SAID[kind],
            )


def _typed(frame: pl.DataFrame, name: str, sources: tuple[str, ...], kind: Kind) -> pl.Expr:
    if len(sources) > 1:
        joined = pl.concat_str(
            [pl.col(source).cast(pl.String) for source in sources], separator=" ", ignore_nulls=True
        )
        return joined.alias(name)
    column = pl.col(sources[0])
    if kind != "birth day" or frame.schema[sources[0]] == pl.Null:
        return column.cast(_TYPES[kind]).alias(name)
    if frame.schema[sources[0]] == pl.Date:
        return column.dt.to_string("%Y-%m-%d").alias(name)
    text = column.cast(pl.String).str.strip_chars()
    return pl.when(text != "").then(text.str.replace(_YEAR_FIRST, "$1-$2-$3")).alias(name)


def _no_dates(dates: pl.DataFrame, *, file: str) -> Iterator[Problem]:
    name = dates.columns[0]
    if dates.schema[name] != pl.String:
        return
    wrong = int((~dates[name].drop_nulls().str.contains(r"^\d{4}-\d{2}-\d{2}$")).sum())
    if wrong:
        yield Problem(
            what=f"is not a date in {wrong} rows",
            file=file,
            column=name,
            allowed=_SAID["birth day"],
        )
