"""From rows of steps to one path per case, with every faulty row accounted for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import polars as pl

from slachtoffermonitor.follow._checks import require_columns
from slachtoffermonitor.follow.cohort.faults import FaultRule, Ledger, refuse
from slachtoffermonitor.follow.funnel.definition import FunnelDefinition

__all__ = ["CasePaths", "read_steps"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CasePaths:
    """The days on which each case reached each stage, and by which exit it left."""

    cases: pl.DataFrame
    account: Mapping[str, int]
    faults: pl.DataFrame

    def __repr__(self) -> str:
        """Show counts, never a case."""
        return f"CasePaths({self.cases.height} cases)"


def read_steps(
    steps: pl.DataFrame | pl.LazyFrame,
    definition: FunnelDefinition,
    on: date,
    by: str | None,
    faults: FaultRule,
) -> CasePaths:
    """Give one row per case: case_id, group, a day for each stage, left_on and left_by.

    A stage that was passed over counts as reached on the day of the next one that was reached. A
    step that comes after the case has left, or before an earlier stage, is left out.

    Raises:
        InputError: missing columns; with `refuse` every kind of fault.

    """
    needed = ("case_id", "step", "on")
    require_columns(steps, (*needed, by) if by else needed, "steps")
    group = pl.col(by).cast(pl.String).fill_null("ONB") if by else pl.lit("")
    rows = (
        steps.lazy()
        .with_row_index("row", offset=1)
        .select(pl.col("row").cast(pl.Int64), *needed, group.alias("group"))
        .collect()
    )
    ledger = Ledger()
    ledger.account["steps"] = rows.height
    later = pl.col("on") > on
    good = ledger.without(
        rows,
        {
            "step_without_case": pl.col("case_id").is_null(),
            "step_undated": pl.col("on").is_null(),
            "step_unknown": ~pl.col("step").is_in(list(definition.codes)).fill_null(value=False),
            "step_repeated": ~pl.struct("case_id", "step").is_first_distinct(),
        },
    )
    ledger.account["later_steps"] = good.filter(later).height
    order = {code: place for place, code in enumerate(definition.codes)}
    good = good.filter(~later).with_columns(
        place=pl.col("step").replace_strict(order, return_dtype=pl.Int64)
    )
    good = _in_order(good, len(definition.stages), ledger)
    if faults == "refuse":
        refuse(ledger.account, ledger.faults())
    return CasePaths(cases=_paths(good, definition), account=ledger.account, faults=ledger.faults())


def _in_order(rows: pl.DataFrame, stages: int, ledger: Ledger) -> pl.DataFrame:
    """Leave out cases without a beginning, steps out of order, and steps after the end."""
    begun = rows.filter(pl.col("place") == 0).select("case_id", begun_on="on")
    rows = rows.join(begun, on="case_id", how="left")
    rows = ledger.without(
        rows,
        {
            "case_without_beginning": pl.col("begun_on").is_null(),
            "step_before_beginning": pl.col("on") < pl.col("begun_on"),
        },
    )
    is_stage = pl.col("place") < stages
    ordered = rows.sort("case_id", "on", "place").with_columns(
        reached=pl.when(is_stage).then("place").cum_max().forward_fill().over("case_id"),
        exits_before=(~is_stage).cast(pl.Int64).cum_sum().over("case_id")
        - (~is_stage).cast(pl.Int64),
    )
    return ledger.without(
        ordered,
        {
            "step_after_end": (pl.col("exits_before") > 0)
            | (~is_stage & (pl.col("reached") == stages - 1)),
            "step_out_of_order": is_stage & (pl.col("place") < pl.col("reached")),
        },
    )


def _paths(rows: pl.DataFrame, definition: FunnelDefinition) -> pl.DataFrame:
    """Put the steps of a case in one row; a stage passed over is reached with the next."""
    stages = list(definition.stages)
    wide = rows.group_by("case_id").agg(
        pl.col("group").sort_by("place").first(),
        *(pl.col("on").filter(pl.col("step") == code).min().alias(code) for code in stages),
        left_on=pl.col("on").filter(pl.col("place") >= len(stages)).min(),
        left_by=pl.col("step").filter(pl.col("place") >= len(stages)).sort().first(),
    )
    for code, following in reversed(list(pairwise(stages))):
        wide = wide.with_columns(pl.coalesce(code, following).alias(code))
    return wide.sort("case_id")
