"""Which bits of filters are set together beyond chance: the marks of a frequent letter pair."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["mine_patterns", "without_mirror_bits"]

Bits = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]

_FEWEST_BITS: Final = 3
_FEWEST_ROWS: Final = 30
_TOGETHER: Final = 0.3  # more often inside than outside the rows of the pattern
_ROUNDS: Final = 3


def without_mirror_bits(filters: Bits) -> Bits:
    """Undo balancing: of two columns that are each other's opposite keep the rarer.

    A bit and its complement stay opposites wherever they are shuffled to, and flipping a few bits
    does not hide it.
    """
    share = filters.mean(axis=0)
    spread = np.maximum(filters.std(axis=0), 1e-9)
    scaled = ((filters - share) / spread).astype(np.float32)
    likeness = scaled.T @ scaled / len(filters)
    mirror = likeness.argmin(axis=0)
    kept: Bits = filters[:, share <= share[mirror]]
    return kept


def mine_patterns(filters: Bits, *, patterns: int, inside: float) -> Bits:
    """Find groups of bits that occur together, one after the other, the strongest first.

    What a pattern explains is wiped out before the next is looked for.

    Args:
        filters: one row per record.
        patterns: how many to look for.
        inside: how often a bit of a pattern is set where the others are; lower for flipped bits.

    Returns:
        For each record (row) and pattern (column), whether the record shows it.

    """
    found = list(_patterns(filters.astype(np.float32), patterns=patterns, inside=inside))
    return np.stack(found, axis=1) if found else np.zeros((len(filters), 0), dtype=bool)


def _patterns(left: Floats, *, patterns: int, inside: float) -> Iterator[Bits]:
    together = left.T @ left / len(left)
    share = left.mean(axis=0)
    given = 0
    for _ in range(4 * patterns):
        beyond = together - np.outer(share, share)
        np.fill_diagonal(beyond, 0)
        pair = list(np.unravel_index(int(beyond.argmax()), beyond.shape))
        bits, rows = _grown(left, pair, inside)
        enough = len(bits) >= _FEWEST_BITS and rows.sum() >= _FEWEST_ROWS
        if not enough:  # a chance meeting: this pair is not looked at again
            bits, rows = np.array(pair[:1]), _all_set(left, np.array(pair))
        left[np.ix_(rows, bits)] = 0
        together[bits] = left[:, bits].T @ left / len(left)
        together[:, bits] = together[bits].T
        share[bits] = left[:, bits].mean(axis=0)
        if enough:
            yield rows
            given += 1
        if given == patterns:
            return


def _grown(left: Floats, pair: list[np.intp], inside: float) -> tuple[npt.NDArray[np.intp], Bits]:
    """Grow a pair of bits to all bits that occur with them, and find the records that show them."""
    bits = np.array(pair)
    rows = _all_set(left, bits)
    for _ in range(_ROUNDS):
        if not 0 < rows.sum() < len(rows):
            break
        here, elsewhere = left[rows].mean(axis=0), left[~rows].mean(axis=0)
        bits = np.flatnonzero((here >= inside) & (here - elsewhere > _TOGETHER))
        if len(bits) < _FEWEST_BITS:
            break
        rows = np.asarray(left[:, bits].mean(axis=1) >= inside)
    return bits, rows


def _all_set(left: Floats, bits: npt.NDArray[np.intp]) -> Bits:
    return np.asarray(left[:, bits].all(axis=1))
