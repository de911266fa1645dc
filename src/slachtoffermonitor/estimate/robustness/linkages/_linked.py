"""One imputed linkage: its model, its estimate, and what stands near it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.loglinear.choosing import choose_model
from slachtoffermonitor.estimate.loglinear.search import Search
from slachtoffermonitor.estimate.model import HierarchicalModel
from slachtoffermonitor.estimate.robustness.selection import Selection, filled_lists
from slachtoffermonitor.estimate.uncertainty.averaging import average
from slachtoffermonitor.estimate.uncertainty.intervals import log_persons_se
from slachtoffermonitor.estimate.uncertainty.replicates import repeat, resample
from slachtoffermonitor.estimate.verdict import CLOSE
from slachtoffermonitor.ground import InputError

__all__ = ["Choice", "Linked", "LinkedEstimate", "estimate_linkage"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedEstimate:
    """What one linkage says.

    Attributes:
        observed: persons in its table.
        hidden: persons on no list; None when no model is sound.
        log_hidden_variance: variance of the logarithm of `hidden`, given this linkage.
        model: the chosen model, in the numbers of the whole list of lists; empty when none is.
        bic: of that model; None when no model is sound.
        aic: likewise.

    """

    observed: int
    hidden: float | None
    log_hidden_variance: float | None
    model: str
    bic: float | None = None
    aic: float | None = None


class Choice(NamedTuple):
    """How each linkage is estimated: by a rule, or by one model that is given."""

    selection: Selection
    model: HierarchicalModel | str | None
    bootstrap: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """One linkage at work: log hidden is NaN when no model is sound.

    Attributes:
        shown: what the reader sees of it.
        log_hidden: logarithm of the persons on no list.
        variance: of it.
        replicates: bootstrap estimates of the persons seen and unseen.
        refused: bootstrap samples without a sound model.
        considered: models looked at.
        failed: of these, without an estimate, and with one that is not unique.
        exhaustive: every model was looked at.
        near: lowest and highest estimate among models within 10 of the best by the criterion.
        behind: how far the criterion of the chosen model is above that of the best.
        parameters: of the chosen model.
        order: largest interaction admitted.

    """

    shown: LinkedEstimate
    log_hidden: float = math.nan
    variance: float = math.nan
    replicates: Floats
    refused: int = 0
    considered: int = 0
    failed: tuple[int, int] = (0, 0)
    exhaustive: bool = False
    near: tuple[float, float] = (math.nan, math.nan)
    behind: float = 0.0
    parameters: int = 0
    order: int = 0


def estimate_linkage(table: CaptureTable, choice: Choice, rng: np.random.Generator) -> Linked:
    """Estimate from one linkage, with the variance of the logarithm within it."""
    try:
        used = table if choice.model is not None else filled_lists(table)
        search, context = _search(used, choice)
    except InputError:
        nothing = LinkedEstimate(
            observed=table.observed, hidden=None, log_hidden_variance=None, model=""
        )
        return Linked(shown=nothing, replicates=np.empty(0))
    averaged = choice.selection.rule == "average" and choice.model is None
    hidden = average(search).hidden if averaged else search.best.hidden
    variance, replicates, refused = _spread(used, search, choice, rng, averaged=averaged)
    near = [*context.near(CLOSE), search.best.estimate]
    best, lowest = search.best, context.best.criterion(context.criterion)
    sound = hidden > 0
    return Linked(
        shown=LinkedEstimate(
            observed=used.observed,
            hidden=hidden if sound else None,
            log_hidden_variance=variance if sound else None,
            model=_notation(best.model, used, table),
            bic=best.criterion("bic"),
            aic=best.criterion("aic"),
        ),
        log_hidden=math.log(hidden) if sound else math.nan,
        variance=variance,
        replicates=replicates,
        refused=refused,
        considered=len(search.fits),
        failed=(search.failed_existence, search.failed_identifiability),
        exhaustive=search.exhaustive,
        near=(min(near), max(near)),
        behind=best.criterion(context.criterion) - lowest,
        parameters=best.parameters,
        order=search.max_order,
    )


def _search(used: CaptureTable, choice: Choice) -> tuple[Search, Search]:
    """Choose the model, and search those that it stands among."""
    chosen = choice.selection
    return choose_model(
        used,
        chosen.rule if choice.model is None else "fixed",
        min(chosen.max_order, used.size - 1),
        model=choice.model,
        threshold=chosen.threshold,
        step_by=chosen.step_by,
    )


def _spread(
    used: CaptureTable,
    search: Search,
    choice: Choice,
    rng: np.random.Generator,
    *,
    averaged: bool,
) -> tuple[float, Floats, int]:
    """Give the variance of log hidden, the replicates, and how many samples had no sound model."""
    variance = _model_variance(search, averaged=averaged)
    if not choice.bootstrap:
        return variance, np.empty(0), 0
    drawn = resample(used.counts, choice.bootstrap, rng)
    found = repeat(search, drawn, averaged=averaged)
    estimates = found.estimates
    replicates = estimates[np.isfinite(estimates) & (estimates > used.observed)]
    if replicates.size > 1:
        logs = np.log(replicates - used.observed)
        # Samples are as large as the table: how many were seen, and how many hidden, is chance too.
        chance = 1.0 / used.observed + float(np.exp(-logs.mean()))
        variance = float(np.var(logs, ddof=1)) + chance
    return variance, replicates, found.refused


def _model_variance(search: Search, *, averaged: bool) -> float:
    """Give the variance of log hidden under the best model, or over the weighted models."""
    if not averaged:
        return float(log_persons_se(search.best.hidden, search.best.log_hidden_se)) ** 2
    over = average(search)
    middle = float((over.weights * over.log_hidden).sum())
    return float((over.weights * (over.log_hidden_se**2 + (over.log_hidden - middle) ** 2)).sum())


def _notation(model: HierarchicalModel, used: CaptureTable, table: CaptureTable) -> str:
    """Write the model in the numbers of the whole table, so that linkages can be compared."""
    places = [table.lists.index(name) for name in used.lists]
    interactions = [
        sum(1 << place for i, place in enumerate(places) if term >> i & 1) for term in model.maximal
    ]
    return HierarchicalModel.closure(table.size, interactions).notation(table.lists)
