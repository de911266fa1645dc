"""Whether an estimate is fit to publish, and by which rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from slachtoffermonitor.ground import Number, Text

__all__ = ["Judgement", "Verdict", "judge"]

Judgement = Literal["publish", "publish as range", "do not publish"]

STEADY = 1.5  # limits this close together (ratio) may be told as one number with its margin
LOOSE = 3.0  # beyond this ratio the table does not carry a statement about the hidden number
CLOSE = 10.0  # a model within this distance of the best is not ruled out (Raftery 1995)
REFUSED = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A plain judgement with its reasons.

    Attributes:
        judgement: `publish`, `publish as range` or `do not publish`.
        reasons: one sentence each, the rule included.

    """

    judgement: Judgement
    reasons: tuple[Text, ...]


def judge(
    estimates: Sequence[float],
    interval: tuple[float, float] | None,
    *,
    behind: float = 0.0,
    refused: float = 0.0,
) -> Verdict:
    """Judge by the models that are not ruled out, the interval, and how often selection failed.

    The rule is a convention, not a theorem: limits within a factor 1.5 may be told as one number
    with its margin, within a factor 3 as a range; beyond that, or when selection fails in more
    than one of twenty bootstrap samples, the table does not carry the statement. Criteria cannot
    see a dependence that all lists share: no verdict proves that an estimate is right.

    Args:
        estimates: of all models within 10 of the best by the criterion.
        interval: the 95% limits.
        behind: how far the criterion of the chosen model is above that of the best.
        refused: share of the bootstrap samples in which no model could be fitted.

    """
    ratios = [max(estimates) / min(estimates)]
    reasons = [_models_reason(estimates)]
    if interval is not None:
        ratios.append(interval[1] / interval[0])
        reasons.append(
            Text(
                "The 95% interval runs from {low} to {high}, a factor {ratio}.",
                {
                    "low": Number(interval[0]),
                    "high": Number(interval[1]),
                    "ratio": Number(ratios[-1], "#,##0.0"),
                },
            )
        )
    if behind > CLOSE:
        reasons.append(
            Text(
                "The chosen model describes the lists far worse than the best one: the criterion "
                "is {behind} higher.",
                {"behind": Number(behind)},
            )
        )
    if refused > REFUSED:
        reasons.append(
            Text(
                "In {share} of the bootstrap samples no model could be fitted.",
                {"share": Number(refused, "0%")},
            )
        )
    reasons.append(
        Text(
            "The rule: one number up to a factor {steady}, a range up to a factor {loose}, no "
            "publication beyond it.",
            {"steady": Number(STEADY, "0.0"), "loose": Number(LOOSE, "0.0")},
        )
    )
    unfit = max(ratios) > LOOSE or behind > CLOSE or refused > REFUSED
    fit: Judgement = "publish" if max(ratios) <= STEADY else "publish as range"
    return Verdict(judgement="do not publish" if unfit else fit, reasons=tuple(reasons))


def _models_reason(estimates: Sequence[float]) -> Text:
    """Say how far the models that are not ruled out lie apart."""
    if len(estimates) == 1:
        return Text("One model stands alone; no other was compared with it or came near it.")
    low, high = min(estimates), max(estimates)
    return Text(
        "{models} models describe the lists about equally well; they say {low} to {high}, a "
        "factor {ratio}.",
        {
            "models": Number(len(estimates)),
            "low": Number(low),
            "high": Number(high),
            "ratio": Number(high / low, "#,##0.0"),
        },
    )
