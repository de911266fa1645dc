"""Between which values must each hidden count lie, given everything that was published?

One solution of the equations that differs from the truth tells of all hidden counts at once, so a
few solutions in random directions settle most of them; only the others are solved one by one, with
linear and then integer programming.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.disclose.feasible._bounds import Bounds
from slachtoffermonitor.disclose.feasible._local import reach_inside
from slachtoffermonitor.disclose.feasible._search import Need, Search, System, price_broken
from slachtoffermonitor.disclose.linked import LinkedSet
from slachtoffermonitor.disclose.linked.blocks import shape_of

__all__ = ["Intervals", "feasible_intervals"]

_Floats = NDArray[np.float64]
_FEW = 20
_POINT_SHARE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Intervals:
    """What was found of each target.

    `low` to `high` is the interval that a reader is left with: exact where `broken`, and at least
    as wide as was needed where `safe`. What is neither could not be decided in the time; where
    `likely` fractions at least leave it wide enough.
    `rows_behind` gives, for each broken target, the equations that give it away.
    """

    low: _Floats
    high: _Floats
    safe: NDArray[np.bool_]
    broken: NDArray[np.bool_]
    likely: NDArray[np.bool_]
    rows_behind: Mapping[int, NDArray[np.int64]]


def feasible_intervals(
    linked: LinkedSet,
    need: Need,
    *,
    base: _Floats | None = None,
    seed: int = 0,
    seconds: float = 600.0,
    watch: Callable[[str], None] = lambda _: None,
) -> Intervals:
    """Between which whole numbers must each target lie, and is that wide enough?

    Args:
        linked: the set as a reader knows it.
        need: the targets and how wide their intervals must be.
        base: whole counts of all cells that agree with everything, such as the true ones; sought
            if not given.
        seed: of the directions of pushes.
        seconds: limit of the whole search; what is not decided by then is neither safe nor broken.
        watch: told how far the work is.

    Raises:
        ReleaseError: no counts agree with everything that was published.

    """
    system = System.of(linked)
    search = Search(system, need, seed=seed, seconds=seconds)
    if base is None and search.open(whole=True).size > _FEW:
        base = search.some_point(_POINT_SHARE * seconds)
    if base is not None:
        reach = reach_inside(
            system,
            shape_of(linked),
            need,
            base,
            reach=(search.low, search.high),
            generator=np.random.default_rng(seed),
            deadline=search.deadline,
            watch=watch,
        )
        search.widen(*reach)
    for whole in (False, True):
        search.spread(whole=whole)
        search.one_by_one(whole=whole)
    priced = price_broken(search)
    safe, broken = search.safe(), search.broken()
    likely = need.met(search.real_low, search.real_high) & ~broken
    low = np.where(broken, search.outer_low, np.maximum(search.low, search.outer_low))
    high = np.where(broken, search.outer_high, np.minimum(search.high, search.outer_high))
    behind = {
        int(target): np.concatenate(
            [
                priced.get(int(target), np.empty(0, dtype=np.int64)),
                _traced(linked, search.bounds, int(need.cells[target])),
            ]
        )
        for target in np.flatnonzero(broken)
    }
    return Intervals(
        low=low, high=high, safe=safe & ~broken, broken=broken, likely=likely, rows_behind=behind
    )


def _traced(linked: LinkedSet, bounds: Bounds, cell: int) -> NDArray[np.int64]:
    """Follow back the equations, one after another, that led to the bounds of the cell."""
    rows: dict[int, None] = {}
    waiting, met = [cell], {cell}
    while waiting:
        one = waiting.pop()
        for row in (int(bounds.low_from[one]), int(bounds.high_from[one])):
            if row < 0 or row in rows:
                continue
            rows[row] = None
            start, end = linked.matrix.indptr[row], linked.matrix.indptr[row + 1]
            fresh = {int(other) for other in linked.matrix.indices[start:end]} - met
            met |= fresh
            waiting += sorted(fresh)
    return np.array(list(rows), dtype=np.int64)
