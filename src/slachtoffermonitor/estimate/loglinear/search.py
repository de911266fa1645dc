"""The best model of a table by a criterion: among all, or among the neighbours of the best."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.loglinear.enumeration import (
    Candidates,
    can_enumerate,
    candidates,
)
from slachtoffermonitor.estimate.loglinear.fitting import (
    Criterion,
    FittedModels,
    ModelFit,
    fit_models,
)
from slachtoffermonitor.estimate.model import HierarchicalModel
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["Search", "neighbours", "search_models"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a search looked at, best first.

    Attributes:
        criterion: what was made small.
        max_order: the largest interaction that was admitted.
        exhaustive: every model was looked at, not only neighbours of the best so far.
        fits: the fits of all models that were looked at.
        ranking: their indices, best first; the models that fail a check are not in it.

    """

    criterion: Criterion
    max_order: int
    exhaustive: bool
    fits: FittedModels
    ranking: tuple[int, ...] = field(repr=False)

    @property
    def best(self) -> ModelFit:
        """The best fit."""
        return self.fits[self.ranking[0]]

    def top(self, number: int) -> tuple[ModelFit, ...]:
        """Give the best fits, best first."""
        return tuple(self.fits[index] for index in self.ranking[:number])

    def near(self, distance: float) -> list[float]:
        """Give the estimates of the models within this distance of the best, best first."""
        values = self.fits.criterion(self.criterion)[list(self.ranking)]
        hidden = self.fits.hidden[list(self.ranking)][values <= values[0] + distance]
        return [float(number) for number in self.fits.observed + hidden]

    @property
    def failed_existence(self) -> int:
        """How many models have no estimate; those that fail both checks are counted here."""
        return int((~self.fits.exists).sum())

    @property
    def failed_identifiability(self) -> int:
        """How many models have an estimate that is not unique."""
        return int((self.fits.exists & ~self.fits.identifiable).sum())


def search_models(
    table: CaptureTable,
    *,
    criterion: Criterion = "bic",
    max_order: int = 2,
    exhaustive: bool | None = None,
) -> Search:
    """Find the hierarchical models that describe the table best.

    The best by a criterion is not the truth: models that describe the lists equally well can
    disagree threefold about persons on no list. Read the whole ranking.

    Args:
        table: the persons per capture history.
        criterion: `bic`, `aic` or `aicc`; see `penalties`.
        max_order: the largest number of lists in one interaction.
        exhaustive: look at every model. When not given: whenever that can be done (up to 5
            lists, or 6 at order 2), and otherwise walk from neighbour to better neighbour,
            which may miss the best.

    Raises:
        InputError: no model passes the checks, or too many models to look at each.

    Source: Silverman, Chan & Vincent (2024), Statistics and Computing 34.

    """
    if not 1 <= max_order < table.size:
        raise InputError(
            Problem(
                what="the order of interaction does not fit the number of lists",
                found=f"order {max_order} with {table.size} lists",
                allowed=f"1 to {table.size - 1}",
            )
        )
    whole = can_enumerate(table.size, max_order) if exhaustive is None else exhaustive
    if whole:
        fits = fit_models(table, candidates(table.size, max_order))
    else:
        fits = _walk(table, criterion, max_order)
    values = fits.criterion(criterion)
    order = np.argsort(values, kind="stable")
    ranking = tuple(order[np.isfinite(values[order])].tolist())
    if not ranking:
        raise InputError(
            Problem(
                what="no model has an estimate that exists and is unique on this table",
                found=f"{len(fits)} models, none sound",
                allowed="more persons on two lists together, or fewer lists",
            )
        )
    return Search(
        criterion=criterion,
        max_order=max_order,
        exhaustive=whole,
        fits=fits,
        ranking=ranking,
    )


def neighbours(model: HierarchicalModel, max_order: int) -> list[HierarchicalModel]:
    """Give the models with one term more, or one maximal interaction less."""
    held = set(model.terms)
    more = [
        model.with_term(term)
        for order in range(2, max_order + 1)
        for term in (sum(1 << i for i in group) for group in combinations(range(model.size), order))
        if term not in held
        and all(term ^ (1 << i) in held for i in range(model.size) if term >> i & 1)
    ]
    less = [model.without_term(term) for term in model.maximal if term.bit_count() > 1]
    return more + less


def _walk(table: CaptureTable, criterion: Criterion, max_order: int) -> FittedModels:
    """Go from the independence model to the best neighbour until none is better."""
    looked: dict[HierarchicalModel, None] = {HierarchicalModel.closure(table.size): None}
    best = next(iter(looked))
    best_value = np.inf
    fresh = [best]
    while fresh:
        values = fit_models(table, Candidates.of(fresh)).criterion(criterion)
        winner = int(np.argmin(values))
        if not values[winner] < best_value:
            break
        best, best_value = fresh[winner], float(values[winner])
        fresh = [model for model in neighbours(best, max_order) if model not in looked]
        looked.update(dict.fromkeys(fresh))
    return fit_models(table, Candidates.of(list(looked)))
