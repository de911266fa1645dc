"""Presence in the population register: who could be seen from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from slachtoffermonitor.follow.cohort.definition import CohortDefinition
from slachtoffermonitor.follow.cohort.faults import Ledger
from slachtoffermonitor.vocabulary import code_list

__all__ = ["Stays", "follow_present", "read_stays"]

_FAR = date(9999, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stays:
    """The stretches of a cohort after the rules: joined where they touch or overlap.

    `stretches`: id, entered_on, left_on, exit_reason. `died`: id, died_on. `contradicted`: id of
    persons who stand in the register after their death, and are left out.
    """

    stretches: pl.DataFrame
    died: pl.DataFrame
    contradicted: pl.DataFrame


def read_stays(rows: pl.DataFrame, until: date, ledger: Ledger) -> Stays:
    """Apply the rules to the rows of presence of a cohort."""
    good = ledger.without(
        rows,
        {
            "presence_undated": pl.col("entered_on").is_null(),
            "presence_ends_before_it_begins": pl.col("left_on") < pl.col("entered_on"),
            "presence_in_the_future": pl.col("entered_on") > until,
        },
    )
    known = pl.col("exit_reason").is_in(list(code_list("exit_reasons"))).fill_null(value=False)
    without_reason = pl.col("left_on").is_not_null() & ~known
    ledger.enter("exit_in_the_future", good.filter(pl.col("left_on") > until)["row"])
    ledger.enter("exit_without_known_reason", good.filter(without_reason)["row"])
    good = good.with_columns(
        left_on=pl.col("left_on").fill_null(_FAR),
        exit_reason=pl.when(known).then("exit_reason"),
    )
    died = (
        good.filter(pl.col("exit_reason") == "OVERLEDEN", pl.col("left_on") <= until)
        .group_by("id")
        .agg(died_on=pl.col("left_on").min())
    )
    after = good.join(died, on="id").filter(pl.col("left_on") > pl.col("died_on"))
    ledger.enter("presence_after_death", after["row"])
    contradicted = after.select("id").unique()
    return Stays(
        stretches=_joined(good.join(contradicted, on="id", how="anti"), ledger),
        died=died.join(contradicted, on="id", how="anti"),
        contradicted=contradicted,
    )


def _joined(rows: pl.DataFrame, ledger: Ledger) -> pl.DataFrame:
    """Join stretches that touch or overlap; the last exit names the reason."""
    ordered = (
        rows.sort("id", "entered_on", "left_on", "row")
        .with_columns(reached=pl.col("left_on").cum_max().over("id"))
        .with_columns(earlier=pl.col("reached").shift().over("id"))
    )
    ledger.enter(
        "presence_overlaps", ordered.filter(pl.col("entered_on") <= pl.col("earlier"))["row"]
    )
    opens = (pl.col("entered_on") - timedelta(days=1)) > pl.col("earlier")
    return (
        ordered.with_columns(opens=opens.fill_null(pl.col("earlier").is_null()))
        .with_columns(stretch=pl.col("opens").cum_sum().over("id"))
        .group_by("id", "stretch")
        .agg(
            pl.col("entered_on").min(),
            pl.col("exit_reason").sort_by("left_on", "row").last(),
            pl.col("left_on").max(),
        )
    )


def follow_present(
    cohort: pl.DataFrame, stays: Stays, definition: CohortDefinition, ledger: Ledger
) -> pl.DataFrame:
    """Keep who was present at the landmark; say of everybody else why not.

    A return after an exit is not followed: what happened abroad is unknown.
    """
    until = pl.lit(definition.followed_until)
    cohort = cohort.with_columns(
        landmark_on=pl.col("index_on") + timedelta(days=definition.clearing_days)
    )
    known = cohort.join(stays.stretches.select("id").unique(), on="id", how="semi")
    due = known.filter(pl.col("landmark_on") < until)
    spells = due.select("id", "index_on", "landmark_on").join(stays.stretches, on="id")
    present = spells.filter(
        pl.col("entered_on") <= pl.col("landmark_on"), pl.col("left_on") > pl.col("landmark_on")
    ).select("id", "entered_on", "left_on", "exit_reason")
    absent = due.join(present, on="id", how="anti")
    left = absent.join(
        spells.filter(pl.col("left_on").is_between(pl.col("index_on"), pl.col("landmark_on"))),
        on="id",
        how="semi",
    )
    ends = pl.min_horizontal(pl.col("left_on"), until)
    followed = due.join(present, on="id").with_columns(
        entry_day=pl.lit(definition.clearing_days, dtype=pl.Int64),
        exit_day=(ends - pl.col("index_on")).dt.total_days(),
        observable_day=(until - pl.col("index_on")).dt.total_days(),
        present_from_day=(pl.col("entered_on") - pl.col("index_on")).dt.total_days(),
        exit_reason=pl.when(pl.col("left_on") <= until).then("exit_reason"),
    )
    contradicted = cohort.join(stays.contradicted, on="id", how="semi").height
    ledger.account.update(
        not_in_register=cohort.height - known.height - contradicted,
        contradicted=contradicted,
        too_recent=known.height - due.height,
        left_before_landmark=left.height,
        not_present_at_landmark=absent.height - left.height,
        followed=followed.height,
    )
    return followed
