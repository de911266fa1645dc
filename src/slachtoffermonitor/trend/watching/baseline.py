"""What is usual for a reporter: how much a week, how unevenly, and whether bursts last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, pi, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import chi2

__all__ = ["Baseline", "baseline_of", "lasting_bursts", "negative_binomial_size"]

Floats = NDArray[np.float64]

LEAST_WEEKS = 52
LEAST_REPORTS = 12
_SPELL = 8  # weeks over which lasting bursts are looked for
_APART = 2  # spells; a burst that begins in one spell may end in the next
_SURE = 0.9  # what all share is taken as far as the histories together are sure of it
_SURE_ALONE = 0.95  # a reporter departs from the others only as far as its history is sure of it


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Baseline:
    """The usual weeks of a reporter, each as it would be in an average season.

    `mean` reports a week; `size` of the negative binomial distribution, infinite for Poisson;
    `spells` how many times a spell of weeks differs more from the next but one than as many
    separate weeks would, found from `spell_degrees` degrees of freedom. A level that changes over
    the years makes neighbours differ little: it is no burst.
    """

    history: Floats
    mean: float
    size: float
    spells: float
    spell_degrees: int

    @property
    def overdispersion(self) -> float:
        """The variance of a week over its mean."""
        return 1 + self.mean / self.size


def negative_binomial_size(mean: Floats, variance: Floats) -> Floats:
    """Give the size by moments, infinite where weeks vary no more than Poisson counts."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = mean**2 / (variance - mean)
    return np.where(variance > mean, found, inf)


def baseline_of(history: Floats) -> Baseline | None:
    """Describe the usual weeks; None where there are too few weeks or reports to know.

    Source: von Neumann et al. (1941) for a variance by differences of neighbours.
    """
    if len(history) < LEAST_WEEKS or history.sum() < LEAST_REPORTS:
        return None
    mean, variance = float(history.mean()), float(history.var(ddof=1))
    size = negative_binomial_size(np.array(mean), np.array(variance))
    spells = len(history) // _SPELL
    sums = history[len(history) - spells * _SPELL :].reshape(spells, _SPELL).sum(axis=1)
    steps = sums[_APART:] - sums[:-_APART]
    return Baseline(
        history=history,
        mean=mean,
        size=float(size),
        spells=float(steps @ steps) / (2 * len(steps) * _SPELL * variance) if variance else 1.0,
        # differences share their spells, so that they tell less than as many would apart
        spell_degrees=round(2 * len(steps) / 3),
    )


def lasting_bursts(baselines: Mapping[str, Baseline]) -> dict[str, float]:
    """Say how many times spells of weeks vary more than weeks: 1 where bursts do not last.

    One history is too short to tell, so what the middle one of all reporters is sure to show
    holds for all; a reporter whose own history is sure of more has more.
    """
    if not baselines:
        return {}
    typical = [
        one.spells * one.spell_degrees / float(chi2.median(one.spell_degrees))
        for one in baselines.values()
    ]
    # the error of a median of ratios, each with a relative error of sqrt(2 / degrees)
    degrees = float(np.mean([one.spell_degrees for one in baselines.values()]))
    error = sqrt(pi / 2 * 2 / degrees / len(typical))
    shared = max(1.0, float(np.median(typical)) / (1 + float(ndtri(_SURE)) * error))
    return {
        name: max(
            shared,
            one.spells * one.spell_degrees / float(chi2.ppf(_SURE_ALONE, one.spell_degrees)),
        )
        for name, one in baselines.items()
    }
