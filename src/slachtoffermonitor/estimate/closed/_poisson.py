"""Poisson log-linear fits on tiny designs, with parameters at minus infinity where forced.

A fit is the extended maximum: cells that the data drive to zero leave the table first, so that
Newton's method only sees fits that exist. Existence: Haberman (1974), The Analysis of Frequency
Data; Fienberg & Rinaldo (2012), Annals of Statistics 40(2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack, vstack

from slachtoffermonitor.estimate.closed._newton import Groups, maximise, maximise_inside

__all__ = ["PoissonFit", "fit_nonnegative", "fit_poisson"]

Array = NDArray[np.float64]

_RANK = 1e-11
_FLAT = 1e-8


@dataclass(frozen=True, slots=True, kw_only=True)
class PoissonFit:
    """A fitted log-linear model.

    Attributes:
        groups: what was fitted.
        coefficients: one per column; the shortest vector where the data leave some free.
        means: expected persons per group; exactly 0 where forced.
        kept: the groups that are not forced to zero.
        basis: parameters × rank, in scaled columns: the directions that the kept groups fix,
            chosen so that the problem is well conditioned.
        flat: parameters × rest: the directions that they leave free.
        scale: the largest absolute value of each column.
        solution: the coordinates of the maximum in `basis`.
        covariance: rank × rank, of `solution`.

    """

    groups: Groups
    coefficients: Array
    means: Array
    kept: NDArray[np.bool_]
    basis: Array
    flat: Array
    scale: Array
    solution: Array
    covariance: Array

    @property
    def log_likelihood(self) -> float:
        """Sum of n log(μ / size) − μ: what does not depend on the histories in a group."""
        counts, means = self.groups.counts[self.kept], self.means[self.kept]
        return float(counts @ (np.log(means) - self.groups.log_size[self.kept]) - means.sum())

    def reduced(self) -> Groups:
        """Give the groups that are not forced to zero, on the directions that they fix."""
        return Groups(
            design=(self.groups.design[self.kept] / self.scale) @ self.basis,
            counts=self.groups.counts[self.kept],
            log_size=self.groups.log_size[self.kept],
        )

    def hidden_row(self) -> Array:
        """Give the design row of the persons seen by no list, on the directions fixed."""
        row: Array = self.basis[0] / self.scale[0]
        return row

    def hidden(self) -> float:
        """Give the expected persons seen by no list: 0 or infinite when forced, nan when free."""
        along = self.flat[0] / self.scale[0]
        if not along.size or np.abs(along).max() < _FLAT:
            return float(np.exp(self.hidden_row() @ self.solution))
        forced = (self.groups.design[~self.kept] / self.scale) @ self.flat
        if not forced.size:
            return float("nan")
        ends = [_furthest(sign * along, forced) for sign in (1.0, -1.0)]
        if ends[0] < _FLAT < ends[1]:
            return 0.0
        return float("inf") if ends[1] < _FLAT < ends[0] else float("nan")

    def log_hidden_variance(self) -> float:
        """Give the variance of the logarithm of the hidden number, where it is finite."""
        row = self.hidden_row()
        return float(row @ self.covariance @ row)


def fit_poisson(groups: Groups) -> PoissonFit:
    """Which parameters make these counts most likely?

    Raises:
        ArithmeticError: Newton's method does not come to rest; never seen, since the fit exists.

    """
    scale = np.abs(groups.design).max(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    scaled = groups.design / scale
    kept = ~_forced_to_zero(scaled, groups.counts, [])[0]
    basis, flat = _directions(scaled[kept])
    # Along these directions the matrix of second derivatives starts near the identity.
    weights = np.sqrt(groups.counts[kept] + 0.5)
    basis = basis @ np.linalg.inv(_triangle(weights[:, None] * (scaled[kept] @ basis)))
    inner = Groups(
        design=scaled[kept] @ basis, counts=groups.counts[kept], log_size=groups.log_size[kept]
    )
    solution = maximise(inner)
    means = np.zeros(groups.counts.size)
    means[kept] = np.exp(inner.design @ solution + inner.log_size)
    half = np.linalg.inv(_triangle(np.sqrt(means[kept])[:, None] * inner.design))
    return PoissonFit(
        groups=groups,
        coefficients=(basis @ solution) / scale,
        means=means,
        kept=kept,
        basis=basis,
        flat=flat,
        scale=scale,
        solution=solution,
        covariance=half @ half.T,
    )


def fit_nonnegative(groups: Groups, bounded: list[int]) -> tuple[PoissonFit, list[int]]:
    """Which parameters make the counts most likely when those of `bounded` may not be negative?

    Returns:
        The fit on the columns that stay, and those columns. The others are zero; each of them
        would have to become negative to raise the likelihood, so there is no other maximum.

    """
    always = [i for i in range(groups.design.shape[1]) if i not in bounded]
    forced, direction = _forced_to_zero(groups.design, groups.counts, bounded)
    remaining = Groups(
        design=groups.design[~forced],
        counts=groups.counts[~forced],
        log_size=groups.log_size[~forced],
    )
    values = maximise_inside(remaining, bounded)
    kept = always + [i for i in bounded if values[i] > 0 or direction[i] > _FLAT]
    return fit_poisson(groups.columns(kept)), kept


def _directions(design: Array) -> tuple[Array, Array]:
    """Split the parameter space into what the rows fix and what they leave free."""
    width = design.shape[1]
    if not design.shape[0]:
        return np.zeros((width, 0)), np.eye(width)
    _, singular, right = np.linalg.svd(_triangle(design))
    rank = int((singular > _RANK * singular[0]).sum()) if singular[0] > 0 else 0
    return right[:rank].T, right[rank:].T


def _triangle(design: Array) -> Array:
    """Give the upper triangle R of the QR decomposition."""
    upper: Array = np.linalg.qr(design).R
    return upper


def _forced_to_zero(
    design: Array, counts: Array, bounded: list[int]
) -> tuple[NDArray[np.bool_], Array]:
    """Mark the groups that can go to zero without cost: no maximum exists while they stay.

    A direction that leaves every observed group alone, raises no empty one and lowers no bounded
    parameter costs nothing; the linear programme finds the one that lowers as many empty groups
    as any does. Gives the groups and the direction.
    """
    forced = np.zeros(counts.size, dtype=np.bool_)
    empty = counts == 0
    _, free = _directions(design[~empty])
    if not free.shape[1] or not empty.any():
        return forced, np.zeros(design.shape[1])
    rows, where = np.unique(np.round(design[empty] @ free, 12), axis=0, return_inverse=True)
    size, width = rows.shape
    lowered = hstack([csr_array(rows), eye_array(size)])
    held = hstack([csr_array(-free[bounded]), csr_array((len(bounded), size))])
    found = linprog(
        np.concatenate([np.zeros(width), -np.ones(size)]),
        A_ub=vstack([lowered, held]).tocsr() if bounded else lowered.tocsr(),
        b_ub=np.zeros(size + len(bounded)),
        bounds=[(None, None)] * width + [(0.0, 1.0)] * size,
        method="highs",
    )
    forced[empty] = (found.x[width:] > 0.5)[where.ravel()]
    return forced, free @ found.x[:width]


def _furthest(along: Array, forced: Array) -> float:
    """How far can this go up while no forced group rises? Infinite when nothing holds it."""
    found = linprog(
        -along,
        A_ub=np.vstack([forced, -forced]),
        b_ub=np.concatenate([np.zeros(len(forced)), np.ones(len(forced))]),
        bounds=[(None, None)] * along.size,
        method="highs",
    )
    return float(-found.fun) if found.status == 0 else float("inf")
