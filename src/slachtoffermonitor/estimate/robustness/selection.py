"""One way of choosing a model, repeated in the same way on every variant of a table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.loglinear.fitting import Criterion
from slachtoffermonitor.estimate.loglinear.search import Search, search_models
from slachtoffermonitor.estimate.loglinear.stepwise import (
    STEP_CRITERIA,
    THRESHOLD,
    StepCriterion,
    step_both_ways,
    step_models,
)
from slachtoffermonitor.estimate.result import PopulationEstimate
from slachtoffermonitor.estimate.uncertainty.averaging import average
from slachtoffermonitor.estimate.uncertainty.margin import analytic_margin
from slachtoffermonitor.ground import InputError, Problem

__all__ = [
    "RULES",
    "Answer",
    "Rule",
    "Selection",
    "answer",
    "filled_lists",
    "rank_again",
    "selection_of",
]

Rule = Literal["bic", "aic", "aicc", "stepwise", "average"]
RULES: tuple[Rule, ...] = get_args(Rule)
Limits = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """How a model is chosen.

    Attributes:
        rule: a criterion, `stepwise`, or `average` over the models by BIC weights.
        max_order: largest number of lists in one interaction; with fewer lists the largest that
            they allow.
        threshold: of the p-value for `stepwise`.
        step_by: what `stepwise` goes by: p-values of pairs (`p`), or a criterion, both ways.

    Raises:
        InputError: an unknown rule or criterion of steps, or an order below 1.

    """

    rule: Rule = "bic"
    max_order: int = 2
    threshold: float = THRESHOLD
    step_by: StepCriterion = "p"

    def __post_init__(self) -> None:
        """Refuse what is no way of choosing."""
        problems = []
        if self.rule not in RULES:
            allowed = ", ".join(RULES)
            problems.append(
                Problem(what="is not a way to choose a model", found=self.rule, allowed=allowed)
            )
        if self.step_by not in STEP_CRITERIA:
            allowed = ", ".join(STEP_CRITERIA)
            problems.append(
                Problem(what="is not a criterion of steps", found=self.step_by, allowed=allowed)
            )
        if self.max_order < 1:
            problems.append(
                Problem(
                    what="the order of interaction is below 1",
                    found=str(self.max_order),
                    allowed="1 or more",
                )
            )
        if problems:
            raise InputError(problems)

    def search(self, table: CaptureTable) -> Search:
        """Search the models of a table.

        Raises:
            InputError: no model of the table is sound.

        """
        order = min(self.max_order, table.size - 1)
        if self.rule == "stepwise":
            if self.step_by == "p":
                return step_models(table, threshold=self.threshold)
            return step_both_ways(table, criterion=self.step_by, max_order=order)
        criterion = "bic" if self.rule == "average" else self.rule
        return search_models(table, criterion=criterion, max_order=order)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a selection makes of one table.

    Attributes:
        observed: persons in the table.
        hidden: estimated number of persons on none of its lists.
        interval: 95% limits of the persons seen and unseen, the model taken as true.
        model: the chosen model, in the numbers of the table's own filled lists.
        lists: the names that those numbers stand for.

    """

    observed: int
    hidden: float
    interval: Limits
    model: str
    lists: tuple[str, ...]

    @property
    def estimate(self) -> float:
        """Persons seen and unseen."""
        return self.observed + self.hidden


def selection_of(estimate: PopulationEstimate | None) -> Selection:
    """Choose as the estimate was chosen; by BIC where it was not chosen."""
    if estimate is None:
        return Selection()
    rule: Rule = next((rule for rule in RULES if rule == estimate.method), "bic")
    step_by: StepCriterion = next((by for by in STEP_CRITERIA if by == estimate.step_by), "p")
    return Selection(rule=rule, max_order=estimate.max_order, step_by=step_by)


def filled_lists(table: CaptureTable) -> CaptureTable:
    """Leave out the lists that nobody is on: they say nothing, and must change nothing.

    Raises:
        InputError: fewer than two lists have persons on them.

    """
    held = int(np.bitwise_or.reduce(table.cells["history"].to_numpy()))
    filled = [name for i, name in enumerate(table.lists) if held >> i & 1]
    return table if len(filled) == table.size else table.marginal(filled)


def rank_again(search: Search, selection: Selection) -> Search | None:
    """Rank the models of a search by another criterion; None when others must be looked at."""
    order = min(selection.max_order, search.fits.candidates.size - 1)
    if selection.rule == "stepwise" or not search.exhaustive or order != search.max_order:
        return None
    criterion: Criterion = "bic" if selection.rule == "average" else selection.rule
    values = search.fits.criterion(criterion)
    ranked = np.argsort(values, kind="stable")
    ranking = tuple(ranked[np.isfinite(values[ranked])].tolist())
    return replace(search, criterion=criterion, ranking=ranking)


def answer(table: CaptureTable, selection: Selection, known: Search | None = None) -> Answer:
    """Choose a model for a table and estimate by it.

    Args:
        table: the persons per capture history.
        selection: how to choose.
        known: a search of the same table, whose fits are used again where they can be.

    Raises:
        InputError: no sound model, or fewer than two lists with persons on them.

    """
    used = filled_lists(table)
    search = (known and rank_again(known, selection)) or selection.search(used)
    averaged = selection.rule == "average" and search.exhaustive
    margin = analytic_margin(used, search, {"95": (0.025, 0.975)}, averaged=averaged)
    return Answer(
        observed=used.observed,
        hidden=average(search).hidden if averaged else search.best.hidden,
        interval=margin.limits["95"],
        model=search.best.model.notation(used.lists),
        lists=used.lists,
    )
