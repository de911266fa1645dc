"""Other counts that a reader could believe in: what must be hidden for them to agree with the rest.

A move changes the true counts so that all equations still hold. Where a move changes an unsafe
count by what was promised, and every count that it changes is hidden, the unsafe count is safe.
"""

from __future__ import annotations

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, hstack

__all__ = ["Moves"]

_Floats = NDArray[np.float64]
_REWARD = 1_000.0
_SMALL = 1e-7


class Moves:
    """A linear program for the cheapest move of many unsafe counts at once, solved again and again.

    The columns are: each count up, each count down, each target up and down as far as it needs.
    """

    def __init__(
        self,
        matrix: csr_array,
        rows: tuple[_Floats, _Floats],
        truth: _Floats,
        targets: NDArray[np.int64],
        *,
        room: tuple[_Floats, _Floats],
        seed: int = 0,
    ) -> None:
        self.truth, self.targets = truth, targets
        self.size, self.number = truth.size, targets.size
        self.room_up, self.room_down = room
        part = matrix[:, targets]
        whole = csc_array(hstack([matrix, -matrix, part, -part]))
        now = np.asarray(matrix @ truth)
        self.solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", seed % (2**31)),
        ):
            self.solver.setOptionValue(option, value)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = whole.shape[1], whole.shape[0]
        model.col_cost_ = np.zeros(whole.shape[1])
        model.col_lower_ = np.zeros(whole.shape[1])
        model.col_upper_ = np.zeros(whole.shape[1])
        model.row_lower_, model.row_upper_ = rows[0] - now, rows[1] - now
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = whole.indptr
        model.a_matrix_.index_ = whole.indices
        model.a_matrix_.value_ = whole.data
        self.solver.passModel(model)
        self._every = np.arange(whole.shape[1], dtype=np.int32)

    def cheapest(
        self,
        prices: _Floats,
        up: _Floats,
        down: _Floats,
        *,
        barred: NDArray[np.bool_] | None = None,
    ) -> _Floats:
        """Give the cheapest move in which the targets go up, or down, as far as is asked of them.

        Args:
            prices: of changing each count by 1.
            up: how far each target should rise; 0 where it need not.
            down: the same, for falling. A target is asked one of the two.
            barred: counts that may not change.

        """
        barred = np.zeros(self.size, dtype=bool) if barred is None else barred
        cost = np.concatenate([prices, prices, np.zeros(2 * self.number)])
        room = np.concatenate(
            [np.where(barred, 0.0, self.room_up), np.where(barred, 0.0, self.room_down), up, down]
        )
        rising, falling = up > 0, down > 0
        asked = rising | falling
        of_rising = 2 * self.size + np.flatnonzero(rising)
        of_falling = 2 * self.size + self.number + np.flatnonzero(falling)
        cost[np.concatenate([of_rising, of_falling])] = -_REWARD
        cost[self.size + self.targets[rising]] = _REWARD  # not up and down at once
        cost[self.targets[falling]] = _REWARD
        room[2 * self.size + np.flatnonzero(~asked)] = 0.0
        self.solver.changeColsCost(self._every.size, self._every, cost)
        self.solver.changeColsBounds(
            self._every.size, self._every, np.zeros(self._every.size), room
        )
        self.solver.clearSolver()  # a basis for other prices is worse than none
        self.solver.run()
        found = np.asarray(self.solver.getSolution().col_value)
        if found.size == 0:
            return np.zeros(self.size)
        move = found[: self.size] - found[self.size : 2 * self.size]
        np.add.at(move, self.targets, found[2 * self.size : 2 * self.size + self.number])
        np.add.at(move, self.targets, -found[2 * self.size + self.number :])
        move[np.abs(move) < _SMALL] = 0.0
        return np.asarray(move)
