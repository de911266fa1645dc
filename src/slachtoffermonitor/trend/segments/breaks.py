"""Breaks that nobody named: where does a series of counts change level, if anywhere?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import inf
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from slachtoffermonitor.ground import Number, Text
from slachtoffermonitor.trend._counts import require_level
from slachtoffermonitor.trend._intervals import known_dispersion
from slachtoffermonitor.trend._wording import month_of, points
from slachtoffermonitor.trend.rates import RateRatio, rate_ratio
from slachtoffermonitor.trend.segments.costs import Cost, local_dispersion
from slachtoffermonitor.trend.segments.searching import Search, positions_of, search
from slachtoffermonitor.trend.segments.series import (
    EffortAs,
    counted_periods,
    expected_without_break,
    residuals_around,
)
from slachtoffermonitor.vocabulary import code_list

__all__ = ["Break", "Breaks", "breaks"]

Floats = NDArray[np.float64]
CostName = Literal["negative-binomial", "poisson"]
_FOUND = (
    "From {month} on {change}% ({low}% to {high}%): {after} a period against {before}; the break "
    "lies between {earliest} and {latest}."
)
_NONE = Text("No break was found.")
_ALARM = (
    "Where there is no break at all, one is found in {percent}% of such searches; the size of a "
    "break that was searched for is somewhat too large."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A change of level.

    `at` is the first period of the new level; it may as well lie anywhere from `earliest` to
    `latest`. `rate` compares the level after with that before, per unit of what was expected.
    `p_value` is that of the search step that found it. `events` are the codes of dated events
    that fall in that span: a coincidence to look into, no cause.
    """

    at: date
    earliest: date
    latest: date
    rate: RateRatio
    p_value: float
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Breaks:
    """Where a series changes level.

    `false_alarm` is the chance that a series without any break shows one. `p_value` is that of
    the first step: how often a series without a break fits a break as well. `segments`: first,
    last, periods, count, level (count over what was expected, times the average of that).
    """

    found: tuple[Break, ...]
    p_value: float
    false_alarm: float
    cost: CostName
    dispersion: float
    autocorrelation: float
    segments: pl.DataFrame
    sentences: tuple[Text, ...]


