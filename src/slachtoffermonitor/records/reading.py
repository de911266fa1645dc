"""Reading a delivery: from a file as somebody wrote it to a checked frame, or to all its problems.

Every problem of a file is found before anything is refused, so that the sender mends it in one
go. What stands in a column of identity is never repeated in a problem.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import dataframely as dy
import polars as pl

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.records import schemas
from slachtoffermonitor.records.opening import open_as_text
from slachtoffermonitor.vocabulary import code_list

__all__ = ["CHECKED_TABLES", "check", "read"]

CHECKED_TABLES: dict[str, type[dy.Schema]] = {
    "notifications": schemas.Notification,
    "tallies": schemas.Tally,
    "persons": schemas.Person,
    "population": schemas.PopulationEntry,
    "memberships": schemas.Membership,
    "events": schemas.Event,
    "presence": schemas.Presence,
    "care_requests": schemas.CareRequest,
    "chat_contacts": schemas.ChatContact,
    "verdicts": schemas.Verdict,
}

_ROW = "row_of_the_file"
_EARLIEST, _LATEST = date(1900, 1, 1), date(2100, 12, 31)
_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}
_SHOWN_CODES = 16


def read(path: Path, schema: type[dy.Schema]) -> pl.DataFrame:
    """Read a delivered file and give its rows, checked.

    Args:
        path: a CSV (UTF-8, commas), Excel or Parquet file with a header row.
        schema: the table that the file should hold, one of `CHECKED_TABLES`.

    Returns:
        A frame with exactly the columns and types of the schema.

    Raises:
        InputError: with every problem of the file: file, row, column, what was found and what is
            allowed.

    """
    return check(open_as_text(Path(path)), schema, file=str(path))


def check(frame: pl.DataFrame, schema: type[dy.Schema], *, file: str = "") -> pl.DataFrame:
    """Check a frame of text, or of right types, against a schema; see `read`.

    Raises:
        InputError: with every problem of the frame.

    """
    problems = list(_column_problems(frame, schema, file))
    if problems:
        raise InputError(problems)
    if frame.is_empty():
        raise InputError(
            Problem(what="has a header but no rows", file=file, allowed="at least one row")
        )
    text = frame.select(schema.columns().keys()).with_row_index(_ROW, offset=1)
    parsed = text.with_columns(
        _parsed(pl.col(name), text.schema[name], column)
        for name, column in schema.columns().items()
    )
    unreadable = list(_unreadable(text, parsed, schema, file))
    problems = [
        *unreadable,
        *_code_problems(parsed, schema, file),
        *_rule_problems(parsed, schema, file, known={(p.row, p.column) for p in unreadable}),
    ]
    if problems:
        raise InputError(sorted(problems, key=lambda problem: (problem.row or 0, problem.column)))
    return parsed.drop(_ROW)


def _column_problems(frame: pl.DataFrame, schema: type[dy.Schema], file: str) -> Iterator[Problem]:
    expected = list(schema.columns())
    missing = [name for name in expected if name not in frame.columns]
    unknown = [name for name in frame.columns if name not in expected]
    for name in missing:
        yield Problem(what="the column is missing", file=file, column=name)
    for name in unknown:
        yield Problem(
            what="the column is not known", file=file, column=name, allowed=", ".join(expected)
        )


def _parsed(cell: pl.Expr, kind: pl.DataType, column: dy.Column) -> pl.Expr:
    """Give the cell in the type of the schema; null where it cannot be read so."""
    target = column.dtype
    if kind != pl.String or target == pl.String:
        return cell.cast(target, strict=False)
    if target == pl.Date:
        found = cell.str.to_date("%Y-%m-%d", strict=False)
        return pl.when(found.is_between(_EARLIEST, _LATEST)).then(found)
    if target == pl.Boolean:
        return cell.str.to_lowercase().replace_strict(
            _BOOLEANS, default=None, return_dtype=pl.Boolean
        )
    return cell.cast(target, strict=False)


def _unreadable(
    text: pl.DataFrame, parsed: pl.DataFrame, schema: type[dy.Schema], file: str
) -> Iterator[Problem]:
    for name, column in schema.columns().items():
        lost = text[name].is_not_null() & parsed[name].is_null()
        for row, found in text.filter(lost).select(_ROW, name).iter_rows():
            yield Problem(
                what=_unreadable_as(column),
                file=file,
                row=row,
                column=name,
                found="" if _is_identity(column) else repr(found),
                allowed=_readable(column),
            )


def _unreadable_as(column: dy.Column) -> str:
    if column.dtype == pl.Date:
        return "is not a date that exists"
    if column.dtype == pl.Boolean:
        return "is not yes or no"
    return "is not a whole number"


def _readable(column: dy.Column) -> str:
    if column.dtype == pl.Date:
        return f"YYYY-MM-DD from {_EARLIEST} to {_LATEST}"
    if column.dtype == pl.Boolean:
        return "true, false, 1, 0"
    return "digits without a separator or a decimal sign"


def _is_identity(column: dy.Column) -> bool:
    return bool((column.metadata or {}).get("identity"))


def _code_problems(parsed: pl.DataFrame, schema: type[dy.Schema], file: str) -> Iterator[Problem]:
    for name, column in schema.columns().items():
        metadata = column.metadata or {}
        if "codes" not in metadata:
            continue
        codes = code_list(metadata["codes"])
        cells = parsed.select(_ROW, pl.col(name).alias("code"))
        if metadata.get("many"):
            cells = cells.with_columns(pl.col("code").str.split(";")).explode("code")
        strange = cells.filter(pl.col("code").is_not_null() & ~pl.col("code").is_in(list(codes)))
        allowed = ", ".join(list(codes)[:_SHOWN_CODES]) + (
            " …" if len(codes) > _SHOWN_CODES else ""
        )
        for row, found in strange.iter_rows():
            yield Problem(
                what=f"is not a code of the list '{metadata['codes']}'",
                file=file,
                row=row,
                column=name,
                found=repr(found),
                allowed=allowed,
            )
        if metadata.get("clock"):
            yield from _untimely_codes(parsed, cells, name, metadata, file)


def _untimely_codes(
    parsed: pl.DataFrame, cells: pl.DataFrame, name: str, metadata: dict[str, str], file: str
) -> Iterator[Problem]:
    """Find codes used on a day on which they were not, or no longer, valid."""
    clock = metadata["clock"]
    known = code_list(metadata["codes"]).values()
    dated = [code for code in known if code.valid_from or code.valid_to]
    if not dated:
        return
    validity = pl.DataFrame(
        {
            "code": [code.code for code in dated],
            "valid_from": [code.valid_from for code in dated],
            "valid_to": [code.valid_to for code in dated],
        },
        schema={"code": pl.String, "valid_from": pl.Date, "valid_to": pl.Date},
    )
    used = cells.join(parsed.select(_ROW, pl.col(clock).alias("on")), on=_ROW).join(
        validity, on="code"
    )
    outside = used.filter(
        (pl.col("on") < pl.col("valid_from")) | (pl.col("on") > pl.col("valid_to"))
    )
    for row, found, on, valid_from, valid_to in outside.iter_rows():
        yield Problem(
            what=f"the code was not valid on the date in '{clock}', {on}",
            file=file,
            row=row,
            column=name,
            found=repr(found),
            allowed=f"from {valid_from or 'the beginning'} to {valid_to or 'now'}",
        )


def _rule_problems(
    parsed: pl.DataFrame,
    schema: type[dy.Schema],
    file: str,
    *,
    known: set[tuple[int | None, str]],
) -> Iterator[Problem]:
    """Let dataframely judge each row; cells that could not be read are not told twice."""
    numbered = _numbered(schema)
    failure = numbered.filter(parsed).failure
    if not len(failure):
        return
    details = failure.details()
    rules = [name for name in details.columns if name not in numbered.columns()]
    broken = (
        details.select(_ROW, *rules)
        .unpivot(index=_ROW, variable_name="rule", value_name="verdict")
        .filter(pl.col("verdict").cast(pl.String) == "invalid")
        .sort(_ROW)
    )
    for row, rule in broken.select(_ROW, "rule").iter_rows():
        column, _, kind = rule.partition("|")
        if kind and (row, column) in known:
            continue
        yield _broken_rule(schema, file, row, rule)


@cache
def _numbered(schema: type[dy.Schema]) -> type[dy.Schema]:
    """Give the schema with one column more, so that a broken rule can name its row."""
    numbered: type[dy.Schema] = type(schema.__name__, (schema,), {_ROW: dy.UInt32()})
    return numbered


def _broken_rule(schema: type[dy.Schema], file: str, row: int, rule: str) -> Problem:
    name, _, kind = rule.partition("|")
    if rule == "primary_key":
        key = ", ".join(schema.primary_key())
        return Problem(
            what="occurs more than once", file=file, row=row, column=key, allowed="once per file"
        )
    if not kind:
        return Problem(what=f"breaks the rule: {name.replace('_', ' ')}", file=file, row=row)
    column = schema.columns()[name]
    if kind in ("nullability", "min_length"):
        return Problem(what="is empty", file=file, row=row, column=name, allowed=_wanted(column))
    limits = [
        f"{word} {getattr(column, limit)}"
        for word, limit in (("from", "min"), ("to", "max"))
        if getattr(column, limit, None) is not None
    ]
    return Problem(
        what="is outside its limits", file=file, row=row, column=name, allowed=" ".join(limits)
    )


def _wanted(column: dy.Column) -> str:
    codes = (column.metadata or {}).get("codes")
    return f"a code of the list '{codes}'" if codes else "a value"
