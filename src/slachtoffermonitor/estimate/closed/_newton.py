"""Newton's method for Poisson log-linear likelihoods that have a maximum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Groups", "maximise", "maximise_inside"]

Array = NDArray[np.float64]

_STEP = 1e-7
_SHORT = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Capture histories taken together because a model gives them the same expected count.

    Attributes:
        design: groups × parameters; the first column is the intercept.
        counts: persons per group.
        log_size: logarithm of the number of capture histories in the group.

    """

    design: Array
    counts: Array
    log_size: Array

    def columns(self, chosen: list[int]) -> Groups:
        """Keep these columns of the design."""
        return Groups(design=self.design[:, chosen], counts=self.counts, log_size=self.log_size)


def maximise(groups: Groups, start: Array | None = None) -> Array:
    """Find the maximum of a likelihood that has one, by Newton's method.

    Long steps are halved until the likelihood rises; short ones need no check, since the
    likelihood is near enough to a parabola. Stops after the step that changes no logarithm of a
    mean by more than 1e-7: convergence is quadratic, so what is left is below 1e-13.
    """
    design, counts, log_size = groups.design, groups.counts, groups.log_size
    solution = _near(groups) if start is None else start
    for _ in range(500):
        means = np.exp(design @ solution + log_size)
        step = _newton_step(design.T @ (means[:, None] * design), design.T @ (counts - means))
        moved = np.abs(design @ step).max(initial=0.0)
        if moved > _SHORT:
            step = _halved(groups, solution, step)
        solution = solution + step
        if moved <= _STEP:
            return solution
    raise ArithmeticError("a Poisson fit that exists did not converge in 500 Newton steps")


def maximise_inside(groups: Groups, bounded: list[int]) -> Array:
    """Find the maximum over non-negative `bounded` by Newton steps that bend along the border.

    Source: Bertsekas (1982), SIAM Journal on Control and Optimization 20(2).
    """
    design, counts = groups.design, groups.counts
    always = [i for i in range(design.shape[1]) if i not in bounded]
    values = np.zeros(design.shape[1])
    values[always] = _near(groups.columns(always))
    best = _log_likelihood(groups, values)
    for _ in range(500):
        means = np.exp(design @ values + groups.log_size)
        score = design.T @ (counts - means)
        free = always + [i for i in bounded if values[i] > 0 or score[i] > 0]
        curvature = design[:, free].T @ (means[:, None] * design[:, free])
        step = np.zeros(values.size)
        step[free] = np.linalg.lstsq(curvature, score[free], rcond=None)[
            0
        ]  # the design can be flat
        share = 1.0
        while True:
            reached = values + share * step
            reached[bounded] = np.maximum(reached[bounded], 0.0)
            value = _log_likelihood(groups, reached)
            if value >= best - 1e-10 * (1.0 + abs(best)):
                break
            share /= 2.0
        moved = np.abs(design @ (reached - values)).max(initial=0.0)
        values, best = reached, value
        if moved <= _STEP and share == 1.0:
            return values
    raise ArithmeticError("a bounded Poisson fit did not converge in 500 Newton steps")


def _near(groups: Groups) -> Array:
    """Give weighted least squares on the logarithms: near enough to start from."""
    weights = groups.counts + 0.5
    target = groups.design.T @ (weights * (np.log(weights) - groups.log_size))
    curvature = groups.design.T @ (weights[:, None] * groups.design)
    near: Array = np.linalg.lstsq(curvature, target, rcond=None)[0].astype(np.float64)
    return near


def _newton_step(curvature: Array, score: Array) -> Array:
    """Solve for the step; the shortest where rounding or the design leaves it free."""
    try:
        step: Array = np.linalg.solve(curvature, score).astype(np.float64)
    except np.linalg.LinAlgError:
        step = np.linalg.lstsq(curvature, score, rcond=None)[0].astype(np.float64)
    return step


def _halved(groups: Groups, solution: Array, step: Array) -> Array:
    """Halve the step until it raises the likelihood."""
    before = _log_likelihood(groups, solution)
    while not _log_likelihood(groups, solution + step) >= before:
        step = step / 2.0
    return step


def _log_likelihood(groups: Groups, solution: Array) -> float:
    predictor = groups.design @ solution
    with np.errstate(over="ignore"):
        return float(groups.counts @ predictor - np.exp(predictor + groups.log_size).sum())
