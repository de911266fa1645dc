"""From whole registers to the rows of a cohort, in memory or out of core.

A register of inhabitants and its events are too large for memory; the rows of a cohort are few.
Frames are filtered by Polars. Paths to Parquet are read by DuckDB, which streams them, keeps to
a limit of memory and writes what does not fit to a temporary folder.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl

from slachtoffermonitor.follow._checks import require_columns
from slachtoffermonitor.ground import InputError, Problem

__all__ = [
    "CohortRows",
    "Register",
    "RegisterRows",
    "extract",
    "open_parquet",
    "register_table",
]

Register = pl.DataFrame | pl.LazyFrame | Path | str
"""A table: a frame, or a path to Parquet (a file, or a pattern such as `events/*.parquet`)."""

_MEMORY = "4GB"
_LISTED = 1000
_WANTED = "person_id IN (SELECT id FROM wanted)"
_STRANGE = (
    "person_id IS NULL OR (person_id NOT IN (SELECT id FROM wanted) AND person_id NOT IN "
    "(SELECT person_id FROM presence WHERE person_id IS NOT NULL))"
)
_COUNTED = "count(*) AS number, min(row, 1000) AS first_rows"
_PRESENCE = ("entered_on", "left_on", "exit_reason")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RegisterRows:
    """The rows of the cohort in both registers, with their row numbers there.

    `presence`: row, id, entered_on, left_on, exit_reason. `events`: row, id, event_role,
    event_kind, on, and event_id where there is one. `strangers`: rows of events of nobody who
    stands among the persons or in the register, the first thousand; `stranger_count`: all.
    """

    presence: pl.DataFrame
    events: pl.DataFrame
    strangers: pl.Series
    stranger_count: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CohortRows:
    """All that is needed to make the histories again under another definition."""

    persons: pl.DataFrame
    registers: RegisterRows = field(repr=False)

    def __repr__(self) -> str:
        """Show counts, never a person."""
        return f"CohortRows({self.persons.height} persons)"


def extract(
    ids: pl.Series, events: Register, presence: Register, *, event_date: str
) -> RegisterRows:
    """Give the rows of these persons from both registers.

    Raises:
        InputError: columns are missing, or a path leads to no Parquet file.

    """
    wanted = pl.DataFrame({"id": ids.drop_nulls().unique()})
    if isinstance(events, str | Path) or isinstance(presence, str | Path):
        return _by_duckdb(wanted, events, presence, event_date)
    columns = _event_columns(events.lazy().collect_schema().names(), event_date)
    require_columns(presence, ("person_id", *_PRESENCE), "presence")
    known = presence.lazy().select(id="person_id").unique()
    numbered = _numbered(events.lazy(), columns)
    stays = _numbered(presence.lazy(), {name: name for name in _PRESENCE})
    strangers = (
        numbered.join(pl.concat([known, wanted.lazy()]).unique(), on="id", how="anti")
        .select("row")
        .collect(engine="streaming")["row"]
        .sort()
    )
    return RegisterRows(
        presence=stays.join(wanted.lazy(), on="id", how="semi").collect(engine="streaming"),
        events=numbered.join(wanted.lazy(), on="id", how="semi").collect(engine="streaming"),
        strangers=strangers.head(_LISTED),
        stranger_count=strangers.len(),
    )


def _event_columns(present: list[str], event_date: str) -> dict[str, str]:
    """Name the columns that are taken from events, and what they are called here."""
    needed = ("person_id", "event_role", "event_kind", event_date)
    missing = [name for name in needed if name not in present]
    if missing:
        raise InputError(
            [Problem(what="the table of events lacks the column", column=name) for name in missing]
        )
    columns = {"event_role": "event_role", "event_kind": "event_kind", event_date: "on"}
    return columns | ({"event_id": "event_id"} if "event_id" in present else {})


def _numbered(table: pl.LazyFrame, columns: dict[str, str]) -> pl.LazyFrame:
    """Number the rows from 1 and name the columns."""
    return table.with_row_index("row", offset=1).select(
        pl.col("row").cast(pl.Int64),
        pl.col("person_id").alias("id"),
        *(pl.col(name).alias(new) for name, new in columns.items()),
    )


def open_parquet(folder: str) -> duckdb.DuckDBPyConnection:
    """Open an engine that keeps to a limit of memory and spills into the folder."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": _MEMORY,
        "temp_directory": folder,
        "preserve_insertion_order": "false",
    }
    connection = duckdb.connect(":memory:", config=settings)
    connection.execute("SET enable_progress_bar = false")  # it draws on standard output
    return connection


def register_table(
    connection: duckdb.DuckDBPyConnection, name: str, table: Register, columns: Sequence[str] = ()
) -> None:
    """Make a table known to the engine under a name, with the number of each row from 1.

    Raises:
        InputError: a path leads to no Parquet file, or columns are missing.

    """
    if isinstance(table, str | Path):
        try:
            rows = connection.read_parquet(str(table), file_row_number=True)
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            raise InputError(
                Problem(what="cannot be read as Parquet", file=str(table), allowed="a Parquet file")
            ) from error
        rows.project("* EXCLUDE (file_row_number), file_row_number + 1 AS row").create_view(name)
    else:
        numbered = table.lazy().with_row_index("row", offset=1).collect()
        connection.register(name, numbered.to_arrow())
    present = connection.table(name).columns
    require_columns(pl.DataFrame(schema=dict.fromkeys(present)), columns, name)


def _by_duckdb(
    wanted: pl.DataFrame, events: Register, presence: Register, event_date: str
) -> RegisterRows:
    """Stream both registers through DuckDB and keep the rows of the cohort."""
    with tempfile.TemporaryDirectory() as folder, open_parquet(folder) as connection:
        register_table(connection, "events", events)
        register_table(connection, "presence", presence, ("person_id", *_PRESENCE))
        connection.register("wanted", wanted.to_arrow())
        columns = _event_columns(connection.table("events").columns, event_date)
        named = ", ".join(f'"{name}" AS "{new}"' for name, new in columns.items())
        theirs = connection.table("events").filter(_WANTED)
        kept = connection.table("presence").filter(_WANTED)
        strange = connection.table("events").filter(_STRANGE).aggregate(_COUNTED)
        number, first = strange.pl().row(0)
        events_kept = theirs.project(f"row, person_id AS id, {named}").pl()
        stays_kept = kept.project(f"row, person_id AS id, {', '.join(_PRESENCE)}").pl()
    return RegisterRows(
        presence=stays_kept,
        events=events_kept,
        strangers=pl.Series("row", sorted(first or []), dtype=pl.Int64),
        stranger_count=int(number),
    )
