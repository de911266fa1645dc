"""Choosing among histories: one or several linkages, and groups of persons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

import numpy as np
import polars as pl

from slachtoffermonitor.follow.histories import Histories
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["each_linkage", "grouped", "is_histories"]

_UNKNOWN = "ONB"


def is_histories(given: object) -> TypeGuard[Histories | Sequence[Histories]]:
    """Is this a history or a sequence of them, and not an array of days?"""
    if isinstance(given, Histories):
        return True
    return (
        isinstance(given, Sequence)
        and bool(given)
        and all(isinstance(one, Histories) for one in given)
    )


def each_linkage(given: Histories | Sequence[Histories]) -> list[Histories]:
    """Give the histories of each linkage; all under one definition.

    Raises:
        InputError: definitions that differ, or something else than histories.

    """
    if not is_histories(given):
        raise InputError(
            Problem(
                what="is no cohort that is followed",
                found=type(given).__name__,
                allowed="what histories(…) gives, or a sequence of them",
            )
        )
    found = [given] if isinstance(given, Histories) else list(given)
    if any(one.definition != found[0].definition for one in found):
        raise InputError("histories of several linkages are pooled under one definition only")
    return found


def grouped(frame: pl.DataFrame, by: object) -> tuple[dict[str, pl.DataFrame], tuple[str, ...]]:
    """Give everybody (""), then each group by its label; unknown is a group of its own.

    `by` is a column, several columns (labels joined by " / "), an array of labels, or None.

    Raises:
        InputError: no such column, or labels of another length.

    """
    everybody = {"": frame}
    if by is None:
        return everybody, ()
    names: tuple[str, ...]
    if isinstance(by, str):
        names = (by,)
    elif _are_columns(by, frame):
        names = tuple(str(name) for name in by)
    else:
        return everybody | _labelled(frame, by), ("by",)
    missing = [name for name in names if name not in frame.columns]
    if missing:
        usual = ", ".join(frame.columns)
        raise InputError(
            [Problem(what="no such column to group by", column=n, allowed=usual) for n in missing]
        )
    labels = [pl.col(name).cast(pl.String).fill_null(_UNKNOWN) for name in names]
    named = frame.with_columns(pl.concat_str(labels, separator=" / ").alias("_group"))
    return everybody | _parts(named), names


def _are_columns(by: object, frame: pl.DataFrame) -> TypeGuard[Sequence[str]]:
    """Are these names of columns, and not one label for each row?"""
    if not isinstance(by, list | tuple) or not by or not isinstance(by[0], str):
        return False
    return len(by) != frame.height or all(name in frame.columns for name in by)


def _labelled(frame: pl.DataFrame, by: object) -> dict[str, pl.DataFrame]:
    labels = pl.Series("_group", np.asarray(by).astype(str))
    if labels.len() != frame.height:
        raise InputError("the labels of the groups differ in length from the persons")
    return _parts(frame.with_columns(labels))


def _parts(named: pl.DataFrame) -> dict[str, pl.DataFrame]:
    found = named.partition_by("_group", as_dict=True, include_key=False)
    return dict(sorted((str(key[0]), part) for key, part in found.items()))
