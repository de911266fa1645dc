"""Victims who are also suspects: the share, before and after the registration as a victim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from slachtoffermonitor.follow._checks import require_columns
from slachtoffermonitor.follow._kernels import binomial_interval
from slachtoffermonitor.ground import InputError

__all__ = ["Overlap", "victim_offender_overlap"]

_SEQUENCES = ("before", "after", "before and after", "ever", "never")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Overlap:
    """How many registered victims are also known as suspects.

    `shares` has the columns sequence (before: only up to and including the index day; after: only
    later; before and after; ever; never), persons, share, low, high, n.
    """

    shares: pl.DataFrame
    persons: int
    not_linked: int
    not_in_register: int
    observed_until: date
    level: float

    def __repr__(self) -> str:
        """Show counts, never a person."""
        return f"Overlap({self.persons} persons)"


def victim_offender_overlap(
    persons: pl.DataFrame | pl.LazyFrame,
    events: pl.DataFrame | pl.LazyFrame,
    presence: pl.DataFrame | pl.LazyFrame,
    *,
    observed_until: date,
    id_column: str = "person_id",
    index_column: str = "first_reported_on",
    suspect_role: str = "VERDACHTE",
    event_kinds: tuple[str, ...] | None = None,
    level: float = 0.95,
) -> Overlap:
    """Which share of the victims is also registered as a suspect, before, after or both?

    To be a suspect is not to be an offender, and who was forced into crime is registered so too:
    never read this share as guilt. Follow-up differs between persons; for the risk over time use
    `follow_up(event_role="VERDACHTE")`.

    Assumes: a person who was ever in the population register would be seen there as a suspect.
    Returns: an `Overlap`; the denominator is the persons who stand in `presence`; limits are
        exact (Clopper-Pearson).
    Raises: InputError for missing columns, or when no person stands in `presence`.
    Source: Clopper & Pearson (1934).
    """
    require_columns(persons, (id_column, index_column), "persons")
    require_columns(events, ("person_id", "event_role", "event_kind", "occurred_on"), "events")
    require_columns(presence, ("person_id",), "presence")
    rows = persons.lazy().select(id=id_column, index_on=index_column).collect()
    linked = rows.drop_nulls("id").group_by("id").agg(pl.col("index_on").min())
    registered = presence.lazy().select(id="person_id").unique()
    seen = linked.lazy().join(registered, on="id", how="semi").collect()
    if seen.is_empty():
        raise InputError("no person stands in the table of presence, so nobody can be looked up")
    return Overlap(
        shares=_shares(
            seen, _suspects(events, seen, suspect_role, event_kinds, observed_until), level
        ),
        persons=seen.height,
        not_linked=rows["id"].null_count(),
        not_in_register=linked.height - seen.height,
        observed_until=observed_until,
        level=level,
    )


def _suspects(
    events: pl.DataFrame | pl.LazyFrame,
    seen: pl.DataFrame,
    role: str,
    kinds: tuple[str, ...] | None,
    until: date,
) -> pl.DataFrame:
    """Say of each person who was ever a suspect whether that was before, after or both."""
    wanted = (pl.col("event_role") == role) & (pl.col("occurred_on") <= until)
    if kinds is not None:
        wanted &= pl.col("event_kind").is_in(kinds)
    return (
        events.lazy()
        .filter(wanted)
        .join(seen.lazy(), left_on="person_id", right_on="id")
        .group_by("person_id")
        .agg(
            before=(pl.col("occurred_on") <= pl.col("index_on")).any(),
            after=(pl.col("occurred_on") > pl.col("index_on")).any(),
        )
        .collect()
    )


def _shares(seen: pl.DataFrame, suspects: pl.DataFrame, level: float) -> pl.DataFrame:
    both = suspects.filter("before", "after").height
    counts = (
        suspects.filter("before").height - both,
        suspects.filter("after").height - both,
        both,
        suspects.height,
        seen.height - suspects.height,
    )
    limits = [binomial_interval(number, seen.height, level=level) for number in counts]
    return pl.DataFrame(
        {
            "sequence": _SEQUENCES,
            "persons": counts,
            "share": [number / seen.height for number in counts],
            "low": [low for low, _ in limits],
            "high": [high for _, high in limits],
            "n": [seen.height] * len(counts),
        }
    )
