"""Regression on the share with an event, when meeting another makes it impossible.

Whoever met the other event stays among those at risk, with a weight that falls as fast as people
are lost to follow-up. So the ratios say how a group's cumulative incidence compares, which is not
how its hazard compares.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from slachtoffermonitor.follow.counting.days import Days, Values, count_days, weigh
from slachtoffermonitor.follow.counting.shares import survival
from slachtoffermonitor.follow.regression.cells import Layer, RiskCells, Rows, make_cells
from slachtoffermonitor.follow.regression.fitting import Fit
from slachtoffermonitor.follow.regression.likelihood import through

__all__ = ["robust_covariance", "subdistribution_cells"]


def _still_followed(entry: Days, exit_: Days, cause: Days) -> tuple[int, Values]:
    """Give the share not lost to follow-up just before each day from the first on."""
    table = count_days(entry, exit_, (cause == 0).astype(np.int64), 1)
    share = survival(table)[0]
    return table.first, np.concatenate(([1.0], share))


def subdistribution_cells(rows: Rows, cause: Days) -> RiskCells:
    """Add to those at risk the persons who met another event, with their falling weight."""
    cells = make_cells(replace(rows, event=(cause == 1).astype(np.int64)))
    first, before = _still_followed(rows.entry, rows.exit, cause)
    elsewhere = cause > 1
    start = np.searchsorted(cells.day, rows.exit[elsewhere], side="right")
    late = start < cells.day.size
    pattern = rows.pattern[elsewhere][late]
    weight = 1.0 / before[rows.exit[elsewhere][late] - first]
    patterns, days = rows.covariates.shape[0], cells.day.size
    keys, inverse = np.unique(pattern * days + start[late], return_inverse=True)
    tail = Layer(
        pattern=keys // days,
        start=keys % days,
        stop=np.full(keys.size, days, dtype=np.int64),
        weight=weigh(inverse, weight, keys.size),
        factor=before[cells.day - first],
    )
    return replace(cells, layers=(*cells.layers, tail)) if patterns else cells


def robust_covariance(rows: Rows, cause: Days, fit: Fit, cluster: Days | None) -> Values:
    """Give the covariance by Fine and Gray, with what estimating the weights adds.

    Source: Fine & Gray (1999), section 3 and appendix.
    """
    influence = _own_influence(rows, cause, fit) + _through_the_weights(rows, cause, fit)
    if cluster is not None:
        groups = int(cluster.max()) + 1
        influence = np.stack([weigh(cluster, one, groups) for one in influence.T], axis=1)
    moved = influence @ fit.inverse
    covariance: Values = moved.T @ moved
    return covariance


def _own_influence(rows: Rows, cause: Days, fit: Fit) -> Values:
    """Give each person's share in the score, with the weights taken for known."""
    cells, sums = fit.cells, fit.best.sums
    x = cells.covariates[rows.pattern]
    hazard = np.exp(x @ fit.coefficients)
    mean = sums.risk_x / sums.risk[:, None]
    first, before = _still_followed(rows.entry, rows.exit, cause)
    place = np.searchsorted(cells.day, rows.exit, side="right")
    begin = np.searchsorted(cells.day, rows.entry, side="right")
    end = np.full(place.size, cells.day.size)
    one = np.ones(rows.exit.size)
    inverse = np.where(cause > 1, 1.0 / np.maximum(before[rows.exit - first], 1e-300), 0.0)
    factor = before[cells.day - first]
    stays = Layer(pattern=rows.pattern, start=begin, stop=place, weight=one)
    tail = Layer(pattern=rows.pattern, start=place, stop=end, weight=inverse, factor=factor)

    def integral(per_day: Values) -> Values:
        return hazard * (through(stays, per_day) + inverse * through(tail, per_day))

    jump = cells.events / sums.risk
    spent = integral(jump)
    found = np.empty_like(x)
    met = cause == 1
    own = place[met] - 1
    for term in range(x.shape[1]):
        column = integral(jump * mean[:, term]) - x[:, term] * spent
        column[met] += x[met, term] - mean[own, term]
        found[:, term] = column
    return found


def _through_the_weights(rows: Rows, cause: Days, fit: Fit) -> Values:
    """Give what each person adds because the weights are estimated from who was lost when."""
    cells, sums = fit.cells, fit.best.sums
    hazard = np.exp(cells.covariates @ fit.coefficients)
    lost = count_days(rows.entry, rows.exit, (cause == 0).astype(np.int64), 1)
    first, before = _still_followed(rows.entry, rows.exit, cause)
    length = lost.at_risk.size
    mean = sums.risk_x / sums.risk[:, None]
    weighted = before[cells.day - first] * cells.events / sums.risk
    # From each day on: what is still to be spent by those who met another event before it.
    from_day = np.zeros((length + 1, 1 + mean.shape[1]))
    np.add.at(from_day, cells.day - first, np.column_stack([weighted, weighted[:, None] * mean]))
    from_day = np.cumsum(from_day[::-1], axis=0)[::-1]
    elsewhere = np.flatnonzero(cause > 1)
    leaves = rows.exit[elsewhere] - first
    weight = hazard[rows.pattern[elsewhere]] / before[leaves]
    earlier = np.concatenate(([0.0], np.cumsum(weigh(leaves, weight, length))))[:-1]
    found = np.empty((rows.entry.size, mean.shape[1]))
    safe = np.where(lost.at_risk > 0, lost.at_risk, 1)
    for term in range(mean.shape[1]):
        value = cells.covariates[rows.pattern[elsewhere], term]
        earlier_x = np.concatenate(([0.0], np.cumsum(weigh(leaves, weight * value, length))))[:-1]
        q = earlier_x * from_day[:length, 0] - earlier * from_day[:length, 1 + term]
        per_day = q / safe
        run = np.cumsum(per_day * lost.events[0] / safe)
        column = np.where(cause == 0, per_day[rows.exit - first], 0.0)
        column -= run[rows.exit - first] - run[rows.entry - first]
        found[:, term] = column
    return found
