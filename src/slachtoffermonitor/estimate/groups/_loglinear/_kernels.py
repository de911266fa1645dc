"""Compiled sums over pairs of terms, and exact elimination in a prime field."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

PRIME = 2_147_483_647  # 2^31 − 1: products of two remainders fit in 64 bits

Whole = NDArray[np.int64]


@njit(cache=True, nogil=True)
def add_pairs(margins: Any, unions: Whole, columns: Whole, out: Any) -> None:
    """Add up XᵀWX, lower triangle, from margins of W.

    Args:
        margins: groups × 2^lists: the sum of the weights over the histories that hold those lists.
        unions: terms × terms: the lists of the one or of the other.
        columns: groups × terms: the column of a term in a group, increasing over the terms.
        out: columns × columns, of the type of `margins`; zero on entry.

    """
    for group in range(columns.shape[0]):
        for i in range(columns.shape[1]):
            row = columns[group, i]
            for j in range(i + 1):
                out[row, columns[group, j]] += margins[group, unions[i, j]]


@njit(cache=True, nogil=True)
def sum_over_lists(values: Any, into: int) -> None:
    """Sum in place over the histories that a history holds (into 1), or that hold it (into 0).

    Args:
        values: 2^lists × groups.
        into: which half of each pair of histories takes up the other.

    """
    bit = 1
    while bit < values.shape[0]:
        for start in range(0, values.shape[0], 2 * bit):
            for history in range(start, start + bit):
                taker, giver = history + into * bit, history + (1 - into) * bit
                for group in range(values.shape[1]):
                    values[taker, group] += values[giver, group]
        bit *= 2


@njit(cache=True, nogil=True)
def _inverse(value: int) -> int:
    """Give the inverse in the field, by Fermat's little theorem."""
    result, base, exponent = 1, value, PRIME - 2
    while exponent:
        if exponent & 1:
            result = result * base % PRIME
        base = base * base % PRIME
        exponent >>= 1
    return result


@njit(cache=True, nogil=True)
def eliminate(matrix: Whole, pivots: Whole) -> int:
    """Bring a matrix of remainders to reduced row echelon form, in place.

    Args:
        matrix: rows × columns, values from 0 to PRIME − 1.
        pivots: filled with the pivot column of each row of rank.

    Returns:
        The rank.

    """
    rows, width = matrix.shape
    rank = 0
    for column in range(width):
        found = rank
        while found < rows and matrix[found, column] == 0:
            found += 1
        if found == rows:
            continue
        for k in range(column, width):
            matrix[rank, k], matrix[found, k] = matrix[found, k], matrix[rank, k]
        scale = _inverse(matrix[rank, column])
        for k in range(column, width):
            matrix[rank, k] = matrix[rank, k] * scale % PRIME
        for row in range(rows):
            factor = matrix[row, column]
            if row == rank or factor == 0:
                continue
            for k in range(column, width):
                matrix[row, k] = (matrix[row, k] + (PRIME - factor) * matrix[rank, k]) % PRIME
        pivots[rank] = column
        rank += 1
        if rank == rows:
            break
    return rank
