"""Deliveries gathered into one frame of reports, with everything that is wrong told at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import dataframely as dy
import polars as pl

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.link.engine import LOWEST_PROBABILITY, Gathered, LinkTable
from slachtoffermonitor.link.features import FEATURES, clear_features
from slachtoffermonitor.link.model import clear_design
from slachtoffermonitor.records import Notification, PopulationEntry

__all__ = ["gather"]

_REPORT_COLUMNS: Final = (
    "notification_id",
    "reporter",
    "reported_on",
    "given_name",
    "surname",
    "birth_date",
    "birth_year",
    "sex",
    "citizenship",
    "municipality",
    "contact_fragment",
    "main_form",
    "forms",
    "route",
)


def gather(
    notifications: pl.DataFrame | Sequence[pl.DataFrame],
    population: pl.DataFrame | None,
    threshold: float | None,
) -> Gathered:
    """Give the reports, and the register where there is one, each sorted by its id.

    Raises:
        InputError: with every problem of the frames and the threshold.

    """
    frames = [notifications] if isinstance(notifications, pl.DataFrame) else list(notifications)
    columns = {name: Notification.columns()[name] for name in _REPORT_COLUMNS}
    problems = [
        problem for frame in frames for problem in _column_problems(frame, columns, "notifications")
    ]
    if population is not None:
        problems += _column_problems(population, PopulationEntry.columns(), "population")
    if threshold is not None and not LOWEST_PROBABILITY <= threshold <= 1:
        problems.append(
            Problem(
                what="the threshold is not a match probability that can be used",
                found=str(threshold),
                allowed=f"{LOWEST_PROBABILITY} to 1",
            )
        )
    if problems:
        raise InputError(problems)
    reports = pl.concat([frame.select(_typed(columns)) for frame in frames]) if frames else None
    if reports is None or reports.is_empty():
        raise InputError(Problem(what="there are no reports to link", allowed="at least one"))
    register = None
    if population is not None and not population.is_empty():
        register = population.select(_typed(PopulationEntry.columns())).sort("person_id")
    problems = list(_id_problems(reports, "notification_id", "notifications"))
    if register is not None:
        problems += _id_problems(register, "person_id", "population")
    if problems:
        raise InputError(problems)
    return _gathered(reports.sort("notification_id"), register)


def _gathered(reports: pl.DataFrame, register: pl.DataFrame | None) -> Gathered:
    names = {"given_name", "surname", "contact_fragment"}
    tables = [LinkTable(name="report", features=clear_features(reports, first_record=0))]
    if register is not None:
        listed = clear_features(register, first_record=reports.height)
        tables.append(LinkTable(name="register", features=listed, duplicate_free=True))
        register = register.drop(names, strict=False)
    return Gathered(
        design=clear_design(FEATURES),
        tables=tuple(tables),
        reports=reports.drop(names)
        .with_row_index("record")
        .with_columns(pl.col("record").cast(pl.Int64)),
        register=register,
    )


def _typed(columns: dict[str, dy.Column]) -> list[pl.Expr]:
    """Choose the columns; one that is empty throughout takes the type of the schema."""
    return [pl.col(name).cast(column.dtype) for name, column in columns.items()]


def _column_problems(
    frame: pl.DataFrame, columns: dict[str, dy.Column], file: str
) -> Iterator[Problem]:
    for name, column in columns.items():
        if name not in frame.columns:
            yield Problem(what="the column is missing", file=file, column=name)
        elif frame.schema[name] not in (column.dtype, pl.Null) and not (
            column.dtype.is_integer() and frame.schema[name].is_integer()
        ):
            yield Problem(
                what="the column is of another type",
                file=file,
                column=name,
                found=str(frame.schema[name]),
                allowed=str(column.dtype),
            )


def _id_problems(frame: pl.DataFrame, name: str, file: str) -> Iterator[Problem]:
    empty = frame[name].null_count()
    if empty:
        yield Problem(what=f"is empty in {empty} rows", file=file, column=name)
    ids = frame[name].drop_nulls()
    repeated = len(ids) - ids.n_unique()
    if repeated:
        yield Problem(
            what=f"occurs more than once: {repeated} rows repeat an earlier id",
            file=file,
            column=name,
            allowed="once in all deliveries together",
        )
