"""Controlled rounding of a linked set by integer programming.

Source: Salazar-González (2006), Controlled rounding and cell perturbation, Computers & Operations
Research 33, 3043-3057; zero-restricted where a solution exists, and else with as few counts as
possible further away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, hstack

from slachtoffermonitor.disclose.linked import LinkedSet
from slachtoffermonitor.ground import ReleaseError

__all__ = ["Rounding", "round_linked"]

_Floats = NDArray[np.float64]
_FURTHER = 20.0
_STEPS = 4


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
    size = truth.size
    floor = np.floor(truth / base)
    split = (truth % base != 0) & linked.seen
    steps = np.where(linked.seen, float(_STEPS), np.inf)
    cost = np.concatenate(
        [
            np.where(linked.seen, base - 2 * (truth - base * floor), 0.0),
            np.where(linked.seen, base * _FURTHER, 0.0),
            np.where(linked.seen, base * _FURTHER, 0.0),
        ]
    )
    high = np.concatenate([split.astype(float), steps, np.minimum(steps, floor)])
    high[size:][np.tile(linked.seen & (truth == 0), 2)] = 0.0
    whole = csc_array(hstack([linked.matrix, linked.matrix, -linked.matrix]))
    now = np.asarray(linked.matrix @ floor)
    solver = _solver(seed, seconds)
    solver.passModel(_model(whole, cost, high, (linked.row_low - now, linked.row_high - now)))
    if fixed is not None:
        _fix(solver, fixed, floor, base)
    solver.run()
    solution = solver.getSolution()
    if not solution.value_valid:
        raise ReleaseError("no controlled rounding of these tables was found in the time given")
    found = np.round(np.asarray(solution.col_value))
    counts = base * (floor + found[:size] + found[size : 2 * size] - found[2 * size :])
    away = np.abs(counts - truth)[linked.seen]
    least = float(np.abs(truth - base * floor)[linked.seen].sum())
    return Rounding(
        counts=counts,
        within=_within(away, base),
        further=int((away >= base).sum()),
        change=float(away.sum()),
        bound=max(least + float(solver.getInfo().mip_dual_bound), 0.0),
        seconds=monotonic() - began,
    )


def _model(
    whole: csc_array, cost: _Floats, high: _Floats, rows: tuple[_Floats, _Floats]
) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = cost.size, whole.shape[0]
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, np.zeros(cost.size), high
    model.row_lower_, model.row_upper_ = rows
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = whole.indptr, whole.indices
    model.a_matrix_.value_ = whole.data
    model.integrality_ = [highspy.HighsVarType.kInteger] * cost.size
    return model


def _within(away: _Floats, base: int) -> int:
    steps = int(np.ceil((away.max(initial=0.0) + 1) / base))
    return max(steps, 1) * base - 1


def _solver(seed: int, seconds: float) -> highspy.Highs:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", seed % (2**31)),
        ("time_limit", seconds),
        ("mip_rel_gap", 0.01),
    ):
        solver.setOptionValue(option, value)
    return solver


def _fix(
    solver: highspy.Highs, fixed: tuple[NDArray[np.int64], _Floats], floor: _Floats, base: int
) -> None:
    """Keep what was published before: the same count is rounded alike in every edition."""
    cells, counts = fixed
    steps = counts / base - floor[cells]
    size = floor.size
    columns = np.concatenate([cells, size + cells, 2 * size + cells]).astype(np.int32)
    chosen = np.concatenate([steps * 0, np.maximum(steps, 0.0), np.maximum(-steps, 0.0)])
    solver.changeColsBounds(columns.size, columns, chosen, chosen)
