"""The cheapest suppression by integer programming, cut by cut.

A master program chooses cells to hide; an attack by linear programming on each unsafe cell gives,
when it succeeds, an inequality that every good choice satisfies and this one does not.

Source: Fischetti and Salazar-González (2001), Solving the cell suppression problem on tabular data
with linear constraints, Management Science 47, 1008-1027.
"""

from __future__ import annotations

from time import monotonic

import highspy
import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.disclose.suppression.bounds import master, row_cuts
from slachtoffermonitor.disclose.suppression.heuristic import Hidden, Task

__all__ = ["hide_exactly"]

_Floats = NDArray[np.float64]
_Cut = tuple[_Floats, float]
_NEAR = 1e-6


def hide_exactly(
    task: Task, found: Hidden, *, bound: float, deadline: float
) -> tuple[Hidden, float]:
    """What is the cheapest choice that protects every unsafe cell, and how cheap can it be?

    Returns:
        The cheapest choice found and what any choice costs at least; equal when the search came
        to its end before the deadline, with fractions allowed to the attacker.

    """
    low = np.zeros(task.price.size)
    low[task.need.cells] = 1.0
    low[(task.price <= 0) & ~task.fixed] = 1.0
    solver = master(row_cuts(task), task.price, low)
    blocked = np.flatnonzero(task.fixed & (low == 0)).astype(np.int32)
    solver.changeColsBounds(blocked.size, blocked, np.zeros(blocked.size), np.zeros(blocked.size))
    attacker = _Attacker(task)
    while monotonic() < deadline and bound < found.price - _NEAR:
        solver.setOptionValue("time_limit", solver.getRunTime() + max(deadline - monotonic(), 0.1))
        solver.run()
        bound = max(bound, float(solver.getInfo().mip_dual_bound))
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            break
        chosen = np.asarray(solver.getSolution().col_value) > 0.5
        cuts = attacker.cuts(chosen, deadline)
        if not cuts and monotonic() < deadline:
            start = (task.need.truth.copy(), task.need.truth.copy())
            best = task.hidden(chosen & (task.price > 0), start)
            return (best if best.price < found.price else found), bound
        for weights, least in cuts:
            columns = np.flatnonzero(weights > 0).astype(np.int32)
            solver.addRow(least, np.inf, columns.size, columns, weights[columns])
    return found, min(bound, found.price)


class _Attacker:
    """Looks for unsafe cells that cannot move far enough, and says what would let them."""

    def __init__(self, task: Task) -> None:
        self.task = task
        now = np.asarray(task.linked.matrix @ task.truth)
        columns = task.linked.matrix.tocsc()
        self.size = task.truth.size
        self.solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (("output_flag", False), ("threads", 1)):
            self.solver.setOptionValue(option, value)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = self.size, columns.shape[0]
        model.col_cost_ = np.zeros(self.size)
        model.col_lower_, model.col_upper_ = np.zeros(self.size), np.zeros(self.size)
        model.row_lower_ = task.linked.row_low - now
        model.row_upper_ = task.linked.row_high - now
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = columns.indptr
        model.a_matrix_.index_ = columns.indices
        model.a_matrix_.value_ = columns.data
        self.solver.passModel(model)
        self.every = np.arange(self.size, dtype=np.int32)
        need = task.need
        self.far = float(
            1
            + max(need.sliding.max(initial=1), need.upper.max(initial=1), need.lower.max(initial=1))
        )

        low, high = task.older
        self.up = np.where(task.fixed, 0.0, np.minimum(high - task.truth, self.far))
        self.down = np.where(task.fixed, 0.0, np.minimum(task.truth - low, self.far))

    def cuts(self, chosen: NDArray[np.bool_], deadline: float) -> list[_Cut]:
        """List what a choice must satisfy and this one does not."""
        task = self.task
        low = np.where(chosen, -np.minimum(task.truth, self.far), 0.0)
        self.solver.changeColsBounds(self.size, self.every, low, np.where(chosen, self.far, 0.0))
        found = []
        for number, cell in enumerate(task.need.cells):
            if monotonic() > deadline:
                break
            up, of_up = self._reach(int(cell), 1.0)
            down, of_down = self._reach(int(cell), -1.0)
            need = task.need
            floor = min(need.lower[number], need.truth[number])
            for reached, weights, asked in (
                (up + down, of_up + of_down, need.sliding[number]),
                (up, of_up, need.upper[number]),
                (down, of_down, floor),
            ):
                if reached < asked - _NEAR:
                    found.append((np.minimum(weights, asked), float(asked)))
        return found

    def _reach(self, cell: int, sign: float) -> tuple[float, _Floats]:
        """Give how far the cell moves, and what each cell would add if it were hidden."""
        cost = np.zeros(self.size)
        cost[cell] = -sign
        self.solver.changeColsCost(self.size, self.every, cost)
        self.solver.run()
        price = np.asarray(self.solver.getSolution().col_dual)
        weights = np.where(price > 0, price * self.down, -price * self.up)
        weights[weights < _NEAR] = 0.0
        return -float(self.solver.getInfo().objective_function_value), weights
