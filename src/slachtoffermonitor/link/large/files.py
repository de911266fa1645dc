"""A population register too large for memory: its Parquet files, and the store they go to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import polars as pl

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.link.gathering import ColumnNames, in_shape
from slachtoffermonitor.link.gathering.shape import REGISTER
from slachtoffermonitor.link.model import ModelDesign

__all__ = ["Population", "Store", "population_of"]

_FILE: Final = "population"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Population:
    """Files of one population register, checked as far as their columns go.

    Attributes:
        paths: Parquet files.
        columns: other names that the columns may have.
        present: our names of the columns that are there.
        wanted: our names of the columns to read; those that are not there are empty.

    """

    paths: tuple[Path, ...]
    columns: ColumnNames | None
    present: tuple[str, ...]
    wanted: tuple[str, ...]

    def shaped(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Bring rows under our names and into our types.

        Raises:
            InputError: a birth date is no date.

        """
        there = in_shape(rows, REGISTER, self.columns, file=_FILE)
        missing = [name for name in self.wanted if name not in self.present]
        return there.with_columns(pl.lit(None, pl.String).alias(name) for name in missing).select(
            self.wanted
        )


def population_of(
    paths: Path | str | Sequence[Path | str], columns: ColumnNames | None
) -> Population:
    """Find the Parquet files of a population register: files, or folders that hold some.

    Raises:
        InputError: nothing is there, a file is no Parquet file, the files differ in their
            columns, or columns are missing or of another type.

    """
    given = [Path(paths)] if isinstance(paths, Path | str) else [Path(path) for path in paths]
    problems: list[Problem] = []
    found: list[Path] = []
    for path in given:
        files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
        found += files
        if not files or not files[0].exists():
            problems.append(
                Problem(
                    what="holds no Parquet file" if path.is_dir() else "is not there",
                    file=str(path),
                    allowed="a Parquet file, or a folder of them",
                )
            )
    if not problems:
        shapes, problems = _columns_of(found, columns)
        if not problems and len(set(shapes)) > 1:
            problems = [Problem(what="the files differ in their columns", file=_FILE)]
    if not found and not problems:
        problems = [Problem(what="no file was given", file=_FILE)]
    if problems:
        raise InputError(problems)
    return Population(
        paths=tuple(found), columns=columns, present=shapes[0], wanted=tuple(REGISTER.columns)
    )


def _columns_of(
    paths: list[Path], columns: ColumnNames | None
) -> tuple[list[tuple[str, ...]], list[Problem]]:
    """Give our names of the columns of each file, or what is wrong with them."""
    shapes: list[tuple[str, ...]] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            empty = pl.DataFrame(schema=pl.read_parquet_schema(path))
            shapes.append(tuple(in_shape(empty, REGISTER, columns, file=path.name).columns))
        except InputError as error:
            problems += error.problems
        except (OSError, pl.exceptions.PolarsError):
            problems.append(
                Problem(what="is not a Parquet file", file=str(path), allowed="Parquet")
            )
    return shapes, problems


class Store(Protocol):
    """A database with tables by name; queries use the SQL that DuckDB and Spark share."""

    def load(self, population: Population, *, first_record: int) -> None:
        """Make the table `people`, with `record`: numbered on in the order of `person_id`."""

    def make(self, name: str, query: str) -> None:
        """Make a table of the rows of a query."""

    def put(self, name: str, rows: pl.DataFrame) -> None:
        """Make a table of these rows."""

    def get(self, query: str) -> pl.DataFrame:
        """Give the rows of a query that fits in memory."""

    def transform(
        self, name: str, query: str, change: Callable[[pl.DataFrame], pl.DataFrame]
    ) -> None:
        """Make a table of the rows of a query after a change that looks at each row by itself."""

    def compare(self, design: ModelDesign, blocks: Sequence[str], *, chunks: int) -> None:
        """Make the table `pairs` of the pairs of `records_0` and `records_1` that share a block."""

    def compare_given(self, design: ModelDesign, given: pl.DataFrame) -> pl.DataFrame:
        """Compare given pairs: `left` of `records_0` and `right` of `records_1`."""
