"""Which records share a key: blocks and frequencies, kept up to date report by report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["Key", "KeyIndex", "Keys", "keys_of"]

Hashes = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Key:
    """What makes a key: the columns whose values it stands for, and those that must be known."""

    columns: tuple[str, ...]
    also_known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The key of each record as a number of 64 bits, and whether the record has one."""

    hashes: Hashes
    known: npt.NDArray[np.bool_]


def keys_of(features: pl.DataFrame, wanted: Sequence[Key]) -> list[Keys]:
    """Give each record its keys: the same number for the same values of the columns.

    Args:
        features: one row per record.
        wanted: the keys; a record without one of the columns of a key does not have it.

    Assumes: no two different values share a number: among a million values that happens with a
        chance of 1 in 40 million. The numbers hold within one run of the program only.

    """
    found = features.select(
        expression
        for place, key in enumerate(wanted)
        for expression in (_hash(key).alias(f"{place}"), _known(key).alias(f"{place} known"))
    )
    return [
        Keys(hashes=found[f"{place}"].to_numpy(), known=found[f"{place} known"].to_numpy())
        for place in range(len(wanted))
    ]


def _hash(key: Key) -> pl.Expr:
    if not key.columns:
        return pl.repeat(0, pl.len(), dtype=pl.UInt64)
    return pl.struct(key.columns).hash(seed=0)


def _known(key: Key) -> pl.Expr:
    return pl.all_horizontal(pl.col(name).is_not_null() for name in (*key.columns, *key.also_known))


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class KeyIndex:
    """The rows of a table by a key; rows without the key are left out.

    `hashes` is sorted; `rows` goes with it.
    """

    key: Key
    hashes: Hashes
    rows: Rows

    @classmethod
    def all_of(cls, features: pl.DataFrame, wanted: Sequence[Key]) -> dict[Key, KeyIndex]:
        """Index a table by several keys, its rows numbered from 0."""
        none = np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
        return {
            key: cls(key=key, hashes=none[0], rows=none[1]).with_rows(keys, 0)
            for key, keys in zip(wanted, keys_of(features, wanted), strict=True)
        }

    def with_rows(self, keys: Keys, first_row: int) -> KeyIndex:
        """Give the index with further rows, numbered from `first_row`, by their keys."""
        rows = np.flatnonzero(keys.known)
        rows = rows[np.argsort(keys.hashes[rows], kind="stable")]
        hashes = keys.hashes[rows]
        at = np.searchsorted(self.hashes, hashes, side="right")
        return KeyIndex(
            key=self.key,
            hashes=np.insert(self.hashes, at, hashes),
            rows=np.insert(self.rows, at, first_row + rows),
        )

    def rows_of(self, wanted: np.uint64) -> Rows:
        """Give the rows that have this key."""
        first = int(np.searchsorted(self.hashes, wanted, side="left"))
        end = int(np.searchsorted(self.hashes, wanted, side="right"))
        return self.rows[first:end]

    def count(self, wanted: Hashes) -> Rows:
        """Count the rows that have each of these keys."""
        first = np.searchsorted(self.hashes, wanted, side="left")
        end = np.searchsorted(self.hashes, wanted, side="right")
        counts: Rows = (end - first).astype(np.int64)
        return counts
