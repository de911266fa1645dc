"""Where each person stands with help on every day: not asked, waiting, helped, gave up.

What comes later is never known earlier: a person who gets help next month counts as waiting until
the day on which it starts. Taking "was helped" as a property from the start would give the helped
all the days that they had to live through, unharmed, to be helped at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from slachtoffermonitor.follow._checks import require_columns
from slachtoffermonitor.follow.cohort.faults import FaultRule
from slachtoffermonitor.follow.histories import Histories
from slachtoffermonitor.follow.queueing.requests import requests_on
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["CARE_STATES", "CareSpells", "care_spells"]

CARE_STATES = ("NOT_ASKED", "WAITING", "WAITING_LONG", "HELPED", "GAVE_UP")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CareSpells:
    """The follow-up of each person, cut where it changes how they stand with help.

    `spells`: person, entry_day, exit_day (at risk on entry < t <= exit), care_state. `account`:
    how many requests were used or not; `faults`: every faulty row.
    """

    spells: pl.DataFrame = field(repr=False)
    account: Mapping[str, int]
    faults: pl.DataFrame = field(repr=False)


def care_spells(
    histories: Histories,
    requests: pl.DataFrame | pl.LazyFrame,
    *,
    long_after_days: int | None = None,
    faults: FaultRule = "exclude",
) -> CareSpells:
    """On which days was each person waiting for help, and on which helped?

    Args:
        histories: from `histories`.
        requests: `records.CareRequest` rows; `person_id` is the id that the histories use.
        long_after_days: from how many days after the request waiting counts as WAITING_LONG.
        faults: `exclude` leaves impossible rows out and lists them; `refuse` raises.

    Returns:
        CareSpells, for `cox`, `andersen_gill` and `event_rates`. NOT_ASKED until the first
        request; WAITING while a request is open and no help has started yet, also on the day on
        which it starts; HELPED after that, for good; GAVE_UP while all requests were closed
        without help.

    Raises:
        InputError: missing columns, a negative number of days, or faults when they are refused.

    Assumes:
        A person not among the requests did not ask for help.

    """
    if long_after_days is not None and long_after_days < 0:
        raise InputError(Problem(what="a wait is not negative", found=f"{long_after_days} days"))
    require_columns(requests, ("person_id",), "care requests")
    until = histories.definition.followed_until
    known, ledger = requests_on(requests, until, "person_id", faults)
    theirs = known.join(histories.ids, left_on="group", right_on="id")
    unlinked = known.filter(pl.col("group") == "ONB").height
    ledger.account["requests_not_linked"] = unlinked
    ledger.account["requests_of_others"] = known.height - theirs.height - unlinked
    ledger.account["requests_used"] = theirs.height
    days = theirs.join(histories.persons.select("person", "index_on"), on="person").select(
        "person",
        "ended_by",
        asked=(pl.col("requested_on") - pl.col("index_on")).dt.total_days(),
        ended=(pl.col("ended_on") - pl.col("index_on")).dt.total_days(),
    )
    return CareSpells(
        spells=_spells(histories.persons, _moments(days, long_after_days)),
        account=ledger.account,
        faults=ledger.faults(),
    )


def _moments(days: pl.DataFrame, long_after_days: int | None) -> pl.DataFrame:
    """List what changes when: requests that open, that close without help, and help that starts."""
    parts = [
        days.select("person", day="asked", opens=1, longs=0, starts=0),
        days.filter(pl.col("ended_by") == 2).select(
            "person", day="ended", opens=-1, longs=0, starts=0
        ),
        days.filter(pl.col("ended_by") == 1).select(
            "person", day="ended", opens=0, longs=0, starts=1
        ),
    ]
    if long_after_days is not None:
        turned = pl.col("asked") + long_after_days
        long = days.with_columns(turned=turned).filter(
            pl.col("ended").is_null() | (pl.col("ended") > pl.col("turned"))
        )
        parts.append(long.select("person", day="turned", opens=0, longs=1, starts=0))
        closed = long.filter(pl.col("ended_by") == 2)
        parts.append(closed.select("person", day="ended", opens=0, longs=-1, starts=0))
    whole = pl.concat(
        [
            part.select("person", "day", *(pl.col(name).cast(pl.Int64) for name in _CHANGES))
            for part in parts
        ]
    )
    return (
        whole.group_by("person", "day")
        .agg(pl.col(name).sum() for name in _CHANGES)
        .sort("person", "day")
        .with_columns(pl.col(name).cum_sum().over("person") for name in _CHANGES)
    )


_CHANGES = ("opens", "longs", "starts")


def _spells(persons: pl.DataFrame, moments: pl.DataFrame) -> pl.DataFrame:
    """Cut each follow-up at the moments; what was so before the entry is so at the entry."""
    state = (
        pl.when(pl.col("starts") > 0)
        .then(pl.lit("HELPED"))
        .when(pl.col("longs") > 0)
        .then(pl.lit("WAITING_LONG"))
        .when(pl.col("opens") > 0)
        .then(pl.lit("WAITING"))
        .otherwise(pl.lit("GAVE_UP"))
    )
    begun = persons.select("person", day=pl.lit(None, dtype=pl.Int64), state=pl.lit("NOT_ASKED"))
    bounds = persons.select("person", "entry_day", "exit_day")
    return (
        pl.concat([begun, moments.select("person", "day", state=state)])
        .join(bounds, on="person")
        .sort("person", "day", nulls_last=False)
        .with_columns(following=pl.col("day").shift(-1).over("person"))
        .with_columns(
            begins=pl.max_horizontal(pl.col("day").fill_null(pl.col("entry_day")), "entry_day"),
            ends=pl.min_horizontal(pl.col("following").fill_null(pl.col("exit_day")), "exit_day"),
        )
        .filter(pl.col("ends") > pl.col("begins"))
        .with_columns(
            changed=(pl.col("state") != pl.col("state").shift().over("person")).fill_null(
                value=True
            )
        )
        .with_columns(stretch=pl.col("changed").cum_sum().over("person"))
        .group_by("person", "stretch")
        .agg(
            entry_day=pl.col("begins").min(),
            exit_day=pl.col("ends").max(),
            care_state=pl.col("state").first(),
        )
        .sort("person", "entry_day")
        .drop("stretch")
    )


def spells_of_each(
    linkages: Sequence[Histories], requests: pl.DataFrame | pl.LazyFrame, days: int | None
) -> list[pl.DataFrame]:
    """Give the spells under each linkage."""
    return [care_spells(one, requests, long_after_days=days).spells for one in linkages]
