"""Repeat victimisation at a glance: three definitions side by side, and what clearing does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from slachtoffermonitor.follow.cohort.choosing import each_linkage
from slachtoffermonitor.follow.cohort.definition import (
    CohortDefinition,
    EventChoice,
    choose_event,
)
from slachtoffermonitor.follow.cohort.extract import Register
from slachtoffermonitor.follow.cohort.faults import FaultRule
from slachtoffermonitor.follow.cohort.persons import GROUPS
from slachtoffermonitor.follow.curves import Curve
from slachtoffermonitor.follow.histories import Histories, histories
from slachtoffermonitor.follow.repeating.incidence import cumulative_incidence
from slachtoffermonitor.follow.repeating.result import (
    METHODS,
    CumulativeIncidence,
    IncidenceMethod,
)
from slachtoffermonitor.ground import InputError, Problem, Text

__all__ = ["FollowUp", "clearing_sensitivity", "follow_up", "summarise"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FollowUp:
    """What happened later to the persons of a cohort, under three definitions.

    `horizons` has the columns method, group (empty: everybody), horizon_years, share, low, high,
    at_risk (persons still followed just before the horizon), n (persons in the denominator),
    events (persons with the event by then) and linkage. `share` is null where the register ends
    too early. `account` says what became of every person and event that was handed in.
    """

    incidences: tuple[CumulativeIncidence, ...]
    horizons: pl.DataFrame
    account: Mapping[str, int]
    definition: CohortDefinition
    event: EventChoice
    level: float
    followed: tuple[Histories, ...] = field(repr=False)

    def __repr__(self) -> str:
        """Show counts, never a person."""
        return f"FollowUp({self.account['followed']} of {self.account['persons']} persons followed)"

    @property
    def questions(self) -> Mapping[IncidenceMethod, Text]:
        """The question that each method answers."""
        return {one.method: one.question for one in self.incidences}

    def incidence(self, method: IncidenceMethod = "aalen-johansen") -> CumulativeIncidence:
        """Give what one method says.

        Raises:
            InputError: no such method.

        """
        for one in self.incidences:
            if one.method == method:
                return one
        raise InputError(
            Problem(what="no such method", found=str(method), allowed=", ".join(METHODS))
        )

    def curve(self, method: IncidenceMethod = "aalen-johansen", group: str = "") -> Curve:
        """Give one curve; that of the fixed cohort has another cohort on every day."""
        return self.incidence(method).curve(group)

    def curve_table(self, *, every_days: int = 30) -> pl.DataFrame:
        """Give all curves on a grid of days: method, group, day, share, low, high, at_risk."""
        return pl.concat([one.curve_table(every_days=every_days) for one in self.incidences])

    def statement(
        self, years: float, *, method: IncidenceMethod = "aalen-johansen", group: str = ""
    ) -> Text:
        """Give the sentence for one horizon, with its interval and its denominator.

        Raises:
            InputError: no such method or group.

        """
        return self.incidence(method).statement(years, group=group)


def follow_up(  # noqa: PLR0913 (each one is part of the definition of the figure)
    persons: pl.DataFrame | pl.LazyFrame,
    events: Register,
    presence: Register,
    *,
    observed_until: date,
    id_column: str = "person_id",
    index_column: str = "first_reported_on",
    event: str | Sequence[str] | EventChoice = "SLACHTOFFER",
    clearing_days: int = 30,
    recording_days: int = 0,
    faults: FaultRule = "exclude",
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
    followed = histories(
        persons,
        events,
        presence,
        observed_until=observed_until,
        id_column=id_column,
        index_column=index_column,
        clearing_days=clearing_days,
        recording_days=recording_days,
        faults=faults,
        competing=competing,
        keep=() if by is None or by in (*GROUPS, "age", "age_band") else (by,),
    )
    return summarise(followed, event=event, horizons_years=horizons_years, by=by, level=level)


def summarise(
    followed: Histories | Sequence[Histories],
    *,
    event: str | Sequence[str] | EventChoice = "SLACHTOFFER",
    horizons_years: Sequence[float] = (1, 3, 5, 7),
    by: str | None = None,
    level: float = 0.95,
) -> FollowUp:
    """Which share of these histories is registered again? As `follow_up`; several are pooled."""
    choice = choose_event(event)
    found = tuple(
        cumulative_incidence(followed, event=choice, by=by, method=method, level=level)
        for method in METHODS
    )
    return FollowUp(
        incidences=found,
        horizons=pl.concat([one.table(horizons_years) for one in found]),
        account=found[0].account,
        definition=each_linkage(followed)[0].definition,
        event=choice,
        level=level,
        followed=tuple(each_linkage(followed)),
    )


def clearing_sensitivity(
    followed: Histories | Sequence[Histories],
    *,
    event: str | Sequence[str] | EventChoice = "SLACHTOFFER",
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
        varied = [one.with_clearing(days) for one in each_linkage(followed)]
        found = summarise(varied, event=event, horizons_years=horizons_years, level=level)
        parts.append(found.horizons.select(pl.lit(days).alias("clearing_days"), pl.all()))
    return pl.concat(parts)
