"""The robustness report: one estimate, everything that moves it, and whether it may go out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.loglinear.search import Search, search_models
from slachtoffermonitor.estimate.population import estimate_population
from slachtoffermonitor.estimate.result import PopulationEstimate
from slachtoffermonitor.estimate.robustness.judgement import (
    CHOICES,
    LISTS,
    Spread,
    judge_robustness,
    measure_spread,
)
from slachtoffermonitor.estimate.robustness.reliability import (
    HiddenList,
    Trajectory,
    hide_each_list,
    trace_trajectories,
)
from slachtoffermonitor.estimate.robustness.selection import (
    Selection,
    filled_lists,
    selection_of,
)
from slachtoffermonitor.estimate.robustness.sensitivity import SensitivityCurve, sensitivity_curve
from slachtoffermonitor.estimate.robustness.variants import (
    Kind,
    Variant,
    heterogeneity_variants,
    list_variants,
    model_variants,
    prior_variants,
    rule_variants,
)
from slachtoffermonitor.estimate.verdict import CLOSE, Verdict
from slachtoffermonitor.ground import LANGUAGES, InputError, Number, Problem, Text, progress

__all__ = ["RobustnessReport", "assess_robustness"]

Limits = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustnessReport:
    """What an estimate is worth.

    Attributes:
        estimate: the estimate that is judged. Show `headline`, not its number.
        selection: how a model was chosen in every variant.
        variants: everything that was changed, one thing at a time.
        consistency: each list hidden and estimated from the others.
        trajectories: the estimate as lists are added.
        sensitivity: to the assumption that no table can test.
        verdict: the judgement with its reasons, robustness included.
        seconds: time taken.

    """

    estimate: PopulationEstimate
    selection: Selection
    variants: tuple[Variant, ...]
    consistency: tuple[HiddenList, ...]
    trajectories: tuple[Trajectory, ...]
    sensitivity: SensitivityCurve
    verdict: Verdict
    seconds: float = field(default=0.0, compare=False)

    def spread(self, *kinds: Kind) -> Spread:
        """How far apart are the variants of these kinds (all that count when none is named)?"""
        return measure_spread(self.estimate.estimate, self.variants, kinds or (*CHOICES, *LISTS))

    @property
    def range(self) -> Limits:
        """The lowest and highest of all that counts: variants and the ends of the interval."""
        spread = self.spread()
        low, high = self.estimate.intervals["95"]
        return min(spread.low, low), max(spread.high, high)

    @property
    def headline(self) -> Text:
        """What may be said in one sentence: a number, a range, or that there is none."""
        low, high = self.range
        values = {
            "observed": Number(self.estimate.observed),
            "estimate": Number(self.estimate.estimate),
            "low": Number(low),
            "high": Number(high),
            "ratio": Number(high / low, "#,##0.0"),
        }
        return Text(_HEADLINES[self.verdict.judgement], values)

    def to_dict(self) -> dict[str, Any]:
        """Give the object of the report in JSON; an infinite limit is null."""
        fit = self.verdict.judgement == "publish"
        low, high = self.range
        return {
            "verdict": self.verdict.judgement,
            "verdict_reasons": _both(self.verdict.reasons),
            "headline": {name: self.headline.in_language(name) for name in LANGUAGES},
            "publishable": {
                "estimate": self.estimate.estimate if fit else None,
                "range": None
                if self.verdict.judgement == "do not publish"
                else [_finite(low), _finite(high)],
            },
            "judged": self.estimate.to_dict(),
            "spread": {
                name: {"low": each.low, "high": each.high, "ratio": each.ratio}
                for name, each in (
                    ("choices", self.spread(*CHOICES)),
                    ("lists", self.spread(*LISTS)),
                )
            },
            "variants": [_variant(row) for row in self.variants],
            "consistency": [_hidden_list(each) for each in self.consistency],
            "trajectories": [_trajectory(each) for each in self.trajectories],
            "sensitivity": [
                {"xi": point.xi, "estimate": point.estimate} for point in self.sensitivity.points
            ],
            "seconds": self.seconds,
        }


_HEADLINES = {
    "publish": "About {estimate} persons, {observed} of them seen; everything that was tried says "
    "{low} to {high}.",
    "publish as range": "Between {low} and {high} persons, {observed} of them seen. One number "
    "would say more than the lists know.",
    "do not publish": "The lists do not carry a number. {observed} persons were seen; ways of "
    "estimating that are equally defensible say {low} to {high}, a factor {ratio}.",
}


def assess_robustness(
    table: CaptureTable,
    estimate: PopulationEstimate | None = None,
    *,
    selection: Selection | None = None,
    delta: float = CLOSE,
    small: float = 0.05,
    strongest: float = 4.0,
    priors: Sequence[float] = (),
    bootstrap: int = 0,
    seed: int | None = None,
) -> RobustnessReport:
    """How much does the estimate depend on what somebody chose, and may it be published?

    Leaves out every list, merges every pair of lists, leaves out the small ones; chooses the
    model by other rules and admits interactions of other orders; takes every model near the best;
    hides every list and estimates it; adds lists one by one; and lets the assumption fail that no
    table can test. A report that is steady all over still proves nothing about that assumption.

    Args:
        table: the persons per capture history; strata are taken together.
        estimate: the estimate to judge, of the same table; made by `selection` when not given.
        selection: how a model is chosen in every variant; when not given that of the estimate
            (BIC for a fixed model), or BIC up to order 2.
        delta: models within this distance of the best by the criterion count.
        small: a list with fewer than this share of the persons observed is small.
        strongest: the curve of the untestable assumption runs to this factor, both ways.
        priors: prior weights per cell of averaged graphs to show beside it (6 lists at most; with
            6 lists some 15 seconds each).
        bootstrap: replicates of the interval of the estimate, when it is made here.
        seed: of that bootstrap.

    Raises:
        InputError: the estimate is of another table, or no model of the table is sound.

    Source: Sharifi Far, King, Bird, Overstall, Worthington & Jewell (2021), Crime & Delinquency
    (leaving out and combining lists); Binette & Steorts (2022), Journal of the Royal Statistical
    Society A (internal consistency, trajectories); Aleshin-Guendel, Sadinle & Wakefield (2024),
    Biometrics (the untestable assumption).

    """
    began = perf_counter()
    chosen = selection or selection_of(estimate)
    judged = estimate or estimate_population(
        table,
        chosen.rule,
        min(chosen.max_order, filled_lists(table).size - 1),
        bootstrap=bootstrap,
        seed=seed,
        threshold=chosen.threshold,
        step_by=chosen.step_by,
    )
    _require_same(table, judged)
    search = _context(table, chosen)
    variants = (
        *model_variants(search, filled_lists(table).lists, delta),
        *rule_variants(table, chosen, search),
        *progress(list_variants(table, chosen, small=small), "robustness", total=None),
        *heterogeneity_variants(table),
        *prior_variants(table, priors),
    )
    consistency = hide_each_list(table, chosen)
    sensitivity = sensitivity_curve(judged, strongest=strongest)
    choices, lists = (
        measure_spread(judged.estimate, variants, kinds) for kinds in (CHOICES, LISTS)
    )
    return RobustnessReport(
        estimate=judged,
        selection=chosen,
        variants=variants,
        consistency=consistency,
        trajectories=trace_trajectories(table, chosen),
        sensitivity=sensitivity,
        verdict=judge_robustness(
            judged.verdict, choices, lists, consistency=consistency, sensitivity=sensitivity
        ),
        seconds=perf_counter() - began,
    )


def _context(table: CaptureTable, selection: Selection) -> Search:
    """Search the models that the estimate stands among; by BIC where p-values or weights chose."""
    used = filled_lists(table)
    if selection.rule in ("stepwise", "average"):
        order = min(selection.max_order, used.size - 1)
        return search_models(used, criterion="bic", max_order=order)
    return selection.search(used)


def _require_same(table: CaptureTable, estimate: PopulationEstimate) -> None:
    """Refuse an estimate of other lists or other persons."""
    if estimate.lists != table.lists or estimate.observed != table.observed:
        raise InputError(
            Problem(
                what="the estimate is of another table",
                found=f"{estimate.observed} persons on {', '.join(estimate.lists)}",
                allowed=f"{table.observed} persons on {', '.join(table.lists)}",
            )
        )


def _both(texts: Sequence[Text]) -> dict[str, list[str]]:
    return {language: [each.in_language(language) for each in texts] for language in LANGUAGES}


def _one(text: Text | None) -> dict[str, str] | None:
    return None if text is None else {name: text.in_language(name) for name in LANGUAGES}


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _limits(interval: Limits | None) -> list[float | None] | None:
    return None if interval is None else [_finite(limit) for limit in interval]


def _variant(row: Variant) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "change": _one(row.change),
        "observed": row.observed,
        "estimate": row.estimate,
        "interval": _limits(row.interval),
        "lists": list(row.lists),
        "model": row.model,
        "counts": row.counts,
        "note": _one(row.note),
    }


def _hidden_list(each: HiddenList) -> dict[str, Any]:
    return {
        "list": each.name,
        "size": each.size,
        "estimate": each.estimate,
        "interval": _limits(each.interval),
        "recovered": each.recovered,
        "factor": each.factor,
        "reason": _one(each.reason),
    }


def _trajectory(each: Trajectory) -> dict[str, Any]:
    return {
        "order": list(each.order),
        "steps": [
            {
                "added": step.added,
                "lists": step.lists,
                "observed": step.observed,
                "estimate": step.estimate,
            }
            for step in each.steps
        ],
    }
