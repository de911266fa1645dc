"""Verdicts of reviewers, brought from ids to record numbers."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.link.engine import Gathered

__all__ = ["with_verdicts"]

_SHAPE = {"left": pl.String, "right": pl.String, "same_person": pl.Boolean}


def with_verdicts(gathered: Gathered, verdicts: pl.DataFrame | None) -> Gathered:
    """Add what reviewers said of pairs of records.

    Args:
        gathered: what is linked.
        verdicts: `left` and `right` (ids of reports, or of a report and an entry of the
            register), `same_person` (Boolean; null says nothing), and where ids of two tables may
            be alike `left_is` and `right_is`, the names of the tables. A pair of which an id is
            not among the records is left out, so that a verdict outlives a delivery.

    Raises:
        InputError: a column is missing or of another type, or a pair has two verdicts.

    """
    if verdicts is None or verdicts.is_empty():
        return gathered
    problems = [
        Problem(
            what="the column is missing or of another type",
            file="verdicts",
            column=name,
            allowed=str(kind),
        )
        for name, kind in _SHAPE.items()
        if verdicts.schema.get(name) not in (kind, pl.Null)
    ]
    if problems:
        raise InputError(problems)
    ends = _numbered(gathered)
    told = {"left_is", "right_is"} <= set(verdicts.columns)
    left, right = (["left", "left_is"], ["right", "right_is"]) if told else (["left"], ["right"])
    found = (
        verdicts.drop_nulls("same_person")
        .join(ends.select(left="id", left_is="table", one="record"), on=left)
        .join(ends.select(right="id", right_is="table", other="record"), on=right)
        .select(
            pl.min_horizontal("one", "other").alias("left"),
            pl.max_horizontal("one", "other").alias("right"),
            "same_person",
        )
        .filter(pl.col("left") != pl.col("right"))
        .unique()
        .sort("left", "right")
    )
    if found.select("left", "right").is_duplicated().any():
        raise InputError(
            Problem(what="says both yes and no of one pair", file="verdicts", column="same_person")
        )
    return replace(gathered, verdicts=found)


def _numbered(gathered: Gathered) -> pl.DataFrame:
    """Give the id, the table and the number of each record."""
    ids = gathered.reports["notification_id"].rename("id")
    if gathered.register is not None:
        ids = ids.append(gathered.register["person_id"].rename("id"))
    tables = pl.concat(
        table.features.select(pl.lit(table.name).alias("table"), "record")
        for table in gathered.tables
    )
    return tables.sort("record").with_columns(ids)
