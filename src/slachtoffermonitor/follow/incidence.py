"""Repeat victimisation: the share to whom it happens again, under three definitions side by side.

The same register gives 45% or 50% within five years, depending on what is asked. A figure without
its question is therefore never given: every method carries the question that it answers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import polars as pl

from slachtoffermonitor.follow._kernels import binomial_interval
from slachtoffermonitor.follow._wording import question, statement
from slachtoffermonitor.follow.curves import Curve
from slachtoffermonitor.follow.estimators import aalen_johansen, kaplan_meier
from slachtoffermonitor.follow.histories import CohortDefinition, Histories, histories
from slachtoffermonitor.ground import InputError, Problem, Text

__all__ = [
    "METHODS",
    "FollowUp",
    "Incidence",
    "Method",
    "clearing_sensitivity",
    "cumulative_incidence",
    "follow_up",
]

Method = Literal["aalen-johansen", "kaplan-meier", "fixed-cohort"]
METHODS: tuple[Method, ...] = ("aalen-johansen", "kaplan-meier", "fixed-cohort")

_DAYS_PER_YEAR = 365.25
_HORIZONS = {
    "method": pl.String,
    "group": pl.String,
    "horizon_years": pl.Float64,
    "share": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "at_risk": pl.Int64,
    "n": pl.Int64,
    "events": pl.Int64,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Incidence:
    """The share with the event over the days since the index day, for one group."""

    method: Method
    group: str
    question: Text
    curve: Curve


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FollowUp:
    """What happened later to the persons of a cohort, and under which definition.

    `horizons` has the columns method, group (empty: everybody), horizon_years, share, low, high,
    at_risk (persons still followed just before the horizon), n (persons in the denominator) and
    events (persons with the event by then). `share` is null where the register ends too early.
    `account` says what became of every person and event that was handed in.
    """

    incidences: tuple[Incidence, ...]
    horizons: pl.DataFrame
    account: Mapping[str, int]
    definition: CohortDefinition
    questions: Mapping[Method, Text]
    level: float

    def __repr__(self) -> str:
        """Show counts, never a person."""
        return f"FollowUp({self.account['followed']} of {self.account['persons']} persons followed)"

    def curve(self, method: Method = "aalen-johansen", group: str = "") -> Curve:
        """Give one curve; the fixed cohort has none, it is another cohort for every horizon.

        Raises:
            InputError: no such method or group.

        """
        for one in self.incidences:
            if (one.method, one.group) == (method, group):
                return one.curve
        raise InputError(
            Problem(
                what="no such curve",
                found=f"{method} {group!r}",
                allowed=", ".join(f"{one.method} {one.group!r}" for one in self.incidences),
            )
        )

    def curve_table(self, *, every_days: int = 30) -> pl.DataFrame:
        """Give the curves on a grid of days, with the columns of `horizons` and `day`."""
        rows = [
            (one.method, one.group, day, value.estimate, value.low, value.high, value.at_risk)
            for one in self.incidences
            for day in range(0, (one.curve.last_day or int(one.curve.day[-1])) + 1, every_days)
            for value in (one.curve.at(day),)
        ]
        names = ("method", "group", "day", "share", "low", "high", "at_risk")
        return pl.DataFrame(rows, schema=names, orient="row").fill_nan(None)

    def statement(
        self, years: float, *, method: Method = "aalen-johansen", group: str = ""
    ) -> Text:
        """Give the sentence for one horizon, with its interval and its denominator.

        Raises:
            InputError: the horizon was not asked for in `follow_up`.

        """
        row = self.horizons.filter(
            (pl.col("method") == method)
            & (pl.col("group") == group)
            & (pl.col("horizon_years") == years)
        )
        if row.is_empty():
            raise InputError(f"there is no figure for {method}, group {group!r}, {years} years")
        return statement(row.row(0, named=True), self.definition.event_role, self.level)


def follow_up(  # noqa: PLR0913 (each one is part of the definition of the figure)
    persons: pl.DataFrame | pl.LazyFrame,
    events: pl.DataFrame | pl.LazyFrame,
    presence: pl.DataFrame | pl.LazyFrame,
    *,
    observed_until: date,
    id_column: str = "person_id",
    index_column: str = "first_reported_on",
    event_role: str = "SLACHTOFFER",
    event_kinds: tuple[str, ...] | None = None,
    clearing_days: int = 30,
    competing: tuple[str, ...] = ("OVERLEDEN", "EMIGRATIE"),
    horizons_years: Sequence[float] = (1, 3, 5, 7),
    by: str | None = None,
    level: float = 0.95,
) -> FollowUp:
    """Which share is registered again within one, three, five, seven years?

    Three answers to three questions are given, because they differ: see `questions`. Do not
    compare a figure with one that was made with another clearing period, method or denominator.

    Assumes: events and presence are complete until `observed_until`; presence tells where a
        later crime could have been registered.
    Returns: a `FollowUp`; days count from the index day, follow-up starts after the clearing days.
    Raises: InputError as `histories`, and when nobody can be followed.
    Source: Aalen & Johansen (1978); Kaplan & Meier (1958); Anderson, Cain & Gelber (1983) for the
        landmark.
    """
    definition = CohortDefinition(
        observed_until=observed_until,
        id_column=id_column,
        index_column=index_column,
        clearing_days=clearing_days,
        event_role=event_role,
        event_kinds=event_kinds,
        competing=competing,
        by=by,
    )
    found = histories(persons, events, presence, definition)
    return _summary(found, horizons_years, level)


def clearing_sensitivity(
    persons: pl.DataFrame | pl.LazyFrame,
    events: pl.DataFrame | pl.LazyFrame,
    presence: pl.DataFrame | pl.LazyFrame,
    definition: CohortDefinition,
    *,
    clearing_days: Sequence[int] = (0, 14, 30, 90),
    horizons_years: Sequence[float] = (5,),
    level: float = 0.95,
) -> pl.DataFrame:
    """How much of the figure is one case that echoes in several registrations?

    Returns: the columns of `FollowUp.horizons` after `clearing_days`, for every clearing period.
    Raises: InputError as `follow_up`.
    """
    parts = []
    for days in clearing_days:
        varied = replace(definition, clearing_days=days)
        summary = _summary(histories(persons, events, presence, varied), horizons_years, level)
        parts.append(summary.horizons.select(pl.lit(days).alias("clearing_days"), pl.all()))
    return pl.concat(parts)


def cumulative_incidence(
    followed: Histories,
    *,
    method: Literal["aalen-johansen", "kaplan-meier"] = "aalen-johansen",
    level: float = 0.95,
) -> tuple[Incidence, ...]:
    """Over the days: to which share has it happened, for everybody and for each group?

    Returns: one `Incidence` for everybody (group ""), then one for each group in order.
    Raises: InputError when nobody is followed.
    """
    if followed.persons.is_empty():
        raise InputError(
            Problem(
                what="nobody can be followed",
                found=", ".join(f"{name} {number}" for name, number in followed.account.items()),
                allowed="persons present in the population register after the clearing period",
            )
        )
    asked = question(method, followed.definition.event_role)
    return tuple(
        Incidence(
            method=method,
            group=group,
            question=asked,
            curve=_curve(frame, method, followed.definition, level),
        )
        for group, frame in _groups(followed)
    )


def _groups(followed: Histories) -> list[tuple[str, pl.DataFrame]]:
    everybody = [("", followed.persons)]
    if followed.definition.by is None:
        return everybody
    parts = followed.persons.filter(pl.col("group") != "").partition_by("group", as_dict=True)
    return everybody + sorted((str(key[0]), frame) for key, frame in parts.items())


def _curve(
    frame: pl.DataFrame, method: Method, definition: CohortDefinition, level: float
) -> Curve:
    """End each history at its first event or at its exit, whichever comes first."""
    ended = frame.select(
        "entry_day",
        day=pl.coalesce("event_day", "exit_day"),
        cause=pl.when(pl.col("event_day").is_not_null())
        .then(1)
        .when(pl.col("exit_reason").is_in(definition.competing))
        .then(2)
        .otherwise(0),
    )
    entry, day, cause = (ended[name].to_numpy() for name in ("entry_day", "day", "cause"))
    if method == "kaplan-meier":
        return kaplan_meier(entry, day, cause == 1, level=level).complement()
    return aalen_johansen(entry, day, cause, level=level)[1]


def _summary(followed: Histories, years: Sequence[float], level: float) -> FollowUp:
    incidences = tuple(
        one
        for method in ("aalen-johansen", "kaplan-meier")
        for one in cumulative_incidence(followed, method=method, level=level)
    )
    rows = [_at_horizon(one, horizon) for one in incidences for horizon in years] + [
        _fixed_cohort(group, frame, horizon, level)
        for group, frame in _groups(followed)
        for horizon in years
    ]
    return FollowUp(
        incidences=incidences,
        horizons=pl.DataFrame(rows, schema=_HORIZONS, orient="row"),
        account=followed.account,
        definition=followed.definition,
        questions={method: question(method, followed.definition.event_role) for method in METHODS},
        level=level,
    )


def _at_horizon(one: Incidence, years: float) -> tuple[object, ...]:
    value = one.curve.at(int(years * _DAYS_PER_YEAR))
    share = (value.estimate, value.low, value.high)
    known = (None, None, None) if math.isnan(value.estimate) else share
    persons = one.curve.definition.persons
    return one.method, one.group, float(years), *known, value.at_risk, persons, value.events


def _fixed_cohort(
    group: str, frame: pl.DataFrame, years: float, level: float
) -> tuple[object, ...]:
    """Take only those who were in the country, and in the data, for the whole period."""
    day = int(years * _DAYS_PER_YEAR)
    whole = frame.filter(pl.col("exit_day") >= day)
    events = whole.filter(pl.col("event_day") <= day).height
    known: tuple[float | None, ...] = (None, None, None)
    if whole.height:
        known = (events / whole.height, *binomial_interval(events, whole.height, level=level))
    return "fixed-cohort", group, float(years), *known, whole.height, whole.height, events
