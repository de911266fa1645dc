"""The set of all counts that agree with what was published, and the solver that walks it."""

from __future__ import annotations

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from slachtoffermonitor.ground import ReleaseError

__all__ = ["Polytope", "Reduced", "reduce_system"]

_Floats = NDArray[np.float64]
_WHOLE = 1e-5
_LARGE = 4_000


class Reduced:
    """A system without the counts that are known: they are moved to the other side."""

    def __init__(
        self, matrix: csr_array, rows: tuple[_Floats, _Floats], low: _Floats, high: _Floats
    ) -> None:
        fixed = high - low <= 0
        known = np.asarray(matrix @ np.where(fixed, low, 0.0))
        self.free = np.flatnonzero(~fixed)
        self.position = np.full(low.size, -1)
        self.position[self.free] = np.arange(self.free.size)
        open_part = matrix[:, self.free]
        used = np.flatnonzero(np.diff(open_part.indptr))
        self.matrix = open_part[used]
        self.rows = (rows[0][used] - known[used], rows[1][used] - known[used])
        self.low, self.high = low[self.free], high[self.free]
        self.used_rows = used


def reduce_system(
    matrix: csr_array, rows: tuple[_Floats, _Floats], low: _Floats, high: _Floats
) -> Reduced:
    """Which counts are still open, and what do the equations say of them alone?"""
    return Reduced(matrix, rows, low, high)


class Polytope:
    """A HiGHS model of a reduced system that is solved for one objective after another.

    Each solve starts where the last one ended. The model is changed in place, so that one
    `Polytope` must not be shared between threads.
    """

    def __init__(self, reduced: Reduced, *, seed: int = 0) -> None:
        self.size = reduced.free.size
        self.low, self.high = reduced.low.copy(), reduced.high.copy()
        self.solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", seed % (2**31)),
            ("parallel", "off"),
        ):
            self.solver.setOptionValue(option, value)
        model = highspy.HighsLp()
        columns = reduced.matrix.tocsc()
        model.num_col_, model.num_row_ = self.size, reduced.matrix.shape[0]
        model.col_cost_ = np.zeros(self.size)
        model.col_lower_, model.col_upper_ = self.low, self.high
        model.row_lower_, model.row_upper_ = reduced.rows
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = columns.indptr
        model.a_matrix_.index_ = columns.indices
        model.a_matrix_.value_ = columns.data
        self.solver.passModel(model)
        self._every = np.arange(self.size, dtype=np.int32)
        self._whole = False

    def bound(self, columns: NDArray[np.int64], low: _Floats, high: _Floats) -> None:
        """Set the bounds of some counts; the others keep theirs."""
        self.solver.changeColsBounds(columns.size, columns.astype(np.int32), low, high)

    def free_bounds(self) -> None:
        """Give all counts the bounds that they had at first."""
        self.solver.changeColsBounds(self.size, self._every, self.low, self.high)

    def maximise(
        self,
        weights: _Floats,
        *,
        whole: bool = False,
        inside: bool = False,
        seconds: float = 60.0,
        gap: float = 0.0,
    ) -> _Floats | None:
        """Give the counts that make the weighted sum largest; None when time ran out first.

        With `whole` only whole counts are allowed; a `gap` above 0 takes what is nearly largest.
        `inside` says that any good point will do, not only a corner, which is quicker when large.

        Raises:
            ReleaseError: no counts agree with what was published.

        """
        self._only_whole(whole)
        self.solver.changeColsCost(self.size, self._every, -weights)
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + seconds)
        self.solver.setOptionValue("mip_rel_gap", gap)
        inner = inside and not whole and self.size > _LARGE
        self.solver.setOptionValue("solver", "ipm" if inner else "choose")
        self.solver.setOptionValue("run_crossover", "off" if inner else "on")
        self.solver.run()
        status = self.solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            raise ReleaseError(
                "the published tables contradict one another: no counts agree with all of them"
            )
        solution = self.solver.getSolution()
        stopped = status != highspy.HighsModelStatus.kOptimal
        if stopped and not (whole and solution.value_valid):
            return None
        return np.asarray(solution.col_value)

    def optimum_bound(self) -> float:
        """Give what the last weighted sum cannot exceed."""
        return -float(self.solver.getInfo().mip_dual_bound if self._whole else self._objective())

    def _objective(self) -> float:
        return float(self.solver.getInfo().objective_function_value)

    def duals(self) -> _Floats:
        """Give the prices of the equations in the last solve."""
        return np.asarray(self.solver.getSolution().row_dual)

    def _only_whole(self, whole: bool) -> None:
        if whole == self._whole:
            return
        kind = highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
        self.solver.changeColsIntegrality(
            self.size, self._every, np.full(self.size, kind, dtype=object)
        )
        self._whole = whole


def is_whole(counts: _Floats) -> bool:
    """Say whether all counts are whole numbers, but for the noise of the solver."""
    return bool(np.all(np.abs(counts - np.round(counts)) < _WHOLE))
