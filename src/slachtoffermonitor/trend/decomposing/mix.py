"""A change of an overall rate split in two: other rates within groups, another mix of groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from slachtoffermonitor.trend._intervals import weighted_limits

__all__ = ["Effect", "RateAndMix", "split_rate_and_mix"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A part of a change of a rate, with its limits."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RateAndMix:
    """How the overall rate changed, and how much of that came from rates and from the mix.

    Rates are counts per unit of size. `by_rates` and `by_mix` add up to `change`. `groups` has
    one row a group: group, rate_before, rate_after, share_before, share_after (of all size),
    by_rate, by_mix (the group's parts, measured from the average rate).
    """

    rate_before: float
    rate_after: float
    change: Effect
    by_rates: Effect
    by_mix: Effect
    groups: pl.DataFrame


def split_rate_and_mix(
    groups: list[str], counts: Floats, sizes: Floats, *, level: float, dispersion: float
) -> RateAndMix:
    """Split the change of an overall rate into rates and mix, each at the average of the other.

    Args:
        groups: their names.
        counts: groups × 2, before and after.
        sizes: groups × 2, how many persons (or months) each group has.
        level: of the limits.
        dispersion: of the counts.

    Source: Kitagawa (1955), two components; limits of sums of rates by Zou, Huang & Zhang (2009),
        with the sizes taken as known.

    """
    shares = sizes / sizes.sum(axis=0)
    rates = counts / sizes
    mean_share, mean_rate = shares.mean(axis=1), rates.mean(axis=1)
    moved = shares[:, 1] - shares[:, 0]
    centre = float(mean_share @ mean_rate)
    # each effect is a sum of counts with weights, in the order of before and after
    weights = {
        "change": np.stack([-shares[:, 0] / sizes[:, 0], shares[:, 1] / sizes[:, 1]], axis=1),
        "by_rates": np.stack([-mean_share / sizes[:, 0], mean_share / sizes[:, 1]], axis=1),
        "by_mix": 0.5 * moved[:, None] / sizes,
    }
    effects = {name: _effect(weight, counts, level, dispersion) for name, weight in weights.items()}
    totals = counts.sum(axis=0) / sizes.sum(axis=0)
    return RateAndMix(
        rate_before=float(totals[0]),
        rate_after=float(totals[1]),
        change=effects["change"],
        by_rates=effects["by_rates"],
        by_mix=effects["by_mix"],
        groups=pl.DataFrame(
            {
                "group": groups,
                "rate_before": rates[:, 0],
                "rate_after": rates[:, 1],
                "share_before": shares[:, 0],
                "share_after": shares[:, 1],
                "by_rate": mean_share * (rates[:, 1] - rates[:, 0]),
                "by_mix": moved * (mean_rate - centre),
            }
        ),
    )


def _effect(weights: Floats, counts: Floats, level: float, dispersion: float) -> Effect:
    flat, seen = weights.ravel(), counts.ravel()
    low, high = weighted_limits(flat, seen, level, dispersion)
    return Effect(value=float(flat @ seen), low=low, high=high)
