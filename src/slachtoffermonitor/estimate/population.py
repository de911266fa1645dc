"""The estimate of a population: selection, interval and verdict in one result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Literal, get_args

import numpy as np

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.loglinear.enumeration import Candidates
from slachtoffermonitor.estimate.loglinear.existence import check_model
from slachtoffermonitor.estimate.loglinear.fitting import ModelFit, fit_models
from slachtoffermonitor.estimate.loglinear.search import Search, search_models
from slachtoffermonitor.estimate.model import HierarchicalModel
from slachtoffermonitor.estimate.uncertainty.intervals import (
    acceleration,
    bca_limits,
    log_normal_limits,
)
from slachtoffermonitor.estimate.uncertainty.replicates import (
    leave_one_out,
    resample,
    select_each,
)
from slachtoffermonitor.estimate.verdict import CLOSE, Verdict, judge
from slachtoffermonitor.ground import InputError, Problem, Text

__all__ = ["METHODS", "ModelLine", "PopulationEstimate", "Select", "estimate_population"]

Select = Literal["bic", "aic", "aicc", "fixed"]
METHODS: tuple[Select, ...] = get_args(Select)

_LEVELS: Mapping[str, tuple[float, float]] = {"95": (0.025, 0.975), "80": (0.1, 0.9)}
_SHOWN = 20
_ORDER = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLine:
    """One line of the model set: a model and what it says."""

    model: str
    estimate: float
    bic: float
    aic: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationEstimate:
    """How many persons there are, seen and unseen, and how far that may be off.

    Never show `estimate` alone: `models` says what other models that describe the lists about as
    well make of the same persons, and `verdict` whether the number may be published at all.

    Attributes:
        lists: names of the lists.
        observed: persons seen by at least one list.
        method: how the model was chosen.
        max_order: largest interaction admitted.
        models_considered: number of models that were looked at.
        models_failed: of these, without an estimate (`existence`; also when both checks fail) and
            with one that is not unique (`identifiability`).
        exhaustive: every model was looked at.
        model: the chosen model, in notation.
        estimate: persons seen and unseen.
        hidden: persons unseen.
        criterion: the value of what was made small (BIC for a fixed model).
        deviance: of the chosen model.
        parameters: of the chosen model.
        intervals: level ("95", "80") → limits.
        interval_method: `bca` (choice of the model included) or `log-normal` (the chosen model
            taken as true: too narrow when it was chosen by the data).
        refused: bootstrap samples in which no model was sound.
        models: the best models, best first.
        verdict: whether to publish.
        notices: what the reader should know of the input or of the search.
        seconds: time taken.

    """

    lists: tuple[str, ...]
    observed: int
    method: str
    max_order: int
    models_considered: int
    models_failed: Mapping[str, int]
    exhaustive: bool
    model: str
    estimate: float
    hidden: float
    criterion: float
    deviance: float
    parameters: int
    intervals: Mapping[str, tuple[float, float]]
    interval_method: str
    bootstrap: int = 0
    refused: int = 0
    models: tuple[ModelLine, ...]
    verdict: Verdict
    notices: tuple[Text, ...] = ()
    seconds: float = field(default=0.0, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Give the object that `estimate --json` prints."""
        return {
            "lists": list(self.lists),
            "observed": self.observed,
            "method": self.method,
            "max_order": self.max_order,
            "models_considered": self.models_considered,
            "models_failed": dict(self.models_failed),
            "exhaustive": self.exhaustive,
            "model": self.model,
            "estimate": self.estimate,
            "hidden": self.hidden,
            "criterion": self.criterion,
            "deviance": self.deviance,
            "parameters": self.parameters,
            "intervals": {
                **{level: list(limits) for level, limits in self.intervals.items()},
                "method": self.interval_method,
            },
            "bootstrap": {"replicates": self.bootstrap, "refused": self.refused},
            "models": [
                {
                    "model": line.model,
                    "estimate": line.estimate,
                    "bic": line.bic,
                    "aic": line.aic,
                }
                for line in self.models
            ],
            "verdict": self.verdict.judgement,
            "verdict_reasons": {
                language: [reason.in_language(language) for reason in self.verdict.reasons]
                for language in ("nl", "en")
            },
            "notices": [notice.in_language("en") for notice in self.notices],
            "seconds": self.seconds,
        }


