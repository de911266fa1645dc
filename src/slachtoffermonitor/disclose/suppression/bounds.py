"""What any suppression must cost at least."""

from __future__ import annotations

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from slachtoffermonitor.disclose.suppression.heuristic import Task

__all__ = ["master", "price_bound", "row_cuts"]

_Floats = NDArray[np.float64]


def row_cuts(task: Task) -> csr_array:
    """Which cells must not all be shown together: one row per equation with an unsafe cell?

    An unsafe cell moves only if another cell of each of its equations moves; cells that nobody
    sees move freely, so that equations with such a cell ask for nothing.
    """
    linked = task.linked
    matrix = csr_array(linked.matrix)
    exact = linked.row_low == linked.row_high
    unsafe = np.zeros(task.price.size)
    unsafe[task.need.cells] = 1.0
    size = abs(matrix)
    free = np.asarray(size @ ((task.price <= 0) & ~task.fixed).astype(float)) > 0
    entries = matrix.tocoo()
    wanted = (unsafe[entries.col] > 0) & exact[entries.row] & ~free[entries.row]
    rows, cells = entries.row[wanted], entries.col[wanted]
    cuts = csr_array(size[rows] > 0).astype(float).tolil()
    cuts[np.arange(rows.size), cells] = 0.0
    made = csr_array(cuts)
    blocked = np.flatnonzero(task.fixed & (unsafe == 0))
    made = made.tocsc()
    made.data[np.isin(np.repeat(np.arange(made.shape[1]), np.diff(made.indptr)), blocked)] = 0.0
    made.eliminate_zeros()
    kept = made.tocsr()
    return csr_array(kept[np.flatnonzero(np.diff(kept.indptr) > 0)])


def price_bound(task: Task, *, seconds: float) -> float:
    """What must any choice cost that protects the unsafe cells?

    The bound of the integer program in which every equation with an unsafe cell has another
    hidden cell. It ignores how far cells must move, so that the true optimum may cost more.
    """
    cuts = row_cuts(task)
    low = np.zeros(task.price.size)
    low[task.need.cells] = 1.0
    low[(task.price <= 0) & ~task.fixed] = 1.0
    if cuts.shape[0] == 0:
        return float(task.price[task.need.cells].sum())
    solver = master(cuts, task.price, low)
    solver.setOptionValue("time_limit", seconds)
    solver.run()
    bound = float(solver.getInfo().mip_dual_bound)
    least = float(task.price[task.need.cells].sum())
    return max(bound, least) if np.isfinite(bound) else least


def master(cuts: csr_array, price: _Floats, low: _Floats) -> highspy.Highs:
    """Give the integer program: the cheapest hidden cells that satisfy the cuts."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
        solver.setOptionValue(option, value)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = price.size, cuts.shape[0]
    model.col_cost_ = price
    model.col_lower_, model.col_upper_ = low, np.ones(price.size)
    model.row_lower_ = np.ones(cuts.shape[0])
    model.row_upper_ = np.full(cuts.shape[0], np.inf)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = cuts.indptr
    model.a_matrix_.index_ = cuts.indices
    model.a_matrix_.value_ = cuts.data
    model.integrality_ = [highspy.HighsVarType.kInteger] * price.size
    solver.passModel(model)
    return solver
