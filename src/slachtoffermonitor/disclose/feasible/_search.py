"""One search for the limits of hidden counts: by random pushes of all, then one by one."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from slachtoffermonitor.disclose.feasible._bounds import propagate
from slachtoffermonitor.disclose.feasible._polytope import Polytope, Reduced, is_whole
from slachtoffermonitor.disclose.linked import LinkedSet

__all__ = ["Need", "Search", "System", "price_broken"]

_Floats = NDArray[np.float64]
_ROUNDS = 40
_STALLED = 0.05
_NEAR = 1e-6
_LOOSE = 0.5
_TURN_SECONDS = 5.0
_PATIENT = 4.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class System:
    """Equations between counts, and what is known of each count."""

    matrix: csr_array
    rows: tuple[_Floats, _Floats]
    low: _Floats
    high: _Floats

    @classmethod
    def of(cls, linked: LinkedSet) -> System:
        """Give the equations of a linked set."""
        return cls(
            matrix=linked.matrix,
            rows=(linked.row_low, linked.row_high),
            low=linked.low,
            high=linked.high,
        )


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

    def only(self, chosen: NDArray[np.int64]) -> Need:
        """Give what some of the targets need."""
        return Need(
            cells=self.cells[chosen],
            lower=self.lower[chosen],
            upper=self.upper[chosen],
            sliding=self.sliding[chosen],
            truth=self.truth[chosen],
        )

    def met(self, low: _Floats, high: _Floats) -> NDArray[np.bool_]:
        """Say of which targets these intervals are wide enough."""
        wide = high - low >= self.sliding - _NEAR
        below = low <= np.maximum(self.truth - self.lower, 0.0) + _NEAR
        above = high >= self.truth + self.upper - _NEAR
        unknown = np.isnan(self.truth)
        return np.asarray(wide & (below | unknown) & (above | unknown))


class Search:
    """The state of one search: what is certain from inside and from outside."""

    def __init__(
        self,
        system: System,
        need: Need,
        *,
        seed: int = 0,
        seconds: float = 60.0,
        turn_seconds: float = _TURN_SECONDS,
        seen: tuple[_Floats, _Floats] | None = None,
    ) -> None:
        self.need, self.turn_seconds = need, turn_seconds
        self.generator = np.random.default_rng(seed)
        self.deadline = monotonic() + seconds
        self.bounds = propagate(system.matrix, system.rows, system.low, system.high)
        low, high = self.bounds.low, self.bounds.high
        self.outer_low, self.outer_high = low[need.cells], high[need.cells]
        self.reduced = Reduced(system.matrix, system.rows, low, high)
        self.where = self.reduced.position[need.cells]
        known = ~np.isnan(need.truth)
        fixed = self.where < 0
        self.low = np.where(known, need.truth, np.where(fixed, self.outer_low, np.inf))
        self.high = np.where(known, need.truth, np.where(fixed, self.outer_high, -np.inf))
        self.real_low, self.real_high = self.low.copy(), self.high.copy()
        if seen is not None:
            self.widen(*seen)
        self.polytope = Polytope(self.reduced, seed=seed)

    def safe(self) -> NDArray[np.bool_]:
        return self.need.met(self.low, self.high)

    def broken(self) -> NDArray[np.bool_]:
        low, high = np.minimum(self.outer_low, self.low), np.maximum(self.outer_high, self.high)
        return ~self.need.met(low, high)

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

    def some_point(self, seconds: float) -> _Floats | None:
        """Give whole counts of every cell that agree with all equations, if found in time."""
        found = self.polytope.maximise(
            np.zeros(self.polytope.size), whole=True, seconds=min(self.left(), seconds)
        )
        if found is None:
            return None
        self.learn(found)
        counts = self.bounds.low.copy()
        counts[self.reduced.free] = np.round(found)
        return counts

    def widen(self, low: _Floats, high: _Floats) -> None:
        """Widen the intervals from inside by what was seen elsewhere."""
        self.low, self.high = np.minimum(self.low, low), np.maximum(self.high, high)
        self.real_low = np.minimum(self.real_low, low)
        self.real_high = np.maximum(self.real_high, high)

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
                (_LOOSE, min(self.left(), self.turn_seconds)) if whole else (0.0, self.left())
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

    def whole_moves(self) -> None:
        """Look for whole numbers that move the targets; fractions first where pushes do not."""
        self.spread(whole=True)
        self.one_by_one(whole=False)
        self.one_by_one(whole=True)

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
                self.limit(int(target), sign, whole=whole)

    def limit(self, target: int, sign: float, *, whole: bool) -> None:
        """Find how far one target goes up, or down."""
        weights = np.zeros(self.polytope.size)
        weights[self.where[target]] = sign
        seconds = min(self.left(), _PATIENT * self.turn_seconds) if whole else self.left()
        counts = self.polytope.maximise(weights, whole=whole, seconds=seconds)
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


def price_broken(search: Search) -> dict[int, NDArray[np.int64]]:
    """Find the limits of what is broken, and the equations that hold each such target."""
    priced = {}
    for target in np.flatnonzero(search.broken() & (search.where >= 0)):
        if search.late():
            break
        rows = []
        for sign in (1.0, -1.0):
            search.limit(int(target), sign, whole=False)
            duals = np.abs(search.polytope.duals()) > _NEAR
            rows.append(search.reduced.used_rows[duals])
        priced[int(target)] = np.unique(np.concatenate(rows))
    return priced
