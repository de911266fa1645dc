"""The estimate by group and year, in one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import polars as pl

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.groups._loglinear.fitting import GroupFit
from slachtoffermonitor.estimate.groups.cells import GroupCells, count_cells
from slachtoffermonitor.estimate.groups.coverage import Gap
from slachtoffermonitor.estimate.groups.notices import interval_notices, table_notices
from slachtoffermonitor.estimate.groups.replicates import Resampling, repeat_by_group
from slachtoffermonitor.estimate.groups.result import GroupEstimate, summarise_groups
from slachtoffermonitor.estimate.groups.selection import (
    Catalogue,
    Selection,
    Selector,
    why_refused,
)
from slachtoffermonitor.estimate.groups.spread import GroupInterval, Spread, spread_of
from slachtoffermonitor.estimate.groups.terms import Factors, Terms
from slachtoffermonitor.ground import InputError, Problem, Text

__all__ = ["GroupSelect", "estimate_by_group"]

GroupSelect = Literal["bic", "aic", "fixed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """How terms are chosen, the same on the table and on each replicate."""

    start: Terms
    select: GroupSelect
    max_order: int
    most_lists: int

    def choose(self, catalogue: Catalogue, cells: GroupCells) -> tuple[Selection | None, Selector]:
        """Choose on these persons."""
        weight = 2.0 if self.select == "aic" else float(np.log(cells.observed))
        selector = Selector(catalogue, cells, weight)
        order = 1 if self.select == "fixed" else self.max_order
        return selector.choose(self.start, order, self.most_lists), selector


def estimate_by_group(  # noqa: PLR0913
    table: CaptureTable,
    by: Sequence[str],
    *,
    covariates: Sequence[str] | None = None,
    select: GroupSelect = "bic",
    terms: Sequence[str] = (),
    coverage: Sequence[Gap | str] = (),
    max_order: int = 2,
    most_lists: int = 2,
    unknown: Sequence[str] = ("ONB",),
    bootstrap: int = 0,
    reselect: bool = True,
    resampling: Resampling = "multinomial",
    interval: Literal["percentile", "bca"] = "percentile",
    level: float = 0.95,
    seed: int | np.random.Generator | None = None,
) -> GroupEstimate:
    """How many persons are there in each group, those that no list has seen included?

    Persons of different groups are found by different lists; a model without covariates takes
    that for dependence of the lists and its answer is biased. Covariates mend only what they
    measure. A list that cannot see a group must be named in `coverage`.

    Assumes: persons are linked; given the covariates in the model and its interactions persons of
    a group are alike; a covariate is missing at random given the lists and the covariates known.

    Args:
        table: persons per capture history, with the covariates as strata.
        by: covariates of the groups to be shown.
        covariates: those in the model; `by` when not given, and always with those of `by`.
        select: `bic` or `aic` choose terms step by step; `fixed` takes those of `terms`.
        terms: interactions such as `police:year`: all of them for `fixed`, otherwise those that
            every model must hold.
        coverage: gaps, or their notation `LIST:COLUMN=LEVEL,LEVEL`; see `Gap`.
        max_order: largest number of factors in a term; 2 as in the Dutch estimates.
        most_lists: largest number of lists in a term.
        unknown: levels that mean that the covariate is missing; null always does.
        bootstrap: number of replicates; 0 for the delta method.
        reselect: choose the terms anew in each replicate.
        resampling: how replicates are drawn; see `repeat_by_group`.
        interval: how limits are taken from replicates.
        level: of the intervals.
        seed: of the bootstrap.

    Returns:
        The estimate with its groups.

    Raises:
        InputError: no such covariate; a model without an estimate, with the reason; persons where
            a gap says that none can be.

    Source: Fienberg (1972), Biometrika 59(3); Zwane & van der Heijden (2007), Biometrics 63(4);
    van der Heijden et al. (2012), Annals of Applied Statistics 6(3); Cruyff, van Dijk & van der
    Heijden (2017), CHANCE 30(3).

    Example:
        >>> rows = {"A": [1, 0, 1] * 2, "B": [0, 1, 1] * 2, "sex": ["V"] * 3 + ["M"] * 3}
        >>> frame = pl.DataFrame({**rows, "count": [40, 30, 10, 60, 20, 5]})
        >>> table = CaptureTable.from_counts(frame, strata=["sex"])
        >>> found = estimate_by_group(table, ["sex"], select="fixed", terms=["A:sex", "B:sex"])
        >>> found.groups.select("sex", "observed", pl.col("hidden").round(6)).rows()
        [('M', 85.0, 240.0), ('V', 80.0, 120.0)]

    """
    _refuse(select, interval, resampling, bootstrap, level=level)
    names = tuple(dict.fromkeys([*by, *(covariates or ())]))
    gaps = [Gap.parse(gap) if isinstance(gap, str) else gap for gap in coverage]
    cells = count_cells(table, names, gaps=gaps, unknown=unknown)
    factors = Factors(lists=table.lists, covariates=names)
    catalogue = Catalogue(factors=factors, cells=cells)
    plan = _Plan(
        start=factors.closure(factors.parse(terms)),
        select=select,
        max_order=max_order,
        most_lists=most_lists,
    )
    chosen = _choose_or_refuse(plan, catalogue, cells)
    spread = spread_of(chosen.fit)
    if bootstrap:
        again = plan if reselect else replace(plan, start=chosen.fit.design.terms, select="fixed")
        replicates = repeat_by_group(
            chosen.fit,
            lambda drawn: _chosen_fit(again, catalogue, drawn),
            bootstrap,
            resampling=resampling,
            rng=np.random.default_rng(seed),
        )
        _refuse_too_few(len(replicates.models))
        spread = spread.with_replicates(replicates.seen, replicates.hidden, interval)
    return _result(
        chosen,
        spread,
        plan,
        by=tuple(by),
        level=level,
        bootstrap=bootstrap,
        reselected=bool(bootstrap) and reselect and select != "fixed",
        factors=factors,
        before=table.notices,
    )


def _result(
    chosen: Selection,
    spread: Spread,
    plan: _Plan,
    *,
    by: tuple[str, ...],
    level: float,
    bootstrap: int,
    reselected: bool,
    factors: Factors,
    before: tuple[Text, ...],
) -> GroupEstimate:
    """Put the result together."""
    fit = chosen.fit
    refused = bootstrap - len(spread.hidden_replicates)
    too_narrow = plan.select != "fixed" and not reselected
    levels = _level_frame(fit.cells)
    whole = summarise_groups(levels, spread, (), level).row(0, named=True)
    groups = summarise_groups(levels, spread, by, level)
    exists = levels.select(*by).with_columns(exists=fit.cells.exists) if by else None
    if exists is not None:
        real = exists.group_by(by, maintain_order=True).agg(pl.col("exists").any())
        groups = groups.filter(real["exists"])
    whole["observed"] = round(fit.cells.observed)
    return GroupEstimate(
        lists=factors.lists,
        covariates=factors.covariates,
        by=by,
        method=plan.select,
        **whole,
        groups=groups,
        level=level,
        interval_method=spread.method,
        bootstrap=bootstrap,
        refused=refused,
        reselected=reselected,
        model=factors.interactions(fit.design.terms),
        criterion=chosen.path[-1].criterion,
        deviance=fit.deviance,
        parameters=fit.parameters,
        path=chosen.path,
        models_considered=chosen.considered,
        refusals=chosen.refusals,
        notices=(
            *before,
            *table_notices(fit),
            *interval_notices(bootstrap, refused, chosen=too_narrow),
        ),
        levels=levels,
        spread=spread,
    )


def _level_frame(cells: GroupCells) -> pl.DataFrame:
    codes = cells.codes()
    return pl.DataFrame(
        {
            name: np.array(names, dtype=np.str_)[code]
            for name, names, code in zip(cells.covariates, cells.levels, codes, strict=True)
        },
        schema=dict.fromkeys(cells.covariates, pl.String),
    )


def _chosen_fit(plan: _Plan, catalogue: Catalogue, cells: GroupCells) -> GroupFit | None:
    selection, _ = plan.choose(catalogue, cells)
    return selection.fit if selection else None


def _choose_or_refuse(plan: _Plan, catalogue: Catalogue, cells: GroupCells) -> Selection:
    """Choose, or say why the model that must be inside has no estimate."""
    selection, selector = plan.choose(catalogue, cells)
    if selection is not None:
        return selection
    verdict = selector.verdict(plan.start)
    reason = why_refused(selector.fit(plan.start), verdict, catalogue.factors)
    terms = ", ".join(catalogue.factors.interactions(plan.start)) or "main effects only"
    raise InputError(
        Problem(
            what=f"the model has no estimate. {reason.in_language('en')}",
            found=terms,
            allowed="fewer terms, levels or covariates, or gaps in coverage that were left out",
        )
    )


def _refuse(select: str, interval: str, resampling: str, bootstrap: int, *, level: float) -> None:
    """Refuse arguments that mean nothing."""
    problems = [
        Problem(what=f"is not a way to {what}", found=found, allowed=", ".join(allowed))
        for found, allowed, what in (
            (select, get_args(GroupSelect), "choose terms"),
            (interval, [name for name in get_args(GroupInterval) if name != "delta"], "set limits"),
            (resampling, get_args(Resampling), "draw replicates"),
        )
        if found not in allowed
    ]
    if bootstrap < 0:
        problems.append(Problem(what="the number of replicates is negative", found=str(bootstrap)))
    if not 0.0 < level < 1.0:
        problems.append(
            Problem(what="the level of an interval is not between 0 and 1", found=str(level))
        )
    if problems:
        raise InputError(problems)


def _refuse_too_few(replicates: int) -> None:
    if replicates < 2:
        raise InputError(
            Problem(
                what="no model had an estimate in the bootstrap samples",
                allowed="more persons, fewer terms or levels, or more samples",
            )
        )
