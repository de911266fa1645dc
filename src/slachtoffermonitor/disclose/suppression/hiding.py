"""Suppression of a linked set: choose what to hide, attack it, mend it, and say how good it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.disclose.feasible import Need, completed, feasible_intervals
from slachtoffermonitor.disclose.linked import LinkedSet
from slachtoffermonitor.disclose.linked.blocks import shape_of
from slachtoffermonitor.disclose.suppression.bounds import price_bound
from slachtoffermonitor.disclose.suppression.exact import hide_exactly
from slachtoffermonitor.disclose.suppression.heuristic import (
    Hidden,
    Task,
    hide_with_moves,
)
from slachtoffermonitor.ground import ReleaseError

__all__ = ["Suppression", "suppress"]

_Floats = NDArray[np.float64]
_Mask = NDArray[np.bool_]
_EXACT_UP_TO = 400
_SHARE = 0.7
_LAST_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Suppression:
    """Which cells of a linked set are hidden.

    `price` is the sum over hidden cells of what hiding them costs, `bound` what it must cost at
    least, `gap` their relative difference: how much cheaper a perfect choice could be. `unproven`
    counts the unsafe cells of which linear programming shows that they are protected, but time ran
    out before whole numbers were found that show it too.
    """

    hidden: _Mask
    unproven: int
    price: float
    bound: float
    seconds: float

    @property
    def gap(self) -> float:
        """How much cheaper, relatively, the best choice could be at most."""
        return 0.0 if self.price <= 0 else max(self.price - self.bound, 0.0) / self.price


def cell_prices(linked: LinkedSet) -> _Floats:
    """What does it cost to hide each cell: about 1 for a small one, 3 for a thousand, 0 unseen?"""
    value = np.nan_to_num(linked.value)
    return np.asarray(np.where(linked.seen, np.log2(2 + value) / np.log2(12), 0.0))


def suppress(
    linked: LinkedSet,
    need: Need,
    *,
    seed: int = 0,
    seconds: float = 300.0,
    older: tuple[_Floats, _Floats] | None = None,
    watch: Callable[[str], None] = lambda _: None,
) -> Suppression:
    """Which cells must be hidden, besides the unsafe ones, so that no unsafe one can be told?

    Up to 400 cells the best choice is sought by integer programming; beyond, or when time runs
    out, the best choice found so far is taken. Either way it is attacked and mended until the
    attack finds nothing.

    Args:
        linked: the exact tables.
        need: the unsafe cells and how wide their intervals must stay.
        seed: of the directions of moves.
        seconds: limit of the search; mending may take longer, because nothing may stay broken.
        older: the bounds that readers know already from older editions, cell by cell.
        watch: told how far the work is.

    Raises:
        ReleaseError: hiding everything does not protect an unsafe cell.

    """
    began = monotonic()
    deadline = began + seconds
    task = _task(linked, need, older, seed=seed, seconds=seconds / 4)
    generator = np.random.default_rng(seed)
    bound = price_bound(task, seconds=min(0.1 * seconds, 20.0))
    found = hide_with_moves(task, generator, deadline=began + _SHARE * seconds, watch=watch)
    found = _mended(task, found, generator, deadline=deadline, watch=watch)
    complete = bool(task.need.met(*found.reach).all())
    if linked.value.size <= _EXACT_UP_TO and complete and found.price > bound + 1e-6:
        exact, bound = hide_exactly(task, found, bound=bound, deadline=deadline)
        if exact is not found:
            found = _mended(task, exact, generator, deadline=deadline, watch=watch)
    return Suppression(
        hidden=found.cells,
        unproven=int((~task.need.met(*found.reach)).sum()),
        price=found.price,
        bound=bound,
        seconds=monotonic() - began,
    )


def _task(
    linked: LinkedSet,
    need: Need,
    older: tuple[_Floats, _Floats] | None,
    *,
    seed: int,
    seconds: float,
) -> Task:
    truth = completed(linked, seed=seed, seconds=seconds)
    low, high = older or (np.zeros(truth.size), np.full(truth.size, np.inf))
    fixed = (linked.seen & (truth == 0)) | (low == high)
    fixed[need.cells] = False
    return Task(
        linked=linked,
        shape=shape_of(linked),
        need=replace(need, truth=truth[need.cells]),
        truth=truth,
        price=cell_prices(linked),
        fixed=fixed,
        older=(low, high),
    )


def _mended(
    task: Task,
    found: Hidden,
    generator: np.random.Generator,
    *,
    deadline: float,
    watch: Callable[[str], None],
) -> Hidden:
    """Attack with whole numbers; around what is not protected more is hidden, until all is.

    Raises:
        ReleaseError: everything around an unsafe count is hidden, and it is still broken.

    """
    need, hidden, reach = task.need, found.cells, found.reach
    while not need.met(*reach).all():
        left = np.flatnonzero(~need.met(*reach))
        watch(f"suppression: attack on {left.size} counts")
        result = feasible_intervals(
            task.as_read(hidden),
            need.only(left),
            base=task.truth,
            seed=int(generator.integers(2**31)),
            seconds=max(deadline - monotonic(), _LAST_SECONDS),
        )
        reach = (reach[0].copy(), reach[1].copy())
        seen = np.flatnonzero(result.safe)
        reach[0][left[seen]], reach[1][left[seen]] = result.low[seen], result.high[seen]
        lost = left[~result.safe]
        more = hidden | _neighbours(task, need.cells[lost])
        if lost.size and np.array_equal(more, hidden):
            if result.broken.any():
                raise ReleaseError(
                    "the unsafe counts of these tables cannot be protected by hiding counts"
                )
            break
        hidden = more
        late = max(deadline, monotonic() + _LAST_SECONDS)
        reach = task.reach_with(hidden, reach, generator, deadline=late)
    return task.hidden(hidden, reach)


def _neighbours(task: Task, cells: NDArray[np.int64]) -> _Mask:
    """Find the cells that stand in one equation with these and may be hidden."""
    linked = task.linked
    touched = np.zeros(linked.value.size)
    touched[cells] = 1.0
    size = abs(linked.matrix)
    near = np.asarray(size.T @ (size @ touched)) > 0
    return np.asarray(near & (task.price > 0) & ~task.fixed)
