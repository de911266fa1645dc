"""The report of a study: per population and method, how near, how often right, how wide."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from slachtoffermonitor.estimate.study.methods import LEVELS, Method
from slachtoffermonitor.estimate.study.outcomes import Outcome, Settings
from slachtoffermonitor.estimate.study.truths import TruthName

__all__ = ["Share", "StudyLine", "StudyReport", "summarize"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share with its Monte-Carlo error.

    Attributes:
        share: of the populations; NaN when there are none.
        error: standard error by the number of populations; taken at one success and one failure
            more (Agresti & Coull 1998), so that it is not zero at 0 or 1.

    """

    share: float
    error: float

    @classmethod
    def of(cls, successes: int, number: int) -> Share:
        """Give the share of successes."""
        if not number:
            return cls(share=math.nan, error=math.nan)
        near = (successes + 1) / (number + 2)
        return cls(share=successes / number, error=math.sqrt(near * (1 - near) / number))


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyLine:
    """One method on all populations of one kind.

    Attributes:
        truth: kind of population.
        method: on trial.
        populations: how many were drawn; answered and refused add up to it.
        answered: on how many the method gave an estimate.
        refused: on how many it gave none.
        ratio: median of estimate ÷ truth; 1 is no bias.
        quartiles: of estimate ÷ truth.
        coverage: level ("95") → share of the answers whose interval holds the truth.
        truth_above: level → share of the answers with the truth above the interval (too low).
        truth_below: level → share of the answers with the truth below the interval (too high).
        width: level → median of the width ÷ truth.
        unpublishable: share of the answers with the verdict `do not publish`.
        published_coverage: share of the other answers whose 95% interval holds the truth.

    """

    truth: TruthName
    method: Method
    populations: int
    answered: int
    refused: int
    ratio: float
    quartiles: tuple[float, float]
    coverage: Mapping[str, Share]
    truth_above: Mapping[str, Share]
    truth_below: Mapping[str, Share]
    width: Mapping[str, float]
    unpublishable: Share
    published_coverage: Share

    def to_dict(self) -> dict[str, Any]:
        """Give the line as an object of JSON; what cannot be told is null."""
        return {
            "truth": self.truth,
            "method": self.method,
            "populations": self.populations,
            "answered": self.answered,
            "refused": self.refused,
            "ratio": _finite(self.ratio),
            "quartiles": [_finite(value) for value in self.quartiles],
            "coverage": _shares(self.coverage),
            "truth_above": _shares(self.truth_above),
            "truth_below": _shares(self.truth_below),
            "width": {level: _finite(value) for level, value in self.width.items()},
            "unpublishable": _share(self.unpublishable),
            "published_coverage": _share(self.published_coverage),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyReport:
    """How far the methods can be trusted on populations like that of a table.

    It speaks of the populations that were simulated, which rest on models of the same table. Where
    the truth is unlike all of them, nothing is known.

    Attributes:
        settings: what was asked.
        populations: of each kind.
        lines: one per kind of population and method, in the order of the settings.
        outcomes: everything underneath, in the same order, then by population.

    """

    settings: Settings
    populations: int
    lines: tuple[StudyLine, ...]
    outcomes: tuple[Outcome, ...]

    def line(self, truth: TruthName, method: Method) -> StudyLine:
        """Give the line of one kind of population and one method."""
        return next(each for each in self.lines if (each.truth, each.method) == (truth, method))

    def to_dict(self) -> dict[str, Any]:
        """Give the object of `--study --json`."""
        return {
            "study": {
                **self.settings.to_dict(),
                "observed": self.settings.observed,
                "populations": self.populations,
            },
            "lines": [line.to_dict() for line in self.lines],
        }

    def frame(self) -> pl.DataFrame:
        """Give one row per outcome.

        Returns:
            Columns `truth`, `method`, `judgement` (String), `population`, `total`, `observed`
            (Int64), `estimate`, and `low` and `high` of each level, such as `low_95` (Float64);
            null where the method refused.

        """
        rows = [
            {
                "truth": each.truth,
                "population": each.population,
                "method": each.method,
                "total": each.total,
                "observed": each.observed,
                "estimate": each.answer.estimate if each.answer else None,
                **{
                    f"{side}_{level}": each.answer.limits[level][i] if each.answer else None
                    for level in LEVELS
                    for i, side in enumerate(("low", "high"))
                },
                "judgement": each.answer.judgement if each.answer else None,
            }
            for each in self.outcomes
        ]
        numbers = ["estimate", *(f"{side}_{level}" for level in LEVELS for side in ("low", "high"))]
        return pl.DataFrame(
            rows, schema_overrides={**dict.fromkeys(numbers, pl.Float64), "judgement": pl.String}
        )


def summarize(settings: Settings, populations: int, outcomes: Iterable[Outcome]) -> StudyReport:
    """Put the outcomes of a study together, in whatever order they came."""
    held = {
        (each.truth, each.method, each.population): each
        for each in outcomes
        if each.population < populations
    }
    ordered = {
        (truth, method): [held[truth, method, number] for number in range(populations)]
        for truth in settings.truths
        for method in settings.methods
    }
    return StudyReport(
        settings=settings,
        populations=populations,
        lines=tuple(_line(truth, method, each) for (truth, method), each in ordered.items()),
        outcomes=tuple(outcome for each in ordered.values() for outcome in each),
    )


def _line(truth: TruthName, method: Method, outcomes: Sequence[Outcome]) -> StudyLine:
    """Summarize one method on one kind of population."""
    given = [each for each in outcomes if each.answer]
    sides = {level: Counter(each.side(level) for each in given) for level in LEVELS}
    ratios = np.quantile([each.ratio for each in given] or [math.nan], [0.25, 0.5, 0.75])
    shown = [each for each in given if each.answer and each.answer.judgement != "do not publish"]

    def share(side: str) -> dict[str, Share]:
        return {level: Share.of(count[side], len(given)) for level, count in sides.items()}

    return StudyLine(
        truth=truth,
        method=method,
        populations=len(outcomes),
        answered=len(given),
        refused=len(outcomes) - len(given),
        ratio=float(ratios[1]),
        quartiles=(float(ratios[0]), float(ratios[2])),
        coverage=share("held"),
        truth_above=share("above"),
        truth_below=share("below"),
        width={level: _median([each.width(level) for each in given]) for level in LEVELS},
        unpublishable=Share.of(len(given) - len(shown), len(given)),
        published_coverage=Share.of(sum(each.side("95") == "held" for each in shown), len(shown)),
    )


def _median(widths: Sequence[float]) -> float:
    # An interval without upper limit has infinite width: no interpolation towards infinity.
    return float(np.quantile(widths or [math.nan], 0.5, method="inverted_cdf"))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _share(share: Share) -> dict[str, float | None]:
    return {"share": _finite(share.share), "error": _finite(share.error)}


def _shares(shares: Mapping[str, Share]) -> dict[str, dict[str, float | None]]:
    return {level: _share(share) for level, share in shares.items()}
