"""The estimate by group: one number for each group, and for all of them together."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from slachtoffermonitor.estimate.groups.selection import PathStep, Refusal
from slachtoffermonitor.estimate.groups.spread import Spread
from slachtoffermonitor.ground import LANGUAGES, InputError, Problem, Text

__all__ = ["GroupEstimate"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupEstimate:
    """How many persons there are in each group, seen and unseen.

    The groups add up to the total exactly: one model speaks of all of them. Their intervals do
    not add up; no interval does.

    Attributes:
        lists: names of the lists.
        covariates: names of the covariates in the model.
        by: names of the covariates of `groups`.
        method: `bic`, `aic` or `fixed`.
        observed: persons seen.
        estimate: persons seen and unseen.
        hidden: persons unseen.
        low: lower limit of `estimate`.
        high: upper limit.
        in_view: observed / estimate.
        in_view_low: its lower limit.
        in_view_high: its upper limit.
        groups: one row per group with the columns of `by` (String) and, all Float64, `observed`,
            `estimate`, `hidden`, `low`, `high`, `in_view`, `in_view_low`, `in_view_high`.
            `observed` is not whole where a covariate is missing: those persons are divided.
        level: of all limits.
        interval_method: `percentile` or `bca` of a bootstrap, or `delta` (the chosen model taken
            as true: too narrow when the counts chose it).
        bootstrap: number of replicates.
        reselected: each replicate chose its terms anew.
        refused: replicates without a sound model.
        model: the interactions; main effects are always there.
        criterion: of the model.
        deviance: of the model.
        parameters: of the model, those at minus infinity counted.
        path: the way to the model.
        models_considered: models that were fitted.
        refusals: terms that were wanted and refused, with the reason.
        notices: what the reader should know.
        levels: one row per combination of all covariates, in the order of `spread`.
        spread: what intervals are made of.

    """

    lists: tuple[str, ...]
    covariates: tuple[str, ...]
    by: tuple[str, ...]
    method: str
    observed: int
    estimate: float
    hidden: float
    low: float
    high: float
    in_view: float
    in_view_low: float
    in_view_high: float
    groups: pl.DataFrame
    level: float
    interval_method: str
    bootstrap: int
    reselected: bool
    refused: int
    model: tuple[str, ...]
    criterion: float
    deviance: float
    parameters: int
    path: tuple[PathStep, ...]
    models_considered: int
    refusals: tuple[Refusal, ...]
    notices: tuple[Text, ...]
    levels: pl.DataFrame
    spread: Spread

    def __repr__(self) -> str:
        """Show the total and the groups."""
        return (
            f"GroupEstimate({self.estimate:,.0f} persons, {self.low:,.0f} to {self.high:,.0f}; "
            f"{self.groups.height} groups by {', '.join(self.by) or 'nothing'})"
        )

    def summarise(self, *names: str) -> pl.DataFrame:
        """How many persons are there by these covariates, any of those in the model?

        Returns:
            As `groups`; one row for all when no name is given.

        Raises:
            InputError: the model has no such covariate.

        """
        return summarise_groups(self.levels, self.spread, names, self.level)

    def to_dict(self) -> dict[str, Any]:
        """Give the object that `estimate --by --json` prints."""
        plain = ("method", "observed", "estimate", "hidden", "in_view", "criterion", "deviance")
        return {
            "lists": list(self.lists),
            "covariates": list(self.covariates),
            "by": list(self.by),
            **{name: getattr(self, name) for name in plain},
            "parameters": self.parameters,
            "models_considered": self.models_considered,
            "intervals": {
                f"{100 * self.level:g}": _limits(self.low, self.high),
                "in_view": _limits(self.in_view_low, self.in_view_high),
                "method": self.interval_method,
            },
            "bootstrap": {
                "replicates": self.bootstrap,
                "refused": self.refused,
                "reselected": self.reselected,
            },
            "model": list(self.model),
            "path": [
                {
                    "change": step.change,
                    "criterion": step.criterion,
                    "estimate": step.estimate,
                    "parameters": step.parameters,
                    "deviance": step.deviance,
                }
                for step in self.path
            ],
            "refused_terms": [
                {"term": refusal.term, "reason": _in_languages(refusal.reason)}
                for refusal in self.refusals
            ],
            "groups": [
                {
                    name: value if not isinstance(value, float) or math.isfinite(value) else None
                    for name, value in row.items()
                }
                for row in self.groups.to_dicts()
            ],
            "notices": [_in_languages(notice) for notice in self.notices],
        }


def _limits(low: float, high: float) -> list[float | None]:
    return [limit if math.isfinite(limit) else None for limit in (low, high)]


def _in_languages(text: Text) -> Mapping[str, str]:
    return {language: text.in_language(language) for language in LANGUAGES}


def members(levels: pl.DataFrame, chosen: pl.Expr) -> NDArray[np.bool_]:
    """Tell which groups an expression on the covariates chooses."""
    found: NDArray[np.bool_] = levels.select(chosen.alias("in")).to_series().to_numpy()
    return found


def summarise_groups(
    levels: pl.DataFrame, spread: Spread, names: tuple[str, ...], level: float
) -> pl.DataFrame:
    """Add groups up by some of the covariates, with limits."""
    unknown = [name for name in names if name not in levels.columns]
    if unknown:
        raise InputError(
            Problem(
                what="is not a covariate of the model",
                found=", ".join(unknown),
                allowed=", ".join(levels.columns),
            )
        )
    if not names:
        return pl.DataFrame([_row(spread, np.ones(spread.hidden.size, dtype=np.bool_), level)])
    numbered = levels.with_row_index("group")
    keys = numbered.group_by(names, maintain_order=True).agg("group")
    rows = []
    for found in keys["group"]:
        inside = np.zeros(spread.hidden.size, dtype=np.bool_)
        inside[found.to_numpy()] = True
        rows.append(_row(spread, inside, level))
    return pl.concat([keys.drop("group"), pl.DataFrame(rows)], how="horizontal")


def _row(spread: Spread, inside: NDArray[np.bool_], level: float) -> dict[str, float]:
    observed = float(spread.observed[inside].sum())
    estimate = spread.estimate(inside)
    low, high = spread.limits(inside, level)
    return {
        "observed": observed,
        "estimate": estimate,
        "hidden": float(spread.hidden[inside].sum()),
        "low": low,
        "high": high,
        "in_view": _share(observed, estimate),
        "in_view_low": _share(observed, high),
        "in_view_high": _share(observed, low),
    }


def _share(observed: float, estimate: float) -> float:
    if math.isinf(estimate):
        return 0.0
    return min(observed / estimate, 1.0) if estimate > 0 else math.nan