def breaks(
    frame: pl.DataFrame,
    *,
    false_alarm: float = 0.05,
    most: int = 5,
    shortest: int = 3,
    cost: CostName = "negative-binomial",
    trend: bool = False,
    harmonics: int = 0,
    effort: EffortAs = "offset",
    block: int = 1,
    replicates: int = 999,
    level: float = 0.95,
    seed: int = 0,
) -> Breaks:
    """Where does a series of counts change level, when nobody says where to look?

    Look at dated events first (`interruption`): a search over all periods needs a larger change to
    be sure, and finds the date only roughly. A slow trend is found as a break unless `trend` takes
    it out, and a true break then hides partly in the trend. Reports that come in waves over
    several periods need a `block` as long as a wave.

    Assumes: without a break the surprises of the series could have come in any order.

    Args:
        frame: the columns period (the first day of each week, month, quarter or year; none
            missing) and count; optionally effort (what detection cost).
        false_alarm: the chance of finding a break where there is none.
        most: at most so many breaks.
        shortest: a level lasts at least so many periods.
        cost: how well a level fits; both hold the false alarms, "negative-binomial" does not let
            one high month look like much.
        trend: take a straight trend out first.
        harmonics: pairs of sine and cosine for the season, taken out first.
        effort: whether counts are proportional to effort ("offset"), or their relation to its
            logarithm is estimated ("covariate").
        block: how many neighbouring periods stay together when the series is shuffled.
        replicates: how many times it is shuffled.
        level: of the limits.
        seed: of the shuffling.

    Returns:
        `Breaks`.

    Raises:
        InputError: a column is missing or wrong, periods are missing, fewer than eight of them,
            or a setting out of bounds.

    Source: Scott & Knott (1974) and Fryzlewicz (2014) for one step at a time; Phipson & Smyth
        (2010) for p-values of shuffles; Hansen (2000) for the span of a date.

    """
    require_level(level)
    require_level(false_alarm, name="false_alarm")
    rows = counted_periods(frame, {"most": most, "shortest": shortest, "block": block})
    counts = rows["count"].to_numpy().astype(float)
    expected = expected_without_break(rows, trend=trend, harmonics=harmonics, effort=effort)
    dispersion = local_dispersion(counts, expected)
    mean = float(counts.mean())
    size = mean / (dispersion - 1) if cost == "negative-binomial" and dispersion > 1.001 else inf
    how = Search(
        cost=Cost(size=size),
        false_alarm=false_alarm,
        most=most,
        shortest=shortest,
        replicates=replicates,
        block=block,
    )
    found = search(counts, expected, how, np.random.default_rng(seed))
    bounds = [0, *found.places, len(counts)]
    spread, lag = residuals_around(counts, expected, bounds)
    judged = _Judged(
        days=rows["period"].to_list(),
        counts=counts,
        expected=expected,
        bounds=bounds,
        dispersion=spread,
    )
    described = tuple(
        _break(judged, number, p_value, how, level)
        for number, p_value in enumerate(found.p_values, 1)
    )
    return Breaks(
        found=described,
        p_value=found.first_p_value,
        false_alarm=false_alarm,
        cost=cost,
        dispersion=spread,
        autocorrelation=lag,
        segments=_segments(rows, counts, expected, bounds),
        sentences=_sentences(described, false_alarm),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Judged:
    """A series with the bounds of its levels."""

    days: list[date]
    counts: Floats
    expected: Floats
    bounds: list[int]
    dispersion: float


def _break(series: _Judged, number: int, p_value: float, how: Search, level: float) -> Break:
    counts, expected, days = series.counts, series.expected, series.days
    begin, place, end = series.bounds[number - 1 : number + 2]
    earliest, latest = positions_of(
        counts,
        expected,
        (begin, place, end),
        how,
        dispersion=series.dispersion,
        level=level,
    )
    after_latest = days[latest + 1] if latest + 1 < len(days) else date.max
    listed = code_list("shocks")
    degrees = len(counts) - len(series.bounds) + 1
    return Break(
        at=days[place],
        earliest=days[earliest],
        latest=days[latest],
        rate=rate_ratio(
            int(counts[begin:place].sum()),
            int(counts[place:end].sum()),
            exposure_before=float(expected[begin:place].sum()),
            exposure_after=float(expected[place:end].sum()),
            level=level,
            overdispersion=known_dispersion(series.dispersion, degrees, level),
        ),
        p_value=p_value,
        events=tuple(
            code
            for code in listed
            if (day := listed[code].valid_from) is not None
            and days[max(earliest - 1, 0)] < day < after_latest
        ),
    )


def _segments(
    rows: pl.DataFrame, counts: Floats, expected: Floats, bounds: list[int]
) -> pl.DataFrame:
    days = rows["period"].to_list()
    return pl.DataFrame(
        {
            "first": [days[a] for a in bounds[:-1]],
            "last": [days[b - 1] for b in bounds[1:]],
            "periods": [b - a for a, b in pairwise(bounds)],
            "count": [int(counts[a:b].sum()) for a, b in pairwise(bounds)],
            "level": [float(counts[a:b].sum() / expected[a:b].sum()) for a, b in pairwise(bounds)],
        }
    )


def _sentences(found: tuple[Break, ...], false_alarm: float) -> tuple[Text, ...]:
    said = [
        Text(
            _FOUND,
            {
                "month": month_of(one.at),
                "change": points(one.rate.ratio - 1),
                "low": points(one.rate.low - 1),
                "high": points(one.rate.high - 1),
                "before": Number(one.rate.before / one.rate.exposure_before, "#,##0.0"),
                "after": Number(one.rate.after / one.rate.exposure_after, "#,##0.0"),
                "earliest": month_of(one.earliest),
                "latest": month_of(one.latest),
            },
        )
        for one in found
    ]
    alarm = Text(_ALARM, {"percent": Number(100 * false_alarm, "#,##0.#")})
    return (*(said or [_NONE]), alarm)
