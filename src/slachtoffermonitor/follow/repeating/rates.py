"""Rates per person-year, by group and by situation, with errors that know who is who."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from slachtoffermonitor.follow.cohort.choosing import each_linkage, grouped
from slachtoffermonitor.follow.cohort.definition import EventChoice, choose_event
from slachtoffermonitor.follow.counting.intervals import poisson_limits
from slachtoffermonitor.follow.histories import Histories
from slachtoffermonitor.follow.pooling import combine
from slachtoffermonitor.follow.regression.given import rows_of_histories

__all__ = ["event_rates"]

_DAYS_PER_YEAR = 365.25


def event_rates(
    histories: Histories | Sequence[Histories],
    *,
    event: str | Sequence[str] | EventChoice = "SLACHTOFFER",
    by: str | Sequence[str] | None = None,
    spells: pl.DataFrame | Sequence[pl.DataFrame] | None = None,
    level: float = 0.95,
) -> pl.DataFrame:
    """How many events a year, per person who is in the country?

    A rate mixes those to whom nothing happens with those to whom much does; a group with a higher
    rate need not have more victims. Groups of different follow-up are comparable only when the
    rate does not change with time.

    Args:
        histories: from `histories`; a sequence of them (one per imputed linkage) is pooled.
        event: which events count, all of them, as in `cumulative_incidence`.
        by: columns of the persons, or of `spells`, to group by.
        spells: the follow-up of each person cut into stretches (`care_spells`).
        level: of the intervals.

    Returns:
        group (empty: all), events (Int64), person_years, rate, low, high (Float64, per person-
        year) and linkage. Limits are on the log scale with errors clustered within persons; where
        there is no event, the exact Poisson limit.

    Raises:
        InputError: nobody can be followed, no such event or column, or spells that do not fit.

    Source:
        Lawless & Nadeau (1995); Garwood (1936) for no events.

    """
    choice = choose_event(event)
    found = each_linkage(histories)
    cut: list[pl.DataFrame | None] = [None] * len(found)
    if isinstance(spells, pl.DataFrame):
        cut = [spells] * len(found)
    elif spells is not None:
        cut = list(spells)
    tables = []
    for one, stretches in zip(found, cut, strict=True):
        rows = rows_of_histories(one, choice, stretches, recurrent=True)
        parts, _ = grouped(rows, by)
        tables.append({label: _rate(frame) for label, frame in parts.items()})
    shared = [label for label in tables[0] if all(label in table for table in tables)]
    numbers = np.array([[table[label] for label in shared] for table in tables])
    return _described(shared, numbers, level, persons=float(found[0].persons.height))


def _rate(frame: pl.DataFrame) -> tuple[float, float, float]:
    """Give events, person-years and the robust standard error of the rate."""
    per_person = frame.group_by("person").agg(
        events=pl.col("event").sum(),
        years=(pl.col("exit") - pl.col("entry")).sum() / _DAYS_PER_YEAR,
    )
    events, years = (per_person[name].to_numpy().astype(float) for name in ("events", "years"))
    total, passed = events.sum(), years.sum()
    if passed <= 0:
        return float(total), 0.0, 0.0
    moved = events - years * total / passed
    return float(total), float(passed), float(np.sqrt((moved**2).sum()) / passed)


def _described(
    labels: list[str], numbers: np.ndarray, level: float, *, persons: float
) -> pl.DataFrame:
    events, years, error = np.moveaxis(numbers, 2, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = combine(events / years, error, scale="log", persons=persons, level=level)
        mean, passed = events.mean(axis=0), years.mean(axis=0)
        low, high = poisson_limits(np.rint(mean).astype(np.int64), level=level)
        exact = np.isnan(rates.low)
        return pl.DataFrame(
            {
                "group": labels,
                "events": np.rint(mean).astype(np.int64),
                "person_years": passed,
                "rate": rates.estimate,
                "low": np.where(exact, low / passed, rates.low),
                "high": np.where(exact, high / passed, rates.high),
                "linkage": rates.linkage,
            }
        )
