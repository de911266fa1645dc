"""Suppression of a linked set: choose what to hide, attack it, mend it, and say how good it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.disclose.attack import Need, feasible_intervals
from slachtoffermonitor.disclose.attack.completing import completed
from slachtoffermonitor.disclose.linked import LinkedSet
from slachtoffermonitor.disclose.suppression._moves import Moves
from slachtoffermonitor.disclose.suppression.bounds import price_bound
from slachtoffermonitor.disclose.suppression.exact import hide_exactly
from slachtoffermonitor.disclose.suppression.heuristic import Hidden, Task, hide_with_moves
from slachtoffermonitor.ground import ReleaseError

__all__ = ["Suppression", "suppress"]

_Floats = NDArray[np.float64]
_Mask = NDArray[np.bool_]
_EXACT_UP_TO = 400
_MENDING = 12


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
    truth = completed(linked, seed=seed)
    price = cell_prices(linked)
    low, high = older or (np.zeros(truth.size), np.full(truth.size, np.inf))
    fixed = (linked.seen & (truth == 0)) | (low == high)
    fixed[need.cells] = False
    sought = replace(need, truth=truth[need.cells])
    rows = (linked.row_low, linked.row_high)
    room = (np.where(fixed, 0.0, high - truth), np.where(fixed, 0.0, truth - low))
    moves = Moves(linked.matrix, rows, truth, need.cells, room=room, seed=seed)
    task = Task(
        linked=linked,
        need=sought,
        truth=truth,
        price=price,
        fixed=fixed,
        moves=moves,
        older=(low, high),
    )
    generator = np.random.default_rng(seed)
    deadline = began + seconds
    found = hide_with_moves(task, generator, deadline=began + 0.6 * seconds, watch=watch)
    bound = price_bound(task, seconds=min(0.1 * seconds, 20.0))
    if linked.value.size <= _EXACT_UP_TO and found.complete and found.price > bound + 1e-6:
        found, bound = hide_exactly(task, found, bound=bound, deadline=deadline)
    watch("suppression: attack")
    hidden, unproven = _mended(task, found, seed=seed, seconds=seconds)
    return Suppression(
        hidden=hidden,
        unproven=unproven,
        price=float(price[hidden].sum()),
        bound=bound,
        seconds=monotonic() - began,
    )


def _mended(task: Task, found: Hidden, *, seed: int, seconds: float) -> tuple[_Mask, int]:
    """Attack with whole numbers; what is broken gets a longer move, until nothing is broken."""
    hidden = found.cells
    demand = task.need
    generator = np.random.default_rng(seed + 1)
    for turn in range(_MENDING):
        result = feasible_intervals(
            task.as_read(hidden), task.need, seed=seed + turn, seconds=seconds
        )
        left = result.broken | (~result.safe & ~result.likely)
        if not left.any():
            return hidden, int((~result.safe).sum())
        if turn > _MENDING // 2:  # whole numbers leave less room than fractions: hide more around
            hidden = hidden | _neighbours(task, task.need.cells[left])
            continue
        demand = replace(
            demand,
            sliding=np.where(left, demand.sliding + 1, demand.sliding),
            upper=np.where(left, demand.upper + 1, demand.upper),
        )
        cheap = np.where(hidden, 0.0, task.price)
        move = _alone(replace(task, need=_only(demand, left)), cheap, generator)
        hidden = hidden | ((move != 0) & (task.price > 0))
    raise ReleaseError("the unsafe counts of these tables cannot be protected by hiding counts")


def _only(need: Need, chosen: _Mask) -> Need:
    return Need(
        cells=need.cells,
        lower=need.lower,
        upper=np.where(chosen, need.upper, 0.0),
        sliding=np.where(chosen, need.sliding, 0.0),
        truth=need.truth,
    )


def _alone(task: Task, prices: _Floats, generator: np.random.Generator) -> _Floats:
    """Move each broken count by itself, so that no other count takes its room."""
    moved = np.zeros(task.truth.size)
    wanted = np.flatnonzero(task.need.sliding > 0)
    for target in generator.permutation(wanted):
        up = np.zeros(task.need.cells.size)
        up[target] = max(task.need.sliding[target], task.need.upper[target])
        found = task.moves.cheapest(np.where(moved != 0, 0.0, prices), up, np.zeros_like(up))
        moved = np.where(found != 0, found, moved)
        if task.need.lower[target] > 0:
            down = np.zeros_like(up)
            down[target] = min(task.need.lower[target], task.need.truth[target])
            if down[target] > 0:
                found = task.moves.cheapest(np.where(moved != 0, 0.0, prices), down * 0, down)
                moved = np.where(found != 0, found, moved)
    return moved


def _neighbours(task: Task, cells: NDArray[np.int64]) -> _Mask:
    """Find the cells that stand in one equation with these and may be hidden."""
    linked = task.linked
    touched = np.zeros(linked.value.size)
    touched[cells] = 1.0
    size = abs(linked.matrix)
    near = np.asarray(size.T @ (size @ touched)) > 0
    return np.asarray(near & (task.price > 0) & ~task.fixed)
