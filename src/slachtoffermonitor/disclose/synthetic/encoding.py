"""From strings to the whole numbers that the model counts, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from slachtoffermonitor.disclose.synthetic.fields import BLANK, SECTORS, Attribute

__all__ = ["Codes", "decode", "encode"]

_JOINT = "|"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Codes:
    """Records as whole numbers: per attribute the place of each record's value among `sizes`."""

    columns: Mapping[str, NDArray[np.int64]] = field(repr=False)
    sizes: Mapping[str, int]

    def count(self, names: Sequence[str]) -> NDArray[np.int64]:
        """Count every combination of these attributes; the last one changes fastest."""
        shape = [self.sizes[name] for name in names]
        places = np.ravel_multi_index([self.columns[name] for name in names], shape)
        return np.bincount(places, minlength=int(np.prod(shape))).astype(np.int64)

    def merged(self, kept: Mapping[str, NDArray[np.bool_]]) -> Codes:
        """Give the records with the codes that are not kept made blank (place 0)."""
        columns, sizes = dict(self.columns), dict(self.sizes)
        for name, keep in kept.items():
            columns[name] = merging(keep)[columns[name]]
            sizes[name] = int(keep.sum())
        return Codes(columns=columns, sizes=sizes)


def merging(keep: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Which place does each code get when those that are not kept go to place 0?"""
    return np.where(keep, np.cumsum(keep) - 1, 0)


def encode(frame: pl.DataFrame, attributes: Sequence[Attribute]) -> Codes:
    """Which numbers stand for these checked records?"""
    columns = {}
    for one in attributes:
        places = {_JOINT.join(value): place for place, value in enumerate(one.values)}
        joint = frame.select(pl.concat_str(one.fields, separator=_JOINT).alias("joint"))["joint"]
        columns[one.name] = joint.replace_strict(places, return_dtype=pl.Int64).to_numpy()
    return Codes(columns=columns, sizes={one.name: len(one.values) for one in attributes})


def decode(
    columns: Mapping[str, NDArray[np.int64]], attributes: Sequence[Attribute], height: int
) -> pl.DataFrame:
    """Which records do these numbers stand for? A sector without its form is made blank."""
    frame = pl.DataFrame({"": np.zeros(height)})
    for one in attributes:
        for place, name in enumerate(one.fields):
            values = np.array([value[place] for value in one.values], dtype=object)
            frame = frame.with_columns(
                pl.Series(name, values[columns[one.name]].tolist(), dtype=pl.String)
            )
    for one in attributes:
        form = SECTORS.get(one.name)
        if form in frame.columns:
            frame = frame.with_columns(
                pl.when(pl.col(str(form)) == "1")
                .then(pl.col(name))
                .otherwise(pl.lit(BLANK))
                .alias(name)
                for name in one.fields
            )
    return frame.drop("")
