"""A posterior as an estimate of the population, judged like every other estimate."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Literal, get_args

from slachtoffermonitor.estimate.bayes.graphical import average_graphs
from slachtoffermonitor.estimate.bayes.latent_class import sample_latent_classes
from slachtoffermonitor.estimate.bayes.posterior import PosteriorEstimate
from slachtoffermonitor.estimate.bayes.threshold import threshold_effects
from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.result import ModelLine, PopulationEstimate
from slachtoffermonitor.estimate.verdict import Verdict, judge
from slachtoffermonitor.ground import Text

__all__ = ["POSTERIOR_METHODS", "PosteriorMethod", "estimate_by_posterior"]

PosteriorMethod = Literal["graphical", "latent-class", "threshold"]
POSTERIOR_METHODS: tuple[PosteriorMethod, ...] = get_args(PosteriorMethod)

_PLAUSIBLE = 0.01  # models with less of the posterior than this do not count in the verdict


def estimate_by_posterior(
    table: CaptureTable,
    method: PosteriorMethod,
    *,
    max_order: int | None = None,
    seed: int | None = None,
) -> PopulationEstimate:
    """How many persons are there, by the median of a posterior?

    There is no criterion, deviance or number of parameters of one model: these are nan, and null
    in JSON. Chains that disagree are never fit to publish.

    Args:
        table: persons per capture history.
        method: `graphical`, `latent-class` or `threshold`.
        max_order: largest interaction of `threshold`, 2 or 3; the other methods set their own.
        seed: of the draws; the same seed gives the same answer.

    Raises:
        InputError: as the method itself.

    """
    samplers: Mapping[PosteriorMethod, Callable[[], PosteriorEstimate]] = {
        "graphical": lambda: average_graphs(table, seed=seed or 0),
        "latent-class": lambda: sample_latent_classes(table, seed=seed or 0),
        "threshold": lambda: threshold_effects(table, max_order=max_order or 2, seed=seed or 0),
    }
    found = samplers[method]()
    return PopulationEstimate(
        lists=found.lists,
        observed=found.observed,
        method=method,
        max_order=max_order or 2 if method == "threshold" else table.size - 1,
        models_considered=len(found.models),
        models_failed={"existence": 0, "identifiability": 0},
        exhaustive=method == "graphical",
        model=found.models[0].model,
        estimate=found.estimate,
        hidden=found.hidden[0.5],
        criterion=math.nan,
        deviance=math.nan,
        parameters=0,
        intervals=found.intervals,
        interval_method="posterior",
        models=tuple(
            ModelLine(model=each.model, estimate=each.estimate, bic=math.nan, aic=math.nan)
            for each in found.models
        ),
        verdict=_judge(found),
        notices=(*table.notices, *found.notices),
        seconds=found.seconds,
    )


def _judge(found: PosteriorEstimate) -> Verdict:
    estimates = [
        each.estimate
        for each in found.models
        if each.probability >= _PLAUSIBLE and math.isfinite(each.estimate)
    ]
    verdict = judge(
        [*(estimates or [found.estimate]), *found.under_other_priors], found.intervals["95"]
    )
    if found.converged:
        return verdict
    disagree = Text("The chains disagree: running them again would give another answer.")
    return Verdict(judgement="do not publish", reasons=(disagree, *verdict.reasons))
