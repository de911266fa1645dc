"""Bounds that follow from one equation at a time, until nothing more follows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from slachtoffermonitor.ground import ReleaseError

__all__ = ["Bounds", "propagate"]

_ROUNDS = 30
_NEAR = 1e-6
_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bounds:
    """Bounds on every count, and the equation that last tightened each (-1: none)."""

    low: _Floats
    high: _Floats
    low_from: NDArray[np.int64]
    high_from: NDArray[np.int64]


def propagate(
    matrix: csr_array, rows: tuple[_Floats, _Floats], low: _Floats, high: _Floats
) -> Bounds:
    """Which bounds on whole counts follow from each equation by itself, repeatedly?

    What is found is true of every solution; more may follow from several equations at once.

    Raises:
        ReleaseError: no counts agree with all equations.

    """
    low, high = low.copy(), high.copy()
    low_from, high_from = np.full(low.size, -1), np.full(low.size, -1)
    entries = matrix.tocoo()
    said = entries.data != 0  # a cell that an equation adds and takes away is not in it
    row, column, weight = entries.row[said], entries.col[said], entries.data[said]
    for _ in range(_ROUNDS):
        least = np.where(weight > 0, weight * low[column], weight * high[column])
        most = np.where(weight > 0, weight * high[column], weight * low[column])
        rest_least = _without_own(row, least, rows[0].size)
        rest_most = _without_own(row, most, rows[0].size)
        upper_side = rows[1][row] - rest_least
        lower_side = rows[0][row] - rest_most
        tops = np.where(weight > 0, upper_side, lower_side) / weight
        bottoms = np.where(weight > 0, lower_side, upper_side) / weight
        new_high, new_low = high.copy(), low.copy()
        tops, bottoms = np.floor(tops + _NEAR), np.ceil(bottoms - _NEAR)
        np.minimum.at(new_high, column, tops)
        np.maximum.at(new_low, column, bottoms)
        if np.array_equal(new_high, high) and np.array_equal(new_low, low):
            break
        lowered = (tops == new_high[column]) & (new_high < high)[column]
        raised = (bottoms == new_low[column]) & (new_low > low)[column]
        high_from[column[lowered]] = row[lowered]
        low_from[column[raised]] = row[raised]
        low, high = new_low, new_high
        if np.any(low > high):
            raise ReleaseError(
                "the published tables contradict one another: no counts agree with all of them"
            )
    return Bounds(low=low, high=high, low_from=low_from, high_from=high_from)


def _without_own(row: NDArray[np.int64], parts: _Floats, rows: int) -> _Floats:
    """Sum the parts of each row without the entry itself, infinities counted apart."""
    infinite = np.isinf(parts)
    finite = np.where(infinite, 0.0, parts)
    sums = np.bincount(row, weights=finite, minlength=rows)
    endless = np.bincount(row, weights=infinite, minlength=rows)
    sign = np.where(infinite, np.sign(parts), 0.0)
    direction = np.sign(np.bincount(row, weights=sign, minlength=rows))
    others = endless[row] - infinite
    endless_sum = np.where(direction[row] > 0, np.inf, -np.inf)
    return np.where(others > 0, endless_sum, sums[row] - finite)
