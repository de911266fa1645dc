"""The ways to choose a model: by a criterion over all, step by step, or the one that is given."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.loglinear.enumeration import Candidates
from slachtoffermonitor.estimate.loglinear.existence import check_model
from slachtoffermonitor.estimate.loglinear.fitting import Criterion, fit_models
from slachtoffermonitor.estimate.loglinear.search import Search, search_models
from slachtoffermonitor.estimate.loglinear.stepwise import (
    STEP_CRITERIA,
    StepCriterion,
    step_both_ways,
    step_models,
)
from slachtoffermonitor.estimate.model import HierarchicalModel
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["Select", "check_steps", "choose_model"]

Select = Literal["bic", "aic", "aicc", "stepwise", "fixed", "average"]
_SEARCHED = 10  # with more lists a search takes minutes: the stepwise models stand for it


def check_steps(select: str, step_by: str) -> None:
    """Refuse a criterion of steps that is none, or that goes with another method.

    Raises:
        InputError: it is so.

    """
    if step_by not in STEP_CRITERIA:
        raise InputError(
            Problem(
                what="is not a criterion of steps", found=step_by, allowed=", ".join(STEP_CRITERIA)
            )
        )
    if step_by != "p" and select != "stepwise":
        raise InputError(
            Problem(
                what="a criterion of steps goes with the method 'stepwise', and only with it",
                found=f"method {select}, steps by {step_by}",
            )
        )


def choose_model(
    table: CaptureTable,
    select: Select,
    order: int,
    *,
    model: HierarchicalModel | str | None,
    threshold: float,
    step_by: StepCriterion = "p",
) -> tuple[Search, Search]:
    """Give the search that chooses the model, and the one that shows what it stands among."""
    if select == "fixed":
        alone = _alone(table, model)
        return alone, _context(table, max(order, min(alone.max_order, table.size - 1)))
    if select == "stepwise":
        if step_by == "p":
            return step_models(table, threshold=threshold), _context(table, order)
        steps = step_both_ways(table, criterion=step_by, max_order=order)
        return steps, _context(table, order)
    criterion: Criterion = "bic" if select == "average" else select
    search = search_models(table, criterion=criterion, max_order=order)
    if select == "average" and not search.exhaustive:
        raise InputError(
            Problem(
                what="an average needs every model, and there are too many to look at each",
                found=f"{table.size} lists, order {order}",
                allowed="up to 5 lists, or 6 lists at order 2",
            )
        )
    return search, search


def _context(table: CaptureTable, order: int) -> Search:
    """Give the models that a choice made otherwise stands among, best by BIC first."""
    if table.size <= _SEARCHED:
        return search_models(table, max_order=order)
    path = step_models(table)
    values = path.fits.criterion("bic")
    return replace(path, ranking=tuple(sorted(path.ranking, key=lambda index: values[index])))


def _alone(table: CaptureTable, model: HierarchicalModel | str | None) -> Search:
    """Give one model as a search that is done."""
    if not isinstance(model, HierarchicalModel):
        model = HierarchicalModel.parse(str(model), table.lists)
    if model.size != table.size:
        raise InputError(
            Problem(
                what="the model is of another number of lists than the table",
                found=str(model.size),
                allowed=str(table.size),
            )
        )
    check = check_model(table, model)
    if not (check.exists and check.identifiable):
        raise InputError(Problem(what=check.reason.in_language("en"), found=f"model {check.model}"))
    return Search(
        way="given",
        criterion="bic",
        max_order=model.order,
        fits=fit_models(table, Candidates.of([model])),
        ranking=(0,),
    )
