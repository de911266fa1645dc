"""The estimate of a population: selection, interval and verdict in one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from math import isclose
from time import perf_counter
from typing import get_args

import numpy as np

from slachtoffermonitor.estimate.bayes.estimates import (
    POSTERIOR_METHODS,
    PosteriorMethod,
    estimate_by_posterior,
)
from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.loglinear.choosing import Select, check_steps, choose_model
from slachtoffermonitor.estimate.loglinear.fitting import ModelFit
from slachtoffermonitor.estimate.loglinear.search import Search
from slachtoffermonitor.estimate.loglinear.stepwise import THRESHOLD, StepCriterion
from slachtoffermonitor.estimate.model import HierarchicalModel
from slachtoffermonitor.estimate.result import ModelLine, PopulationEstimate
from slachtoffermonitor.estimate.uncertainty.averaging import average
from slachtoffermonitor.estimate.uncertainty.margin import (
    IntervalMethod,
    Margin,
    analytic_margin,
    resampled_margin,
)
from slachtoffermonitor.estimate.uncertainty.replicates import resample
from slachtoffermonitor.estimate.verdict import CLOSE, Verdict, judge
from slachtoffermonitor.ground import InputError, Problem, Text

__all__ = ["METHODS", "Select", "estimate_population"]

METHODS = (*get_args(Select), *POSTERIOR_METHODS)

_SHOWN = 20
_ORDER = 2


def estimate_population(
    table: CaptureTable,
    select: Select | PosteriorMethod = "bic",
    max_order: int | None = None,
    model: HierarchicalModel | str | None = None,
    bootstrap: int = 0,
    *,
    seed: int | None = None,
    threshold: float = THRESHOLD,
    step_by: StepCriterion = "p",
    interval: IntervalMethod = "bca",
    levels: Sequence[float] = (0.95, 0.8),
    threads: int | None = None,
) -> PopulationEstimate:
    """How many persons are there, those that no list has seen included?

    The answer stands on an assumption that no table can test: that lists do not depend on each
    other in a way that involves all of them. It also moves with the models admitted: look at the
    model set before the number.

    Args:
        table: persons per capture history.
        select: `bic`, `aic` or `aicc` choose the best hierarchical model; `stepwise` goes from
            independence term by term, see `step_by`; `fixed` takes the model of `model`;
            `average` weighs all models by BIC; `graphical`, `latent-class` and `threshold` give
            a posterior median.
        max_order: largest number of lists in one interaction; 2 when not given.
        model: the model for `fixed`, such as `[12,3]`.
        bootstrap: samples in each of which the model is chosen anew; 0 for an interval that
            takes the chosen model as true.
        seed: of the bootstrap; the same seed gives the same interval.
        threshold: of the p-value for `stepwise`.
        step_by: `p` adds the pair of lists with the smallest p-value; `bic`, `aic` and `aicc` add
            or take out the term that lowers the criterion most, up to `max_order`.
        interval: limits from the bootstrap: `bca`, with a delete-one jackknife that repeats the
            choice too, or `percentile`.
        levels: of the intervals; that of 95% is always there.
        threads: cores to use; all when not given.

    Returns:
        The estimate with 95% and 80% intervals, the model set and the verdict.

    Raises:
        InputError: no sound model, an unknown model or method, an order that does not fit.

    Source: Fienberg (1972), Biometrika 59(3); Chan, Silverman & Vincent (2021), JASA 116(535);
    Silverman, Chan & Vincent (2024), Statistics and Computing 34.
    Checked against: MultipleSystemsEstimation 1.2.0, SparseMSE 2.0.1, tests/reference/mse.

    Example:
        >>> import polars as pl
        >>> rows = {"A": [1, 0, 0, 1, 1, 0], "B": [0, 1, 0, 1, 0, 1], "C": [0, 0, 1, 0, 1, 1]}
        >>> frame = pl.DataFrame({**rows, "count": [40, 30, 20, 6, 4, 3]})
        >>> round(estimate_population(CaptureTable.from_counts(frame)).estimate)
        322

    """
    began = perf_counter()
    check_steps(select, step_by)
    _refuse(select, model, bootstrap, interval, levels)
    match select:
        case "graphical" | "latent-class" | "threshold":
            return _posterior(table, select, max_order=max_order, seed=seed)
    used = table if select == "fixed" else _without_empty_lists(table)
    order = min(_ORDER, used.size - 1) if max_order is None else max_order
    search, context = choose_model(
        used, select, order, model=model, threshold=threshold, step_by=step_by
    )
    averaged, best = select == "average", search.best
    hidden = average(search).hidden if averaged else best.hidden
    limits_of = analytic_margin
    if bootstrap:
        drawn = resample(used.counts, bootstrap, np.random.default_rng(seed))
        limits_of = partial(resampled_margin, drawn=drawn, interval=interval, threads=threads)
    margin = limits_of(used, search, quantiles=_quantiles(levels), averaged=averaged)
    return PopulationEstimate(
        lists=table.lists,
        observed=table.observed,
        method=select,
        step_by=step_by if select == "stepwise" else None,
        max_order=search.max_order,
        models_considered=len(search.fits),
        models_failed=search.failed,
        exhaustive=search.exhaustive,
        model=_notation(best.model, used, table),
        estimate=table.observed + hidden,
        hidden=hidden,
        criterion=best.criterion(search.criterion),
        deviance=best.deviance,
        parameters=best.parameters,
        intervals=margin.limits,
        interval_method=margin.method,
        bootstrap=bootstrap,
        refused=margin.refused,
        models=_lines(search, context, used, table),
        verdict=_verdict(best, context, margin, bootstrap),
        notices=(*table.notices, *_notices(table, used, search)),
        seconds=perf_counter() - began,
    )


def _quantiles(levels: Sequence[float]) -> dict[str, tuple[float, float]]:
    """Name each level in percent; 95% is always among them, the verdict needs it."""
    return {
        f"{100 * level:g}": (0.5 - level / 2, 0.5 + level / 2)
        for level in dict.fromkeys((0.95, *levels))
    }


def _refuse(
    select: str, model: object, bootstrap: int, interval: str, levels: Sequence[float]
) -> None:
    """Refuse a call whose arguments do not go together."""
    problems = []
    for found, allowed, what in (
        (select, METHODS, "is not a method"),
        (interval, get_args(IntervalMethod), "is not an interval of a bootstrap"),
    ):
        if found not in allowed:
            problems.append(Problem(what=what, found=str(found), allowed=", ".join(allowed)))
    if bootstrap and select in POSTERIOR_METHODS:
        problems.append(Problem(what="a posterior needs no bootstrap", found=str(bootstrap)))
    if bootstrap < 0:
        problems.append(Problem(what="the number of replicates is negative", found=str(bootstrap)))
    if not all(0.0 < level < 1.0 for level in levels):
        problems.append(
            Problem(
                what="a level of an interval is not between 0 and 1",
                found=", ".join(map(str, levels)),
            )
        )
    if (select == "fixed") != (model is not None):
        problems.append(
            Problem(
                what="a model goes with the method 'fixed', and only with it",
                found=f"method {select}, model {model}",
            )
        )
    if problems:
        raise InputError(problems)


def _without_empty_lists(table: CaptureTable) -> CaptureTable:
    """Leave out the lists that nobody is on: they say nothing, and must change nothing."""
    held = int(np.bitwise_or.reduce(table.cells["history"].to_numpy()))
    filled = [name for i, name in enumerate(table.lists) if held >> i & 1]
    return table if len(filled) == table.size else table.marginal(filled)


def _posterior(
    table: CaptureTable, method: PosteriorMethod, *, max_order: int | None, seed: int | None
) -> PopulationEstimate:
    """Estimate from the lists with persons, and write the models in the numbers of all."""
    used = _without_empty_lists(table)
    found = estimate_by_posterior(used, method, max_order=max_order, seed=seed)
    if used.size == table.size:
        return found

    def renumber(notation: str) -> str:
        if not notation:  # latent classes are no log-linear model
            return notation
        return _notation(HierarchicalModel.parse(notation, used.lists), used, table)

    return replace(
        found,
        lists=table.lists,
        model=renumber(found.model),
        models=tuple(replace(line, model=renumber(line.model)) for line in found.models),
        notices=(*found.notices, _left_out(table, used)),
    )


def _notation(model: HierarchicalModel, used: CaptureTable, table: CaptureTable) -> str:
    """Write a model in the numbers of the whole table, empty lists as main effects."""
    places = [table.lists.index(name) for name in used.lists]
    interactions = [
        sum(1 << place for i, place in enumerate(places) if term >> i & 1) for term in model.maximal
    ]
    return HierarchicalModel.closure(table.size, interactions).notation(table.lists)


def _lines(
    search: Search, context: Search, used: CaptureTable, table: CaptureTable
) -> tuple[ModelLine, ...]:
    """Give the chosen model and then the best of those that it stands among."""
    best = search.best
    fits = [best, *(fit for fit in context.top(_SHOWN) if fit.model != best.model)]
    return tuple(
        ModelLine(
            model=_notation(fit.model, used, table),
            estimate=fit.estimate,
            bic=fit.criterion("bic"),
            aic=fit.criterion("aic"),
        )
        for fit in fits[:_SHOWN]
    )


def _verdict(best: ModelFit, context: Search, margin: Margin, bootstrap: int) -> Verdict:
    """Judge the chosen model among those that it stands among."""
    near = context.near(CLOSE)
    known = any(isclose(best.estimate, other, rel_tol=1e-9) for other in near)
    return judge(
        near if known else [best.estimate, *near],
        margin.limits["95"],
        behind=best.criterion(context.criterion) - context.best.criterion(context.criterion),
        refused=margin.refused / max(bootstrap, 1),
    )


def _notices(table: CaptureTable, used: CaptureTable, search: Search) -> list[Text]:
    notices = []
    if used.size < table.size:
        notices.append(_left_out(table, used))
    if search.way == "both_ways":
        notices.append(
            Text(
                "Chosen by steps that add or take out one term by {criterion}: the model is better "
                "than those one step away, and need not be the best of all.",
                {"criterion": search.criterion.upper().replace("AICC", "AICc")},
            )
        )
    if search.way == "neighbours":
        notices.append(
            Text(
                "There are too many models to look at each: the search visited the neighbours of "
                "the best models and may have missed a better one."
            )
        )
    return notices


def _left_out(table: CaptureTable, used: CaptureTable) -> Text:
    empty = [name for name in table.lists if name not in used.lists]
    return Text("Nobody is on the lists {names}: they were left out.", {"names": ", ".join(empty)})
