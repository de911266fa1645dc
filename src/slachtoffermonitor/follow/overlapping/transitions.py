"""From neither to victim again, suspect, or both: the states of persons over time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from slachtoffermonitor.follow.cohort.definition import EventChoice
from slachtoffermonitor.follow.counting.intervals import poisson_limits
from slachtoffermonitor.follow.counting.states import Occupation, Paths, occupy
from slachtoffermonitor.follow.histories import Histories
from slachtoffermonitor.follow.pooling import combine

__all__ = ["STATES", "state_shares", "state_steps", "walk_states"]

STATES = ("NEITHER", "VICTIM_ONLY", "SUSPECT_ONLY", "BOTH", "LEFT")
"""What happened after the landmark: nothing, victim again, suspect, both; left the country."""

_DAYS_PER_YEAR = 365.25


def walk_states(
    followed: Histories, victim: EventChoice, suspect: EventChoice, years: Sequence[float]
) -> Occupation:
    """Follow everybody from neither through victim again and suspect to both, or out."""
    firsts = followed.persons.select("person", "entry_day", "exit_day", "exit_reason")
    for name, choice in (("victim", victim), ("suspect", suspect)):
        first = (
            followed.events.filter(choice.counts(), pl.col("place") == "COUNTED")
            .group_by("person")
            .agg(pl.col("event_day").min().alias(name))
        )
        firsts = firsts.join(first, on="person", how="left")
    steps = _steps(firsts.with_row_index("position"), followed.definition.competing)
    columns = ("position", "day", "source", "target")
    who, day, source, target = (steps[name].to_numpy().astype(np.int64) for name in columns)
    entry = firsts["entry_day"].to_numpy()
    return occupy(
        Paths(
            entry=entry,
            exit=firsts["exit_day"].to_numpy(),
            begins_in=np.zeros(entry.size, dtype=np.int64),
            person=who,
            day=day,
            source=source,
            target=target,
            states=len(STATES),
        ),
        [int(horizon * _DAYS_PER_YEAR) for horizon in years],
    )


def _steps(firsts: pl.DataFrame, competing: Sequence[str]) -> pl.DataFrame:
    """List the steps by day; steps of one person on one day are one step to the last state."""
    left = pl.col("exit_reason").is_in(list(competing)).fill_null(value=False)
    moments = pl.concat(
        [
            firsts.filter(test).select("position", day=name, adds=pl.lit(adds))
            for name, test, adds in (
                ("victim", pl.col("victim").is_not_null(), 1),
                ("suspect", pl.col("suspect").is_not_null(), 2),
                ("exit_day", left, 4),
            )
        ]
    )
    reached = (
        moments.group_by("position", "day")
        .agg(pl.col("adds").sum())
        .sort("position", "day")
        .with_columns(state=pl.col("adds").cum_sum().over("position").clip(0, 4))
    )
    return reached.select(
        "position",
        "day",
        source=pl.col("state").shift().over("position").fill_null(0),
        target="state",
    ).sort("day", "position")


def state_shares(found: Sequence[Occupation], years: Sequence[float], level: float) -> pl.DataFrame:
    """Give state, horizon_years, share, low, high (robust), at_risk and linkage."""
    pooled = combine(
        np.stack([one.share.ravel() for one in found]),
        np.stack([one.error.ravel() for one in found]),
        scale="logit",
        level=level,
    )
    at_risk = np.rint(np.mean([one.at_risk for one in found], axis=0)).astype(np.int64)
    return pl.DataFrame(
        {
            "state": [name for _ in years for name in STATES],
            "horizon_years": [float(horizon) for horizon in sorted(years) for _ in STATES],
            "share": pooled.estimate,
            "low": np.where(np.isnan(pooled.low), pooled.estimate, pooled.low),
            "high": np.where(np.isnan(pooled.high), pooled.estimate, pooled.high),
            "at_risk": at_risk.ravel(),
            "linkage": pooled.linkage,
        }
    )


def state_steps(found: Sequence[Occupation], level: float) -> pl.DataFrame:
    """Give source, target, transitions, person_years, rate per year, low, high and linkage."""
    numbers = np.stack([one.transitions for one in found]).astype(float)
    source, target = np.nonzero(numbers.max(axis=0))
    number = numbers[:, source, target]
    years = np.stack([one.days_at_risk for one in found])[:, source] / _DAYS_PER_YEAR
    mean, passed = number.mean(axis=0), years.mean(axis=0)
    with np.errstate(divide="ignore"):
        rates = combine(number / years, np.sqrt(number) / years, scale="log", level=level)
    low, high = poisson_limits(np.rint(mean).astype(np.int64), level=level)
    exact = np.isnan(rates.low) | (len(found) == 1)
    return pl.DataFrame(
        {
            "source": [STATES[one] for one in source],
            "target": [STATES[one] for one in target],
            "transitions": np.rint(mean).astype(np.int64),
            "person_years": passed,
            "rate": rates.estimate,
            "low": np.where(exact, low / passed, rates.low),
            "high": np.where(exact, high / passed, rates.high),
            "linkage": rates.linkage,
        }
    )
