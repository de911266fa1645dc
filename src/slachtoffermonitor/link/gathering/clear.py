"""Deliveries in clear text, gathered into tables of features."""

from __future__ import annotations

from typing import Final

import polars as pl

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.link.engine import Gathered, LinkTable
from slachtoffermonitor.link.features import FEATURES, clear_features, features_from
from slachtoffermonitor.link.gathering.deliveries import Deliveries
from slachtoffermonitor.link.gathering.shape import (
    REGISTER,
    REPORT,
    ColumnNames,
    Shape,
    id_problems,
    in_shape,
)
from slachtoffermonitor.link.model import clear_design

__all__ = ["describe_register", "gather_clear"]

# What a report says of its person besides who it is, and what a register says.
_SAID: Final = {
    "notification_id": pl.String,
    "reporter": pl.String,
    "reported_on": pl.Date,
    "birth_date": pl.Date,
    "birth_year": pl.Int32,
    "sex": pl.String,
    "citizenship": pl.String,
    "municipality": pl.String,
    "main_form": pl.String,
    "forms": pl.String,
    "route": pl.String,
}
_REGISTERED: Final = {
    name: kind
    for name, kind in {"person_id": pl.String, **_SAID}.items()
    if name in REGISTER.columns
}
_BIRTH: Final = {"birth_date", "birth_year", "age"}


def gather_clear(deliveries: Deliveries, names: ColumnNames | None) -> Gathered:
    """Give the reports, and the register where there is one, as features of the clear design.

    The order of rows and frames does not matter: reports are numbered by table and id.

    Raises:
        InputError: with every problem of the frames.

    """
    reports, register = _shaped(deliveries, names)
    columns = {name for frame in reports for name in frame.columns}
    whole = pl.concat(reports, how="diagonal")
    if register is not None:
        columns |= set(register.columns)
    if columns & _BIRTH:
        columns.add("birth_date")
    features = features_from(columns)
    whole = whole.sort("table", "notification_id")
    tables = [
        LinkTable(
            name=name,
            features=_features(whole.filter(table=place), features, first=first),
            duplicate_free=deliveries.duplicate_free[place],
        )
        for place, name in enumerate(deliveries.tables)
        for first in [int((whole["table"] < place).sum())]
    ]
    if register is not None:
        listed = _features(register, features, first=whole.height)
        tables.append(LinkTable(name="register", features=listed, duplicate_free=True))
        register = describe_register(register)
    return Gathered(
        design=clear_design(features),
        tables=tuple(tables),
        reports=_described(whole, _SAID).select(
            pl.int_range(pl.len(), dtype=pl.Int64).alias("record"), pl.all()
        ),
        register=register,
    )


def _shaped(
    deliveries: Deliveries, names: ColumnNames | None
) -> tuple[list[pl.DataFrame], pl.DataFrame | None]:
    """Bring all frames into shape, or tell all their problems."""
    problems: list[Problem] = []

    def shaped(frame: pl.DataFrame, shape: Shape, file: str) -> pl.DataFrame:
        try:
            return in_shape(frame, shape, names, file=file)
        except InputError as error:
            problems.extend(error.problems)
            return frame.clear()

    reports = []
    for place, frame in enumerate(deliveries.frames):
        file = deliveries.names[place] if deliveries.names else "notifications"
        rows = shaped(frame, REPORT, file)
        list_name = _list_name(deliveries, place)
        if "reporter" not in rows.columns and list_name is not None:
            rows = rows.with_columns(reporter=pl.lit(list_name))
        table = place if deliveries.mode == "link" else 0
        reports.append(rows.with_columns(table=pl.lit(table, pl.Int8)))
    register = None
    if deliveries.population is not None:
        listed = shaped(deliveries.population, REGISTER, "population")
        register = None if listed.is_empty() else listed
    if problems:
        raise InputError(problems)
    if not any(frame.height for frame in reports):
        raise InputError(Problem(what="there are no reports to link", allowed="at least one"))
    ids = pl.concat(frame["notification_id"] for frame in reports)
    problems.extend(id_problems(ids, file="notifications"))
    if register is not None:
        problems.extend(id_problems(register["person_id"], file="population"))
        register = register.sort("person_id")
    if problems:
        raise InputError(problems)
    return reports, register


def _list_name(deliveries: Deliveries, place: int) -> str | None:
    """Name the list that a frame is, for frames that do not name their reporter."""
    if deliveries.names is not None:
        return deliveries.names[place]
    return deliveries.tables[place] if deliveries.mode == "link" else None


def _features(rows: pl.DataFrame, features: tuple[str, ...], *, first: int) -> pl.DataFrame:
    """Make the features of one table; a column that only another table has is not known here."""
    needed = {source for name in features for source in FEATURES[name]}
    complete = rows.with_columns(
        pl.lit(None, pl.String).alias(name) for name in sorted(needed - set(rows.columns))
    )
    return clear_features(complete, first_record=first)


def describe_register(rows: pl.DataFrame) -> pl.DataFrame:
    """Keep what the persons of a register are described by; no name."""
    return _described(rows, _REGISTERED)


def _described(rows: pl.DataFrame, wanted: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    """Keep what persons are described by; no name, and a birth date only where there is one."""
    complete = rows.with_columns(
        pl.lit(None, kind).alias(name) for name, kind in wanted.items() if name not in rows.columns
    )
    dated = pl.col("birth_date").cast(pl.String).str.to_date("%Y-%m-%d", strict=False)
    return complete.with_columns(dated.alias("birth_date")).select(wanted.keys())
