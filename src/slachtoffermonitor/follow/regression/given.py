"""Rows for a regression: histories cut at events and where a person's situation changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from slachtoffermonitor.follow._checks import require_columns, whole_numbers
from slachtoffermonitor.follow.cohort.definition import EventChoice
from slachtoffermonitor.follow.counting.days import Days
from slachtoffermonitor.follow.histories import Histories
from slachtoffermonitor.follow.regression.cells import Rows
from slachtoffermonitor.follow.regression.design import (
    Design,
    design_of_array,
    design_of_columns,
)
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["Given", "given_arrays", "given_rows", "rows_of_histories"]

_CUTS = ("person", "entry_day", "exit_day")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Given:
    """Rows of days with their terms, and which rows belong together.

    `rows.event` counts the events that are regressed; `cause` is 0, 1 (such an event) or 2.
    """

    rows: Rows
    design: Design
    cause: Days
    cluster: Days | None
    persons: int


def rows_of_histories(
    followed: Histories, choice: EventChoice, spells: pl.DataFrame | None, *, recurrent: bool
) -> pl.DataFrame:
    """Give rows of person, entry, exit, event (how many, on the day exit), ends, and the groups.

    `ends` says that the exit of the row is one that ends the matter.

    `spells` cut the follow-up of persons into stretches with what was so in each (person,
    entry_day, exit_day and other columns); a stretch never reaches back in time, so that nobody
    counts as helped before help started. With `recurrent` all events count, else the first.

    Raises:
        InputError: nobody can be followed, or spells that leave a gap or overlap.

    """
    if followed.persons.is_empty():
        raise InputError("nobody can be followed")
    wanted = choice.counts() & (pl.col("place") == "COUNTED")
    events = (
        followed.events.filter(wanted).select("person", "event_day").sort("person", "event_day")
    )
    last = followed.persons.select("person", "exit_day", "exit_reason")
    if not recurrent:
        events = events.unique("person", keep="first", maintain_order=True)
    stretches = _stretches(followed, spells)
    if not recurrent:
        stop = events.rename({"event_day": "stop"})
        stretches = (
            stretches.join(stop, on="person", how="left")
            .with_columns(exit_day=pl.min_horizontal("exit_day", "stop"))
            .filter(pl.col("exit_day") > pl.col("entry_day"))
            .drop("stop")
        )
    rows = _cut(stretches, events)
    ends = pl.col("exit_reason").is_in(list(followed.definition.competing)).fill_null(value=False)
    leaving = last.filter(ends).select("person", exit="exit_day", leaves=pl.lit(value=True))
    groups = followed.persons.drop("entry_day", "exit_day", "exit_reason")
    return (
        rows.join(leaving, on=["person", "exit"], how="left")
        .with_columns(ends=pl.col("leaves").fill_null(value=False))
        .drop("leaves")
        .join(groups, on="person", how="left", maintain_order="left")
    )


def _stretches(followed: Histories, spells: pl.DataFrame | None) -> pl.DataFrame:
    """Give the spells, held to the follow-up of each person."""
    own = followed.persons.select(*_CUTS)
    if spells is None:
        return own
    require_columns(spells, _CUTS, "spells")
    clash = [
        name for name in spells.columns if name in followed.persons.columns and name not in _CUTS
    ]
    if clash:
        raise InputError(
            [Problem(what="is a column of the persons already", column=c) for c in clash]
        )
    lengths = (
        spells.group_by("person")
        .agg(
            days=(pl.col("exit_day") - pl.col("entry_day")).sum(),
            entry_day=pl.col("entry_day").min(),
            exit_day=pl.col("exit_day").max(),
            backwards=(pl.col("exit_day") <= pl.col("entry_day")).any(),
        )
        .join(own.rename({"entry_day": "first", "exit_day": "last"}), on="person", how="full")
    )
    wrong = lengths.filter(
        (pl.col("days") != pl.col("last") - pl.col("first")).fill_null(value=True)
        | (pl.col("entry_day") != pl.col("first"))
        | (pl.col("exit_day") != pl.col("last"))
        | pl.col("backwards")
    )
    if wrong.height:
        raise InputError(
            Problem(
                what="spells that do not cover the follow-up of their person once",
                found=f"{wrong.height} persons",
            )
        )
    return spells.sort("person", "entry_day")


def _cut(stretches: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Cut the stretches at the events in them; `event` counts those on the last day."""
    others = [name for name in stretches.columns if name not in _CUTS]
    counted = events.group_by("person", "event_day").len("event")
    inside = (
        stretches.with_row_index("stretch")
        .join(counted, on="person")
        .filter(
            pl.col("event_day") > pl.col("entry_day"), pl.col("event_day") <= pl.col("exit_day")
        )
        .select("stretch", exit="event_day", event=pl.col("event").cast(pl.Int64))
    )
    numbered = stretches.with_row_index("stretch")
    ends = numbered.select("stretch", exit="exit_day", event=pl.lit(0, dtype=pl.Int64))
    cuts = pl.concat([inside, ends]).group_by("stretch", "exit").agg(pl.col("event").max())
    return (
        cuts.join(numbered, on="stretch")
        .sort("stretch", "exit")
        .with_columns(entry=pl.col("exit").shift().over("stretch").fill_null(pl.col("entry_day")))
        .select("person", "entry", "exit", "event", *others)
    )


