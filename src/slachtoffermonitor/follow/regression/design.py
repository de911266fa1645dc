"""From columns to terms: groups against a reference, numbers per unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from slachtoffermonitor.follow.counting.days import Days, Values
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["Design", "design_of_array", "design_of_columns"]

_UNKNOWN = "ONB"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """The terms of a regression, and for each row which pattern of covariates it has.

    `columns`: for each term its column; `groups`: its group (empty: per unit of a number);
    `references`: the group it is compared with.
    """

    columns: tuple[str, ...]
    groups: tuple[str, ...]
    references: tuple[str, ...]
    covariates: Values  # pattern × term
    pattern: Days  # per row

    @property
    def terms(self) -> tuple[str, ...]:
        """Name each term: `column` or `column=group`."""
        return tuple(
            f"{column}={group}" if group else column
            for column, group in zip(self.columns, self.groups, strict=True)
        )


def design_of_columns(
    frame: pl.DataFrame, by: Sequence[str], references: Mapping[str, str]
) -> Design:
    """Make terms of columns: words give one per group but the reference, numbers one.

    The reference is the largest group when none is named; an unknown group (null) is `ONB`.

    Raises:
        InputError: no column, no such column, an empty number, or no such reference.

    """
    missing = [name for name in by if name not in frame.columns]
    if missing or not by:
        allowed = ", ".join(frame.columns)
        raise InputError(
            [Problem(what="no such column", column=name, allowed=allowed) for name in missing]
            or "a regression needs at least one column to compare by"
        )
    coded = [_coded(frame[name], references.get(name)) for name in by]
    key = np.zeros(frame.height, dtype=np.int64)
    for codes, values, _, _ in coded:
        key = key * len(values) + codes
    patterns, pattern = _compressed(key)
    blocks, columns, groups, against = [], [], [], []
    rest = patterns
    for name, (_, values, labels, reference) in reversed(list(zip(by, coded, strict=True))):
        code = rest % len(values)
        rest = rest // len(values)
        if labels is None:
            blocks.append(values[code][:, None])
            columns.append([name])
            groups.append([""])
            against.append([""])
            continue
        others = [place for place, label in enumerate(labels) if label != reference]
        blocks.append((code[:, None] == np.array(others)[None, :]).astype(np.float64))
        columns.append([name] * len(others))
        groups.append([labels[place] for place in others])
        against.append([str(reference)] * len(others))
    return Design(
        columns=tuple(one for part in reversed(columns) for one in part),
        groups=tuple(one for part in reversed(groups) for one in part),
        references=tuple(one for part in reversed(against) for one in part),
        covariates=np.concatenate(blocks[::-1], axis=1),
        pattern=pattern,
    )


def design_of_array(covariates: npt.ArrayLike, names: Sequence[str] | None = None) -> Design:
    """Make a term of every column of numbers.

    Raises:
        InputError: anything but finite numbers.

    """
    values = np.asarray(covariates, dtype=np.float64)
    values = values[:, None] if values.ndim == 1 else values
    if values.ndim != 2 or not np.isfinite(values).all():
        raise InputError("covariates are a table of finite numbers, one row per row of days")
    terms = (
        tuple(names) if names is not None else tuple(f"x{n + 1}" for n in range(values.shape[1]))
    )
    frame = pl.DataFrame({name: column for name, column in zip(terms, values.T, strict=True)})
    return design_of_columns(frame, terms, {})


def _coded(
    column: pl.Series, reference: str | None
) -> tuple[Days, npt.NDArray[np.float64], list[str] | None, str | None]:
    """Number the values of a column; words also get labels and a reference."""
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        numbers = column.cast(pl.Float64)
        if numbers.null_count() or numbers.is_nan().any():
            raise InputError(
                Problem(
                    what="a number is missing; use a column of groups, where unknown is a group",
                    column=column.name,
                    found=f"{numbers.null_count()} rows",
                )
            )
        values = numbers.unique().sort()
        return (
            values.search_sorted(numbers).to_numpy().astype(np.int64),
            values.to_numpy(),
            None,
            None,
        )
    words = column.cast(pl.String).fill_null(_UNKNOWN)
    counts = words.value_counts(sort=True)
    labels = sorted(counts[column.name].to_list())
    if reference is not None and reference not in labels:
        raise InputError(
            Problem(
                what="no such group to compare with",
                column=column.name,
                found=reference,
                allowed=", ".join(labels),
            )
        )
    most = counts["count"].max()
    largest = min(counts.filter(pl.col("count") == most)[column.name].to_list())
    codes = words.cast(pl.Enum(labels)).to_physical().to_numpy().astype(np.int64)
    return codes, np.arange(len(labels), dtype=np.float64), labels, reference or largest


def _compressed(key: Days) -> tuple[Days, Days]:
    """Number the keys that occur, in order."""
    most = int(key.max(initial=0)) + 1
    if most <= max(4 * key.size, 1_000_000):
        there = np.bincount(key, minlength=most) > 0
        return np.flatnonzero(there), (np.cumsum(there) - 1)[key]
    found, inverse = np.unique(key, return_inverse=True)
    return found, inverse.astype(np.int64)
