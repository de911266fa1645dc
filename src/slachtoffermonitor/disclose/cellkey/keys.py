"""Keys of records and of cells: numbers from 0 to 1 that look random and always come out alike."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import polars as pl

__all__ = ["condition_keys", "count_with_keys", "record_keys"]

_SPAN = 2**32


def record_keys(ids: pl.Series, secret: bytes) -> pl.Series:
    """Which key has each record: a whole number below 2³², the same for the same id and secret?

    Who knows the secret can undo the perturbation: keep it inside and never change it, or the same
    cell comes out differently in the next edition.
    """
    # One keyed hash per distinct id: no vectorised hash is promised to stay the same over versions.
    distinct = ids.cast(pl.String).unique().sort()
    keys = [_keyed(text, secret) for text in distinct.to_list()]
    return ids.cast(pl.String).replace_strict(distinct, pl.Series(keys, dtype=pl.Int64))


def _keyed(text: str, secret: bytes) -> int:
    digest = hashlib.blake2b(text.encode(), key=secret[:64], digest_size=4).digest()
    return int.from_bytes(digest, "big")


def count_with_keys(
    records: pl.DataFrame, by: Sequence[str], *, record_id: str, secret: bytes
) -> pl.DataFrame:
    """How many records has each combination of codes, and which cell key?

    Each record counts once; a person who stands in two rows of a cell would count twice.

    Returns:
        The columns of `by`, `count` (Int64) and `cell_key` (Float64, from 0 to 1): the sum of the
        record keys, its whole part left out.

    """
    keyed = records.with_columns(record_keys(records[record_id], secret).alias("record_key"))
    return (
        keyed.group_by(by)
        .agg(
            pl.len().cast(pl.Int64).alias("count"),
            (pl.col("record_key").sum() % _SPAN / _SPAN).alias("cell_key"),
        )
        .sort(by)
    )


def condition_keys(conditions: Sequence[str], secret: bytes) -> np.ndarray:
    """Which cell key has each condition, for counts that came without keys of their records?

    The same condition always has the same key. Two conditions that hold for the same people have
    different ones, so that a reader who knows that they are the same people learns a little more
    than with keys of records.
    """
    return np.array([_keyed(text, secret) / _SPAN for text in conditions], dtype=float)
