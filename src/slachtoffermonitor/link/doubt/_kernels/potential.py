"""How likely it is that a set of records is one person, against all of them being strangers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["Floats", "Marks", "Ties", "Whole", "log_potential"]

Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]
Whole = NDArray[np.int64]


class Ties(NamedTuple):
    """What is known of each pair of records, by record: a sparse matrix in rows.

    Row r holds `other[start[r]:start[r + 1]]`, sorted, and beside each the number of its `pair`.
    `near_start` and `near_other` are the rows of the likelier pairs alone: those that are proposed.

    By pair: `weight` (pairs × features) is the log of the likelihood ratio, and in column 0 the
    prior log odds; `apart` says that it is never one person, `accepted` that its birth dates may
    contradict one another. By record: `known` (records × features); `table` is the table without
    duplicates that it stands in, or -1; `born` (records × 3) are codes of year, month and day of
    birth, or -1. `unmet` is the weight of a pair that is not in the rows: minus infinity in column
    0, as a person is held together by pairs that were compared.
    """

    start: Whole
    other: Whole
    pair: Whole
    near_start: Whole
    near_other: Whole
    weight: Floats
    apart: Marks
    accepted: Marks
    known: Marks
    table: Whole
    born: Whole
    unmet: Floats


@njit(cache=True, error_model="numpy")
def find(ties: Ties, one: int, two: int) -> int:
    """Give the number of the pair, or -1 when it was not compared."""
    low, high = ties.start[one], ties.start[one + 1]
    while low < high:
        middle = (low + high) // 2
        if ties.other[middle] < two:
            low = middle + 1
        else:
            high = middle
    if low < ties.start[one + 1] and ties.other[low] == two:
        return int(ties.pair[low])
    return -1


@njit(cache=True, error_model="numpy")
def _contradict(ties: Ties, one: int, two: int) -> bool:
    """Say whether two full birth dates differ in two parts or more; a swap does not count."""
    for part in range(3):
        if ties.born[one, part] < 0 or ties.born[two, part] < 0:
            return False
    year = ties.born[one, 0] == ties.born[two, 0]
    month = ties.born[one, 1] == ties.born[two, 1]
    day = ties.born[one, 2] == ties.born[two, 2]
    swapped = ties.born[one, 1] == ties.born[two, 2] and ties.born[one, 2] == ties.born[two, 1]
    return not (year and swapped) and int(year) + int(month) + int(day) < 2


@njit(cache=True, error_model="numpy")
def never_one(ties: Ties, one: int, two: int, slot: int) -> bool:
    """Say whether two records cannot be one person, whatever ties them."""
    if slot >= 0 and ties.apart[slot]:
        return True
    if ties.table[one] >= 0 and ties.table[one] == ties.table[two]:
        return True
    return not (slot >= 0 and ties.accepted[slot]) and _contradict(ties, one, two)


@njit(cache=True, error_model="numpy")
def _tree(ties: Ties, records: Whole, pairs: Whole, feature: int) -> float:
    """Add up the heaviest tree of one feature over the records that tell it (Prim 1957)."""
    size = 0
    told = np.empty(records.size, dtype=np.int64)
    for place in range(records.size):
        if ties.known[records[place], feature]:
            told[size] = place
            size += 1
    if size < 2:
        return 0.0
    reach = np.full(size, -np.inf)
    out = np.ones(size, dtype=np.bool_)
    last, total = 0, 0.0
    out[0] = False
    for _ in range(size - 1):
        best = -1
        for place in range(1, size):
            if out[place]:
                slot = pairs[told[last] * records.size + told[place]]
                weight = ties.unmet[feature] if slot < 0 else ties.weight[slot, feature]
                reach[place] = max(reach[place], weight)
                if best < 0 or reach[place] > reach[best]:
                    best = place
        total += reach[best]
        if total == -np.inf:
            return float(total)
        out[best] = False
        last = best
    return float(total)


@njit(cache=True, error_model="numpy")
def log_potential(ties: Ties, records: Whole) -> float:
    """Give the log of prior odds times likelihood ratio of the records being one person.

    Minus infinity when two of them cannot be one, or when no compared pairs hold them together.
    """
    size = records.size
    if size < 2:
        return 0.0
    pairs = np.full(size * size, -1, dtype=np.int64)
    for place in range(size):
        for other in range(place):
            slot = find(ties, records[place], records[other])
            if never_one(ties, records[place], records[other], slot):
                return -np.inf
            pairs[place * size + other] = slot
            pairs[other * size + place] = slot
    total = 0.0
    for feature in range(ties.weight.shape[1]):
        total += _tree(ties, records, pairs, feature)
        if total == -np.inf:
            return float(total)
    return float(total)
