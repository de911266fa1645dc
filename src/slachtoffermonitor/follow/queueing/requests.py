"""Requests for help as they stood on a day: how long each waited, and what ended that."""

from __future__ import annotations

from datetime import date

import polars as pl

from slachtoffermonitor.follow._checks import require_columns
from slachtoffermonitor.follow.cohort.faults import FaultRule, Ledger, refuse

__all__ = ["GAVE_UP", "STARTED", "requests_on"]

STARTED, GAVE_UP = 1, 2


def requests_on(
    requests: pl.DataFrame | pl.LazyFrame, on: date, by: str | None, faults: FaultRule
) -> tuple[pl.DataFrame, Ledger]:
    """Give the requests made up to a day, knowing nothing that came later.

    Returns: row, group, requested_on, started_on, closed_on (null when later), waited_days,
        ended_by (0 still waiting, 1 help started, 2 closed without help) and ended_on; and the
        ledger with `later_requests`.
    Raises: InputError for missing columns; with `refuse` for every kind of fault.
    """
    needed = ("requested_on", "started_on", "closed_on")
    require_columns(requests, (*needed, by) if by else needed, "care requests")
    group = pl.col(by).cast(pl.String).fill_null("ONB") if by else pl.lit("")
    rows = (
        requests.lazy()
        .with_row_index("row", offset=1)
        .select(pl.col("row").cast(pl.Int64), *needed, group.alias("group"))
        .collect()
    )
    ledger = Ledger()
    good = ledger.without(
        rows,
        {
            "request_undated": pl.col("requested_on").is_null(),
            "request_ends_before_it_was_made": pl.min_horizontal("started_on", "closed_on")
            < pl.col("requested_on"),
            "help_ends_before_it_starts": pl.col("closed_on") < pl.col("started_on"),
        },
    )
    if faults == "refuse":
        refuse(ledger.account, ledger.faults())
    day = pl.lit(on)
    known = good.filter(pl.col("requested_on") <= day)
    ledger.account["requests"] = rows.height
    ledger.account["later_requests"] = good.height - known.height
    started = pl.when(pl.col("started_on") <= day).then("started_on")
    closed = pl.when(pl.col("closed_on") <= day).then("closed_on")
    return (
        known.with_columns(started_on=started, closed_on=closed)
        .with_columns(
            ended_on=pl.coalesce("started_on", "closed_on"),
            ended_by=pl.when(pl.col("started_on").is_not_null())
            .then(STARTED)
            .when(pl.col("closed_on").is_not_null())
            .then(GAVE_UP)
            .otherwise(0),
        )
        .with_columns(
            waited_days=(pl.coalesce("ended_on", day) - pl.col("requested_on")).dt.total_days()
        ),
        ledger,
    )
