"""The coefficients at which a partial likelihood is highest, and how much each row moves them.

Rows of one person are not independent: their influences are added up within the person before
they are squared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from slachtoffermonitor.follow.counting.days import Days, Values, weigh
from slachtoffermonitor.follow.regression.cells import RiskCells, Rows, event_positions
from slachtoffermonitor.follow.regression.likelihood import Likelihood, Ties, evaluate
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["Fit", "clustered", "maximise", "score_residuals"]

_STEPS = 50
_CLOSE = 1e-11
_FAR = 15.0  # a log ratio of 15 is a ratio of three million: nothing sets the coefficient a bound
_HALVINGS = 25
_LEAP = 8.0  # how far the logarithm of a person's ratio may move in one step


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """The coefficients, the likelihood at them and at none, and the inverse information."""

    coefficients: Values
    centre: Values
    cells: RiskCells  # centred
    best: Likelihood
    null: Likelihood
    inverse: Values
    steps: int


def maximise(cells: RiskCells, terms: tuple[str, ...], ties: Ties) -> Fit:
    """Climb to the highest partial likelihood by Newton's steps, halved where they overshoot.

    Raises:
        InputError: terms that are a combination of others, or a group without any event (or with
            an event at every turn), whose ratio has no bound.

    """
    weight = np.zeros(cells.covariates.shape[0])
    for layer in cells.layers:
        weight += np.bincount(layer.pattern, weights=layer.weight, minlength=weight.size)
    centre = weight @ cells.covariates / weight.sum()
    centred = replace(cells, covariates=cells.covariates - centre)
    null = now = evaluate(centred, np.zeros(len(terms)), ties)
    _require_full_rank(null.information, terms)
    coefficients = np.zeros(len(terms))
    scale = np.sqrt(np.maximum(np.diag(null.information), 0.0) / cells.events.sum())
    for step in range(1, _STEPS + 1):
        move = _newton_step(now, terms)
        coefficients, after = _climb(centred, coefficients, move, now, ties)
        arrived = np.abs(move * scale).max() < _CLOSE
        now = after
        _require_bound(coefficients * np.maximum(scale, 1e-12), coefficients, terms)
        if arrived:
            return Fit(
                coefficients=coefficients,
                centre=centre,
                cells=centred,
                best=now,
                null=null,
                inverse=np.asarray(np.linalg.inv(now.information), dtype=np.float64),
                steps=step,
            )
    raise InputError("the regression did not settle; use fewer terms")


def _newton_step(now: Likelihood, terms: tuple[str, ...]) -> Values:
    try:
        return np.asarray(np.linalg.solve(now.information, now.score), dtype=np.float64)
    except np.linalg.LinAlgError as error:
        raise InputError(
            Problem(what="a ratio without a bound; join groups", found=", ".join(terms))
        ) from error


def _climb(
    cells: RiskCells, start: Values, move: Values, now: Likelihood, ties: Ties
) -> tuple[Values, Likelihood]:
    """Take the step, or the part of it that does not go down."""
    reach = float(np.abs(cells.covariates @ move).max())
    move = move * min(1.0, _LEAP / reach) if reach > 0 else move
    for _ in range(_HALVINGS):
        with np.errstate(all="ignore"):
            after = evaluate(cells, start + move, ties)
        rises = after.value >= now.value - 1e-9 * abs(now.value)
        if rises and np.isfinite(after.information).all():
            return start + move, after
        move = move / 2
    return start, now


def _require_full_rank(information: Values, terms: tuple[str, ...]) -> None:
    """Refuse terms that say the same as others."""
    size = np.sqrt(np.maximum(np.diag(information), 0.0))
    empty = [name for name, value in zip(terms, size, strict=True) if value < 1e-9]
    if empty:
        raise InputError(
            [Problem(what="does not differ between persons at risk", column=one) for one in empty]
        )
    values, vectors = np.linalg.eigh(information / np.outer(size, size))
    if values[0] < 1e-10:
        named = [name for name, part in zip(terms, vectors[:, 0], strict=True) if abs(part) > 0.1]
        raise InputError(
            Problem(what="terms of which one follows from the others", found=", ".join(named))
        )


def _require_bound(scaled: Values, coefficients: Values, terms: tuple[str, ...]) -> None:
    """Refuse coefficients that run away."""
    far = [
        name
        for name, one, value in zip(terms, scaled, coefficients, strict=True)
        if abs(one) > _FAR or (abs(value) > _FAR and abs(one) > 1.0)
    ]
    if far:
        raise InputError(
            [
                Problem(
                    what="no event (or nothing but events) in this group, so its ratio has no "
                    "bound; join it with another group",
                    column=name,
                )
                for name in far
            ]
        )


def score_residuals(rows: Rows, fit: Fit) -> Values:
    """Give each row's share in the score (row × term); they add up to zero."""
    _, _, start, stop, own = event_positions(rows)
    x = fit.cells.covariates
    hazard = np.exp(x @ fit.coefficients)[rows.pattern]
    sums, events = fit.best.sums, fit.cells.events
    passed = np.concatenate(([0.0], np.cumsum(sums.a)))
    spent = hazard * (passed[stop] - passed[start])
    met = np.flatnonzero(rows.event > 0)
    day = own[met]
    number = rows.event[met]
    # Those with an event leave during the day: Efron takes them as at risk for part of the ties.
    at_risk = stop[met] > start[met]
    early = hazard[met] * sums.b[day] * at_risk
    found = np.empty((rows.entry.size, x.shape[1]))
    drop = sums.d[:, None] * sums.risk_x - sums.e[:, None] * sums.met_x
    drift = sums.c[:, None] * sums.risk_x - sums.d[:, None] * sums.met_x
    mean = (sums.a[:, None] * sums.risk_x - sums.b[:, None] * sums.met_x) / events[:, None]
    for term in range(x.shape[1]):
        value = x[rows.pattern, term]
        run = np.concatenate(([0.0], np.cumsum(drift[:, term])))
        column = hazard * (run[stop] - run[start]) - value * spent
        column[met] += number * (value[met] - mean[day, term])
        column[met] += value[met] * early - hazard[met] * drop[day, term] * at_risk
        found[:, term] = column
    return found


def clustered(residuals: Values, cluster: Days, inverse: Values) -> Values:
    """Give the covariance of the coefficients when rows of one cluster belong together."""
    groups = int(cluster.max()) + 1
    together = np.stack([weigh(cluster, column, groups) for column in residuals.T], axis=1)
    influence = together @ inverse
    covariance: Values = influence.T @ influence
    return covariance
