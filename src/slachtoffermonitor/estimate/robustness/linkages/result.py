"""The result of many linkages: one number, its interval, and the part that linkage has in it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from slachtoffermonitor.estimate.robustness.linkages._linked import LinkedEstimate
from slachtoffermonitor.estimate.verdict import Verdict
from slachtoffermonitor.ground import LANGUAGES, Text

__all__ = ["LinkageEstimate"]

Limits = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageEstimate:
    """How many persons there are when it is not sure which records are one person.

    Attributes:
        lists: names of the lists.
        method: how a model was chosen in each linkage.
        step_by: for `stepwise`, what the steps went by.
        max_order: largest interaction admitted.
        models_considered: models looked at, over all linkages.
        models_failed: of these, without an estimate, and with one that is not unique.
        exhaustive: in each linkage every model was looked at.
        parameters: of the model, when it was given; None when linkages chose their own.
        linkages: what each linkage says, in the order given.
        refused: linkages in which no model was sound; they are left out.
        observed: persons seen, averaged over the linkages.
        hidden: persons unseen: exp of the mean logarithm.
        within: mean variance of log hidden within a linkage.
        between: variance of log hidden between linkages.
        degrees: degrees of freedom of Rubin's rules; infinite when linkages agree.
        linkage_share: share of the variance of log hidden that is linkage, 0 to 1.
        widening: how many times as wide as without the variance between linkages the interval
            of log hidden is.
        intervals: level → limits of `estimate` by Rubin's rules.
        mixed: level → quantiles of the bootstrap replicates of all linkages together, in which
            the number observed varies too; empty without a bootstrap.
        bootstrap: replicates per linkage.
        refused_samples: of all these, without a sound model.
        verdict: whether to publish.
        notices: what the reader must know.
        seconds: time taken.

    """

    lists: tuple[str, ...]
    method: str
    step_by: str | None = None
    max_order: int
    models_considered: int
    models_failed: Mapping[str, int]
    exhaustive: bool
    parameters: int | None = None
    linkages: tuple[LinkedEstimate, ...]
    refused: int
    observed: float
    hidden: float
    within: float
    between: float
    degrees: float
    linkage_share: float
    widening: float
    intervals: Mapping[str, Limits]
    mixed: Mapping[str, Limits]
    bootstrap: int
    refused_samples: int
    verdict: Verdict
    notices: tuple[Text, ...] = ()
    seconds: float = field(default=0.0, compare=False)

    @property
    def estimate(self) -> float:
        """Persons seen and unseen."""
        return self.observed + self.hidden

    @property
    def models(self) -> tuple[tuple[str, int, float], ...]:
        """Each chosen model, in how many linkages, and their mean estimate; most often first."""
        sound = [each for each in self.linkages if each.hidden is not None]
        times = Counter(each.model for each in sound)
        return tuple(
            (
                model,
                number,
                float(np.mean([e.observed + (e.hidden or 0.0) for e in sound if e.model == model])),
            )
            for model, number in times.most_common()
        )

    def to_dict(self) -> dict[str, Any]:
        """Give the object that `estimate --linkages --json -` prints."""
        return {
            "lists": list(self.lists),
            "observed": self.observed,
            "method": self.method,
            **({} if self.step_by is None else {"step_by": self.step_by}),
            "max_order": self.max_order,
            "models_considered": self.models_considered,
            "models_failed": dict(self.models_failed),
            "exhaustive": self.exhaustive,
            "model": self.models[0][0],
            "estimate": self.estimate,
            "hidden": self.hidden,
            "criterion": None,
            "deviance": None,
            "parameters": self.parameters,
            "intervals": {
                **{level: list(limits) for level, limits in self.intervals.items()},
                "method": "rubin",
            },
            "bootstrap": {"replicates": self.bootstrap, "refused": self.refused_samples},
            "models": [
                {"model": model, "linkages": times, "estimate": mean, "bic": None, "aic": None}
                for model, times, mean in self.models
            ],
            "verdict": self.verdict.judgement,
            "verdict_reasons": {
                name: [reason.in_language(name) for reason in self.verdict.reasons]
                for name in LANGUAGES
            },
            "linkage": {
                "linkages": len(self.linkages),
                "refused": self.refused,
                "share": self.linkage_share,
                "widening": self.widening if math.isfinite(self.widening) else None,
                "within": self.within,
                "between": self.between,
                "degrees": self.degrees if math.isfinite(self.degrees) else None,
                "mixed": {level: list(limits) for level, limits in self.mixed.items()},
                "estimates": [asdict(each) for each in self.linkages],
            },
            "notices": [notice.in_language("en") for notice in self.notices],
            "seconds": self.seconds,
        }
