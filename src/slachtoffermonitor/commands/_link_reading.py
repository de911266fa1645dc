"""`slachtoffermonitor link`: reading deliveries in clear text, under other names, or as tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from slachtoffermonitor.ground import InputError, Problem

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Columns", "by_name", "read_columns", "read_deliveries", "read_named"]

Columns = dict[str, str | list[str]]
_DAYS = ("reported_on",)
_NUMBERS = ("birth_year", "age")


def read_columns(pairs: Sequence[str]) -> Columns | None:
    """Read `new=old` pairs: our name of a column and theirs; several of theirs joined by `+`."""
    problems = [
        Problem(what="is no pair of names", column=pair, allowed="ours=theirs, or ours=one+other")
        for pair in pairs
        if not all(part.strip() for part in pair.partition("=")[::2])
    ]
    ours = [pair.partition("=")[0].strip() for pair in pairs]
    problems += [
        Problem(what="is named more than once", column=name)
        for name in sorted({name for name in ours if ours.count(name) > 1})
    ]
    if problems:
        raise InputError(problems)
    theirs = [[name.strip() for name in pair.partition("=")[2].split("+")] for pair in pairs]
    named: Columns = {
        one: names[0] if len(names) == 1 else names for one, names in zip(ours, theirs, strict=True)
    }
    return named or None


def read_deliveries(
    reports: Sequence[Path], population: Path | None, *, private: bool, columns: Columns | None
) -> tuple[list[pl.DataFrame], pl.DataFrame | None]:
    """Read all files and tell the problems of all of them together."""
    if private and columns is not None:
        raise InputError(
            Problem(
                what="tokens have fixed columns", found="--private with --columns", allowed="one"
            )
        )
    wanted = [(file, False) for file in reports]
    if population is not None:
        wanted.append((population, True))
    frames: list[pl.DataFrame] = []
    problems: list[Problem] = []
    for file, register in wanted:
        try:
            reader = _reader(file, register=register, private=private, columns=columns)
            frames.append(reader(file))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return frames[: len(reports)], frames[-1] if population is not None else None


def by_name(reports: Sequence[Path], frames: Sequence[pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Name each frame by its file: so errors tell which, and files without reporters are lists."""
    stems = [file.stem for file in reports]
    names = stems if len(set(stems)) == len(stems) else [str(file) for file in reports]
    if len(set(names)) < len(names):
        raise InputError(Problem(what="a file was given twice", allowed="each file once"))
    return dict(zip(names, frames, strict=True))


def _reader(
    file: Path, *, register: bool, private: bool, columns: Columns | None
) -> Callable[[Path], pl.DataFrame]:
    """Choose how the file is read; refuse clear text for tokens, and the reverse."""
    from slachtoffermonitor import records
    from slachtoffermonitor.link.private import is_token_file, read_tokens

    tokens = file.is_file() and is_token_file(file)
    if private and file.is_file() and not tokens:
        raise InputError(
            Problem(
                what="is in clear text, and the private mode takes tokens only",
                file=str(file),
                allowed="what slachtoffermonitor tokenise wrote",
            )
        )
    if tokens and not private:
        raise InputError(
            Problem(
                what="holds tokens, and clear text was expected",
                file=str(file),
                allowed="--private, or reports in clear text",
            )
        )
    if tokens:
        return read_tokens
    if columns is not None:
        return lambda path: read_named(path, columns)
    schema = records.PopulationEntry if register else records.Notification

    def read(path: Path) -> pl.DataFrame:
        try:
            return records.read(path, schema)
        except InputError as error:
            raise InputError([*_other_names(error, path), *error.problems]) from None

    return read


def _other_names(error: InputError, file: Path) -> list[Problem]:
    """Point to --columns where columns are missing: they may only be called otherwise."""
    if not any(problem.what == "the column is missing" for problem in error.problems):
        return []
    return [
        Problem(
            what="lacks columns; if they have other names there, say which",
            file=str(file),
            allowed="--columns ours=theirs for each, such as --columns surname=achternaam",
        )
    ]


def read_named(file: Path, columns: Columns) -> pl.DataFrame:
    """Read a file under its own names; days and whole numbers as such."""
    import polars as pl

    from slachtoffermonitor import records

    text = records.open_as_text(file)
    kinds: dict[str, pl.Expr] = {}
    for ours in (*_DAYS, *_NUMBERS):
        theirs = columns.get(ours, ours)
        if isinstance(theirs, str) and theirs in text.columns:
            column = pl.col(theirs)
            kinds[theirs] = (
                column.str.to_date("%Y-%m-%d", strict=False)
                if ours in _DAYS
                else column.cast(pl.Int32, strict=False)
            )
    typed = text.with_columns(expression.alias(name) for name, expression in kinds.items())
    problems = [
        Problem(
            what="is no date" if typed.schema[name] == pl.Date else "is no whole number",
            file=str(file),
            row=int(row) + 1,
            column=name,
            allowed="YYYY-MM-DD" if typed.schema[name] == pl.Date else "a whole number",
        )
        for name in kinds
        for row in (text[name].is_not_null() & typed[name].is_null()).arg_true()
    ]
    if problems:
        raise InputError(problems)
    return typed
