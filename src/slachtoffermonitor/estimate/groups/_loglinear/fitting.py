"""The extended maximum of a model on lists × covariates, persons with missing covariates included.

The log-likelihood of what was recorded is raised by Newton's method. Where covariates are missing
a step far from the maximum takes the information of the completed table (the gradient form of the
EM algorithm, Lange 1995), a step near it the information of what was recorded (Louis 1982): the
same maximum as that of EM, in a few steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.linalg.lapack import dpstrf

from slachtoffermonitor.estimate.groups._loglinear.design import Design
from slachtoffermonitor.estimate.groups.cells import GroupCells

__all__ = ["GroupFit", "fit_terms", "independent_columns", "information"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

_STEP = 1e-8
_GAIN = 1e-11
_STEPS = 200
_FLOOR = 1e-6


@dataclass(frozen=True, kw_only=True, eq=False)
class GroupFit:
    """A model at its extended maximum.

    Attributes:
        design: of the model.
        cells: what it was fitted to.
        alive: bool, 2^lists × groups: cells that can occur and that the counts do not empty.
        alive_groups: bool, groups: those in which the counts do not force the hidden to zero.
        dead: bool, columns: without any person, their parameters at minus infinity.
        kept: numbers of the independent columns.
        solution: float64, columns; 0 where not kept.
        predictor: float64, 2^lists × groups: logarithms of the means, row 0 of the hidden.
        log_likelihood: of what was recorded, constants included.
        parameters: their number, those at minus infinity counted.
        converged: the maximum was reached.

    """

    design: Design
    cells: GroupCells
    alive: Flags
    alive_groups: Flags
    dead: Flags
    kept: Whole
    solution: Floats
    predictor: Floats
    log_likelihood: float
    parameters: int
    converged: bool

    @cached_property
    def means(self) -> Floats:
        """Expected persons per cell; row 0 is zero."""
        return _means(self.predictor, self.alive)

    @cached_property
    def hidden(self) -> Floats:
        """Expected hidden persons per group."""
        with np.errstate(over="ignore"):
            return np.where(self.alive_groups, np.exp(self.predictor[0]), 0.0)

    @property
    def deviance(self) -> float:
        """Twice the distance from a model that fits every count."""
        return 2.0 * (self.cells.ceiling() + self.cells.constant() - self.log_likelihood)

    def criterion(self, weight: float) -> float:
        """Give −2 log L plus a weight per parameter."""
        return weight * self.parameters - 2.0 * self.log_likelihood


def fit_terms(
    cells: GroupCells, design: Design, parameters: int, *, start: Floats | None = None
) -> GroupFit:
    """Find the extended maximum; whether it exists is for `checks` to say.

    Args:
        cells: the persons.
        design: of the model.
        parameters: the number of them; see `independent_columns`.
        start: means to start from, 2^lists × groups.

    """
    reachable = design.margins(cells.possible.astype(np.float64)) > 0
    dead = reachable & (design.margins(cells.could_hold()) == 0)
    touched = design.touches(dead)
    alive = cells.possible & ~touched
    kept = independent_columns(design, alive, ~dead)
    solution = _from_means(cells, design, alive, kept, start)
    solution, reached = _climb(cells, design, alive, kept, solution)
    predictor = design.predict(solution)
    value = cells.log_likelihood(_means(predictor, alive)) + cells.constant()
    return GroupFit(
        design=design,
        cells=cells,
        alive=alive,
        alive_groups=cells.exists & ~touched[0],
        dead=dead,
        kept=kept,
        solution=solution,
        predictor=predictor,
        log_likelihood=value,
        parameters=parameters,
        converged=reached,
    )


def independent_columns(design: Design, cells: Flags, columns: Flags | None = None) -> Whole:
    """Choose independent columns of the matrix of these cells, by pivoted Cholesky."""
    gram = design.gram(cells.astype(np.float64))
    chosen = np.diag(gram) > 0
    if columns is not None:
        chosen &= columns
    numbers = np.flatnonzero(chosen)
    scale = 1.0 / np.sqrt(np.diag(gram)[numbers])
    scaled = gram[np.ix_(numbers, numbers)] * scale[:, None] * scale[None, :]
    _, pivots, rank, _ = dpstrf(scaled, tol=1e-9, lower=1)
    return np.sort(numbers[pivots[:rank] - 1])


def information(cells: GroupCells, design: Design, means: Floats) -> Floats:
    """Give the information of what was recorded: columns × columns.

    With covariates missing it is that of the completed table less what is missing: the spread of
    the rows within each class of groups in which a person may be.

    Source: Louis (1982), JRSS B 44(2).
    """
    if not cells.partial:
        return design.gram(means)
    weights = means - (cells.completed(means) - cells.counts)
    found = design.gram(weights)
    for part, expected in cells.shares(means):
        histories, classes = part.occupied()
        inside = means[histories] * part.member[:, classes].T
        inside /= expected[histories, classes][:, None]
        rows = design.weighted_rows(histories, inside)
        found += rows.T @ (part.counts[histories, classes][:, None] * rows)
    return found


def _means(predictor: Floats, alive: Flags) -> Floats:
    with np.errstate(over="ignore"):
        return np.where(alive, np.exp(np.where(alive, predictor, 0.0)), 0.0)


def _from_means(
    cells: GroupCells, design: Design, alive: Flags, kept: Whole, start: Floats | None
) -> Floats:
    """Give one step of weighted least squares from means: those given, or smoothed counts."""
    if start is None:
        held = cells.could_hold()
        start = 0.5 * (held + held.sum() / max(int(alive.sum()), 1))
    means = np.where(alive, np.maximum(start, _FLOOR), 0.0)
    completed = cells.completed(means)
    logs = np.log(np.where(alive, means, 1.0))
    target = design.margins(means * logs + completed - means)[kept]
    solution = np.zeros(design.width)
    solution[kept] = _solve(design.gram(means)[np.ix_(kept, kept)], target)
    return solution


def _climb(
    cells: GroupCells, design: Design, alive: Flags, kept: Whole, solution: Floats
) -> tuple[Floats, bool]:
    """Raise the likelihood until no logarithm of a mean moves by more than 1e-8."""
    square = np.ix_(kept, kept)
    predictor = design.predict(solution)
    means = _means(predictor, alive)
    value = _value(cells, means)
    for count in range(_STEPS):
        score = design.margins(cells.completed(means) - means)[kept]
        curvature = information(cells, design, means)[square]
        if cells.partial and not _definite(curvature):
            curvature = design.gram(means)[square]
        step = np.zeros(design.width)
        step[kept] = _solve(curvature, score)
        along = design.predict(step)
        share, before = 1.0, value
        while True:
            trial = _means(predictor + share * along, alive)
            value = _value(cells, trial)
            if value >= before - _GAIN * (1.0 + abs(before)) or share < 1e-9:
                break
            share /= 2.0
        moved = share * float(np.abs(along[alive]).max(initial=0.0))
        solution = solution + share * step
        predictor = predictor + share * along
        means = trial
        if moved <= _STEP:
            return solution, True
        # Where the maximum is at infinity the likelihood stands still and the means do not.
        if count > 30 and value - before <= _GAIN * (1.0 + abs(before)):
            return solution, False
    return solution, False


def _value(cells: GroupCells, means: Floats) -> float:
    value = cells.log_likelihood(means) if np.isfinite(means).all() else -np.inf
    return value if np.isfinite(value) else -np.inf


def _definite(matrix: Floats) -> bool:
    scale = np.sqrt(np.maximum(np.diag(matrix), 1e-300))
    try:
        factor = np.linalg.cholesky(matrix / scale[:, None] / scale[None, :])
    except np.linalg.LinAlgError:
        return False
    return bool(np.diag(factor).min(initial=1.0) > 1e-5)


def _solve(curvature: Floats, target: Floats) -> Floats:
    """Solve by Cholesky; with a trace of a ridge on the step where the maximum runs away."""
    scale = 1.0 / np.sqrt(np.maximum(np.diag(curvature), 1e-300))
    scaled = curvature * scale[:, None] * scale[None, :]
    for ridge in (0.0, 1e-10, 1e-6):
        try:
            factor = cho_factor(scaled + ridge * np.eye(target.size), lower=True)
            return np.asarray(scale * cho_solve(factor, scale * target))
        except LinAlgError:
            continue
    return np.asarray(np.linalg.lstsq(curvature, target, rcond=None)[0])
