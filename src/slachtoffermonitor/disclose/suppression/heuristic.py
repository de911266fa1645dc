"""Secondary suppression part by part: cheap moves of many counts, each proved with whole numbers.

Source: after the network heuristics of Kelly, Golden and Assad (1992, Networks 22, 397-417), which
protect one count after another along the cheapest move. Here one linear program moves a share of
the unprotected counts of one small part of the set at a time, and whole numbers tell at once which
others are protected by what is hidden already.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.disclose.feasible import Need, Parts, System, reach_inside
from slachtoffermonitor.disclose.linked import LinkedSet
from slachtoffermonitor.disclose.linked.blocks import Shape, blocks_around
from slachtoffermonitor.disclose.suppression._moves import Moves

__all__ = ["Hidden", "Task", "add_moves", "hide_with_moves"]

_Floats = NDArray[np.float64]
_Mask = NDArray[np.bool_]
_Reach = tuple[_Floats, _Floats]
_ROUNDS = 40
_PATIENCE = 3
_PART = 4_000
_WHOLE = 2
_TAIL = 150
_FREE = 1e-3
_SHARE = 0.15
_LEAST = 40
_SMALL = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Task:
    """What is to be protected, at what price.

    `need` holds the unsafe cells and how wide their intervals must stay, `price` what hiding each
    cell costs (0: nobody sees it anyway), `fixed` what must not be hidden, `older` the bounds that
    readers know from before.
    """

    linked: LinkedSet
    shape: Shape
    need: Need
    truth: _Floats
    price: _Floats
    fixed: _Mask
    older: _Reach

    def as_read(self, hidden: _Mask) -> LinkedSet:
        """Give the set as a reader sees it: of what is hidden nothing is known."""
        return replace(
            self.linked,
            low=np.where(hidden, self.older[0], self.linked.low),
            high=np.where(hidden, self.older[1], self.linked.high),
        )

    def hidden(self, cells: _Mask, reach: _Reach) -> Hidden:
        """Give the choice of these cells with its price."""
        return Hidden(cells=cells, price=float(self.price[cells].sum()), reach=reach)

    def reach_with(
        self,
        hidden: _Mask,
        reach: _Reach,
        generator: np.random.Generator,
        *,
        deadline: float,
        thorough: bool = True,
        watch: Callable[[str], None] = lambda _: None,
    ) -> _Reach:
        """How far are the targets seen to move, in whole numbers, when these cells are hidden?"""
        return reach_inside(
            System.of(self.as_read(hidden)),
            self.shape,
            self.need,
            self.truth,
            reach=reach,
            generator=generator,
            deadline=deadline,
            thorough=thorough,
            watch=watch,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hidden:
    """A choice of cells to hide, its price, and how far each target is seen to move with it."""

    cells: _Mask
    price: float
    reach: _Reach


def hide_with_moves(
    task: Task, generator: np.random.Generator, *, deadline: float, watch: Callable[[str], None]
) -> Hidden:
    """Which cells should be hidden, so that every unsafe one is protected, at a low price?"""
    hidden = np.zeros(task.truth.size, dtype=bool)
    hidden[task.need.cells] = True
    return add_moves(task, hidden, generator, deadline=deadline, watch=watch)


def add_moves(
    task: Task,
    hidden: _Mask,
    generator: np.random.Generator,
    *,
    deadline: float,
    watch: Callable[[str], None],
    reach: _Reach | None = None,
) -> Hidden:
    """Which cells must be hidden too, beside these, for every target to be protected?"""
    need = task.need
    reach = reach or (need.truth.copy(), need.truth.copy())
    reach = task.reach_with(hidden, reach, generator, deadline=deadline, watch=watch)
    stuck = 0
    for _ in range(_ROUNDS):
        left = ~need.met(*reach)
        if not left.any() or stuck > _PATIENCE or monotonic() > deadline:
            break
        watch(f"suppression: {left.sum()} of {left.size} unprotected, {hidden.sum()} hidden")
        few = stuck > 0 or left.sum() <= _LEAST
        chosen = left if few else left & (generator.random(left.size) < _SHARE)
        hidden, reach = _move(
            task, hidden, reach, chosen, generator, stuck=stuck, deadline=deadline
        )
        reach = task.reach_with(hidden, reach, generator, deadline=deadline, thorough=False)
        gained = left.sum() - (~need.met(*reach)).sum()
        stuck = stuck + 1 if gained == 0 else min(stuck, int(left.sum() <= _TAIL))
    return task.hidden(hidden, reach)


def _move(
    task: Task,
    hidden: _Mask,
    reach: _Reach,
    left: _Mask,
    generator: np.random.Generator,
    *,
    stuck: int,
    deadline: float,
) -> tuple[_Mask, _Reach]:
    """Move each of the targets that are left once, part by part, and hide what moves with them.

    Once the search is stuck each target is moved alone, further than it needs and in wider parts:
    whole numbers leave less room than fractions.
    """
    need, hidden, reach = task.need, hidden.copy(), (reach[0].copy(), reach[1].copy())
    parts = Parts(System.of(task.as_read(~task.fixed)), task.truth)
    position = np.full(task.truth.size, -1)
    left = left.copy()
    for cells in blocks_around(
        task.shape,
        ~task.fixed,
        need.cells[left],
        most=_PART if stuck < _WHOLE else task.truth.size,
        generator=generator,
        wider=stuck > 0,
    ):
        position[:] = -1
        position[cells] = np.arange(cells.size)
        targets = np.flatnonzero(left & (position[need.cells] >= 0))
        if targets.size == 0 or monotonic() > deadline:
            continue
        left[targets] = False
        system = parts.of(cells)
        room = (system.high - task.truth[cells], task.truth[cells] - system.low)
        moves = Moves(
            system.matrix,
            system.rows,
            task.truth[cells],
            position[need.cells[targets]],
            room=room,
            seed=int(generator.integers(2**31)),
        )
        groups = [targets] if stuck == 0 else np.array_split(targets, targets.size)
        for group in groups:
            up, down = _asked(need, reach, np.isin(targets, group), targets, stuck)
            if not (up + down).any() or monotonic() > deadline:
                continue
            price = task.price[cells]
            prices = np.where(hidden[cells], np.minimum(price, _FREE), price)
            moved = cells[moves.cheapest(prices, up, down) != 0]
            hidden[moved[task.price[moved] > 0]] = True
            _prove(parts, need, moved, reach, generator=generator, deadline=deadline)
    return hidden, reach


def _prove(
    parts: Parts,
    need: Need,
    moved: NDArray[np.int64],
    reach: _Reach,
    *,
    generator: np.random.Generator,
    deadline: float,
) -> None:
    """Seek whole numbers among the cells that a move of fractions changes; widen the reach."""
    position = np.full(parts.base.size, -1)
    position[moved] = np.arange(moved.size)
    targets = np.flatnonzero((position[need.cells] >= 0) & ~need.met(*reach))
    if targets.size == 0:
        return
    search = parts.search(
        moved,
        replace(need.only(targets), cells=position[need.cells[targets]]),
        (reach[0][targets], reach[1][targets]),
        seed=int(generator.integers(2**31)),
        seconds=deadline - monotonic(),
    )
    reach[0][targets] = np.minimum(reach[0][targets], search.low)
    reach[1][targets] = np.maximum(reach[1][targets], search.high)


def _asked(
    need: Need, reach: _Reach, asked: _Mask, targets: NDArray[np.int64], further: int
) -> _Reach:
    """Say how far these targets should move: up, unless only down is lacking."""
    need, low, high = need.only(targets), reach[0][targets], reach[1][targets]
    asked = asked & ~need.met(low, high)
    lacks_low = low > np.maximum(need.truth - need.lower, 0) + _SMALL
    lacks_high = (high < need.truth + need.upper - _SMALL) | ~lacks_low
    up = np.maximum(need.sliding - (need.truth - low), need.upper) + further
    down = np.minimum(need.lower, need.truth)
    return np.where(asked & lacks_high, up, 0.0), np.where(asked & ~lacks_high, down, 0.0)
