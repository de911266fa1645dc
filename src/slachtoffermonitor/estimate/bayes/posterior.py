"""The posterior of a hidden number: one result for all Bayesian estimates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.estimate.bayes.convergence import (
    R_HAT_LIMIT,
    effective_size,
    split_r_hat,
    tail_effective_size,
)
from slachtoffermonitor.ground import Number, Text

__all__ = ["QUANTILES", "Convergence", "Effect", "PosteriorEstimate", "WeightedModel"]

Floats = NDArray[np.float64]
Method = Literal["graphical", "latent-class", "threshold"]

QUANTILES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
_LEVELS: Mapping[str, tuple[float, float]] = {"95": (0.025, 0.975), "80": (0.1, 0.9)}
_FEW = 400  # effective draws below which the ends of an interval are not to be trusted


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedModel:
    """A model, the share of the posterior that it has, and what it says by itself.

    Attributes:
        model: in notation; empty for latent classes, which are no log-linear model.
        probability: posterior probability of the model.
        estimate: posterior mean of the persons seen and unseen under this model alone.
        classes: number of classes with a member, for latent classes.

    """

    model: str
    probability: float
    estimate: float
    classes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """How strongly the posterior holds two or three lists to be dependent.

    Attributes:
        lists: names of the lists, joined by a colon.
        strength: absolute posterior mean divided by the posterior standard deviation; infinite
            for an effect at minus infinity.
        error: Monte-Carlo standard error of `strength`.
        kept: the effect is in the final model.

    """

    lists: str
    strength: float
    error: float
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Convergence:
    """What the chains of one variable are worth: R-hat and effective numbers of draws."""

    r_hat: float
    ess: float
    ess_tail: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PosteriorEstimate:
    """How many persons no list has seen, as a distribution.

    Never show one quantile alone, and show none when `converged` is False: the chains then
    disagree about the answer, and running them again would give another one.

    Attributes:
        method: `graphical`, `latent-class` or `threshold`.
        lists: names of the lists.
        observed: persons seen by at least one list.
        hidden: probability → quantile of the hidden number, at `QUANTILES`.
        hidden_mean: its mean; for long-tailed posteriors far above the median.
        draws: variable → float64 array of chains × draws; `hidden` and `population` are always
            there. This mapping is what `arviz.from_dict(posterior=…)` takes.
        convergence: variable → R-hat and effective sizes. Empty when the posterior was summed
            exactly, in which case the draws are independent.
        models: the models with the highest posterior probability, highest first.
        effects: strength of every effect that was considered (threshold only).
        settings: prior and sampler, by name.
        notices: what the reader must know.
        under_other_priors: the persons seen and unseen under priors that are as defensible.
        seconds: time taken.

    """

    method: Method
    lists: tuple[str, ...]
    observed: int
    hidden: Mapping[float, float]
    hidden_mean: float
    draws: Mapping[str, Floats] = field(repr=False, compare=False)
    convergence: Mapping[str, Convergence] = field(default_factory=dict)
    models: tuple[WeightedModel, ...]
    effects: tuple[Effect, ...] = ()
    settings: Mapping[str, float | int | str]
    notices: tuple[Text, ...] = ()
    under_other_priors: tuple[float, ...] = ()
    seconds: float = field(default=0.0, compare=False)

    @property
    def estimate(self) -> float:
        """Persons seen and unseen: the posterior median."""
        return self.observed + self.hidden[0.5]

    @property
    def chains(self) -> int:
        """The number of chains."""
        return int(self.draws["hidden"].shape[0])

    @property
    def converged(self) -> bool:
        """Whether R-hat of every variable is at most 1.01; True when summed exactly."""
        return all(each.r_hat <= R_HAT_LIMIT for each in self.convergence.values())

    @property
    def intervals(self) -> dict[str, tuple[float, float]]:
        """Level ("95", "80") → equal-tailed limits of the persons seen and unseen."""
        return {
            level: (self.observed + self.hidden[low], self.observed + self.hidden[high])
            for level, (low, high) in _LEVELS.items()
        }

    def to_dict(self) -> dict[str, Any]:
        """Give the object that `estimate --json` prints; draws are left out."""
        return {
            "lists": list(self.lists),
            "observed": self.observed,
            "method": self.method,
            "model": self.models[0].model or None,
            "estimate": self.estimate,
            "hidden": self.hidden[0.5],
            "hidden_mean": self.hidden_mean,
            "quantiles": {f"{p:g}": self.observed + value for p, value in self.hidden.items()},
            "intervals": {
                **{level: list(limits) for level, limits in self.intervals.items()},
                "method": "posterior",
            },
            "models": [
                {
                    "model": each.model or None,
                    "probability": each.probability,
                    "estimate": each.estimate,
                    **({} if each.classes is None else {"classes": each.classes}),
                }
                for each in self.models
            ],
            "effects": [
                {
                    "lists": each.lists,
                    "strength": each.strength if np.isfinite(each.strength) else None,
                    "kept": each.kept,
                }
                for each in self.effects
            ],
            "chains": self.chains,
            "converged": self.converged,
            "r_hat": {name: each.r_hat for name, each in self.convergence.items()},
            "ess": {name: each.ess for name, each in self.convergence.items()},
            "ess_tail": {name: each.ess_tail for name, each in self.convergence.items()},
            "settings": dict(self.settings),
            "notices": [notice.in_language("en") for notice in self.notices],
            "seconds": self.seconds,
        }


def summarise_chains(draws: Mapping[str, Floats]) -> dict[str, Convergence]:
    """Judge the chains of every variable but those that follow from another."""
    return {
        name: Convergence(
            r_hat=split_r_hat(values),
            ess=effective_size(values),
            ess_tail=tail_effective_size(values),
        )
        for name, values in draws.items()
        if name != "population"
    }


def convergence_notices(convergence: Mapping[str, Convergence]) -> list[Text]:
    """Say so when the chains disagree, or agree on too few draws."""
    hidden = convergence["hidden"]
    worst = max(convergence, key=lambda name: convergence[name].r_hat)
    notices = []
    if convergence[worst].r_hat > R_HAT_LIMIT:
        notices.append(
            Text(
                "The chains disagree (R-hat {r_hat} for {variable}, limit {limit}): do not use "
                "this estimate. Run longer chains; if that does not help, the table does not "
                "settle the question.",
                {
                    "r_hat": Number(convergence[worst].r_hat, "0.000"),
                    "variable": worst,
                    "limit": Number(R_HAT_LIMIT, "0.00"),
                },
            )
        )
    if min(hidden.ess, hidden.ess_tail) < _FEW:
        notices.append(
            Text(
                "The draws are worth only {size} independent ones: the limits are rough.",
                {"size": Number(min(hidden.ess, hidden.ess_tail))},
            )
        )
    return notices
