"""The result of an estimate: the number, its interval, the model set and the verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from slachtoffermonitor.estimate.verdict import Verdict
from slachtoffermonitor.ground import LANGUAGES, Text

__all__ = ["ModelLine", "PopulationEstimate"]


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
        step_by: for `stepwise`, what the steps went by: `p`, `bic`, `aic` or `aicc`.
        max_order: largest interaction admitted.
        models_considered: number of models that were looked at.
        models_failed: of these, without an estimate (`existence`; also when both checks fail) and
            with one that is not unique (`identifiability`).
        exhaustive: every model was looked at.
        model: the chosen model, in notation.
        estimate: persons seen and unseen.
        hidden: persons unseen.
        criterion: the value of what was made small (BIC for a fixed model); nan, as the deviance,
            for a posterior.
        deviance: of the chosen model.
        parameters: of the chosen model.
        intervals: level ("95", "80") → limits.
        interval_method: `bca` or `percentile` of a bootstrap that repeats the choice; `profile`
            (the chosen model taken as true: too narrow when the data chose it); `mixture` over
            the models that were averaged; `posterior` quantiles.
        bootstrap: number of bootstrap samples.
        refused: bootstrap samples in which no model was sound.
        models: the best models, best first.
        verdict: whether to publish.
        notices: what the reader should know of the input or of the search.
        seconds: time taken.

    """

    lists: tuple[str, ...]
    observed: int
    method: str
    step_by: str | None = None
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
            **({} if self.step_by is None else {"step_by": self.step_by}),
            "max_order": self.max_order,
            "models_considered": self.models_considered,
            "models_failed": dict(self.models_failed),
            "exhaustive": self.exhaustive,
            "model": self.model or None,
            "estimate": self.estimate,
            "hidden": self.hidden,
            "criterion": _finite(self.criterion),
            "deviance": _finite(self.deviance),
            "parameters": self.parameters or None,
            "intervals": {
                **{
                    level: [_finite(limit) for limit in limits]
                    for level, limits in self.intervals.items()
                },
                "method": self.interval_method,
            },
            "bootstrap": {"replicates": self.bootstrap, "refused": self.refused},
            "models": [
                {
                    "model": line.model or None,
                    "estimate": _finite(line.estimate),
                    "bic": _finite(line.bic),
                    "aic": _finite(line.aic),
                }
                for line in self.models
            ],
            "verdict": self.verdict.judgement,
            "verdict_reasons": {
                language: [reason.in_language(language) for reason in self.verdict.reasons]
                for language in LANGUAGES
            },
            "notices": [notice.in_language("en") for notice in self.notices],
            "seconds": self.seconds,
        }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
