"""Controlled rounding of a linked set by integer programming.

Source: Salazar-González (2006), Controlled rounding and cell perturbation, Computers & Operations
Research 33, 3043-3057; zero-restricted where a solution exists, and else with as few counts as
possible further away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from slachtoffermonitor.disclose.linked import LinkedSet
from slachtoffermonitor.disclose.linked.blocks import blocks_around, shape_of
from slachtoffermonitor.disclose.rounding._pieces import Rounder
from slachtoffermonitor.ground import ReleaseError

__all__ = ["Rounding", "round_linked"]

_Floats = NDArray[np.float64]
_WHOLE = 2_500
_BLOCK = 500
_PART_SECONDS = 3.0
_START = 0.5
_TURNS = 10
_FAR_TURNS = 4
_GAIN = 0.01


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rounding:
    """Rounded counts of every cell of a linked set that is seen.

    Every count is less than `within` + 1 away from the truth: `within` is base - 1 where rounding
    to an adjacent multiple was possible everywhere, and `further` counts the cells where it was
    not. `change` is the sum of absolute changes, `bound` what it must be at least.
    """

    counts: _Floats
    within: int
    further: int
    change: float
    bound: float
    seconds: float


def round_linked(
    linked: LinkedSet,
    truth: _Floats,
    *,
    base: int,
    seed: int = 0,
    seconds: float = 300.0,
    fixed: tuple[NDArray[np.int64], _Floats] | None = None,
    watch: Callable[[str], None] = lambda _: None,
) -> Rounding:
    """Which multiples of the base, near the counts, add up in all tables at once?

    Args:
        linked: the exact tables.
        truth: the true counts of all cells.
        base: of the rounding.
        seed: of the solver.
        seconds: limit; the best rounding found by then is taken.
        fixed: cells that were published before, and their rounded counts.
        watch: told how far the work is.

    Raises:
        ReleaseError: no rounding was found in the time.

    """
    began = monotonic()
    watch("controlled rounding")
    rounder = Rounder(linked, truth, base=base, seed=seed)
    if fixed is not None:
        rounder.keep(*fixed)
    every = np.arange(truth.size)
    bound = float(np.minimum(truth % base, -truth % base)[linked.seen].sum())
    times = None
    if truth.size > _WHOLE:
        times = _by_levels(linked, rounder, deadline=began + 0.5 * seconds, watch=watch)
    if times is None:
        share = _START if truth.size > _WHOLE else 1.0
        left = max(share * (began + seconds - monotonic()), 1.0)
        times, proved = rounder.solve(every, rounder.floor, seconds=left)
        bound = max(bound, proved)
    if times is None:
        raise ReleaseError("no controlled rounding of these tables was found in the time given")
    if truth.size > _WHOLE:
        _improve(linked, rounder, times, deadline=began + seconds, watch=watch)
    counts = base * times
    away = np.abs(counts - truth)[linked.seen]
    return Rounding(
        counts=counts,
        within=_within(away, base),
        further=int((away >= base).sum()),
        change=float(away.sum()),
        bound=bound,
        seconds=monotonic() - began,
    )


def _by_levels(
    linked: LinkedSet, rounder: Rounder, *, deadline: float, watch: Callable[[str], None]
) -> _Floats | None:
    """Round margins first, then each level under the margins that stand; None if one fails."""
    shape = shape_of(linked)
    ways = np.array([int(level).bit_count() for level in shape.level])
    matrix = csr_array(linked.matrix)
    times = rounder.floor.copy()
    done = np.zeros(times.size, dtype=bool)
    coarse = max((way for way in range(ways.max() + 1) if (ways <= way).sum() <= _WHOLE), default=0)
    parts = [np.flatnonzero(ways <= coarse)]
    finer = np.unique(np.stack([ways, shape.population, shape.level])[:, ways > coarse], axis=1).T
    parts += [
        np.flatnonzero((shape.population == number) & (shape.level == level))
        for _, number, level in finer.tolist()
    ]
    for number, cells in enumerate(parts):
        watch(f"controlled rounding: part {number + 1} of {len(parts)}")
        done[cells] = True
        outside = np.asarray(abs(matrix) @ (~done).astype(float))
        mine = np.zeros(times.size)
        mine[cells] = 1.0
        rows = np.flatnonzero((outside == 0) & (np.asarray(abs(matrix) @ mine) > 0))
        left = max(deadline - monotonic(), 1.0) / (len(parts) - number)
        found = None
        for loose in (False, True):
            if found is None:
                found, _ = rounder.solve(
                    cells, times, rows=rows, seconds=max(left, _PART_SECONDS), loose=loose
                )
        if found is None:
            return None
        times[cells] = found
    return times


def _improve(
    linked: LinkedSet,
    rounder: Rounder,
    times: _Floats,
    *,
    deadline: float,
    watch: Callable[[str], None],
) -> None:
    """Round small parts anew, those with counts that are far away first, while that helps."""
    shape, generator = shape_of(linked), np.random.default_rng(rounder.seed)
    every = np.ones(times.size, dtype=bool)
    for turn in range(_TURNS):
        before = rounder.cost(times)
        near = np.minimum(rounder.truth % rounder.base, -rounder.truth % rounder.base)
        away = np.abs(times * rounder.base - rounder.truth)
        worse = (away >= rounder.base) if turn < _FAR_TURNS else (away > near)
        wanted = np.flatnonzero(worse & linked.seen)
        if wanted.size == 0:
            continue
        watch(f"controlled rounding: {wanted.size} counts could be nearer")
        for cells in blocks_around(
            shape, every, wanted, most=_BLOCK, generator=generator, wider=turn % 2 == 1
        ):
            if monotonic() > deadline:
                return
            risen = bool(((rounder.truth == 0) & (times > 0) & linked.seen)[cells].any())
            found, _ = rounder.solve(cells, times, seconds=_PART_SECONDS, loose=risen)
            if found is not None and rounder.cost(found, cells) < rounder.cost(times[cells], cells):
                times[cells] = found
        if turn >= _FAR_TURNS and before - rounder.cost(times) < _GAIN * before:
            return


def _within(away: _Floats, base: int) -> int:
    steps = int(np.ceil((away.max(initial=0.0) + 1) / base))
    return max(steps, 1) * base - 1
