"""The verdict on an estimate, its robustness included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slachtoffermonitor.estimate.robustness.reliability import HiddenList
from slachtoffermonitor.estimate.robustness.sensitivity import SensitivityCurve
from slachtoffermonitor.estimate.robustness.variants import Kind, Variant
from slachtoffermonitor.estimate.verdict import LOOSE, STEADY, Judgement, Verdict
from slachtoffermonitor.ground import Number, Text

__all__ = ["CHOICES", "LISTS", "RECOVERED", "Spread", "judge_robustness", "measure_spread"]

CHOICES: tuple[Kind, ...] = ("criterion", "order", "model")
LISTS: tuple[Kind, ...] = ("leave_out", "merge", "drop_small")
RECOVERED = 0.5  # share of the hidden lists that must be found again to publish one number

_ORDER: tuple[Judgement, ...] = ("publish", "publish as range", "do not publish")
_RATIO = "#,##0.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How far the estimates of some variants lie apart, the estimate itself included.

    Attributes:
        low: the lowest, with what it changed (`lowest`).
        high: the highest, with what it changed (`highest`).
        rows: number of variants with an estimate that count.
        refused: number of variants that count and have no estimate.

    """

    low: float
    high: float
    lowest: Text
    highest: Text
    rows: int
    refused: int

    @property
    def ratio(self) -> float:
        """The highest divided by the lowest."""
        return self.high / self.low


def measure_spread(
    estimate: float, variants: Sequence[Variant], kinds: Sequence[Kind] = (*CHOICES, *LISTS)
) -> Spread:
    """How far apart are the variants of these kinds that the verdict counts?"""
    counted = [row for row in variants if row.kind in kinds and row.counts]
    values = [
        (estimate, Text("the estimate itself")),
        *((row.estimate, row.change) for row in counted if row.estimate is not None),
    ]
    low, high = (pick(values, key=lambda value: value[0]) for pick in (min, max))
    return Spread(
        low=low[0],
        high=high[0],
        lowest=low[1],
        highest=high[1],
        rows=len(values) - 1,
        refused=len(counted) - len(values) + 1,
    )


def judge_robustness(
    verdict: Verdict,
    choices: Spread,
    lists: Spread,
    *,
    consistency: Sequence[HiddenList],
    sensitivity: SensitivityCurve,
) -> Verdict:
    """May the number be published, now that it is known how it moves?

    Starts from the verdict on the estimate alone and can only be more careful. The rule is a
    convention, not a theorem; that an estimate is robust does not make it right, because no
    variant can see a dependence that all lists share.

    Args:
        verdict: on the estimate alone.
        choices: spread over rules, orders and models: what the statistician chose.
        lists: spread over lists left out and merged: what the registers happen to be.
        consistency: each list hidden.
        sensitivity: to the untestable assumption; told, never counted.

    """
    tested = [each for each in consistency if each.recovered is not None]
    recovered = sum(bool(each.recovered) for each in tested)
    failing = bool(tested) and recovered < RECOVERED * len(tested)
    ratio = max(choices.ratio, lists.ratio)
    found: Judgement = "publish"
    if ratio > LOOSE:
        found = "do not publish"
    elif ratio > STEADY or failing or choices.refused + lists.refused:
        found = "publish as range"
    reasons = [
        *verdict.reasons,
        *_spread_reasons(choices, lists),
        *_consistency_reasons(consistency, len(tested), recovered),
        _sensitivity_reason(sensitivity),
        Text(
            "The rule for robustness: the same factors hold for every other choice and set of "
            "lists. When a variant has no sound model, or fewer than half of the hidden lists "
            "are found again, a range is the most that may be published."
        ),
    ]
    worst = max(verdict.judgement, found, key=_ORDER.index)
    return Verdict(judgement=worst, reasons=tuple(reasons))


def _spread_reasons(choices: Spread, lists: Spread) -> list[Text]:
    reasons = []
    if choices.rows:
        reasons.append(
            Text(
                "Other rules, orders of interaction and models near the best say {low} ({lowest}) "
                "to {high} ({highest}), a factor {ratio}.",
                _spread_values(choices),
            )
        )
    if lists.rows:
        reasons.append(
            Text(
                "With a list left out or two lists merged the estimate is {low} ({lowest}) to "
                "{high} ({highest}), a factor {ratio}.",
                _spread_values(lists),
            )
        )
    refused = choices.refused + lists.refused
    if refused:
        reasons.append(
            Text("In {refused} of the variants no model was sound.", {"refused": Number(refused)})
        )
    return reasons


def _spread_values(spread: Spread) -> dict[str, Number | Text | str | int]:
    return {
        "low": Number(spread.low),
        "lowest": spread.lowest,
        "high": Number(spread.high),
        "highest": spread.highest,
        "ratio": Number(spread.ratio, _RATIO),
    }


def _consistency_reasons(
    consistency: Sequence[HiddenList], tested: int, recovered: int
) -> list[Text]:
    if not consistency:
        return [Text("With two lists none can be hidden to see whether it is found again.")]
    reasons = []
    if tested:
        factors = [each.factor for each in consistency if each.factor is not None]
        reasons.append(
            Text(
                "Lists hidden and estimated from the others: {tested}; found again within the 95% "
                "interval: {recovered}. The true hidden number was {low} to {high} times the "
                "estimate of it.",
                {
                    "tested": Number(tested),
                    "recovered": Number(recovered),
                    "low": Number(min(factors, default=0.0), "0.0#"),
                    "high": Number(max(factors, default=0.0), "0.0#"),
                },
            )
        )
    if tested < len(consistency):
        names = ", ".join(each.name for each in consistency if each.recovered is None)
        reasons.append(
            Text(
                "Hidden lists whose size the others could not estimate at all: {lists}.",
                {"lists": names},
            )
        )
    return reasons


def _sensitivity_reason(curve: SensitivityCurve) -> Text:
    return Text(
        "No table can test whether all lists together depend on each other. If half as many or "
        "twice as many persons are hidden as the lists suggest, the number is {low} or {high}.",
        {"low": Number(curve.at(0.5)), "high": Number(curve.at(2.0))},
    )
