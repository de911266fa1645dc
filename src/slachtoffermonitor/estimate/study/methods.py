"""The methods on trial: each makes one estimate with its intervals of one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.loglinear.enumeration import Candidates
from slachtoffermonitor.estimate.loglinear.fitting import fit_models
from slachtoffermonitor.estimate.loglinear.search import Search, search_models
from slachtoffermonitor.estimate.model import HierarchicalModel
from slachtoffermonitor.estimate.population import Select, estimate_population
from slachtoffermonitor.estimate.result import PopulationEstimate
from slachtoffermonitor.estimate.robustness.selection import filled_lists
from slachtoffermonitor.estimate.uncertainty.intervals import log_normal_limits
from slachtoffermonitor.estimate.uncertainty.margin import resampled_margin
from slachtoffermonitor.estimate.uncertainty.replicates import resample
from slachtoffermonitor.estimate.verdict import CLOSE, judge
from slachtoffermonitor.ground import InputError

__all__ = ["LEVELS", "METHODS", "Answer", "Method", "Trial", "answer"]

Method = Literal[
    "exhaustive",
    "best-50",
    "best-10",
    "stepwise",
    "profile",
    "log-normal",
    "average",
    "true-model",
]
METHODS: tuple[Method, ...] = get_args(Method)
LEVELS = {"95": 0.95, "80": 0.8}

_Limits = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One drawn table, and how the methods go about it.

    Attributes:
        table: what the lists found.
        model: the model that the population was made from, for `true-model`.
        max_order: largest interaction admitted.
        bootstrap: samples of a bootstrap.
        seed: of the samples, the same for every method.

    """

    table: CaptureTable
    model: HierarchicalModel
    max_order: int
    bootstrap: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a method says of a table: an estimate, limits per level ("95"), and the verdict."""

    estimate: float
    limits: dict[str, _Limits]
    judgement: str


def answer(trial: Trial, method: Method) -> Answer | None:
    """What does the method make of the table? None when it refuses.

    - `exhaustive`: best by BIC; BCa limits, the choice repeated among all models.
    - `best-50`, `best-10`: the same estimate; BCa limits, the choice repeated among the models that
      rank best on the table itself (Silverman, Chan & Vincent 2024).
    - `stepwise`: pairs added by p-value; BCa limits, the steps repeated.
    - `profile`, `log-normal`: best by BIC, and then taken as true.
    - `average`: all models weighted by BIC, and the mixture of their limits.
    - `true-model`: the profile of the model that the population was made from. Nobody knows it;
      it shows what is lost by choosing.
    """
    try:
        return _MAKERS[method](trial)
    except InputError:
        return None


def _resampled(select: Select) -> Callable[[Trial], Answer]:
    """Give the estimate whose bootstrap repeats its own choice."""

    def make(trial: Trial) -> Answer:
        return _of(
            estimate_population(
                trial.table,
                select,
                max_order=None if select == "stepwise" else _order(trial),
                bootstrap=trial.bootstrap,
                seed=trial.seed,
                threads=1,
            )
        )

    return make


def _analytic(select: Select) -> Callable[[Trial], Answer]:
    """Give the estimate with limits from the likelihood."""
    return lambda trial: _of(estimate_population(trial.table, select, max_order=_order(trial)))


def _true_model(trial: Trial) -> Answer:
    return _of(
        estimate_population(trial.table, "fixed", max_order=_order(trial), model=trial.model)
    )


def _log_normal(trial: Trial) -> Answer:
    _, search = _searched(trial)
    best = search.best
    limits = {
        level: log_normal_limits(best.observed, best.hidden, best.log_hidden_se, _tails(share))
        for level, share in LEVELS.items()
    }
    return _judged(search, limits)


def _restricted(number: int) -> Callable[[Trial], Answer]:
    """Give the estimate whose bootstrap chooses among this many of the best models."""

    def make(trial: Trial) -> Answer:
        table, search = _searched(trial)
        drawn = resample(table.counts, trial.bootstrap, np.random.default_rng(trial.seed))
        margin = resampled_margin(
            table,
            _best(table, search, number),
            drawn,
            {level: _tails(share) for level, share in LEVELS.items()},
            averaged=False,
            interval="bca",
            threads=1,
        )
        return _judged(search, dict(margin.limits), margin.refused / trial.bootstrap)

    return make


def _order(trial: Trial) -> int:
    """Give the largest order that the lists with persons on them allow."""
    return min(trial.max_order, filled_lists(trial.table).size - 1)


def _searched(trial: Trial) -> tuple[CaptureTable, Search]:
    table = filled_lists(trial.table)
    return table, search_models(table, max_order=_order(trial))


def _best(table: CaptureTable, search: Search, number: int) -> Search:
    """Keep the best models of a search."""
    models = [fit.model for fit in search.top(number)]
    return Search(
        way="given",
        criterion=search.criterion,
        max_order=search.max_order,
        fits=fit_models(table, Candidates.of(models)),
        ranking=tuple(range(len(models))),
    )


def _tails(share: float) -> _Limits:
    return 0.5 - share / 2, 0.5 + share / 2


def _judged(search: Search, limits: dict[str, _Limits], refused: float = 0.0) -> Answer:
    verdict = judge(search.near(CLOSE), limits["95"], refused=refused)
    return Answer(estimate=search.best.estimate, limits=limits, judgement=verdict.judgement)


def _of(found: PopulationEstimate) -> Answer:
    return Answer(
        estimate=found.estimate,
        limits={level: found.intervals[level] for level in LEVELS},
        judgement=found.verdict.judgement,
    )


_MAKERS: dict[Method, Callable[[Trial], Answer]] = {
    "exhaustive": _resampled("bic"),
    "best-50": _restricted(50),
    "best-10": _restricted(10),
    "stepwise": _resampled("stepwise"),
    "profile": _analytic("bic"),
    "log-normal": _log_normal,
    "average": _analytic("average"),
    "true-model": _true_model,
}
