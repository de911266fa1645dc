"""Existence and identifiability of a maximum, decided in whole numbers.

The rows of the design are 0 and 1, so elimination and the simplex method can stay in whole
numbers (Edmonds 1967; Bareiss 1968): each entry of a tableau is a minor of the design, and every
division is exact. No tolerance is anywhere. `null_space` and `recession` run compiled inside
`verdict`, and called from Python they run as plain Python, on object arrays of unbounded
integers: for the tables, rarely met, whose minors do not fit 64 bits, and to explain a verdict.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numba.extending import register_jitable
from numpy.typing import NDArray

from slachtoffermonitor.estimate._kernels.lattice import Floats, Whole

Table = NDArray[Any]  # int64 in compiled code, unbounded integers from Python

EXISTS = 1
IDENTIFIABLE = 2
OVERFLOW = 4

_LARGEST = 1 << 30  # two factors below it cannot overflow a product of 64 bits


@register_jitable(error_model="numpy")
def _pivot(table: Table, row: int, column: int, denominator: int, limit: float) -> bool:
    """Pivot a whole-number tableau; every entry is divided exactly by the old denominator.

    Returns False when an entry has grown too large to go on safely.
    """
    rows, columns = table.shape
    pivot = table[row, column]
    safe = True
    for i in range(rows):
        factor = table[i, column]
        if i == row or (factor == 0 and pivot == denominator):
            continue
        for j in range(columns):
            value = (table[i, j] * pivot - factor * table[row, j]) // denominator
            table[i, j] = value
            if value > limit or value < -limit:
                safe = False
    return safe


@register_jitable(error_model="numpy")
def _bring_up(rows: Table, rank: int, column: int) -> bool:
    """Exchange rows so that the pivot stands in row `rank`; False when the column is spent."""
    for i in range(rank, rows.shape[0]):
        if rows[i, column] != 0:
            for j in range(rows.shape[1]):
                kept = rows[i, j]
                rows[i, j] = rows[rank, j]
                rows[rank, j] = kept
            return True
    return False


@register_jitable(error_model="numpy")
def null_space(rows: Table, limit: float) -> tuple[Table, int, bool]:
    """Find a basis of the null space of a whole-number matrix, which is overwritten.

    Returns:
        (basis, rank, safe): `basis` has one row per vector; `safe` is False when an entry grew
        beyond the limit.

    """
    height, width = rows.shape
    pivots = np.zeros(width, dtype=np.int64)
    free = np.ones(width, dtype=np.bool_)
    denominator = 1
    rank = 0
    safe = True
    for column in range(width):
        if rank == height or not _bring_up(rows, rank, column):
            continue
        pivot = rows[rank, column]
        safe = _pivot(rows, rank, column, denominator, limit)
        if not safe:
            break
        denominator = pivot
        pivots[rank] = column
        free[column] = False
        rank += 1
    basis = np.zeros((width - rank, width), dtype=rows.dtype)
    k = 0
    for column in range(width):
        if free[column] and safe:
            basis[k, column] = denominator
            for i in range(rank):
                basis[k, pivots[i]] = -rows[i, column]
            k += 1
    return basis, rank, safe


@register_jitable(error_model="numpy")
def _entering_column(table: Table, columns: int) -> int:
    """Give the first column with a negative reduced cost, -1 when there is none."""
    last = table.shape[0] - 1
    for j in range(columns):
        if table[last, j] < 0:
            return j
    return -1


@register_jitable(error_model="numpy")
def _leaving_row(table: Table, entering: int, basic: Whole) -> int:
    """Give the row with the smallest ratio; of equals that with the first basic variable."""
    last = table.shape[1] - 1
    leaving = -1
    for i in range(basic.size):
        if table[i, entering] <= 0:
            continue
        if leaving < 0:
            leaving = i
            continue
        ours = table[i, last] * table[leaving, entering]
        best = table[leaving, last] * table[i, entering]
        if ours < best or (ours == best and basic[i] < basic[leaving]):
            leaving = i
    return leaving


@register_jitable(error_model="numpy")
def recession(slopes: Table, limit: float) -> tuple[bool, Table, bool]:
    """Find weights z with slopes @ z <= 0 and not all zero, or prove that there are none.

    By Stiemke's theorem there are none exactly when some y > 0 has y @ slopes = 0. Phase one of
    the simplex method, with Bland's rule so that it ends, looks for y = 1 + u with u >= 0.

    Args:
        slopes: whole numbers, one row per empty cell, one column per free direction.

    Returns:
        (found, z, safe).

    """
    height, width = slopes.shape
    columns = height + width + 1  # u, artificial variables, right-hand side
    table = np.zeros((width + 1, columns), dtype=slopes.dtype)
    sign = np.ones(width, dtype=slopes.dtype)
    basic = np.zeros(width, dtype=np.int64)
    for i in range(width):
        right = 0
        for j in range(height):
            right -= slopes[j, i]
        if right < 0:
            sign[i] = -sign[i]
        for j in range(height):
            table[i, j] = sign[i] * slopes[j, i]
        table[i, height + i] = 1
        table[i, columns - 1] = sign[i] * right
        basic[i] = height + i
        # The last row holds the reduced costs of the sum of the artificial variables.
        for j in range(height):
            table[width, j] -= table[i, j]
        table[width, columns - 1] -= table[i, columns - 1]
    denominator = 1
    safe = True
    while safe:
        entering = _entering_column(table, height)
        if entering < 0:
            break
        leaving = _leaving_row(table, entering, basic)
        pivot = table[leaving, entering]
        safe = _pivot(table, leaving, entering, denominator, limit)
        denominator = pivot
        basic[leaving] = entering
    found = table[width, columns - 1] != 0
    z = np.zeros(width, dtype=slopes.dtype)
    if found and safe:
        for i in range(width):
            z[i] = sign[i] * (denominator - table[width, height + i])
    return found, z, safe


@njit(cache=True, error_model="numpy")
def design_rows(cells: Whole, terms: Whole) -> Whole:
    """Write the rows of the design: 1 where the cell holds the term."""
    rows = np.zeros((cells.size, terms.size), dtype=np.int64)
    for i in range(cells.size):
        for j in range(terms.size):
            if cells[i] & terms[j] == terms[j]:
                rows[i, j] = 1
    return rows


@njit(cache=True, error_model="numpy")
def split_cells(terms: Whole, margins: Floats, counts: Floats) -> tuple[Whole, Whole, Whole]:
    """Give the finite terms, and the cells that stay: those with persons and those without."""
    finite = np.empty(terms.size, dtype=np.int64)
    removed = np.empty(terms.size, dtype=np.int64)
    present = 0
    for j in range(terms.size):
        if margins[terms[j]] > 0:
            finite[present] = terms[j]
            present += 1
        else:
            removed[j - present] = terms[j]
    filled = np.zeros(counts.size, dtype=np.bool_)
    empty = np.zeros(counts.size, dtype=np.bool_)
    for cell in range(1, counts.size):
        if counts[cell] > 0:
            filled[cell] = True
            continue
        stays = True
        for term in removed[: terms.size - present]:
            if cell & term == term:
                stays = False
                break
        empty[cell] = stays
    return finite[:present], np.nonzero(filled)[0], np.nonzero(empty)[0]


@njit(cache=True, error_model="numpy")
def _slopes(empty: Whole, finite: Whole, basis: Whole) -> Whole:
    """Say how each empty cell changes along each direction that leaves the filled cells alone."""
    slopes = np.zeros((empty.size, basis.shape[0]), dtype=np.int64)
    used = 0
    for cell in empty:
        some = False
        for k in range(basis.shape[0]):
            total = 0
            for j in range(finite.size):
                if cell & finite[j] == finite[j]:
                    total += basis[k, j]
            slopes[used, k] = total
            some = some or total != 0
        if some:
            used += 1
    return slopes[:used]


@njit(cache=True, error_model="numpy")
def verdict(terms: Whole, margins: Floats, counts: Floats) -> int:
    """Decide whether the extended maximum exists (bit 1) and is identifiable (bit 2).

    Bit 4: a whole number outgrew 64 bits and nothing is decided.
    """
    finite, filled, empty = split_cells(terms, margins, counts)
    basis, rank, safe = null_space(design_rows(filled, finite), _LARGEST)
    if not safe:
        return OVERFLOW
    if rank == finite.size:
        return EXISTS | IDENTIFIABLE
    slopes = _slopes(empty, finite, basis)
    answer = 0
    _, slope_rank, safe = null_space(slopes.copy(), _LARGEST)
    if slope_rank == basis.shape[0]:
        answer |= IDENTIFIABLE
    found = False
    if slopes.shape[0] and safe:
        found, _, safe = recession(slopes, _LARGEST)
    if not safe:
        return OVERFLOW
    return answer if found else answer | EXISTS
