"""Between which values must each hidden count lie, given everything that was published?

One solution of the equations that differs from the truth tells of all hidden counts at once, so a
few solutions in random directions settle most of them; only the others are solved one by one, with
linear and then integer programming.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.disclose.attack._bounds import Bounds, propagate
from slachtoffermonitor.disclose.attack._polytope import Polytope, Reduced, is_whole
from slachtoffermonitor.disclose.linked import LinkedSet

__all__ = ["Intervals", "Need", "feasible_intervals", "fractions_protect", "quick_reach"]

_Floats = NDArray[np.float64]
_ROUNDS = 40
_STALLED = 0.05
_NEAR = 1e-6
_LOOSE = 0.5
_TURN_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Need:
    """How wide the interval of each target must be.

    At least `sliding` wide, and where the true count is known at least `lower` below it (or down
    to 0) and `upper` above it. `cells` are the targets, by number in the linked set.
    """

    cells: NDArray[np.int64]
    lower: _Floats
    upper: _Floats
    sliding: _Floats
    truth: _Floats

    def met(self, low: _Floats, high: _Floats) -> NDArray[np.bool_]:
        """Say of which targets these intervals are wide enough."""
        wide = high - low >= self.sliding - _NEAR
        below = low <= np.maximum(self.truth - self.lower, 0.0) + _NEAR
        above = high >= self.truth + self.upper - _NEAR
        unknown = np.isnan(self.truth)
        return np.asarray(wide & (below | unknown) & (above | unknown))


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


class _Search:
    """The state of one search: what is certain from inside and from outside."""

    def __init__(self, linked: LinkedSet, need: Need, seed: int, seconds: float) -> None:
        self.need = need
        self.generator = np.random.default_rng(seed)
        self.deadline = monotonic() + seconds
        rows = (linked.row_low, linked.row_high)
        self.bounds = propagate(linked.matrix, rows, linked.low, linked.high)
        low, high = self.bounds.low, self.bounds.high
        self.priced: dict[int, NDArray[np.int64]] = {}
        self.outer_low, self.outer_high = low[need.cells], high[need.cells]
        self.reduced = Reduced(linked.matrix, rows, low, high)
        self.where = self.reduced.position[need.cells]
        known = ~np.isnan(need.truth)
        fixed = self.where < 0
        self.low = np.where(known, need.truth, np.where(fixed, self.outer_low, np.inf))
        self.high = np.where(known, need.truth, np.where(fixed, self.outer_high, -np.inf))
        self.real_low, self.real_high = self.low.copy(), self.high.copy()
        self.polytope = Polytope(self.reduced, seed=seed)

    def safe(self) -> NDArray[np.bool_]:
        return self.need.met(self.low, self.high)

    def broken(self) -> NDArray[np.bool_]:
        return ~self.need.met(self.outer_low, self.outer_high)

    def open(self, *, whole: bool) -> NDArray[np.int64]:
        met = self.safe() if whole else self.need.met(self.real_low, self.real_high)
        return np.flatnonzero(~met & ~self.broken() & (self.where >= 0))

    def late(self) -> bool:
        return monotonic() > self.deadline

    def left(self) -> float:
        return max(self.deadline - monotonic(), 0.05)

    def learn(self, counts: _Floats | None) -> bool:
        """Widen the intervals from inside by one solution; say whether it was one of wholes."""
        if counts is None:
            return False
        inside = self.where >= 0
        found = counts[self.where[inside]]
        self.real_low[inside] = np.minimum(self.real_low[inside], found)
        self.real_high[inside] = np.maximum(self.real_high[inside], found)
        if not is_whole(counts):
            return False
        found = np.round(found)
        self.low[inside] = np.minimum(self.low[inside], found)
        self.high[inside] = np.maximum(self.high[inside], found)
        return True

    def spread(self, *, whole: bool, turns: int = _ROUNDS) -> None:
        """Push all open targets in random directions at once, until that stops helping."""
        for turn in range(turns):
            before = self.open(whole=whole)
            if before.size == 0 or self.late():
                break
            signs = self.generator.choice([-1.0, 1.0], before.size)
            weights = np.zeros(self.polytope.size)
            np.add.at(weights, self.where[before], signs)
            self._cap(before, signs)
            gap, seconds = (
                (_LOOSE, min(self.left(), _TURN_SECONDS)) if whole else (0.0, self.left())
            )
            self.learn(
                self.polytope.maximise(weights, whole=whole, inside=True, seconds=seconds, gap=gap)
            )
            self.polytope.free_bounds()
            after = self.open(whole=whole).size
            if turn >= 3 and before.size - after <= _STALLED * before.size:
                break

    def _cap(self, targets: NDArray[np.int64], signs: _Floats) -> None:
        """Let no target go further than it needs, so that one does not take the room of others."""
        base_low, base_high = self.real_low[targets], self.real_high[targets]
        if not np.all(np.isfinite(base_low)):
            return
        far = np.maximum(self.need.sliding, self.need.lower + self.need.upper)[targets]
        column = self.where[targets]
        low, high = self.polytope.low[column], self.polytope.high[column]
        high = np.where(signs > 0, np.minimum(high, np.ceil(base_low + far)), high)
        low = np.where(signs < 0, np.maximum(low, np.floor(base_high - far)), low)
        self.polytope.bound(column, np.minimum(low, base_low), np.maximum(high, base_high))

    def one_by_one(self, *, whole: bool) -> None:
        """Find the exact limits of each target that is still open."""
        for target in self.open(whole=whole):
            for sign in (1.0, -1.0):
                met = (
                    self.need.met(self.low, self.high)
                    if whole
                    else self.need.met(self.real_low, self.real_high)
                )
                if met[target] or self.late():
                    break
                self._limit(int(target), sign, whole=whole)

    def _limit(self, target: int, sign: float, *, whole: bool) -> None:
        weights = np.zeros(self.polytope.size)
        weights[self.where[target]] = sign
        counts = self.polytope.maximise(weights, whole=whole, seconds=self.left())
        self.learn(counts)
        if counts is None:
            return
        limit = self.polytope.optimum_bound()
        if sign > 0:
            top = np.floor(limit + _NEAR)
            self.outer_high[target] = min(self.outer_high[target], top)
        else:
            bottom = np.ceil(-limit - _NEAR)
            self.outer_low[target] = max(self.outer_low[target], bottom)

    def limits(self, target: int) -> None:
        """Find how far one target can go up and down, fractions allowed."""
        for sign in (1.0, -1.0):
            self._limit(target, sign, whole=False)

    def exact_limits(self) -> None:
        """Find the limits of what is broken, so that a reader of the attack sees them."""
        for target in np.flatnonzero(self.broken() & (self.where >= 0)):
            if self.late():
                return
            rows = [self._priced(int(target), sign) for sign in (1.0, -1.0)]
            self.priced[int(target)] = np.unique(np.concatenate(rows))

    def _priced(self, target: int, sign: float) -> NDArray[np.int64]:
        """List the equations that hold the target where it is."""
        self._limit(target, sign, whole=False)
        return self.reduced.used_rows[np.abs(self.polytope.duals()) > _NEAR]


def feasible_intervals(
    linked: LinkedSet, need: Need, *, seed: int = 0, seconds: float = 600.0
) -> Intervals:
    """Between which whole numbers must each target lie, and is that wide enough?

    Raises:
        ReleaseError: no counts agree with everything that was published.

    """
    search = _Search(linked, need, seed, seconds)
    for whole in (False, True):
        search.spread(whole=whole)
        search.one_by_one(whole=whole)
    search.exact_limits()
    safe, broken = search.safe(), search.broken()
    likely = need.met(search.real_low, search.real_high) & ~broken
    low = np.where(broken, search.outer_low, np.maximum(search.low, search.outer_low))
    high = np.where(broken, search.outer_high, np.minimum(search.high, search.outer_high))
    behind = {
        int(target): np.concatenate(
            [
                search.priced.get(int(target), np.empty(0, dtype=np.int64)),
                _traced(linked, search.bounds, int(need.cells[target])),
            ]
        )
        for target in np.flatnonzero(broken)
    }
    return Intervals(
        low=low, high=high, safe=safe & ~broken, broken=broken, likely=likely, rows_behind=behind
    )


def quick_reach(
    linked: LinkedSet,
    need: Need,
    reach: tuple[_Floats, _Floats],
    *,
    seed: int,
    turns: int,
    seconds: float,
) -> tuple[_Floats, _Floats]:
    """How far can the targets at least move, fractions allowed, by a few pushes of all of them?

    What is found is certain for fractions; what is not found may still be possible. `reach` is
    what was certain before.
    """
    search = _Search(linked, need, seed, seconds)
    search.real_low = np.minimum(search.real_low, reach[0])
    search.real_high = np.maximum(search.real_high, reach[1])
    search.spread(whole=False, turns=turns)
    return search.real_low, search.real_high


def fractions_protect(linked: LinkedSet, need: Need, *, seconds: float) -> bool:
    """Could every target move as far as it needs, were fractions allowed?

    Stops at the first target that cannot; what could not be decided in the time counts as no.
    """
    search = _Search(linked, need, 0, seconds)
    if search.broken().any():
        return False
    search.spread(whole=False)
    for target in search.open(whole=False):
        if not need.met(search.real_low, search.real_high)[target]:
            search.limits(int(target))
            if not need.met(search.real_low, search.real_high)[target]:
                return False
    return bool(need.met(search.real_low, search.real_high).all())


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
