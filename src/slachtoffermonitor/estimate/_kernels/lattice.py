"""Sums and products over the subsets and supersets of the lists, in t passes over 2^t numbers."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@njit(cache=True, error_model="numpy")
def superset_sums(values: Floats) -> None:
    """Replace each value by the sum over all subsets of the lists that hold its own."""
    bit = 1
    while bit < values.size:
        for start in range(0, values.size, 2 * bit):
            for cell in range(start, start + bit):
                values[cell] += values[cell + bit]
        bit *= 2


@njit(cache=True, error_model="numpy")
def subset_sums(values: Floats) -> None:
    """Replace each value by the sum over all subsets of its own lists."""
    bit = 1
    while bit < values.size:
        for start in range(0, values.size, 2 * bit):
            for cell in range(start, start + bit):
                values[cell + bit] += values[cell]
        bit *= 2


@njit(cache=True, error_model="numpy")
def subset_products(values: Floats) -> None:
    """Replace each value by the product over all subsets of its own lists."""
    bit = 1
    while bit < values.size:
        for start in range(0, values.size, 2 * bit):
            for cell in range(start, start + bit):
                values[cell + bit] *= values[cell]
        bit *= 2


@njit(cache=True, error_model="numpy")
def sufficient_statistics(counts: Floats) -> Floats:
    """Count for each term the persons on all its lists."""
    margins = counts.copy()
    superset_sums(margins)
    return margins
