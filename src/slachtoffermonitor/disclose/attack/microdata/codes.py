"""Frames as whole numbers, alike in all of them, and which rows lie nearest."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from slachtoffermonitor.ground import InputError, Problem

__all__ = ["Release", "as_release", "differences"]

_Ints = NDArray[np.int32]
_BINS = 10
_FEWEST = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Release:
    """The three frames of an attack, row by row and column by column as codes.

    `members` stand in the records that the synthesis was made of, `strangers` do not; there are
    equally many of them.
    """

    columns: tuple[str, ...]
    sizes: tuple[int, ...]
    members: _Ints = field(repr=False)
    strangers: _Ints = field(repr=False)
    synthetic: _Ints = field(repr=False)


def as_release(
    records: pl.DataFrame, synthetic: pl.DataFrame, control: pl.DataFrame, draw: np.random.Generator
) -> Release:
    """Write the columns that all three frames have as codes; numbers in ten bands.

    Raises:
        InputError: fewer than two columns, or fewer than twenty rows in a frame.

    """
    frames = (records, control, synthetic)
    names = [one for one in records.columns if all(one in frame.columns for frame in frames)]
    fewest = min(frame.height for frame in frames)
    if len(names) < 2 or fewest < _FEWEST:
        raise InputError(
            Problem(
                what="these records cannot be attacked",
                found=f"{len(names)} columns that all have, {fewest} rows in the smallest",
                allowed=f"at least 2 columns and {_FEWEST} rows in each",
            )
        )
    coded = [_codes([frame[name] for frame in frames]) for name in names]
    blocks = [np.stack([column[place] for column in coded], axis=1) for place in range(3)]
    size = min(records.height, control.height)
    members, strangers = (
        block[draw.choice(len(block), size, replace=False)] for block in blocks[:2]
    )
    return Release(
        columns=tuple(names),
        sizes=tuple(int(max(part.max() for part in column)) + 1 for column in coded),
        members=members,
        strangers=strangers,
        synthetic=blocks[2],
    )


def _codes(parts: list[pl.Series]) -> list[_Ints]:
    if all(part.dtype.is_float() for part in parts):
        joint = pl.concat([part.cast(pl.Float64) for part in parts], rechunk=True).to_numpy()
        edges = np.unique(np.nanquantile(joint, np.linspace(0, 1, _BINS + 1)[1:-1]))
        codes = np.where(np.isnan(joint), len(edges) + 1, np.digitize(joint, edges))
    else:
        text = pl.concat([part.cast(pl.String) for part in parts], rechunk=True)
        codes = text.fill_null("").rank("dense").to_numpy().astype(np.int64) - 1
    ends = np.cumsum([len(part) for part in parts])[:-1]
    return [part.astype(np.int32) for part in np.split(codes, ends)]


def differences(targets: _Ints, rows: _Ints) -> _Ints:
    """In how many columns does each row differ from each target? One line for each target."""
    found = np.zeros((len(targets), len(rows)), dtype=np.int32)
    for place in range(targets.shape[1]):
        found += targets[:, place, None] != rows[None, :, place]
    return found
