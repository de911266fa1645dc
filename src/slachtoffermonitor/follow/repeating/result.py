"""What a cumulative incidence is: curves, the question that they answer, and tables of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from slachtoffermonitor.follow._wording import statement
from slachtoffermonitor.follow.cohort.definition import CohortDefinition, EventChoice
from slachtoffermonitor.follow.curves import Curve, CurveValue
from slachtoffermonitor.ground import InputError, Problem, Text

__all__ = ["METHODS", "CumulativeIncidence", "IncidenceMethod"]

IncidenceMethod = Literal["aalen-johansen", "kaplan-meier", "fixed"]
METHODS: tuple[IncidenceMethod, ...] = ("aalen-johansen", "kaplan-meier", "fixed")

_DAYS_PER_YEAR = 365.25
_TABLE = {
    "method": pl.String,
    "group": pl.String,
    "horizon_years": pl.Float64,
    "share": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "at_risk": pl.Int64,
    "n": pl.Int64,
    "events": pl.Int64,
    "linkage": pl.Float64,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CumulativeIncidence:
    """The share with the event over the days since the index day, and the question behind it.

    `curves`: the curve of everybody (group "") and of each group. `account`: what became of every
    person and event (empty for plain arrays). `linkages`: over how many linkages it was pooled.
    """

    method: IncidenceMethod
    question: Text
    curves: Mapping[str, Curve]
    event: EventChoice
    by: tuple[str, ...]
    definition: CohortDefinition | None
    account: Mapping[str, int]
    level: float
    linkages: int = 1

    def __repr__(self) -> str:
        """Show method and size, never a person."""
        persons = self.curves[""].definition.persons
        return f"CumulativeIncidence({self.method}, {persons} persons, {len(self.curves)} curves)"

    def curve(self, group: str = "") -> Curve:
        """Give the curve of one group.

        Raises:
            InputError: no such group.

        """
        if group not in self.curves:
            raise InputError(
                Problem(
                    what="no such curve",
                    found=f"{self.method} {group!r}",
                    allowed=", ".join(repr(name) for name in self.curves),
                )
            )
        return self.curves[group]

    def at(self, years: float, *, group: str = "") -> CurveValue:
        """Give the share within so many years, with its interval."""
        return self.curve(group).at(int(years * _DAYS_PER_YEAR))

    def table(self, years: Sequence[float] = (1, 3, 5, 7)) -> pl.DataFrame:
        """Give the shares at horizons, one row per group and horizon.

        Returns: method, group (empty: everybody), horizon_years, share, low, high (Float64; null
            where the register ends too early), at_risk (persons still followed just before the
            horizon), n (persons in the denominator), events (persons with the event by then), and
            linkage (the share of the variance that is doubt about the linkage).
        """
        rows = [
            self._row(group, float(horizon), curve.at(int(horizon * _DAYS_PER_YEAR)))
            for group, curve in self.curves.items()
            for horizon in years
        ]
        return pl.DataFrame(rows, schema=_TABLE, orient="row")

    def _row(self, group: str, years: float, value: CurveValue) -> tuple[object, ...]:
        known = not np.isnan(value.estimate)
        share = (value.estimate, value.low, value.high) if known else (None, None, None)
        persons = self.curves[group].definition.persons
        whole = value.at_risk if self.method == "fixed" else persons
        linkage = value.linkage if known else None
        return (
            self.method, group, years, *share, value.at_risk, whole, value.events, linkage,
        )  # fmt: skip

    def curve_table(self, *, every_days: int = 30) -> pl.DataFrame:
        """Give the curves on a grid of days: method, group, day, share, low, high, at_risk."""
        rows = [
            (self.method, group, day, value.estimate, value.low, value.high, value.at_risk)
            for group, curve in self.curves.items()
            for day in range(0, (curve.last_day or int(curve.day[-1])) + 1, every_days)
            for value in (curve.at(day),)
        ]
        names = ("method", "group", "day", "share", "low", "high", "at_risk")
        return pl.DataFrame(rows, schema=names, orient="row").fill_nan(None)

    def statement(self, years: float, *, group: str = "") -> Text:
        """Give the sentence for one horizon, with its interval and its denominator."""
        self.curve(group)
        row = self.table((years,)).filter(pl.col("group") == group).row(0, named=True)
        return statement(row, self.event.role, self.level)
