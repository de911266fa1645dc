"""What a study is asked, and what each method answered on each population."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, get_args

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.study.methods import LEVELS, METHODS, Answer, Method
from slachtoffermonitor.estimate.study.truths import TRUTHS, TruthName
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["Outcome", "Settings"]

_Limits = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that decides the outcome of one population; how many there are does not.

    Attributes:
        lists: names of the lists of the table.
        cells: (capture history as a bitmask, persons) of each filled cell of the table.
        truths: populations to draw from.
        methods: on trial.
        bootstrap: samples of a bootstrap.
        max_order: largest interaction admitted.
        seed: from which every population has its own.

    """

    lists: tuple[str, ...]
    cells: tuple[tuple[int, int], ...]
    truths: tuple[TruthName, ...]
    methods: tuple[Method, ...]
    bootstrap: int
    max_order: int
    seed: int

    def __post_init__(self) -> None:
        """Refuse settings under which nothing can be learned."""
        problems = [
            Problem(what=what, found=str(found), allowed=", ".join(allowed))
            for named, allowed, what in (
                (self.truths, TRUTHS, "is not a population of the study"),
                (self.methods, METHODS, "is not a method of the study"),
            )
            for found in named or ("",)
            if found not in allowed
        ]
        for number, what in (
            (self.bootstrap, "the study needs bootstrap samples"),
            (self.max_order, "the order of interaction is below 1"),
        ):
            if number < 1:
                problems.append(Problem(what=what, found=str(number), allowed="1 or more"))
        if self.seed < 0:
            problems.append(
                Problem(what="the seed is negative", found=str(self.seed), allowed="0 or more")
            )
        if problems:
            raise InputError(problems)

    @property
    def observed(self) -> int:
        """Persons in the table."""
        return sum(count for _, count in self.cells)

    @classmethod
    def cells_of(cls, table: CaptureTable) -> tuple[tuple[int, int], ...]:
        """Give the filled cells of a table."""
        return tuple((cell, int(n)) for cell, n in enumerate(table.counts.tolist()) if n)

    def to_dict(self) -> dict[str, Any]:
        """Give the object that a folder keeps and a report shows."""
        return {
            "lists": list(self.lists),
            "cells": [list(cell) for cell in self.cells],
            "truths": list(self.truths),
            "methods": list(self.methods),
            "bootstrap": self.bootstrap,
            "max_order": self.max_order,
            "seed": self.seed,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One method on one population.

    Attributes:
        truth: which kind of population.
        population: its number, from 0.
        method: on trial.
        total: persons that there truly are.
        observed: persons that the lists found.
        answer: what the method made of it; None when it refused.

    """

    truth: TruthName
    population: int
    method: Method
    total: int
    observed: int
    answer: Answer | None

    @property
    def ratio(self) -> float:
        """Estimate ÷ truth; NaN when refused."""
        return self.answer.estimate / self.total if self.answer else math.nan

    def side(self, level: str) -> str:
        """Say where the truth is: `held` by the interval, `above` it, `below` it, or `refused`."""
        if self.answer is None:
            return "refused"
        low, high = self.answer.limits[level]
        if self.total < low:
            return "below"
        return "above" if self.total > high else "held"

    def width(self, level: str) -> float:
        """Width of the interval ÷ truth; infinite without upper limit, NaN when refused."""
        if self.answer is None:
            return math.nan
        low, high = self.answer.limits[level]
        return (high - low) / self.total

    def to_dict(self) -> dict[str, Any]:
        """Give one line of the folder; an upper limit that is not there is null."""
        answer = self.answer
        return {
            "truth": self.truth,
            "population": self.population,
            "method": self.method,
            "total": self.total,
            "observed": self.observed,
            "answer": answer
            and {
                "estimate": answer.estimate,
                "limits": {
                    level: [low, high if math.isfinite(high) else None]
                    for level, (low, high) in answer.limits.items()
                },
                "judgement": answer.judgement,
            },
        }

    @classmethod
    def from_dict(cls, line: dict[str, Any]) -> Outcome:
        """Read one line of the folder.

        Raises:
            KeyError, TypeError, ValueError: it is not one.

        """
        if line["truth"] not in TRUTHS or line["method"] not in get_args(Method):
            raise ValueError("not an outcome of a study")
        held = line["answer"]
        answer = held and Answer(
            estimate=float(held["estimate"]),
            limits={level: _limits(held["limits"][level]) for level in LEVELS},
            judgement=str(held["judgement"]),
        )
        return cls(
            truth=line["truth"],
            population=int(line["population"]),
            method=line["method"],
            total=int(line["total"]),
            observed=int(line["observed"]),
            answer=answer,
        )


def _limits(pair: list[float | None]) -> _Limits:
    low, high = pair
    return float(low or 0.0), math.inf if high is None else float(high)
