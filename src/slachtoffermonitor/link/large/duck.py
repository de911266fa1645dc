"""A register on DuckDB, out of core: what does not fit in memory goes to files of the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import duckdb
import polars as pl
from splink import DuckDBAPI

from slachtoffermonitor.link.large.comparing import blocked_pairs, compared_query, given_query
from slachtoffermonitor.link.large.files import Population
from slachtoffermonitor.link.model import ModelDesign, level_sql

__all__ = ["DuckStore"]

_ROWS_AT_ONCE: Final = 250_000


class DuckStore:
    """A `Store` on DuckDB, in a folder of its own.

    Args:
        folder: empty; the files of the database come here, and hold identity. Who made the folder
            removes it.
        memory_gb: of the database; the program around it takes up to 2 GB more.
        threads: of the database; they change the time, not the answer.

    """

    def __init__(self, folder: Path, *, memory_gb: float, threads: int) -> None:
        """Open the database."""
        self._connection = duckdb.connect(
            str(folder / "population.duckdb"),
            config={
                "memory_limit": f"{round(memory_gb * 1000)}MB",
                "temp_directory": str(folder / "spilled"),
                "threads": threads,
            },
        )
        # It draws on standard output.
        self._connection.execute("SET enable_progress_bar = false")

    def __enter__(self) -> DuckStore:
        """Give itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the database; its files stay for who owns the folder."""
        self._connection.close()

    def load(self, population: Population, *, first_record: int) -> None:
        """Make the table `people`."""
        files = [str(path) for path in population.paths]
        self._change("loaded", "SELECT * FROM read_parquet(?)", [files], population.shaped)
        self.make(
            "people",
            f"SELECT row_number() OVER () - 1 + {first_record} AS record, * "  # noqa: S608
            "FROM (SELECT * FROM loaded ORDER BY person_id)",
        )
        self._run("DROP TABLE loaded")

    def make(self, name: str, query: str) -> None:
        """Make a table of the rows of a query."""
        self._run(f"CREATE OR REPLACE TABLE {name} AS {query}")

    def put(self, name: str, rows: pl.DataFrame) -> None:
        """Make a table of these rows."""
        self._connection.register("handed_over", rows.to_arrow())
        self.make(name, "SELECT * FROM handed_over")
        self._connection.unregister("handed_over")

    def get(self, query: str) -> pl.DataFrame:
        """Give the rows of a query that fits in memory."""
        rows: pl.DataFrame = self._connection.sql(query).pl()
        return rows

    def transform(
        self, name: str, query: str, change: Callable[[pl.DataFrame], pl.DataFrame]
    ) -> None:
        """Make a table of the rows of a query, changed part by part."""
        self._change(name, query, [], change)

    def compare(self, design: ModelDesign, blocks: Sequence[str], *, chunks: int) -> None:
        """Make the table `pairs`, chunk by chunk of the reports."""
        for macro in design.macros:
            self._run(macro)
        api = DuckDBAPI(connection=self._connection)
        for place, met in enumerate(blocked_pairs(api, design, blocks, chunks=chunks)):
            compared = compared_query(design, met, _levels(design))
            if place == 0:
                self.make("pairs", compared)
            else:
                self._run(f"INSERT INTO pairs {compared}")

    def compare_given(self, design: ModelDesign, given: pl.DataFrame) -> pl.DataFrame:
        """Compare given pairs."""
        self.put("given", given.select(report="left", person="right"))
        found = self.get(compared_query(design, given_query("given"), _levels(design)))
        return found.rename({"report": "left", "person": "right"})

    def _change(
        self,
        name: str,
        query: str,
        params: list[Any],
        change: Callable[[pl.DataFrame], pl.DataFrame],
    ) -> None:
        """Read the rows of a query part by part, and make a table of what they become."""
        with self._connection.cursor() as reading:
            rows = reading.sql(query, params=params)
            self.put(name, change(rows.limit(0).pl()))
            for batch in rows.to_arrow_reader(_ROWS_AT_ONCE):
                self._connection.register("handed_over", change(pl.DataFrame(batch)).to_arrow())
                self._run(f"INSERT INTO {name} SELECT * FROM handed_over")  # noqa: S608
                self._connection.unregister("handed_over")

    def _run(self, query: str) -> None:
        self._connection.execute(query).fetchall()


def _levels(design: ModelDesign) -> dict[str, str]:
    return {each.name: f"({level_sql(each)})" for each in design.comparisons}
