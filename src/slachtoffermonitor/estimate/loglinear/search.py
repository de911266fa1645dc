"""The best model of a table by a criterion: among all, or among the neighbours of the best."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

import numpy as np

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.loglinear.enumeration import (
    Candidates,
    can_enumerate,
    candidates,
    check_order,
)
from slachtoffermonitor.estimate.loglinear.fitting import (
    Criterion,
    FittedModels,
    ModelFit,
    fit_models,
)
from slachtoffermonitor.estimate.model import HierarchicalModel
from slachtoffermonitor.ground import InputError, Problem, progress

__all__ = ["Search", "Way", "neighbours", "rank_sound", "search_models"]

Way = Literal["all", "neighbours", "stepwise", "both_ways", "given"]

WIDTH = 20  # how many of the best models are visited in a search among neighbours


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a search looked at, best first.

    Attributes:
        way: `all` models; `neighbours` of the best; `stepwise` by p-values; `both_ways`: steps
            that add or take out a term; only those `given`.
        criterion: what was made small; for `stepwise` and one model `given` only a description.
        max_order: the largest interaction that was admitted.
        threshold: of the p-value, for `stepwise`.
        fits: the fits of all models that were looked at.
        ranking: their indices, best first; the models that fail a check are not in it.

    """

    way: Way
    criterion: Criterion
    max_order: int
    threshold: float = 0.0
    fits: FittedModels
    ranking: tuple[int, ...] = field(repr=False)

    @property
    def exhaustive(self) -> bool:
        """Every model was looked at, so that none can be better."""
        return self.way == "all"

    @property
    def best(self) -> ModelFit:
        """The best fit."""
        return self.fits[self.ranking[0]]

    def top(self, number: int) -> tuple[ModelFit, ...]:
        """Give the best fits, best first."""
        return tuple(self.fits[index] for index in self.ranking[:number])

    def near(self, distance: float) -> list[float]:
        """Give the estimates of the models within this distance of the best, best first."""
        ranking = list(self.ranking)
        values = self.fits.criterion(self.criterion)[ranking]
        hidden = self.fits.hidden[ranking][values <= values[0] + distance]
        return [float(number) for number in self.fits.observed + hidden]

    @property
    def failed_existence(self) -> int:
        """How many models have no estimate; those that fail both checks are counted here."""
        return int((~self.fits.exists).sum())

    @property
    def failed_identifiability(self) -> int:
        """How many models have an estimate that is not unique."""
        return int((self.fits.exists & ~self.fits.identifiable).sum())

    @property
    def failed(self) -> dict[str, int]:
        """How many models fail which check."""
        return {
            "existence": self.failed_existence,
            "identifiability": self.failed_identifiability,
        }


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
            lists, or 6 at order 2). Otherwise the neighbours of the best 20 found are visited
            until nothing better turns up, which may miss the best.

    Raises:
        InputError: no model passes the checks, or too many models to look at each.

    Source: Silverman, Chan & Vincent (2024), Statistics and Computing 34.
    Checked against: MultipleSystemsEstimation 1.2.0, tests/reference/mse.

    """
    check_order(table.size, max_order)
    whole = can_enumerate(table.size, max_order) if exhaustive is None else exhaustive
    if whole:
        fits = fit_models(table, candidates(table.size, max_order))
    else:
        fits = _visit(table, criterion, max_order)
    return Search(
        way="all" if whole else "neighbours",
        criterion=criterion,
        max_order=max_order,
        fits=fits,
        ranking=rank_sound(fits, criterion),
    )


def rank_sound(fits: FittedModels, criterion: Criterion) -> tuple[int, ...]:
    """Give the indices of the models that pass the checks, best first.

    Raises:
        InputError: none passes.

    """
    values = fits.criterion(criterion)
    order = np.argsort(values, kind="stable")
    ranking = tuple(order[np.isfinite(values[order])].tolist())
    if not ranking:
        raise nothing_sound(len(fits))
    return ranking


def nothing_sound(models: int) -> InputError:
    """Make the error for a table on which no model can be fitted."""
    return InputError(
        Problem(
            what="no model has an estimate that exists and is unique on this table",
            found=f"{models} models, none sound",
            allowed="more persons on two lists together, or fewer lists",
        )
    )


def neighbours(model: HierarchicalModel, max_order: int) -> list[HierarchicalModel]:
    """Give the models with one term more, or one maximal interaction less."""
    held = set(model.terms)
    more = [
        HierarchicalModel(size=model.size, terms=tuple(sorted([*model.terms, term])))
        for order in range(2, max_order + 1)
        for term in (sum(1 << i for i in group) for group in combinations(range(model.size), order))
        if term not in held
        and all(term ^ (1 << i) in held for i in range(model.size) if term >> i & 1)
    ]
    less = [model.without_term(term) for term in model.maximal if term.bit_count() > 1]
    return more + less


def _visit(table: CaptureTable, criterion: Criterion, max_order: int) -> FittedModels:
    """Look at the neighbours of the best models found, until the best have all been visited."""
    looked: dict[HierarchicalModel, float] = {}
    rounds = _fresh_models(looked, HierarchicalModel.closure(table.size), max_order)
    for fresh in progress(rounds, "models"):
        values = fit_models(table, Candidates.of(fresh)).criterion(criterion)
        looked.update(zip(fresh, values.tolist(), strict=True))
    return fit_models(table, Candidates.of(list(looked)))


def _fresh_models(
    looked: dict[HierarchicalModel, float], start: HierarchicalModel, max_order: int
) -> Iterator[list[HierarchicalModel]]:
    """Give the models to look at next, as long as the best so far have unseen neighbours."""
    visited: set[HierarchicalModel] = set()
    fresh = [start]
    while fresh:
        yield fresh
        fresh = []
        for model in sorted(looked, key=looked.__getitem__)[:WIDTH]:
            if model not in visited and not fresh:
                visited.add(model)
                fresh = [other for other in neighbours(model, max_order) if other not in looked]
