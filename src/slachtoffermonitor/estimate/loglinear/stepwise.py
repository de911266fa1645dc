"""Stepwise selection: pairs added by Poisson p-values, or terms both ways by a criterion."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Literal

import numpy as np

from slachtoffermonitor.estimate._kernels.walking import log_poisson_tail
from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.loglinear.enumeration import Candidates, check_order
from slachtoffermonitor.estimate.loglinear.existence import check_model
from slachtoffermonitor.estimate.loglinear.fitting import Criterion, fit_models, fitted_cells
from slachtoffermonitor.estimate.loglinear.search import (
    Search,
    neighbours,
    nothing_sound,
    rank_sound,
)
from slachtoffermonitor.estimate.model import HierarchicalModel
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["STEP_CRITERIA", "StepCriterion", "step_both_ways", "step_models"]

StepCriterion = Literal["p", "bic", "aic", "aicc"]
STEP_CRITERIA: tuple[StepCriterion, ...] = ("p", "bic", "aic", "aicc")
THRESHOLD = 0.02


def step_models(table: CaptureTable, *, threshold: float = THRESHOLD) -> Search:
    """Add pairs of lists to the independence model as long as chance does not explain them.

    At each step every pair outside the model is tested: under the model so far, the number of
    persons on both lists (whatever other lists they are on) is a Poisson count with the fitted
    mean. The pair with the smallest one-sided p-value is added, when that is below the threshold.
    A pair that leaves the model without a sound maximum is passed over.

    The threshold is a habit, and the answer can jump with it: try others.

    Args:
        table: the persons per capture history.
        threshold: of the p-value; 0 stays with independence, 1 adds every pair that can be.

    Returns:
        The models on the way, the last one first.

    Raises:
        InputError: a threshold outside 0 to 1, or an independence model without an estimate.

    Source: Chan, Silverman & Vincent (2021), JASA 116(535), section 5.
    Checked against: MultipleSystemsEstimation 1.2.0, all thresholds and bootstrap samples in
    tests/reference/mse.

    """
    if not 0.0 <= threshold <= 1.0:
        raise InputError(
            Problem(what="the threshold is not a p-value", found=str(threshold), allowed="0 to 1")
        )
    path = [HierarchicalModel.closure(table.size)]
    check = check_model(table, path[0])
    if not (check.exists and check.identifiable):
        raise nothing_sound(1)
    while True:
        following = _next_model(table, path[-1], threshold)
        if following is None:
            break
        path.append(following)
    fits = fit_models(table, Candidates.of(path))
    return Search(
        way="stepwise",
        criterion="bic",
        max_order=2,
        threshold=threshold,
        fits=fits,
        ranking=tuple(reversed(range(len(path)))),
    )


def _next_model(
    table: CaptureTable, model: HierarchicalModel, threshold: float
) -> HierarchicalModel | None:
    """Give the model with the pair that fits worst, or None when no pair fits badly enough."""
    counts = table.counts
    _, means = fitted_cells(table, model)
    histories = np.arange(counts.size)
    tests = []
    for i, j in combinations(range(table.size), 2):
        pair = 1 << i | 1 << j
        if pair in model.terms:
            continue
        on_both = (histories & pair) == pair
        seen, expected = counts[on_both].sum(), means[on_both].sum()
        tests.append((log_poisson_tail(float(seen), float(expected)), pair))
    limit = math.log(threshold) if threshold > 0 else -math.inf
    for log_p, pair in sorted(tests):
        if not log_p < limit:
            return None
        wider = model.with_term(pair)
        check = check_model(table, wider)
        if check.exists and check.identifiable:
            return wider
    return None


def step_both_ways(
    table: CaptureTable, *, criterion: Criterion = "bic", max_order: int = 2
) -> Search:
    """Add or take out one term at a time, whichever lowers the criterion most, until none does.

    The walk starts at independence. A term can be added when all its smaller terms are in the
    model, and taken out when it is in no larger one; models without a sound maximum are passed
    over. It stops at a model that no single term improves, which need not be the best of all:
    where every model can be looked at, take `search_models`.

    Args:
        table: the persons per capture history.
        criterion: `bic`, `aic` or `aicc`; see `penalties`.
        max_order: the largest number of lists in one interaction.

    Returns:
        Every model that was looked at, the one where the walk ended first.

    Raises:
        InputError: an order that does not fit, or no sound model within a step of independence.

    Source: Venables & Ripley (2002), Modern Applied Statistics with S, section 6.8 (steps by a
    criterion).

    """
    check_order(table.size, max_order)
    model = HierarchicalModel.closure(table.size)
    looked: dict[HierarchicalModel, float] = {}
    best = math.inf
    while True:
        near = [model, *neighbours(model, max_order)]
        fresh = [other for other in near if other not in looked]
        if fresh:
            values = fit_models(table, Candidates.of(fresh)).criterion(criterion)
            looked.update(zip(fresh, values.tolist(), strict=True))
        following = min(near, key=looked.__getitem__)
        if not looked[following] < best:
            break
        model, best = following, looked[following]
    fits = fit_models(table, Candidates.of(list(looked)))
    return Search(
        way="both_ways",
        criterion=criterion,
        max_order=max_order,
        fits=fits,
        ranking=rank_sound(fits, criterion),
    )
