"""The share of victims who are also suspects, before and after, and in which order."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import polars as pl

from slachtoffermonitor.follow.cohort.choosing import grouped
from slachtoffermonitor.follow.cohort.definition import EventChoice
from slachtoffermonitor.follow.counting.intervals import binomial_interval
from slachtoffermonitor.follow.histories import Histories
from slachtoffermonitor.follow.pooling import combine

__all__ = ["SEQUENCES", "order_around_index", "order_ratio", "pool_shares", "sequence_shares"]

SEQUENCES = ("before", "after", "before and after", "ever", "never")

_SHARES = ("group", "sequence", "persons", "share", "low", "high", "n", "linkage")


def _placed(followed: Histories, suspect: EventChoice) -> pl.DataFrame:
    """Say of each person whether they were a suspect before and after the index day."""
    when = (
        followed.events.filter(suspect.counts(), pl.col("place") != "AFTER_EXIT")
        .group_by("person")
        .agg(
            before=(pl.col("event_day") <= 0).any(),
            after=(pl.col("event_day") > 0).any(),
            last_before=pl.col("event_day").filter(pl.col("event_day") <= 0).max(),
            first_after=pl.col("event_day").filter(pl.col("event_day") > 0).min(),
        )
    )
    return followed.persons.join(when, on="person", how="left").with_columns(
        pl.col("before", "after").fill_null(value=False)
    )


def sequence_shares(
    followed: Histories, suspect: EventChoice, by: object, level: float
) -> pl.DataFrame:
    """Count who was a suspect before the index day, after it, both, ever or never."""
    parts, _ = grouped(_placed(followed, suspect), by)
    rows = []
    for label, frame in parts.items():
        both = frame.filter("before", "after").height
        before, after = (int(frame[name].sum()) - both for name in ("before", "after"))
        ever = before + after + both
        counts = (before, after, both, ever, frame.height - ever)
        for name, number in zip(SEQUENCES, counts, strict=True):
            low, high = binomial_interval(number, frame.height, level=level)
            share = number / frame.height
            rows.append((label, name, number, share, low, high, frame.height, 0.0))
    return pl.DataFrame(rows, schema=_SHARES, orient="row")


def order_around_index(
    followed: Histories, suspect: EventChoice, *, within_days: int, level: float
) -> tuple[pl.DataFrame, tuple[int, int]]:
    """Compare equal periods before and after, of those who were there in both.

    Returns: period (before, after), persons (suspect in that period), share, low, high, n and
        linkage; and how many were suspect only before, and only after.
    """
    whole = _placed(followed, suspect).filter(
        pl.col("present_from_day") <= -within_days, pl.col("exit_day") >= within_days
    )
    before = pl.col("last_before") > -within_days
    after = pl.col("first_after") <= within_days
    seen = whole.select(before=before.fill_null(value=False), after=after.fill_null(value=False))
    only = (seen.filter("before", ~pl.col("after")).height,
            seen.filter("after", ~pl.col("before")).height)  # fmt: skip
    rows = []
    for name in ("before", "after"):
        number = int(seen[name].sum())
        low, high = binomial_interval(number, seen.height, level=level)
        share = number / seen.height if seen.height else None
        rows.append((name, number, share, low, high, seen.height, 0.0))
    names = ("period", "persons", "share", "low", "high", "n", "linkage")
    return pl.DataFrame(rows, schema=names, orient="row"), only


def order_ratio(
    pairs: Sequence[tuple[int, int]], level: float
) -> tuple[float, float, float] | None:
    """Of those who were suspect in one period only: how many after, for one before?

    One linkage has exact limits; None when nobody was suspect in one period only.
    """
    if len(pairs) == 1:
        before, after = pairs[0]
        if not before + after:
            return None
        share = after / (before + after)
        limits = (share, *binomial_interval(after, before + after, level=level))
        value, low, high = (s / (1 - s) if s < 1 else math.inf for s in limits)
        return value, low, high
    counts = np.array(pairs, dtype=float)
    counts += 0.5 if (counts == 0).any() else 0.0
    ratios = counts[:, 1] / counts[:, 0]
    errors = ratios * np.sqrt((1 / counts).sum(axis=1))
    found = combine(
        ratios[:, None],
        errors[:, None],
        scale="log",
        persons=counts.sum(axis=1).mean(),
        level=level,
    )
    return float(found.estimate[0]), float(found.low[0]), float(found.high[0])


def pool_shares(parts: Sequence[pl.DataFrame], keys: Sequence[str], level: float) -> pl.DataFrame:
    """Pool tables of shares (persons of n) of several linkages, on the logit scale.

    A share that is 0 or 1 in some linkage has no logit; half a person is added to both sides.
    """
    if len(parts) == 1:
        return parts[0]
    rows = []
    for key, frame in pl.concat(parts).group_by(list(keys), maintain_order=True):
        number, whole = (frame[name].to_numpy().astype(float) for name in ("persons", "n"))
        edge = 0.5 if ((number == 0) | (number == whole)).any() else 0.0
        share = (number + edge) / (whole + 2 * edge)
        error = np.sqrt(share * (1 - share) / (whole + 2 * edge))
        found = combine(
            share[:, None], error[:, None], scale="logit", persons=whole.mean(), level=level
        )
        numbers = (round(number.mean()), float(np.mean(number / whole)))
        limits = (float(found.low[0]), float(found.high[0]))
        rows.append((*key, *numbers, *limits, round(whole.mean()), float(found.linkage[0])))
    names = (*keys, "persons", "share", "low", "high", "n", "linkage")
    return pl.DataFrame(rows, schema=names, orient="row")