def given_rows(
    rows: pl.DataFrame,
    by: Sequence[str],
    strata: object,
    against: Mapping[str, str],
    *,
    split: bool,
) -> Given:
    """Take rows of histories, compared by columns; rows that were `split` belong together."""
    design = design_of_columns(rows, tuple(by), against)
    labels = rows[strata].cast(pl.String).fill_null("ONB") if isinstance(strata, str) else None
    event, ends = rows["event"].to_numpy(), rows["ends"].to_numpy()
    persons = np.unique(rows["person"].to_numpy(), return_inverse=True)[1].astype(np.int64)
    return Given(
        rows=Rows(
            entry=rows["entry"].to_numpy(),
            exit=rows["exit"].to_numpy(),
            event=event,
            stratum=_strata(labels, rows.height),
            pattern=design.pattern,
            covariates=design.covariates,
        ),
        design=design,
        cause=np.where(event > 0, 1, np.where(ends, 2, 0)),
        cluster=persons if split else None,
        persons=int(persons.max()) + 1,
    )


def _strata(labels: object, rows: int) -> Days:
    if labels is None:
        return np.zeros(rows, dtype=np.int64)
    values = np.asarray(labels)
    if values.size != rows:
        raise InputError("strata and days differ in length")
    return np.unique(values.astype(str), return_inverse=True)[1].astype(np.int64)


def given_arrays(
    days: tuple[object, npt.ArrayLike | None, object],
    model: tuple[object, object, npt.ArrayLike | None],
    against: Mapping[str, str],
) -> Given:
    """Take plain arrays of entry, exit, event and covariates.

    Raises:
        InputError: arrays that are missing, differ in length or run backwards.

    """
    entry, exit_day, event = days
    covariates, strata, cluster = model
    if exit_day is None or covariates is None or isinstance(event, str | EventChoice):
        raise InputError("plain arrays are needed: exit, event as 0, 1, 2, … and covariates")
    ends, cause = whole_numbers("exit", exit_day), whole_numbers("event", event)  # type: ignore[arg-type]
    starts = (
        np.full(ends.shape, min(0, int(ends.min(initial=0))) - 1, dtype=np.int64)
        if entry is None
        else whole_numbers("entry", entry)  # type: ignore[arg-type]
    )
    design = (
        design_of_columns(covariates, covariates.columns, against)
        if isinstance(covariates, pl.DataFrame)
        else design_of_array(covariates)  # type: ignore[arg-type]
    )
    if not ends.size == cause.size == starts.size == design.pattern.size:
        raise InputError("entry, exit, event and covariates differ in length")
    backwards = int((ends < starts).sum() + ((ends == starts) & (cause == 0)).sum())
    if backwards:
        raise InputError(
            Problem(what="follow-up that ends before it begins", found=f"{backwards} rows")
        )
    groups = None
    if cluster is not None:
        groups = np.unique(np.asarray(cluster), return_inverse=True)[1].astype(np.int64)
        if groups.size != ends.size:
            raise InputError("cluster and days differ in length")
    return Given(
        rows=Rows(
            entry=starts,
            exit=ends,
            event=(cause == 1).astype(np.int64),
            stratum=_strata(strata, ends.size),
            pattern=design.pattern,
            covariates=design.covariates,
        ),
        design=design,
        cause=cause,
        cluster=groups,
        persons=int(groups.max()) + 1 if groups is not None else ends.size,
    )
