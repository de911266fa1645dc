"""`waiting`: how long until help starts, how long the queue is, and what goes in and out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from slachtoffermonitor.follow.cohort.faults import FaultRule
from slachtoffermonitor.follow.curves import Curve
from slachtoffermonitor.follow.estimators import aalen_johansen
from slachtoffermonitor.follow.queueing.flow import ages_of, flow_of, queue_of
from slachtoffermonitor.follow.queueing.requests import GAVE_UP, STARTED, requests_on
from slachtoffermonitor.ground import InputError

__all__ = ["Waiting", "waiting"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Waiting:
    """How long people wait for help, with those who still wait counted for what is known.

    `curves`: the share for whom help has started, by days since the request, per group (empty:
    all). `helped`: group, within_days, share (for whom help had started by then), low, high,
    at_risk (still waiting just before), n (requests). `medians`: group, n, helped (requests for
    which help started), gave_up (closed without help), median_days (null: not half of them helped
    yet), median_low and median_high (its limits; null: beyond the data). `queue`: group, waiting
    (requests open without help on `on`), median_waited_days and longest_waited_days. `ages`: group,
    from_days, to_days, waiting. `flow`: arrivals, departures and what follows from them, from
    `since` on. `account` and `faults`: what became of every row.
    """

    curves: Mapping[str, Curve]
    helped: pl.DataFrame
    medians: pl.DataFrame
    queue: pl.DataFrame
    ages: pl.DataFrame
    flow: pl.DataFrame
    on: date
    since: date
    account: Mapping[str, int]
    faults: pl.DataFrame

    def __repr__(self) -> str:
        """Show counts, never a person."""
        return f"Waiting({self.queue['waiting'].sum()} waiting on {self.on})"

    @property
    def later_requests(self) -> int:
        """How many requests were made after the day, and not used."""
        return self.account["later_requests"]


def waiting(
    requests: pl.DataFrame | pl.LazyFrame,
    *,
    on: date,
    by: str | None = "municipality",
    within_days: Sequence[int] = (30, 90, 180, 365),
    since: date | None = None,
    faults: FaultRule = "exclude",
    level: float = 0.95,
) -> Waiting:
    """How long until help starts, and who waits on this day?

    The mean wait of those who were helped hides those who wait longest; here whoever still waits
    counts as long as known. A request that is closed without help has left the queue without it.

    Args:
        requests: `records.CareRequest` rows.
        on: the day on which the queue is looked at; what was written later is not used.
        by: a column of the requests to group by.
        within_days: for which numbers of days the share with help is given.
        since: from which day arrivals and departures are counted; a year before when left out.
        faults: `exclude` leaves impossible rows out and lists them; `refuse` raises.
        level: of the intervals.

    Returns:
        Waiting, for everybody and for each group of `by`.

    Raises:
        InputError: missing columns, no request up to `on`, or faults when they are refused.

    Assumes:
        The table holds every request made up to `on`, with what became of it by then.

    Source:
        Aalen & Johansen (1978); Sobolev & Kuramoto (2008) for waiting lists; Little (1961) for
        the mean wait in `flow`.

    """
    known, ledger = requests_on(requests, on, by, faults)
    if known.is_empty():
        raise InputError(f"no request for help was made up to {on}")
    since = since or on - timedelta(days=364)
    parts = {"": known}
    if by is not None:
        grouped = known.partition_by("group", as_dict=True)
        parts |= dict(sorted((str(key[0]), frame) for key, frame in grouped.items()))
    curves = {
        group: aalen_johansen(None, frame["waited_days"], frame["ended_by"], level=level)[STARTED]
        for group, frame in parts.items()
    }
    return Waiting(
        curves=curves,
        helped=_helped(curves, within_days),
        medians=_medians(parts, curves),
        queue=queue_of(known),
        ages=ages_of(known),
        flow=flow_of(known, since, on),
        on=on,
        since=since,
        account=ledger.account,
        faults=ledger.faults(),
    )


def _helped(curves: Mapping[str, Curve], within_days: Sequence[int]) -> pl.DataFrame:
    rows = [
        (
            group,
            days,
            value.estimate,
            value.low,
            value.high,
            value.at_risk,
            curve.definition.persons,
        )
        for group, curve in curves.items()
        for days in within_days
        for value in (curve.at(days),)
    ]
    names = ("group", "within_days", "share", "low", "high", "at_risk", "n")
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(
        pl.col("share", "low", "high").fill_nan(None)
    )


def _medians(parts: Mapping[str, pl.DataFrame], curves: Mapping[str, Curve]) -> pl.DataFrame:
    limits = [curves[group].limits_of_day_reaching(0.5) for group in parts]
    return pl.DataFrame(
        {
            "group": list(parts),
            "n": [frame.height for frame in parts.values()],
            "helped": [int((frame["ended_by"] == STARTED).sum()) for frame in parts.values()],
            "gave_up": [int((frame["ended_by"] == GAVE_UP).sum()) for frame in parts.values()],
            "median_days": [curves[group].first_day_reaching(0.5) for group in parts],
            "median_low": [low for low, _ in limits],
            "median_high": [high for _, high in limits],
        },
        schema_overrides=dict.fromkeys(("median_days", "median_low", "median_high"), pl.Int64),
    )
