"""The choice of the terms, step by step, among models that have an estimate.

From the main effects on, the term that lowers the criterion most is added until none lowers it;
then the one whose loss lowers it most is dropped; and so on until neither helps. Two-factor terms
come first; larger ones are admitted when every smaller term inside them is in the model. Terms are
tried in the order of their score statistic, five at a time; one whose score falls far short of its
price is not fitted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.estimate.groups._loglinear.checks import Verdict, check_fit
from slachtoffermonitor.estimate.groups._loglinear.design import Design
from slachtoffermonitor.estimate.groups._loglinear.fitting import (
    GroupFit,
    fit_terms,
    independent_columns,
)
from slachtoffermonitor.estimate.groups.cells import GroupCells
from slachtoffermonitor.estimate.groups.terms import Factors, Terms
from slachtoffermonitor.ground import Number, Text

__all__ = ["Catalogue", "PathStep", "Refusal", "Selection", "Selector", "why_refused"]

_AT_A_TIME = 5
_LEAST_GAIN = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class PathStep:
    """One step of the choice.

    Attributes:
        change: `start`, or `+` or `-` and the term.
        criterion: after the step.
        estimate: persons seen and unseen, after the step.
        parameters: of the model after the step.
        deviance: of the model after the step.

    """

    change: str
    criterion: float
    estimate: float
    parameters: int
    deviance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A term that the criterion wanted and that leaves the model without an estimate."""

    term: str
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Selection:
    """The chosen model and the way to it."""

    fit: GroupFit
    path: tuple[PathStep, ...]
    considered: int
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Catalogue:
    """The designs and numbers of parameters of models, made once for all replicates."""

    factors: Factors
    cells: GroupCells
    _made: dict[Terms, tuple[Design, int]] = field(default_factory=dict)

    def design(self, terms: Terms) -> tuple[Design, int]:
        """Give the design of a model, and the number of its parameters on cells that can occur."""
        if terms not in self._made:
            design = self.wide(terms)
            count = independent_columns(design, self.cells.possible).size
            self._made[terms] = (design, count)
        return self._made[terms]

    def wide(self, terms: Terms) -> Design:
        """Give a design that is not kept."""
        return Design(terms, len(self.factors.lists), self.cells.codes(), self.cells.sizes)


