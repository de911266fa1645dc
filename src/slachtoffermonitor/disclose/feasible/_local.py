"""How far counts can move at least, sought in small parts while all others stay as they are.

Whatever moves inside a part, with everything outside as in one table that agrees with what was
published, is such a table too. Parts are small, so that whole numbers are found in milliseconds
where the whole set would take minutes; what no part shows is left to a search of the whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.disclose.feasible._bounds import propagate
from slachtoffermonitor.disclose.feasible._search import Need, Search, System
from slachtoffermonitor.disclose.linked.blocks import Shape, blocks_around

__all__ = ["Parts", "reach_inside"]

_Floats = NDArray[np.float64]
_QUICK = ((300, False), (300, False))
_THOROUGH = (*_QUICK, (400, True), (400, False), (800, True))
_TURN_SECONDS = 1.0


class Parts:
    """Cuts small systems out of a large one, all that is outside standing at `base`."""

    def __init__(self, system: System, base: _Floats) -> None:
        self.system, self.base = system, base
        self.columns = system.matrix.tocsc()
        self.now = np.asarray(system.matrix @ base)

    def of(self, cells: NDArray[np.int64]) -> System:
        """Give the equations between these cells."""
        part = self.columns[:, cells].tocsr()
        used = np.flatnonzero(np.diff(part.indptr))
        part = part[used]
        outside = self.now[used] - np.asarray(part @ self.base[cells])
        return System(
            matrix=part,
            rows=(self.system.rows[0][used] - outside, self.system.rows[1][used] - outside),
            low=self.system.low[cells],
            high=self.system.high[cells],
        )

    def search(
        self,
        cells: NDArray[np.int64],
        need: Need,
        seen: tuple[_Floats, _Floats],
        *,
        seed: int,
        seconds: float,
    ) -> Search:
        """Look for whole numbers between these cells that move targets of the part."""
        found = Search(
            self.of(cells),
            need,
            seed=seed,
            seconds=seconds,
            turn_seconds=_TURN_SECONDS,
            seen=seen,
        )
        found.whole_moves()
        return found


def reach_inside(
    system: System,
    shape: Shape,
    need: Need,
    base: _Floats,
    *,
    reach: tuple[_Floats, _Floats],
    generator: np.random.Generator,
    deadline: float,
    thorough: bool = True,
    watch: Callable[[str], None] = lambda _: None,
) -> tuple[_Floats, _Floats]:
    """How far, in whole numbers, can the targets at least move away from `base`?

    Returns:
        The lowest and highest value seen of each target, `reach` included.

    """
    low, high = np.minimum(reach[0], base[need.cells]), np.maximum(reach[1], base[need.cells])
    bounds = propagate(system.matrix, system.rows, system.low, system.high)
    system = replace(system, low=bounds.low, high=bounds.high)
    parts, free = Parts(system, base), bounds.high > bounds.low
    position = np.full(base.size, -1)
    hopeless = ~need.met(bounds.low[need.cells], bounds.high[need.cells])
    for most, wider in _THOROUGH if thorough else _QUICK:
        left = ~need.met(low, high) & ~hopeless
        if not left.any():
            break
        watch(f"{left.sum()} of {left.size} counts not yet seen to move far enough")
        for cells in blocks_around(
            shape, free, need.cells[left], most=most, generator=generator, wider=wider
        ):
            if monotonic() > deadline:
                return low, high
            position[:] = -1
            position[cells] = np.arange(cells.size)
            targets = np.flatnonzero(left & (position[need.cells] >= 0) & ~need.met(low, high))
            if targets.size == 0:
                continue
            search = parts.search(
                cells,
                replace(need.only(targets), cells=position[need.cells[targets]]),
                (low[targets], high[targets]),
                seed=int(generator.integers(2**31)),
                seconds=deadline - monotonic(),
            )
            low[targets] = np.minimum(low[targets], search.low)
            high[targets] = np.maximum(high[targets], search.high)
    return low, high
