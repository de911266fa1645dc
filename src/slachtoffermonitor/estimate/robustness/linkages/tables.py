"""From memberships of many imputed linkages to one capture table for each."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["tabulate_linkages"]


def tabulate_linkages(
    frames: Sequence[pl.DataFrame],
    *,
    lists: Sequence[str] | None = None,
    person: str = "person_id",
    list_column: str = "reporter",
    imputation: str = "imputation",
    files: Sequence[str] = (),
) -> tuple[CaptureTable, ...]:
    """Which persons were on which lists, according to each imputed linkage?

    The linkages must be draws from what the linkage model holds possible. The best linkage, or a
    few good ones, say nothing of how uncertain it is who is who.

    Args:
        frames: rows of person × list; a frame with the column of imputations holds one linkage per
            value of it, any other frame is one linkage.
        lists: names and order of the lists, others being left out; those found in any linkage,
            sorted, when not given.
        person: column that tells persons apart within a linkage.
        list_column: column that names the list.
        imputation: column that tells linkages apart.
        files: names of the files of the frames, for the errors.

    Returns:
        One table per linkage, all of the same lists: by frame, and in it by imputation, whole
        numbers in their order.

    Raises:
        InputError: an absent column, a row without person, list or imputation, no two linkages,
            fewer than 2 or more than 16 lists.

    Example:
        >>> rows = {"imputation": [1, 1, 2, 2], "person_id": ["a", "b", "a", "a"]}
        >>> frame = pl.DataFrame({**rows, "reporter": ["POL", "ZC", "POL", "ZC"]})
        >>> [table.observed for table in tabulate_linkages([frame])]
        [2, 1]

    """
    names = list(files) or [""] * len(frames)
    _refuse(frames, (person, list_column), imputation, names)
    linkages = [
        (part, name)
        for frame, name in zip(frames, names, strict=True)
        for part in _by_imputation(frame, imputation)
    ]
    if len(linkages) < 2:
        raise InputError(
            Problem(
                what="there is one linkage only, which says nothing of how uncertain it is",
                file=names[0] if names else "",
                allowed=f"a file per linkage, or a column {imputation}",
            )
        )
    column = pl.col(list_column).cast(pl.String)
    found = pl.concat([part.select(column) for part, _ in linkages])[list_column]
    chosen = list(lists) if lists is not None else found.drop_nulls().unique().sort().to_list()
    return tuple(
        CaptureTable.from_memberships(
            part.filter(column.is_in(chosen) | column.is_null()),
            person=person,
            list_column=list_column,
            lists=chosen,
            file=name,
        )
        for part, name in linkages
    )


def _by_imputation(frame: pl.DataFrame, imputation: str) -> list[pl.DataFrame]:
    if imputation not in frame.columns:
        return [frame]
    parts = frame.partition_by(imputation, as_dict=True)
    values = pl.Series("value", [str(key[0]) for key in parts])
    numbers = values.cast(pl.Int64, strict=False)
    order = (values if numbers.null_count() else numbers).arg_sort().to_list()
    ordered = list(parts.values())
    return [ordered[index] for index in order]


def _refuse(
    frames: Sequence[pl.DataFrame],
    columns: tuple[str, ...],
    imputation: str,
    names: Sequence[str],
) -> None:
    problems = []
    for frame, name in zip(frames, names, strict=True):
        problems += [
            Problem(
                what="the column is not there",
                file=name,
                column=column,
                found=", ".join(frame.columns),
                allowed=column,
            )
            for column in columns
            if column not in frame.columns
        ]
        if imputation in frame.columns and frame[imputation].null_count():
            row = int(frame[imputation].is_null().arg_max() or 0) + 1
            problems.append(Problem(what="has no value", file=name, row=row, column=imputation))
    if problems:
        raise InputError(problems)
