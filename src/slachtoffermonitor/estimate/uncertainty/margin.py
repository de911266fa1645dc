"""The interval of one search: from resampled tables, or from the likelihood alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.loglinear.search import Search
from slachtoffermonitor.estimate.uncertainty.averaging import average
from slachtoffermonitor.estimate.uncertainty.intervals import (
    acceleration,
    bca_limits,
    percentile_limits,
)
from slachtoffermonitor.estimate.uncertainty.profile import profile_limits
from slachtoffermonitor.estimate.uncertainty.replicates import leave_one_out, repeat
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["IntervalMethod", "Margin", "analytic_margin", "resampled_margin"]

IntervalMethod = Literal["bca", "percentile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """How far an estimate may be off.

    Attributes:
        limits: level in percent ("95") → lower and upper limit of the number of persons.
        method: `bca`, `percentile`, `profile` or `mixture`.
        refused: resampled tables on which no model was sound.

    """

    limits: Mapping[str, tuple[float, float]]
    method: str
    refused: int = 0


def analytic_margin(
    table: CaptureTable,
    search: Search,
    quantiles: Mapping[str, tuple[float, float]],
    *,
    averaged: bool,
) -> Margin:
    """Give intervals without resampling: the profile of the best model, or the mixture of all.

    The profile takes the model as true, and is too narrow when the data chose it.
    """
    if averaged:
        mixture = average(search)
        limits = {level: mixture.limits(low, high) for level, (low, high) in quantiles.items()}
        return Margin(limits=limits, method="mixture")
    model = search.best.model
    return Margin(
        limits={
            level: profile_limits(table, model, high - low)
            for level, (low, high) in quantiles.items()
        },
        method="profile",
    )


def resampled_margin(
    table: CaptureTable,
    search: Search,
    drawn: NDArray[np.int64],
    quantiles: Mapping[str, tuple[float, float]],
    *,
    averaged: bool,
    interval: IntervalMethod,
    threads: int | None,
) -> Margin:
    """Give intervals from a bootstrap that repeats the choice, and a jackknife that does so too.

    Args:
        table: the table of the search.
        search: the search to repeat.
        drawn: resampled counts, one table per row; see `resample`.
        quantiles: level → the two quantiles that make it.
        averaged: the estimate is the average over the models.
        interval: how limits are taken from the replicates.
        threads: cores to use; all when not given.

    Raises:
        InputError: no model is sound in any resampled table.

    """
    shorter, persons = leave_one_out(table.counts)
    tables = drawn if interval == "percentile" else np.concatenate([drawn, shorter])
    replicates = repeat(search, tables, averaged=averaged, threads=threads)
    estimates = replicates.estimates[: len(drawn)]
    if not np.isfinite(estimates).any():
        raise InputError(
            Problem(
                what="no model could be fitted in any bootstrap sample",
                allowed="more persons on two lists together, or fewer lists",
            )
        )
    hidden = average(search).hidden if averaged else search.best.hidden
    limits = {}
    for level, pair in quantiles.items():
        if interval == "percentile":
            low, high = percentile_limits(estimates, pair)
        else:
            accelerated = acceleration(replicates.estimates[len(drawn) :], persons)
            low, high = bca_limits(table.observed + hidden, estimates, accelerated, pair)
        limits[level] = (float(low), float(high))
    refused = sum(model is None for model in replicates.models[: len(drawn)])
    return Margin(limits=limits, method=interval, refused=refused)
