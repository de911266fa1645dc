"""Two periods compared, with the uncertainty that they share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from slachtoffermonitor.estimate.groups.result import GroupEstimate, members
from slachtoffermonitor.estimate.uncertainty.intervals import percentile_limits
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["PeriodChange", "compare_periods"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodChange:
    """What changed from one period to another, per year (or whatever the levels are).

    Attributes:
        column: the covariate that tells the periods apart.
        first: its levels in the first period.
        second: its levels in the second.
        first_mean: persons seen and unseen per level in the first.
        second_mean: per level in the second.
        ratio: second_mean / first_mean.
        ratio_low: lower limit.
        ratio_high: upper limit.
        p_value: two-sided, of no change in the number of persons.
        in_view_first: share seen in the first.
        in_view_second: share seen in the second.
        in_view_change: the second less the first.
        in_view_low: lower limit of the change.
        in_view_high: upper limit.
        in_view_p_value: two-sided, of no change in the share seen.
        level: of the limits.
        method: `bootstrap` (the replicates of the estimate, so that the choice of terms is in the
            limits when each replicate chose anew) or `delta`.

    """

    column: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    first_mean: float
    second_mean: float
    ratio: float
    ratio_low: float
    ratio_high: float
    p_value: float
    in_view_first: float
    in_view_second: float
    in_view_change: float
    in_view_low: float
    in_view_high: float
    in_view_p_value: float
    level: float
    method: str


def compare_periods(
    estimate: GroupEstimate,
    column: str,
    first: Sequence[str | int],
    second: Sequence[str | int],
    *,
    level: float = 0.95,
) -> PeriodChange:
    """Did the number of persons change, and the share of them that is seen?

    Intervals of two periods that overlap say nothing about their difference: both come from one
    model and one table and err together. Here each replicate gives both.

    Args:
        estimate: with the column among its covariates.
        column: the covariate that tells the periods apart.
        first: its levels in the first period.
        second: its levels in the second.
        level: of the limits.

    Raises:
        InputError: no such column or level, a level in both, or nobody in a period.

    Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, sections 13 and 15.

    """
    before, after = tuple(map(str, first)), tuple(map(str, second))
    _refuse(estimate, column, before, after)
    inside = [members(estimate.levels, pl.col(column).is_in(part)) for part in (before, after)]
    lengths = (len(before), len(after))
    spread = estimate.spread
    means = [spread.estimate(part) / length for part, length in zip(inside, lengths, strict=True)]
    seen = [float(spread.observed[part].sum()) for part in inside]
    if min(means) <= 0:
        raise InputError(Problem(what="a period without persons cannot be compared", column=column))
    views = [seen[i] / (means[i] * lengths[i]) for i in range(2)]
    if spread.method == "delta":
        ratios, changes = _by_delta(estimate, inside, means=means, views=views, level=level)
    else:
        ratios, changes = _by_replicates(estimate, inside, lengths, level=level)
    return PeriodChange(
        column=column,
        first=before,
        second=after,
        first_mean=means[0],
        second_mean=means[1],
        ratio=means[1] / means[0],
        ratio_low=ratios[0],
        ratio_high=ratios[1],
        p_value=ratios[2],
        in_view_first=views[0],
        in_view_second=views[1],
        in_view_change=views[1] - views[0],
        in_view_low=changes[0],
        in_view_high=changes[1],
        in_view_p_value=changes[2],
        level=level,
        method="delta" if spread.method == "delta" else "bootstrap",
    )


Limits = tuple[float, float, float]


def _by_replicates(
    estimate: GroupEstimate,
    inside: list[NDArray[np.bool_]],
    lengths: tuple[int, int],
    *,
    level: float,
) -> tuple[Limits, Limits]:
    """Take both limits and both p-values from the replicates of the estimate."""
    spread = estimate.spread
    totals = [spread.replicates(part) for part in inside]
    seen = [spread.seen_replicates[:, part].sum(axis=1) for part in inside]
    logs = np.log(totals[1] / lengths[1]) - np.log(totals[0] / lengths[0])
    low, high, p_value = _of_replicates(logs, level)
    change = seen[1] / totals[1] - seen[0] / totals[0]
    return (math.exp(low), math.exp(high), p_value), _of_replicates(change, level)


def _of_replicates(values: NDArray[np.float64], level: float) -> Limits:
    """Give percentile limits, and the level at which they would reach zero."""
    low, high = percentile_limits(values, (0.5 - level / 2, 0.5 + level / 2))
    tail = min(int((values <= 0).sum()), int((values >= 0).sum()))
    return float(low), float(high), min(1.0, 2.0 * (tail + 1) / (values.size + 1))


def _by_delta(
    estimate: GroupEstimate,
    inside: list[NDArray[np.bool_]],
    *,
    means: list[float],
    views: list[float],
    level: float,
) -> tuple[Limits, Limits]:
    """Take the logarithm of the ratio, and the change of the share, as normal."""
    spread = estimate.spread
    total = [spread.estimate(part) for part in inside]
    covariance = np.array([[spread.variance(a, b) for b in inside] for a in inside])
    slope = np.array([-1.0 / total[0], 1.0 / total[1]])
    log_ratio = math.log(means[1] / means[0])
    low, high, p_value = _normal(log_ratio, float(slope @ covariance @ slope), level)
    slope = np.array([views[0] / total[0], -views[1] / total[1]])
    change = _normal(views[1] - views[0], float(slope @ covariance @ slope), level)
    return (math.exp(low), math.exp(high), p_value), change


def _normal(value: float, variance: float, level: float) -> Limits:
    error = math.sqrt(variance)
    reach = float(ndtri(0.5 + level / 2)) * error
    p_value = 2.0 * float(ndtr(-abs(value) / error)) if error else float(value == 0)
    return value - reach, value + reach, p_value


def _refuse(
    estimate: GroupEstimate, column: str, first: tuple[str, ...], second: tuple[str, ...]
) -> None:
    if column not in estimate.covariates:
        raise InputError(
            Problem(
                what="is not a covariate of the model",
                found=column,
                allowed=", ".join(estimate.covariates),
            )
        )
    known = estimate.levels[column].unique(maintain_order=True).to_list()
    unknown = [name for name in (*first, *second) if name not in known]
    if unknown or not first or not second or set(first) & set(second):
        raise InputError(
            Problem(
                what="the periods are not two separate sets of levels that are there",
                column=column,
                found=f"{', '.join(first)} and {', '.join(second)}",
                allowed=", ".join(known),
            )
        )
