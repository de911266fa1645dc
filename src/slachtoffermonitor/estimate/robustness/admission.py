"""How the interval grows with the number of models that a bootstrap may choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.loglinear.enumeration import Candidates
from slachtoffermonitor.estimate.loglinear.fitting import fit_models
from slachtoffermonitor.estimate.loglinear.search import Search
from slachtoffermonitor.estimate.robustness.selection import Selection, filled_lists
from slachtoffermonitor.estimate.uncertainty.margin import IntervalMethod, resampled_margin
from slachtoffermonitor.estimate.uncertainty.replicates import resample
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["AdmittedInterval", "intervals_by_models_admitted"]

_NUMBERS = (1, 2, 5, 10, 20, 50, 100, 200, 500)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmittedInterval:
    """The interval when each bootstrap sample chooses among this many models.

    Attributes:
        models: how many of the best models were admitted.
        every: these are all models that the search looked at and found sound.
        estimate: by the best model of the table.
        limits: 95% limits.
        refused: samples in which none of them was sound.

    """

    models: int
    every: bool
    estimate: float
    limits: tuple[float, float]
    refused: int


def intervals_by_models_admitted(
    table: CaptureTable,
    selection: Selection | None = None,
    *,
    numbers: Sequence[int] = _NUMBERS,
    bootstrap: int = 200,
    seed: int | None = None,
    interval: IntervalMethod = "percentile",
) -> tuple[AdmittedInterval, ...]:
    """How much too narrow is an interval whose bootstrap chooses among the best few models?

    With one model the choice is taken as certain. As more are admitted the interval grows until
    it owns up to the whole choice; where it still grows at the last step, admit more.

    Args:
        table: the persons per capture history.
        selection: a criterion and order; BIC up to order 2 when not given.
        numbers: how many of the best models to admit, each in turn; all of them come last.
        bootstrap: samples; the same for every number.
        seed: of the samples.
        interval: how limits are taken from the replicates.

    Returns:
        One per number, rising; numbers above that of the sound models are left out.

    Raises:
        InputError: no sound model, a rule that is no criterion, no samples, a number below 1.

    Source: Silverman, Chan & Vincent (2024), Statistics and Computing 34 (choice restricted to the
    models that rank best on the table itself).

    """
    chosen = selection or Selection()
    if chosen.rule in ("stepwise", "average") or bootstrap < 1 or min(numbers, default=1) < 1:
        raise InputError(
            Problem(
                what="the best models to admit cannot be told",
                found=f"rule {chosen.rule}, {bootstrap} samples",
                allowed="bic, aic or aicc; 1 sample or more; 1 model or more",
            )
        )
    used = filled_lists(table)
    search = chosen.search(used)
    drawn = resample(used.counts, bootstrap, np.random.default_rng(seed))
    sound = len(search.ranking)
    admitted = []
    for number in sorted({*(number for number in numbers if number < sound), sound}):
        margin = resampled_margin(
            used,
            search if number == sound else _best(used, search, number),
            drawn,
            {"95": (0.025, 0.975)},
            averaged=False,
            interval=interval,
            threads=None,
        )
        admitted.append(
            AdmittedInterval(
                models=number,
                every=number == sound,
                estimate=search.best.estimate,
                limits=margin.limits["95"],
                refused=margin.refused,
            )
        )
    return tuple(admitted)


def _best(table: CaptureTable, search: Search, number: int) -> Search:
    """Keep the best models of a search."""
    models = [fit.model for fit in search.top(number)]
    return Search(
        way="given",
        criterion=search.criterion,
        max_order=search.max_order,
        fits=fit_models(table, Candidates.of(models)),
        ranking=tuple(range(number)),
    )
