"""Reports as features, made exactly as those of the linkage that a register comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.link.engine import Gathered
from slachtoffermonitor.link.gathering import ColumnNames, deliveries_of, gather_clear
from slachtoffermonitor.link.incremental._state import State
from slachtoffermonitor.link.linkage import Linkage
from slachtoffermonitor.link.private import gather_private, is_tokenised

__all__ = ["features_like", "gather_like", "linked_state"]

_ROUND: Final = ("report", "report")
_PRIVATE: Final = "private"
_MARKS: Final = ("key_id", "token_parameters")


def gather_like(
    frame: pl.DataFrame, columns: ColumnNames | None, marks: Mapping[str, str] | None
) -> Gathered:
    """Gather reports as a linkage does, in clear text or as tokens of these marks.

    Raises:
        InputError: with every problem of the frame; or it is of tokens and the register is not,
            or the reverse, or its tokens are of another key or other parameters.

    """
    deliveries = deliveries_of(frame, mode="dedupe", duplicate_free=None, population=None)
    if marks is None:
        if is_tokenised(frame):
            raise InputError(
                Problem(
                    what="holds tokens, and the register is of reports in clear text",
                    file="notifications",
                    allowed="reports in clear text",
                )
            )
        return gather_clear(deliveries, columns)
    gathered = gather_private(deliveries)
    others = [
        Problem(
            what="tokens are of another key or other parameters than those of the register",
            file="notifications",
            column=name,
            found=frame[name][0],
            allowed=mark,
        )
        for name, mark in marks.items()
        if frame[name][0] != mark
    ]
    if others:
        raise InputError(others)
    return gathered


def _marks_of(notifications: pl.DataFrame, linkage: Linkage) -> dict[str, str] | None:
    """Give the key and the parameters of tokens; None for reports in clear text."""
    if linkage.evidence.design.name != _PRIVATE:
        return None
    there = notifications.head(1)
    return {name: there[name][0] for name in _MARKS if name in there.columns and there.height}


def features_like(known: pl.DataFrame, gathered: Gathered) -> pl.DataFrame:
    """Give features in the columns of those that are known, with `notification_id` first.

    A feature that the register knows and these reports do not have is not known of them.

    Raises:
        InputError: a feature is of another type than in the register.

    """
    features = gathered.tables[0].features.with_columns(
        notification_id=gathered.reports["notification_id"]
    )
    wanted = {name: kind for name, kind in known.schema.items() if name != "person_id"}
    wrong = [
        Problem(what="is of another type than in the register", column=name)
        for name, kind in wanted.items()
        if name in features.columns and features.schema[name] not in (kind, pl.Null)
    ]
    if wrong:
        raise InputError(wrong)
    return features.with_columns(
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in wanted.items()
        if name not in features.columns
    ).select(pl.col(name).cast(kind) for name, kind in wanted.items())


def linked_state(
    notifications: pl.DataFrame, linkage: Linkage, columns: ColumnNames | None
) -> State:
    """Give the reports of a linkage with their features and persons, and what was learned.

    Raises:
        InputError: the reports are not those of the linkage, or it compared no reports.

    """
    model = linkage.evidence.learned.get(_ROUND)
    if model is None:
        raise InputError(
            Problem(
                what="the linkage compared no reports with one another, so it gives no weights",
                allowed="a linkage of at least two reports by the mode dedupe",
            )
        )
    marks = _marks_of(notifications, linkage)
    gathered = gather_like(notifications, columns, marks)
    features = gathered.tables[0].features.drop("record")
    persons = linkage.reports.select("notification_id", "person_id")
    records = features.with_columns(gathered.reports["notification_id"]).join(
        persons, on="notification_id", how="left", maintain_order="left"
    )
    found = records["person_id"].count()
    if not found == records.height == persons.height:
        raise InputError(
            Problem(
                what="are not the reports of the linkage",
                file="notifications",
                found=f"{found} of its reports, and {records.height - found} others",
                allowed=f"its {persons.height} reports and no others",
            )
        )
    return State(
        design=linkage.evidence.design,
        model=model,
        threshold=linkage.threshold,
        columns=columns,
        marks=marks,
        records=records.select("notification_id", "person_id", *features.columns),
    )
