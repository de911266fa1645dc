"""Who is followed on which clock, and which events count: what stands next to every figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.vocabulary import code_list

__all__ = ["CohortDefinition", "EventChoice", "choose_event"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortDefinition:
    """Who is followed, on which clock: what must stand next to every figure.

    observed_until: the last day that events and presences cover.
    id_column: the column of persons with the id under which events and presence are known.
    index_column: the column of persons with the index day.
    clearing_days: days after the index day on which nothing is counted yet.
    recording_days: days that an event may take to be recorded; follow-up ends so long before
        `observed_until`, because what happened after that is not all on record.
    event_date: the column that dates an event.
    competing: exits that end the matter; after any other exit nothing is known (censored).
    """

    observed_until: date
    id_column: str = "person_id"
    index_column: str = "first_reported_on"
    clearing_days: int = 30
    recording_days: int = 0
    event_date: str = "occurred_on"
    competing: tuple[str, ...] = ("OVERLEDEN", "EMIGRATIE")

    def __post_init__(self) -> None:
        """Refuse periods that end before they begin, and exits that no register knows."""
        problems = [
            Problem(what=f"a {name} period is not negative", found=f"{days} days")
            for name, days in (
                ("clearing", self.clearing_days),
                ("recording", self.recording_days),
            )
            if days < 0
        ]
        known = code_list("exit_reasons")
        problems += [
            Problem(what="is not a reason for leaving", found=code, allowed=", ".join(known))
            for code in self.competing
            if code not in known
        ]
        if problems:
            raise InputError(problems)

    @property
    def followed_until(self) -> date:
        """The last day on which anybody is followed."""
        return self.observed_until - timedelta(days=self.recording_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventChoice:
    """The later event that counts: a role, and the kinds of crime (empty: any)."""

    role: str = "SLACHTOFFER"
    kinds: tuple[str, ...] = ()

    def counts(self) -> pl.Expr:
        """Give the rows of events that count."""
        wanted = pl.col("event_role") == self.role
        return wanted & pl.col("event_kind").is_in(self.kinds) if self.kinds else wanted


def choose_event(event: object) -> EventChoice:
    """Which later events are meant?

    A role (`SLACHTOFFER`: again a victim of any crime; `VERDACHTE`: as a suspect), a kind
    (`MENSENHANDEL`: again a victim of trafficking), several kinds, or role and kind together
    (`VERDACHTE:GEWELD`). `any` stands for `SLACHTOFFER`.

    Raises:
        InputError: a code that the lists of roles and kinds do not know, or two roles at once.

    """
    if isinstance(event, EventChoice):
        return event
    wanted = list(event) if isinstance(event, list | tuple) else [event]
    parts = [
        part.strip() for one in wanted for part in str(one).split(":") if part.strip() != "any"
    ]
    roles, kinds = code_list("event_roles"), code_list("event_kinds")
    unknown = [part for part in parts if part not in roles and part not in kinds]
    found = sorted({part for part in parts if part in roles})
    if unknown or len(found) > 1:
        raise InputError(
            Problem(
                what="no such event" if unknown else "one role at a time",
                found=", ".join(unknown or found),
                allowed=", ".join((*roles, *kinds, "ROLE:KIND", "any")),
            )
        )
    return EventChoice(
        role=found[0] if found else "SLACHTOFFER",
        kinds=tuple(dict.fromkeys(part for part in parts if part in kinds)),
    )
