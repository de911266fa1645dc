"""Where a register too large for memory is kept and asked: the same questions to any database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import polars as pl

from slachtoffermonitor.link.large.files import Population
from slachtoffermonitor.link.model import ModelDesign

__all__ = ["Store"]


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
