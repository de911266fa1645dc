"""`overlap`: victims who are also suspects, from histories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from slachtoffermonitor.follow.cohort.choosing import each_linkage
from slachtoffermonitor.follow.cohort.definition import EventChoice, choose_event
from slachtoffermonitor.follow.histories import Histories
from slachtoffermonitor.follow.overlapping.shares import (
    order_around_index,
    order_ratio,
    pool_shares,
    sequence_shares,
)
from slachtoffermonitor.follow.overlapping.transitions import (
    state_shares,
    state_steps,
    walk_states,
)
from slachtoffermonitor.ground import InputError

__all__ = ["Overlap", "overlap"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Overlap:
    """How many registered victims are also known as suspects, and in which order.

    `shares`: group (empty: everybody), sequence (before: only up to and including the index day;
    after: only later; before and after; ever; never), persons, share, low, high (exact), n,
    linkage. `order`: the same number of days before and after the index day compared
    (period, persons, share, low, high, n); `order_ratio` is who was suspect only after for
    each who was suspect only before, with limits (1: chance alone). `states`: state (NEITHER,
    VICTIM_ONLY, SUSPECT_ONLY, BOTH, LEFT: what happened after the landmark), horizon_years,
    share, low, high, at_risk. `transitions`: source, target, transitions, person_years, rate,
    low, high.
    """

    shares: pl.DataFrame
    order: pl.DataFrame
    order_ratio: tuple[float, float, float] | None
    states: pl.DataFrame
    transitions: pl.DataFrame
    persons: int
    not_linked: int
    not_in_register: int
    observed_until: date
    level: float
    linkages: int

    def __repr__(self) -> str:
        """Show counts, never a person."""
        return f"Overlap({self.persons} persons)"


def overlap(
    histories: Histories | Sequence[Histories],
    *,
    suspect: str | Sequence[str] | EventChoice = "VERDACHTE",
    victim: str | Sequence[str] | EventChoice = "SLACHTOFFER",
    by: str | Sequence[str] | None = None,
    within_days: int = 730,
    horizons_years: Sequence[float] = (1, 3, 5),
    level: float = 0.95,
) -> Overlap:
    """Which share of the victims is also registered as a suspect, before, after or both?

    To be a suspect is not to be an offender, and who was forced into crime is registered so too:
    never read this share as guilt. Persons are followed for different times, so that `shares`
    says what is on record; `order` and `states` compare like with like.

    Args:
        histories: from `histories`; several linkages are pooled.
        suspect: which events count as suspect (`VERDACHTE`, `VERDACHTE:GEWELD`, …).
        victim: which later events count as victim again, for `states`.
        by: a column of the persons, for `shares` (`age_band`: by age).
        within_days: the length of the two periods that `order` compares.
        horizons_years: for `states`.
        level: of the intervals.

    Returns:
        Overlap; the denominator is the persons who are followed.

    Raises:
        InputError: nobody is followed, no such event or column.

    Assumes:
        A person in the population register would be seen there as a suspect, also before.

    Source:
        Clopper & Pearson (1934); McNemar (1947) for the order; Aalen & Johansen (1978) and Datta
        & Satten (2001) for the states.

    """
    found = each_linkage(histories)
    as_suspect, as_victim = choose_event(suspect), choose_event(victim)
    if as_suspect.role == "SLACHTOFFER":
        as_suspect = EventChoice(role="VERDACHTE", kinds=as_suspect.kinds)
    if any(one.persons.is_empty() for one in found):
        raise InputError("nobody can be followed, so nobody can be looked up as a suspect")
    walked = [walk_states(one, as_victim, as_suspect, horizons_years) for one in found]
    first = found[0]
    shares = [sequence_shares(one, as_suspect, by, level) for one in found]
    orders = [
        order_around_index(one, as_suspect, within_days=within_days, level=level) for one in found
    ]
    return Overlap(
        shares=pool_shares(shares, ("group", "sequence"), level),
        order=pool_shares([table for table, _ in orders], ("period",), level),
        order_ratio=order_ratio([only for _, only in orders], level),
        states=state_shares(walked, horizons_years, level),
        transitions=state_steps(walked, level),
        persons=round(np.mean([one.persons.height for one in found])),
        not_linked=first.account["not_linked"],
        not_in_register=first.account["not_in_register"],
        observed_until=first.definition.observed_until,
        level=level,
        linkages=len(found),
    )
