"""Controlled rounding of some cells while all others stay as they are rounded."""

from __future__ import annotations

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, hstack

from slachtoffermonitor.disclose.linked import LinkedSet

__all__ = ["Rounder"]

_Floats = NDArray[np.float64]
_FURTHER = 20.0
_STEPS = 4
_ROSE = 3.0
_NEAR = 1e-6


class Rounder:
    """The integer program of a linked set, solved for any choice of its cells.

    A cell is a whole number of times the base: at least its floor less some steps, and the next
    multiple above or some steps further. Steps away from the two multiples next to the truth cost
    much, and a count of 0 stays 0 while that is possible.
    """

    def __init__(self, linked: LinkedSet, truth: _Floats, *, base: int, seed: int) -> None:
        self.base, self.seed, self.seen = base, seed, linked.seen
        self.truth, self.floor = truth, np.floor(truth / base)
        self.rows = (linked.row_low, linked.row_high)
        self.matrix = csc_array(linked.matrix)
        self.kept = np.zeros(truth.size, dtype=bool)
        self.pinned = np.zeros(truth.size)

    def keep(self, cells: NDArray[np.int64], counts: _Floats) -> None:
        """Keep what was published before: the same count is rounded alike in every edition."""
        self.kept[cells] = True
        self.pinned[cells] = counts / self.base

    def cost(self, times: _Floats, cells: NDArray[np.int64] | None = None) -> float:
        """Give the sum of absolute changes, and of the price of all steps further away."""
        at = np.arange(times.size) if cells is None else cells
        away = np.abs(times * self.base - self.truth[at])
        further = np.maximum(np.ceil(away / self.base + _NEAR) - 1, 0) * _FURTHER * self.base
        return float((away + further)[self.seen[at]].sum())

    def solve(
        self,
        cells: NDArray[np.int64],
        times: _Floats,
        *,
        rows: NDArray[np.int64] | None = None,
        seconds: float,
        loose: bool = False,
    ) -> tuple[_Floats | None, float]:
        """Round these cells anew, all others standing at `times` the base.

        `rows` are the equations that count, by default all in which the cells stand. `loose` lets
        a count of 0 rise, at a high price.

        Returns:
            How many times the base each of the cells is, None when no way was found in time, and
            the least change that the solver could not rule out.

        """
        part = self.matrix[:, cells].tocsr()
        used = np.flatnonzero(np.diff(part.indptr)) if rows is None else rows
        part = csc_array(part[used])
        others = times.copy()
        others[cells] = self.floor[cells]
        now = np.asarray(self.matrix.tocsr()[used] @ others)
        solver = self._solver(seconds)
        solver.passModel(
            self._model(
                part, cells, (self.rows[0][used] - now, self.rows[1][used] - now), loose=loose
            )
        )
        self._pin(solver, cells)
        solver.run()
        least = np.abs(self.truth - self.base * self.floor)[cells][self.seen[cells]].sum()
        bound = max(float(least) + float(solver.getInfo().mip_dual_bound), 0.0)
        solution = solver.getSolution()
        if not solution.value_valid:
            return None, bound
        found = np.round(np.asarray(solution.col_value)).reshape(3, cells.size)
        return self.floor[cells] + found[0] + found[1] - found[2], bound

    def _model(
        self,
        part: csc_array,
        cells: NDArray[np.int64],
        rows: tuple[_Floats, _Floats],
        *,
        loose: bool,
    ) -> highspy.HighsLp:
        truth, floor, seen = self.truth[cells], self.floor[cells], self.seen[cells]
        base = self.base
        steps = np.where(seen, float(_STEPS), np.inf)
        split = (truth % base != 0) & seen
        far = np.where(seen, base * _FURTHER, 0.0)
        cost = np.concatenate([np.where(seen, base - 2 * (truth - base * floor), 0.0), far, far])
        high = np.concatenate([split.astype(float), steps, np.minimum(steps, floor)])
        empty = np.concatenate([np.zeros(cells.size, dtype=bool), *[seen & (truth == 0)] * 2])
        if loose:
            cost[empty] *= _ROSE
        else:
            high[empty] = 0.0
        whole = csc_array(hstack([part, part, -part]))
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = cost.size, whole.shape[0]
        model.col_cost_, model.col_lower_, model.col_upper_ = cost, np.zeros(cost.size), high
        model.row_lower_, model.row_upper_ = rows
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_, model.a_matrix_.index_ = whole.indptr, whole.indices
        model.a_matrix_.value_ = whole.data
        model.integrality_ = [highspy.HighsVarType.kInteger] * cost.size
        return model

    def _pin(self, solver: highspy.Highs, cells: NDArray[np.int64]) -> None:
        at = np.flatnonzero(self.kept[cells])
        if at.size == 0:
            return
        steps, size = self.pinned[cells[at]] - self.floor[cells[at]], cells.size
        columns = np.concatenate([at, size + at, 2 * size + at]).astype(np.int32)
        chosen = np.concatenate([steps * 0, np.maximum(steps, 0.0), np.maximum(-steps, 0.0)])
        solver.changeColsBounds(columns.size, columns, chosen, chosen)

    def _solver(self, seconds: float) -> highspy.Highs:
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", self.seed % (2**31)),
            ("time_limit", max(seconds, 0.1)),
            ("mip_rel_gap", 0.01),
        ):
            solver.setOptionValue(option, value)
        return solver
