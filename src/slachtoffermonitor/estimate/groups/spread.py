"""How far the hidden numbers of groups may be off, alone and added up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky, solve_triangular
from scipy.special import ndtri

from slachtoffermonitor.estimate.groups._loglinear.design import superset_sums
from slachtoffermonitor.estimate.groups._loglinear.fitting import GroupFit, information
from slachtoffermonitor.estimate.uncertainty.intervals import (
    acceleration,
    bca_limits,
    percentile_limits,
)

__all__ = ["GroupInterval", "Spread", "spread_of"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

GroupInterval = Literal["percentile", "bca", "delta"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spread:
    """What intervals of any sum of groups are made of.

    Sums of groups come from the same replicates, so that what is said of a year, a sex and the
    whole hangs together. The persons seen are known: only the hidden number varies, and no limit
    lies below the persons seen.

    Attributes:
        observed: float64, groups: persons seen; expected where a covariate is missing.
        hidden: float64, groups: persons unseen.
        seen_replicates: float64, replicates × groups: as `observed`, under each replicate.
        hidden_replicates: float64, replicates × groups.
        gradient: float64, groups × parameters: of the estimates, in parameters with unit
            information.
        influence: float64, filled cells × parameters: of one person on those parameters.
        persons: float64, filled cells: how many there are.
        method: how limits are made.

    """

    observed: Floats
    hidden: Floats
    seen_replicates: Floats
    hidden_replicates: Floats
    gradient: Floats
    influence: Floats
    persons: Floats
    method: GroupInterval = "delta"

    def estimate(self, groups: Flags) -> float:
        """Give the persons seen and unseen of these groups together."""
        return float((self.observed + self.hidden)[groups].sum())

    def replicates(self, groups: Flags) -> Floats:
        """Give `estimate` under each replicate."""
        both = self.seen_replicates[:, groups] + self.hidden_replicates[:, groups]
        return np.asarray(both.sum(axis=1))

    def variance(self, groups: Flags, others: Flags | None = None) -> float:
        """Give the variance of these groups together, or the covariance with others; delta method.

        The number of hidden persons is a count around its expectation, which the variance holds.

        Source: Rivest & Lévesque (2001), Canadian Journal of Statistics 29(4).
        """
        others = groups if others is None else others
        model = self.gradient[groups].sum(axis=0) @ self.gradient[others].sum(axis=0)
        return float(model + self.hidden[groups & others].sum())

    def limits(self, groups: Flags, level: float) -> tuple[float, float]:
        """Give the interval of these groups together."""
        sides = (0.5 - level / 2.0, 0.5 + level / 2.0)
        estimate = self.estimate(groups)
        if self.method == "delta":
            return self._delta(groups, sides)
        replicates = self.replicates(groups)
        if self.method == "bca":
            # The jackknife by one step: what a person adds at the chosen model (Efron 1987).
            adds = self.influence @ self.gradient[groups].sum(axis=0)
            accelerated = acceleration(-adds, self.persons.astype(np.int64))
            low, high = bca_limits(estimate, replicates, accelerated, sides)
        else:
            low, high = percentile_limits(replicates, sides)
        return float(low), float(high)

    def _delta(self, groups: Flags, sides: tuple[float, float]) -> tuple[float, float]:
        """Take the logarithm of the hidden number as normal (Chao 1987)."""
        observed, hidden = float(self.observed[groups].sum()), float(self.hidden[groups].sum())
        if hidden <= 0.0:
            return observed, observed
        spread = np.sqrt(np.log1p(self.variance(groups) / hidden**2))
        low, high = (observed + hidden * float(np.exp(ndtri(side) * spread)) for side in sides)
        return low, high

    def with_replicates(self, seen: Floats, hidden: Floats, method: GroupInterval) -> Spread:
        """Give the same with replicates."""
        return replace(self, seen_replicates=seen, hidden_replicates=hidden, method=method)


def spread_of(fit: GroupFit) -> Spread:
    """Make the spread of a fitted model by the delta method."""
    cells, design, kept = fit.cells, fit.design, fit.kept
    root = cholesky(information(cells, design, fit.means)[np.ix_(kept, kept)], lower=True)
    gradient = fit.hidden[:, None] * design.hidden_rows() + _gradient_of_seen(fit)
    rows, persons = _filled_rows(fit)
    none = np.zeros((0, fit.hidden.size))
    return Spread(
        observed=cells.completed(fit.means).sum(axis=0),
        hidden=fit.hidden,
        seen_replicates=none,
        hidden_replicates=none,
        gradient=solve_triangular(root, gradient[:, kept].T, lower=True).T,
        influence=solve_triangular(root, rows[:, kept].T, lower=True).T,
        persons=persons,
    )


def _gradient_of_seen(fit: GroupFit) -> Floats:
    """Give how the persons seen of each group, missing covariates filled in, move."""
    cells, design = fit.cells, fit.design
    gradient = np.zeros((design.groups, design.width))
    for part, expected in cells.shares(fit.means):
        histories, classes = part.occupied()
        inside = fit.means[histories] * part.member[:, classes].T
        inside *= (part.counts / np.where(expected > 0, expected, 1.0))[histories, classes][:, None]
        filled = np.zeros_like(fit.means)
        np.add.at(filled, histories, inside)
        sums = superset_sums(filled)
        each = np.arange(design.groups)
        for on, columns in zip(design.on, design.columns, strict=True):
            gradient[each, columns] += sums[on]
        persons = part.counts[histories, classes][:, None]
        gradient -= inside.T @ design.weighted_rows(histories, inside / persons)
    return gradient


def _filled_rows(fit: GroupFit) -> tuple[Floats, Floats]:
    """Give the rows of the cells with persons, and how many; the mean row of a class of groups."""
    cells, design = fit.cells, fit.design
    histories, groups = np.nonzero(cells.counts)
    rows = [design.matrix(cells.counts > 0).toarray()]
    persons = [cells.counts[histories, groups]]
    for part, expected in cells.shares(fit.means):
        at, classes = part.occupied()
        inside = fit.means[at] * part.member[:, classes].T / expected[at, classes][:, None]
        rows.append(design.weighted_rows(at, inside))
        persons.append(part.counts[at, classes])
    return np.concatenate(rows), np.concatenate(persons)