def estimate_population(
    table: CaptureTable,
    select: Select = "bic",
    max_order: int | None = None,
    model: HierarchicalModel | str | None = None,
    bootstrap: int = 0,
    *,
    seed: int | None = None,
    threads: int | None = None,
) -> PopulationEstimate:
    """How many persons are there, those that no list has seen included?

    The answer stands on an assumption that no table can test: that lists do not depend on each
    other in a way that involves all of them. It also moves with the models admitted: look at the
    model set before the number.

    Args:
        table: persons per capture history.
        select: `bic`, `aic` or `aicc` choose the best of all hierarchical models; `fixed` takes
            the one of `model`.
        max_order: largest number of lists in one interaction; 2 when not given.
        model: the model for `fixed`, such as `[12,3]`.
        bootstrap: replicates in each of which the model is chosen anew; 0 for an interval that
            takes the chosen model as true.
        seed: of the bootstrap; the same seed gives the same interval.
        threads: cores to use; all when not given.

    Returns:
        The estimate with 95% and 80% intervals (BCa with a delete-one jackknife when there is a
        bootstrap), the model set and the verdict.

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
        415

    """
    began = perf_counter()
    _refuse(select, model, bootstrap)
    order = min(_ORDER, table.size - 1) if max_order is None else max_order
    if select == "fixed":
        search, context = _fixed(table, model, order)
    else:
        search = context = search_models(table, criterion=select, max_order=order)
    best = search.best
    refused = 0
    if bootstrap:
        intervals, refused = _bootstrap(table, search, bootstrap, seed=seed, threads=threads)
    else:
        intervals = {
            level: log_normal_limits(best.observed, best.hidden, best.log_hidden_se, levels)
            for level, levels in _LEVELS.items()
        }
    shown = [best, *(fit for fit in context.top(_SHOWN) if fit.model != best.model)]
    return PopulationEstimate(
        lists=table.lists,
        observed=table.observed,
        method=select,
        max_order=search.max_order,
        models_considered=len(search.fits),
        models_failed={
            "existence": search.failed_existence,
            "identifiability": search.failed_identifiability,
        },
        exhaustive=search.exhaustive,
        model=best.model.notation(table.lists),
        estimate=best.estimate,
        hidden=best.hidden,
        criterion=best.criterion(search.criterion),
        deviance=best.deviance,
        parameters=best.parameters,
        intervals=intervals,
        interval_method="bca" if bootstrap else "log-normal",
        bootstrap=bootstrap,
        refused=refused,
        models=tuple(_line(fit, table) for fit in shown[:_SHOWN]),
        verdict=judge(
            [best.estimate, *context.near(CLOSE)],
            intervals["95"],
            behind=best.criterion(context.criterion) - context.best.criterion(context.criterion),
            refused=refused / max(bootstrap, 1),
        ),
        notices=(*table.notices, *_search_notices(search)),
        seconds=perf_counter() - began,
    )


def _refuse(select: str, model: object, bootstrap: int) -> None:
    """Refuse a call whose arguments do not go together."""
    problems = []
    if select not in METHODS:
        problems.append(
            Problem(what="is not a method", found=str(select), allowed=", ".join(METHODS))
        )
    if bootstrap < 0:
        problems.append(Problem(what="the number of replicates is negative", found=str(bootstrap)))
    if (select == "fixed") != (model is not None):
        problems.append(
            Problem(
                what="a model goes with the method 'fixed', and only with it",
                found=f"method {select}, model {model}",
            )
        )
    if problems:
        raise InputError(problems)


def _fixed(
    table: CaptureTable, model: HierarchicalModel | str | None, order: int
) -> tuple[Search, Search]:
    """Give the one model as a search that is done, and the models that it stands among."""
    if not isinstance(model, HierarchicalModel):
        model = HierarchicalModel.parse(str(model), table.lists)
    check = check_model(table, model)
    if not (check.exists and check.identifiable):
        raise InputError(Problem(what=check.reason.in_language("en"), found=f"model {check.model}"))
    alone = Search(
        criterion="bic",
        max_order=model.order,
        exhaustive=True,
        fits=fit_models(table, Candidates.of([model])),
        ranking=(0,),
    )
    return alone, search_models(table, max_order=max(order, min(model.order, table.size - 1)))


def _bootstrap(
    table: CaptureTable,
    search: Search,
    bootstrap: int,
    *,
    seed: int | None,
    threads: int | None,
) -> tuple[dict[str, tuple[float, float]], int]:
    """Repeat the selection on resampled tables and on tables with one person left out."""
    counts = table.counts
    drawn = resample(counts, bootstrap, np.random.default_rng(seed))
    shorter, persons = leave_one_out(counts)
    replicates = select_each(
        table,
        search.fits,
        np.concatenate([drawn, shorter]),
        criterion=search.criterion,
        threads=threads,
    )
    accelerated = acceleration(replicates.estimates[bootstrap:], persons)
    estimates = replicates.estimates[:bootstrap]
    if not np.isfinite(estimates).any():
        raise InputError(
            Problem(
                what="no model could be fitted in any bootstrap sample",
                allowed="more persons on two lists together, or fewer lists",
            )
        )
    intervals = {}
    for level, levels in _LEVELS.items():
        limits = bca_limits(search.best.estimate, estimates, accelerated, levels)
        intervals[level] = (float(limits[0]), float(limits[1]))
    return intervals, int((replicates.chosen[:bootstrap] < 0).sum())


def _line(fit: ModelFit, table: CaptureTable) -> ModelLine:
    return ModelLine(
        model=fit.model.notation(table.lists),
        estimate=fit.estimate,
        bic=fit.criterion("bic"),
        aic=fit.criterion("aic"),
    )


def _search_notices(search: Search) -> tuple[Text, ...]:
    if search.exhaustive:
        return ()
    return (
        Text(
            "There are too many models to look at each: the search went from neighbour to better "
            "neighbour and may have missed the best."
        ),
    )
