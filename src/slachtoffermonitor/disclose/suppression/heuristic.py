"""Secondary suppression by linear programming: few moves that protect many counts each.

Source: after the network heuristics of Kelly, Golden and Assad (1992, Networks 22, 397-417), which
protect one count after another along the cheapest move. Here one program moves a tenth of the
unprotected counts at a time, and a push of all of them at once tells which others are protected by
what is hidden already.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.disclose.attack import Need
from slachtoffermonitor.disclose.attack.intervals import fractions_protect, quick_reach
from slachtoffermonitor.disclose.linked import LinkedSet
from slachtoffermonitor.disclose.suppression._moves import Moves

__all__ = ["Hidden", "Task", "hide_with_moves"]

_Floats = NDArray[np.float64]
_Mask = NDArray[np.bool_]
_ROUNDS = 200
_PATIENCE = 4
_FREE = 1e-3
_SHARE = 0.1
_LEAST = 20.0
_PUSHES = 3
_PUSH_SECONDS = 60.0
_GROUPS = 16
_SMALL = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Task:
    """What is to be protected, at what price.

    `need` holds the unsafe cells and how wide their intervals must stay, `price` what hiding each
    cell costs (0: nobody sees it anyway), `fixed` what must not be hidden, `older` the bounds that
    readers know from before.
    """

    linked: LinkedSet
    need: Need
    truth: _Floats
    price: _Floats
    fixed: _Mask
    moves: Moves
    older: tuple[_Floats, _Floats]

    def as_read(self, hidden: _Mask) -> LinkedSet:
        """Give the set as a reader sees it: of what is hidden nothing is known."""
        return replace(
            self.linked,
            low=np.where(hidden, self.older[0], self.linked.low),
            high=np.where(hidden, self.older[1], self.linked.high),
        )

    def hidden(self, cells: _Mask, *, complete: bool) -> Hidden:
        """Give the choice of these cells with its price."""
        return Hidden(cells=cells, price=float(self.price[cells].sum()), complete=complete)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hidden:
    """A choice of cells to hide and its price; `complete` when fractions protect every target."""

    cells: _Mask
    price: float
    complete: bool


def hide_with_moves(
    task: Task, generator: np.random.Generator, *, deadline: float, watch: Callable[[str], None]
) -> Hidden:
    """Which cells should be hidden, so that every unsafe one is protected, at a low price?

    First cells are added, a share of the unprotected targets at a time; then what is hidden is
    shown again, in groups, where the rest still protects every target.
    """
    began = monotonic()
    found = _add(task, generator, began + 0.6 * (deadline - began), watch)
    return _take_back(task, found, generator, deadline, watch)


def _add(
    task: Task, generator: np.random.Generator, deadline: float, watch: Callable[[str], None]
) -> Hidden:
    need, size = task.need, task.truth.size
    hidden = np.zeros(size, dtype=bool)
    hidden[need.cells] = True
    reach = (need.truth.copy(), need.truth.copy())
    stuck = 0
    for turn in range(_ROUNDS):
        left = ~need.met(*reach)
        if not left.any() or stuck > _PATIENCE:
            break
        hurry = monotonic() > deadline or stuck > 0
        up, down = _asked(need, reach, left, generator, share=1.0 if hurry else _SHARE)
        prices = np.where(hidden, np.minimum(task.price, _FREE), task.price)
        move = task.moves.cheapest(prices, up, down)
        hidden |= (move != 0) & (task.price > 0)
        moved = need.truth + move[need.cells]
        reach = (np.minimum(reach[0], moved), np.maximum(reach[1], moved))
        reach = quick_reach(
            task.as_read(hidden), need, reach, seed=turn, turns=_PUSHES, seconds=_PUSH_SECONDS
        )
        now = ~need.met(*reach)
        watch(f"suppression: {now.sum()} of {left.size} counts unprotected, {hidden.sum()} hidden")
        stuck = stuck + 1 if now.sum() == left.sum() else 0
    return task.hidden(hidden, complete=bool(need.met(*reach).all()))


def _asked(
    need: Need,
    reach: tuple[_Floats, _Floats],
    left: _Mask,
    generator: np.random.Generator,
    *,
    share: float,
) -> tuple[_Floats, _Floats]:
    """Choose which unprotected counts should move now, and how far: up, unless down is lacking.

    The others are free to give way, so that few others are needed.
    """
    low, high = reach
    chosen = left & (generator.random(left.size) < max(share, _LEAST / max(left.sum(), 1)))
    lacks_low = low > np.maximum(need.truth - need.lower, 0) + _SMALL
    lacks_high = (high < need.truth + need.upper - _SMALL) | ~lacks_low
    up = np.maximum(need.sliding - (need.truth - low), need.upper)
    down = np.minimum(need.lower, need.truth)
    return np.where(chosen & lacks_high, up, 0.0), np.where(chosen & ~lacks_high, down, 0.0)


def _take_back(
    task: Task,
    found: Hidden,
    generator: np.random.Generator,
    deadline: float,
    watch: Callable[[str], None],
) -> Hidden:
    """Show again what is not needed: try groups, and halve those that are needed somewhere."""
    if not found.complete:
        return found
    hidden = found.cells.copy()
    secondary = np.setdiff1d(np.flatnonzero(hidden & (task.price > 0)), task.need.cells)
    order = secondary[
        np.argsort(-task.price[secondary] * generator.uniform(0.7, 1, secondary.size))
    ]
    groups = [group for group in np.array_split(order, _GROUPS) if group.size]
    while groups and monotonic() < deadline:
        group = groups.pop(0)
        shown = hidden.copy()
        shown[group] = False
        if _protects(task, shown, deadline):
            hidden = shown
        elif group.size > 1:
            groups += np.array_split(group, 2)
        watch(f"suppression: {hidden.sum()} hidden, {len(groups)} groups to try")
    return task.hidden(hidden, complete=True)


def _protects(task: Task, hidden: _Mask, deadline: float) -> bool:
    """Say whether every target can move as far as it needs when only these are hidden."""
    left = max(deadline - monotonic(), 0.1)
    found = fractions_protect(task.as_read(hidden), task.need, seconds=left)
    return found