class Selector:
    """The choice on one table; a replicate has its own, and shares the catalogue.

    Args:
        catalogue: designs.
        cells: the persons.
        weight: price of a parameter: 2 for AIC, log of the persons seen for BIC.

    """

    def __init__(self, catalogue: Catalogue, cells: GroupCells, weight: float) -> None:
        self._catalogue, self._factors, self._cells = catalogue, catalogue.factors, cells
        self._weight = weight
        self._fits: dict[Terms, GroupFit] = {}
        self._verdicts: dict[Terms, Verdict] = {}
        self._refusals: dict[str, Refusal] = {}

    def fit(self, terms: Terms, near: GroupFit | None = None) -> GroupFit:
        """Fit a model, from the means of one near it."""
        if terms not in self._fits:
            design, parameters = self._catalogue.design(terms)
            start = near.means if near is not None else None
            self._fits[terms] = fit_terms(self._cells, design, parameters, start=start)
        return self._fits[terms]

    def verdict(self, terms: Terms) -> Verdict:
        """Tell whether a fitted model has an estimate."""
        if terms not in self._verdicts:
            self._verdicts[terms] = check_fit(self._fits[terms])
        return self._verdicts[terms]

    def sound(self, terms: Terms) -> bool:
        """Tell whether a fitted model has an estimate, and its fit arrived at it."""
        return self.verdict(terms).sound and self._fits[terms].converged

    def choose(self, start: Terms, max_order: int, most_lists: int) -> Selection | None:
        """Choose the terms; None when the model that must be inside has no estimate itself."""
        fit = self.fit(start)
        if not self.sound(start):
            return None
        path = [self._step("start", fit)]
        for order in range(2, max_order + 1):
            pool = [
                term
                for size in range(2, order + 1)
                for term in self._factors.of_order(size, most_lists)
            ]
            while True:
                added = self._grow(fit, pool)
                moved = added or self._shrink(fit, start)
                if moved is None:
                    break
                sign = "+" if added else "-"
                changed = set(moved.design.terms) ^ set(fit.design.terms)
                path.append(self._step(sign + self._factors.name(max(changed)), moved))
                fit = moved
        return Selection(
            fit=fit,
            path=tuple(path),
            considered=len(self._fits),
            refusals=tuple(self._refusals.values()),
        )

    def _step(self, change: str, fit: GroupFit) -> PathStep:
        return PathStep(
            change=change,
            criterion=fit.criterion(self._weight),
            estimate=self._cells.observed + float(fit.hidden.sum()),
            parameters=fit.parameters,
            deviance=fit.deviance,
        )

    def _grow(self, fit: GroupFit, pool: Sequence[int]) -> GroupFit | None:
        """Give the best sound model with one term more, or None when none is better."""
        present = set(fit.design.terms)
        open_terms = [
            term
            for term in pool
            if term not in present
            and all(term ^ (1 << i) in present for i in range(term.bit_length()) if term >> i & 1)
        ]
        hopeful = self._hopeful(fit, open_terms)
        for first in range(0, len(hopeful), _AT_A_TIME):
            chunk = hopeful[first : first + _AT_A_TIME]
            models = [tuple(sorted((*fit.design.terms, term))) for term in chunk]
            found = self._best(fit, models)
            if found is not None:
                return found
        return None

    def _shrink(self, fit: GroupFit, kept: Terms) -> GroupFit | None:
        """Give the best sound model with one term less, or None when none is better."""
        terms = fit.design.terms
        free = [
            term
            for term in terms
            if term not in kept
            and not any(other & term == term and other != term for other in terms)
        ]
        return self._best(fit, [tuple(t for t in terms if t != term) for term in free])

    def _best(self, fit: GroupFit, models: Sequence[Terms]) -> GroupFit | None:
        """Give the first sound one of these models by the criterion, when it is better."""
        limit = fit.criterion(self._weight) - _LEAST_GAIN
        fits = [self.fit(model, fit) for model in models]
        for other in sorted(fits, key=lambda one: one.criterion(self._weight)):
            if other.criterion(self._weight) >= limit:
                return None
            if self.sound(other.design.terms):
                return other
            term = self._factors.name(max(set(other.design.terms) ^ set(fit.design.terms)))
            reason = why_refused(other, self.verdict(other.design.terms), self._factors)
            self._refusals.setdefault(term, Refusal(term=term, reason=reason))
        return None

    def _hopeful(self, fit: GroupFit, terms: Sequence[int]) -> list[int]:
        """Order terms by what their score promises, without those that promise too little."""
        if not terms:
            return []
        wide = self._catalogue.wide(tuple(sorted((*fit.design.terms, *terms))))
        at = {term: i for i, term in enumerate(wide.terms)}
        shift = np.concatenate(
            [
                np.arange(wide.starts[at[term]], wide.starts[at[term] + 1])
                for term in fit.design.terms
            ]
        )
        old = shift[fit.kept]
        gram = wide.gram(fit.means)
        score = wide.margins(self._cells.completed(fit.means) - fit.means)
        inverse = np.linalg.pinv(gram[np.ix_(old, old)], hermitian=True)
        promised = []
        for term in terms:
            new = np.arange(wide.starts[at[term]], wide.starts[at[term] + 1])
            statistic, freedom = _score_statistic(gram, score, inverse, (old, new))
            # A score is near the likelihood ratio, not equal to it: leave it room.
            if 1.5 * statistic + 5.0 >= self._weight * freedom:
                promised.append((self._weight * freedom - statistic, term))
        return [term for _, term in sorted(promised)]


def _score_statistic(
    gram: NDArray[np.float64],
    score: NDArray[np.float64],
    inverse: NDArray[np.float64],
    places: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> tuple[float, int]:
    """Give the score statistic of new columns beside the old ones, and its degrees of freedom."""
    old, new = places
    across = gram[np.ix_(old, new)]
    spread = gram[np.ix_(new, new)] - across.T @ inverse @ across
    values, vectors = np.linalg.eigh(spread)
    used = values > 1e-9 * max(float(np.diag(gram)[new].max(initial=0.0)), 1e-300)
    along = vectors[:, used].T @ score[new]
    return float((along**2 / values[used]).sum()), int(used.sum())


def why_refused(fit: GroupFit, verdict: Verdict, factors: Factors) -> Text:
    """Say why a model has no estimate, and which cells or groups are the cause."""
    if not verdict.exists:
        history, group = (int(found[0]) for found in np.nonzero(verdict.emptied))
        on = ", ".join(name for i, name in enumerate(factors.lists) if history >> i & 1)
        return Text(
            "The maximum does not exist: {cells} cells without persons pull parameters to "
            "infinity, such as lists {lists} in group {group}.",
            {
                "cells": Number(int(verdict.emptied.sum())),
                "lists": on,
                "group": _group_name(fit.cells, group),
            },
        )
    if not verdict.identifiable:
        return Text(
            "The hidden number of {groups} groups is not fixed by the persons seen, such as group "
            "{group}.",
            {
                "groups": Number(int(verdict.loose.sum())),
                "group": _group_name(fit.cells, int(np.flatnonzero(verdict.loose)[0])),
            },
        )
    return Text("The likelihood rises without end: the fit did not arrive at a maximum.")


def _group_name(cells: GroupCells, group: int) -> str:
    parts = zip(cells.covariates, cells.levels, cells.codes(), strict=True)
    return ", ".join(f"{name} {levels[code[group]]}" for name, levels, code in parts) or "all"
