"""Reading plain tables and house rules; `disclose` and `attack` share it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

    from slachtoffermonitor.disclose import Hierarchy, Rules, Table
    from slachtoffermonitor.ground import Problem

__all__ = ["SECRET_VARIABLE", "read_rules", "read_tables"]

SECRET_VARIABLE = "SLACHTOFFERMONITOR_CELL_KEY"  # noqa: S105 - a name, not its value


def read_rules(
    path: Path | None, method: str | None = None
) -> tuple[Rules, Mapping[str, Hierarchy], str]:
    """Which rules, hierarchies and population does the file give? All defaults without a file.

    Raises:
        InputError: not TOML, unknown rules, or values that cannot be.

    """
    from slachtoffermonitor.disclose import Rules
    from slachtoffermonitor.ground import InputError, Problem

    raw = _toml(path) if path else {}
    values = dict(raw.get("disclosure", {}))
    population = str(values.pop("population", "persons"))
    known = {one.name for one in fields(Rules)}
    unknown = [
        Problem(what="unknown rule", file=str(path), found=name, allowed=", ".join(sorted(known)))
        for name in values
        if name not in known
    ]
    if unknown:
        raise InputError(unknown)
    if method is not None:
        values["method"] = method
    for name in ("sensitive", "public"):
        if name in values:
            values[name] = tuple(values[name])
    try:
        rules = Rules(**values)
    except TypeError as error:
        raise InputError(
            Problem(what="a rule is of the wrong kind", file=str(path), found=str(error))
        ) from error
    trees = {
        column: {parent: tuple(parts) for parent, parts in tree.items()}
        for column, tree in raw.get("hierarchies", {}).items()
    }
    return rules, trees, population


def _toml(path: Path) -> dict[str, Any]:
    from slachtoffermonitor.ground import InputError, Problem

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(Problem(what="cannot be read", file=str(path))) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(Problem(what=f"is not valid TOML: {error}", file=str(path))) from error


def read_tables(
    paths: Sequence[Path], hierarchies: Mapping[str, Hierarchy], population: str
) -> list[Table]:
    """Which tables do the files hold? The name of a table is that of its file.

    Raises:
        InputError: a file cannot be read or has no whole counts; all problems at once.

    """
    from slachtoffermonitor.disclose import Table
    from slachtoffermonitor.ground import InputError

    found: list[Table] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            frame = _frame(path)
            found.append(
                Table.from_frame(
                    frame,
                    name=path.stem,
                    population=population,
                    hierarchies={
                        name: tree for name, tree in hierarchies.items() if name in frame.columns
                    },
                )
            )
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found


def _frame(path: Path) -> pl.DataFrame:
    from slachtoffermonitor.ground import InputError, Problem

    readers: dict[str, Callable[[Path], pl.DataFrame]] = {
        ".csv": _csv,
        ".parquet": pl.read_parquet,
        ".xlsx": pl.read_excel,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None or not path.is_file():
        raise InputError(
            Problem(what="is no table file", file=str(path), allowed=", ".join(readers))
        )
    try:
        frame = reader(path)
        return frame.with_columns(
            pl.col("count").cast(pl.Int64), pl.exclude("count").cast(pl.String)
        )
    except (pl.exceptions.PolarsError, ValueError) as error:
        raise InputError(
            Problem(
                what="cannot be read as a table",
                file=str(path),
                column="count",
                allowed="a column count of whole numbers, empty where hidden; others are codes",
            )
        ) from error


def _csv(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)
