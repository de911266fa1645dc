"""Whether the maximum of a model on lists × covariates exists and fixes each hidden number.

A margin of the model without persons empties its cells: its parameters are at minus infinity and
the cells leave. On the cells that stay the maximum exists when no direction leaves every cell with
persons as it is and lowers a cell without (Fienberg & Rinaldo 2012). That is certain when the
cells with persons alone fix as many parameters as all cells; otherwise a linear programme decides,
in as many unknowns as they fix fewer. Ranks are exact: the elimination is done in a prime field
with random weights, so that a rank is missed with a chance of one in a million.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from slachtoffermonitor.estimate.groups._loglinear import _kernels
from slachtoffermonitor.estimate.groups._loglinear.design import Design
from slachtoffermonitor.estimate.groups._loglinear.fitting import (
    GroupFit,
    independent_columns,
    information,
)

__all__ = ["Verdict", "check_fit"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

_ZERO = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Verdict:
    """What was found.

    Attributes:
        exists: the extended maximum exists.
        identifiable: it fixes the hidden number of every group.
        emptied: bool, 2^lists × groups: cells without persons whose means fall without end.
        loose: bool, groups: those whose hidden number is not fixed.

    """

    exists: bool
    identifiable: bool
    emptied: Flags
    loose: Flags

    @property
    def sound(self) -> bool:
        """Tell whether the model has one estimate."""
        return self.exists and self.identifiable


def check_fit(fit: GroupFit) -> Verdict:
    """Decide whether a model has one estimate on its cells.

    Persons with a covariate missing are in each cell where the fit expects them; and what was
    recorded must fix as many parameters as the completed table would.

    Source: Fienberg & Rinaldo (2012), Annals of Statistics 40(2); Chan, Silverman & Vincent
    (2021), JASA 116(535), section 3.
    """
    emptied = _emptied_cells(fit)
    loose = _loose_groups(fit)
    if fit.cells.partial and not loose.any():
        loose = _loose_by_missing(fit)
    return Verdict(
        exists=not emptied.any(),
        identifiable=not loose.any(),
        emptied=emptied,
        loose=loose,
    )


def _echelon(design: Design, cells: Flags, columns: Whole) -> tuple[Whole, Whole]:
    """Give the reduced row echelon form of the matrix of these cells, and its pivots."""
    rng = np.random.default_rng(20120)  # any fixed weights: the answer does not depend on them
    weights = np.where(cells, rng.integers(1, _kernels.PRIME, cells.shape, dtype=np.int64), 0)
    gram = design.gram(weights) % _kernels.PRIME
    matrix = np.ascontiguousarray(gram[np.ix_(columns, columns)])
    pivots = np.zeros(columns.size, dtype=np.int64)
    rank = _kernels.eliminate(matrix, pivots)
    return matrix[:rank], pivots[:rank]


def _loose_groups(fit: GroupFit) -> Flags:
    """Tell of which groups the row of the hidden persons is no combination of rows of cells."""
    live = np.flatnonzero(~fit.dead)
    echelon, pivots = _echelon(fit.design, fit.alive, live)
    rows = fit.design.hidden_rows()[:, live]
    rest = rows.astype(np.int64)
    for row, pivot in zip(echelon, pivots, strict=True):
        factor = rest[:, pivot].copy()
        moved = np.flatnonzero(factor)
        product = factor[moved, None] * row[None, :] % _kernels.PRIME
        rest[moved] = (rest[moved] - product) % _kernels.PRIME
    return np.asarray(rest.any(axis=1) & fit.alive_groups)


def _loose_by_missing(fit: GroupFit) -> Flags:
    """Tell of which groups what was recorded does not fix the hidden number."""
    kept = fit.kept
    found = information(fit.cells, fit.design, fit.means)[np.ix_(kept, kept)]
    scale = 1.0 / np.sqrt(np.maximum(np.diag(fit.design.gram(fit.means))[kept], 1e-300))
    values, vectors = np.linalg.eigh(found * scale[:, None] * scale[None, :])
    free = vectors[:, values < _ZERO] * scale[:, None]
    along = np.zeros((fit.design.width, free.shape[1]))
    along[kept] = free / np.maximum(np.abs(free).max(axis=0, initial=1e-300), 1e-300)
    moved = np.abs(fit.design.hidden_rows() @ along) > _ZERO
    return np.asarray(moved.any(axis=1) & fit.alive_groups)


def _emptied_cells(fit: GroupFit) -> Flags:
    """Give the cells that a direction of recession lowers; none when the maximum exists."""
    emptied = np.zeros_like(fit.alive)
    full = fit.alive & (fit.cells.completed(fit.means) > _ZERO if fit.cells.partial else _seen(fit))
    kept = independent_columns(fit.design, fit.alive, ~fit.dead)
    free = kept.size - _echelon(fit.design, full, kept)[1].size
    if not free:
        return emptied
    gram = fit.design.gram(full.astype(np.float64))[np.ix_(kept, kept)]
    basis = np.zeros((fit.design.width, free))
    basis[kept] = np.linalg.eigh(gram)[1][:, :free]  # the directions that full cells do not see
    empty = fit.alive & ~full
    slopes = np.stack([fit.design.predict(column)[empty] for column in basis.T], axis=1)
    slopes[np.abs(slopes) < _ZERO] = 0.0
    best = linprog(
        slopes.sum(axis=0),
        A_ub=slopes,
        b_ub=np.zeros(slopes.shape[0]),
        bounds=[(-1.0, 1.0)] * free,
        method="highs",
    )
    emptied[empty] = slopes @ best.x < -_ZERO
    return emptied


def _seen(fit: GroupFit) -> Flags:
    return np.asarray(fit.cells.counts > 0)
