"""`follow_cases`: which share of cases goes on, leaves, or is still open, day by day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

import polars as pl

from slachtoffermonitor.follow.cohort.faults import FaultRule
from slachtoffermonitor.follow.curves import Curve
from slachtoffermonitor.follow.estimators import aalen_johansen
from slachtoffermonitor.follow.funnel.definition import FunnelDefinition
from slachtoffermonitor.follow.funnel.steps import read_steps
from slachtoffermonitor.follow.pooling import pool_curves
from slachtoffermonitor.ground import InputError

__all__ = ["CaseFunnel", "follow_cases"]

_Key = tuple[str, str, str, str]  # "step" or "reached", group, source, target


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CaseFunnel:
    """What became of cases, with who is still open counted for what is known.

    `steps`: group (empty: all), source (a stage), target (the next stage, or an exit),
    within_days, share, low, high (of the cases that reached the source), at_risk, n, open (cases
    in that stage on `on`), naive (those that took the step over all that reached the source: too
    low while cases are open), linkage. `reached`: the same of all cases from the first stage on,
    for each later stage and each exit. `curves`: by "step" or "reached", group, source and
    target. `clock`: group, cases, in_time, late, waiting, overdue
    (still waiting though the days are over), share_in_time, low, high; empty without a clock.
    """

    definition: FunnelDefinition
    steps: pl.DataFrame
    reached: pl.DataFrame
    clock: pl.DataFrame
    curves: Mapping[_Key, Curve] = field(repr=False)
    on: date
    account: Mapping[str, int]
    faults: pl.DataFrame = field(repr=False)
    level: float
    linkages: int

    def __repr__(self) -> str:
        """Show counts, never a case."""
        return f"CaseFunnel({self.definition.name}, {self.account['cases']} cases)"


def follow_cases(
    steps: pl.DataFrame | pl.LazyFrame | Sequence[pl.DataFrame],
    definition: FunnelDefinition,
    *,
    on: date,
    by: str | None = None,
    within_days: Sequence[int] = (28, 90, 180, 365, 730, 1095),
    faults: FaultRule = "exclude",
    level: float = 0.95,
) -> CaseFunnel:
    """Which share of the cases goes on to the next stage, leaves in another way, or is open?

    Convictions of this year over reports of this year compare different cases, and convictions
    so far over reports so far count open cases as failed. Here every case counts as long as it is
    known, and the ways out compete.

    Args:
        steps: case_id, step (a code of the definition) and on (Date), one row per step, and the
            column to group by. Several tables (one per imputed linkage) are pooled.
        definition: `JUSTICE`, `RESIDENCE`, `DUBLIN`, or one of your own.
        on: the last day that the steps cover; what comes later is not used.
        by: a column of the steps to group by (the value on the first step of a case counts).
        within_days: days since the source for which shares are given.
        faults: `exclude` treats faulty rows by the rules of `docs/follow.md` and lists them;
            `refuse` raises when there are any.
        level: of the intervals.

    Returns:
        CaseFunnel.

    Raises:
        InputError: missing columns, no case at all, or faults when they are refused.

    Assumes:
        The steps are complete until `on`; a case without a further step is open.

    Source:
        Aalen & Johansen (1978).

    """
    tables = [steps] if isinstance(steps, pl.DataFrame | pl.LazyFrame) else list(steps)
    paths = [read_steps(one, definition, on, by, faults) for one in tables]
    if any(one.cases.is_empty() for one in paths):
        raise InputError("there is no case that has begun")
    each = [_curves(one.cases, definition, on, level) for one in paths]
    shared = [key for key in each[0] if all(key in one for one in each)]
    curves = {key: pool_curves([one[key] for one in each]) for key in shared}
    first, stages = paths[0], list(definition.stages)
    return CaseFunnel(
        definition=definition,
        steps=_table(curves, "step", first.cases, stages, within_days),
        reached=_table(curves, "reached", first.cases, stages, within_days),
        clock=_clock(first.cases, definition, on, level),
        curves=curves,
        on=on,
        account={"cases": first.cases.height, **first.account},
        faults=first.faults,
        level=level,
        linkages=len(paths),
    )


def _groups(cases: pl.DataFrame) -> dict[str, pl.DataFrame]:
    parts = cases.partition_by("group", as_dict=True)
    named = {str(key[0]): frame for key, frame in sorted(parts.items())}
    return {"": cases} | {name: frame for name, frame in named.items() if name}


def _curves(
    cases: pl.DataFrame, definition: FunnelDefinition, on: date, level: float
) -> dict[_Key, Curve]:
    """Give a curve for every step from a stage, and for everything reached from the beginning."""
    stages = list(definition.stages)
    found: dict[_Key, Curve] = {}
    for group, frame in _groups(cases).items():
        for source, following in pairwise(stages):
            here = frame.filter(pl.col(source).is_not_null())
            left = definition.exits
            for target, curve in _steps_from(here, (source, following), left, on, level):
                found["step", group, source, target] = curve
        for target in (*stages[1:], *definition.exits):
            ends = _ends_at(frame, target, stages, on)
            curve = aalen_johansen(None, ends["days"], ends["cause"], level=level)[1]
            found["reached", group, stages[0], target] = curve
    return found


def _steps_from(
    here: pl.DataFrame, step: tuple[str, str], exits: Iterable[str], on: date, level: float
) -> list[tuple[str, Curve]]:
    """Give the share that goes on to the next stage, and that leaves by each exit instead."""
    if here.is_empty():
        return []
    source, following = step
    codes = {code: place + 2 for place, code in enumerate(exits)}
    left = pl.col("left_by").replace_strict(codes, default=0, return_dtype=pl.Int64).fill_null(0)
    rows = here.select(
        days=(pl.coalesce(following, "left_on", pl.lit(on)) - pl.col(source)).dt.total_days(),
        cause=pl.when(pl.col(following).is_not_null()).then(1).otherwise(left),
    )
    curves = aalen_johansen(None, rows["days"], rows["cause"], level=level)
    taken = set(rows["cause"].unique())
    return [
        (name, curves[cause])
        for name, cause in ((following, 1), *codes.items())
        if cause == 1 or cause in taken
    ]


def _ends_at(cases: pl.DataFrame, target: str, stages: Sequence[str], on: date) -> pl.DataFrame:
    """Give the days from the beginning to the target (1) or to another end (2), if there is one."""
    if target in stages:
        met, other = pl.col(target).is_not_null(), pl.col("left_on").is_not_null()
        day = pl.coalesce(target, "left_on", pl.lit(on))
    else:
        met = (pl.col("left_by") == target).fill_null(value=False)
        other = pl.col("left_on").is_not_null() | pl.col(stages[-1]).is_not_null()
        day = pl.coalesce("left_on", stages[-1], pl.lit(on))
    return cases.select(
        days=(day - pl.col(stages[0])).dt.total_days(),
        cause=pl.when(met).then(1).when(other).then(2).otherwise(0),
    )


def _table(
    curves: Mapping[_Key, Curve],
    kind: str,
    cases: pl.DataFrame,
    stages: Sequence[str],
    within_days: Sequence[int],
) -> pl.DataFrame:
    groups = _groups(cases)
    rows = []
    for (one, group, source, target), curve in curves.items():
        if one != kind:
            continue
        number = curve.definition.persons
        taken = int(curve.events[-1]) / number if curve.events.size else 0.0
        open_ = _open(groups[group], source if kind == "step" else None, stages)
        for days in within_days:
            value = curve.at(days)
            share = (value.estimate, value.low, value.high)
            counts = (value.at_risk, number, open_)
            rows.append((group, source, target, days, *share, *counts, taken, value.linkage))
    return pl.DataFrame(rows, schema=_STEP_TABLE, orient="row").with_columns(
        pl.col("share", "low", "high").fill_nan(None)
    )


_STEP_TABLE = {
    "group": pl.String,
    "source": pl.String,
    "target": pl.String,
    "within_days": pl.Int64,
    "share": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "at_risk": pl.Int64,
    "n": pl.Int64,
    "open": pl.Int64,
    "naive": pl.Float64,
    "linkage": pl.Float64,
}


def _open(cases: pl.DataFrame, source: str | None, stages: Sequence[str]) -> int:
    """Count the cases that are in a stage (None: in any but the last) and have not left it."""
    still = cases.filter(pl.col("left_on").is_null())
    if source is None:
        return still.filter(pl.col(stages[-1]).is_null()).height
    following = stages[list(stages).index(source) + 1]
    return still.filter(pl.col(source).is_not_null(), pl.col(following).is_null()).height


def _clock(
    cases: pl.DataFrame, definition: FunnelDefinition, on: date, level: float
) -> pl.DataFrame:
    """Hold the first stage to its number of days, whatever ends it."""
    rows = []
    first, second = list(definition.stages)[:2]
    limit = definition.clock_days
    for group, frame in _groups(cases).items() if limit is not None else ():
        ended_on = pl.coalesce(second, "left_on")
        spent = frame.select(
            days=(ended_on.fill_null(on) - pl.col(first)).dt.total_days(),
            ended=ended_on.is_not_null(),
            late=(ended_on.fill_null(on) - pl.col(first)).dt.total_days() > limit,
        )
        counts = [
            spent.filter(pl.col("ended") == ended, pl.col("late") == late).height
            for ended, late in ((True, False), (True, True), (False, False), (False, True))
        ]
        curve = aalen_johansen(None, spent["days"], spent["ended"].cast(pl.Int64), level=level)[1]
        value = curve.at(int(limit or 0))
        longest = spent.filter(~pl.col("ended"))["days"].max()
        share = (value.estimate, value.low, value.high)
        rows.append((group, spent.height, *counts, longest, *share))
    return pl.DataFrame(rows, schema=_CLOCK_TABLE, orient="row").fill_nan(None)


_CLOCK_TABLE = {
    "group": pl.String,
    "cases": pl.Int64,
    "in_time": pl.Int64,
    "late": pl.Int64,
    "waiting": pl.Int64,
    "overdue": pl.Int64,
    "longest_days": pl.Int64,
    "share_in_time": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
}
