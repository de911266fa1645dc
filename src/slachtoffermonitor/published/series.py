"""The two series of registered victims, their editions, and sums that mix them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Literal

import polars as pl

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.published.claims import Claim, find_claims, in_series

__all__ = [
    "SERIES",
    "SeriesTotal",
    "TotalParts",
    "explain_total",
    "series_frame",
    "series_total",
]

Series = Literal["NR", "CoMensha"]
SERIES: tuple[Series, ...] = ("NR", "CoMensha")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesTotal:
    """The registered victims of a run of years in one series.

    `value` is None when a year of the run was not published in the series; `missing` names those
    years. `claims` are the ids that were added, one per year.
    """

    series: str
    first_year: int
    last_year: int
    value: float | None
    claims: tuple[str, ...]
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalParts:
    """One way in which a published total is the sum of yearly claims; `mixed` over two series.

    `series_by_year` gives (year, series, claim id); a year on which both series agree has the
    series `both` and does not make a sum mixed.
    """

    value: float
    series_by_year: tuple[tuple[int, str, str], ...]
    mixed: bool


def _yearly(year: int) -> tuple[Claim, ...]:
    found = find_claims(measure="registered_victims", group="total", year=year)
    return tuple(entry for entry in found if entry.first_year == entry.last_year)


def series_total(
    first_year: int,
    last_year: int,
    series: str = "NR",
    *,
    vintage: str = "newest",
) -> SeriesTotal:
    """How many victims were registered in these years, in one series and one edition?

    A total over years is wrong when it takes some years from one series and some from the other.

    Args:
        first_year: The first year, included.
        last_year: The last year, included.
        series: `NR` (National Rapporteur) or `CoMensha` (the reporting point itself).
        vintage: `newest` and `oldest` choose among the editions of a year; an edition's year
            (`2018`) takes that edition where the year has it, and the newest where it does not.

    Raises:
        InputError: unknown series, or the years run backwards.

    Example:
        >>> series_total(2013, 2017, vintage="oldest").value
        5433.0

    """
    if series not in SERIES:
        raise InputError(
            Problem(what="no such series", found=repr(series), allowed=", ".join(SERIES))
        )
    if last_year < first_year:
        raise InputError(Problem(what="the years run backwards", found=f"{first_year}-{last_year}"))
    chosen = {
        year: _choice([entry for entry in _yearly(year) if in_series(entry, series)], vintage)
        for year in range(first_year, last_year + 1)
    }
    used = [entry for entry in chosen.values() if entry is not None]
    missing = tuple(year for year, entry in chosen.items() if entry is None)
    return SeriesTotal(
        series=series,
        first_year=first_year,
        last_year=last_year,
        value=None if missing else sum(entry.value or 0.0 for entry in used),
        claims=tuple(entry.id for entry in used),
        missing=missing,
    )


def _choice(candidates: list[Claim], vintage: str) -> Claim | None:
    if not candidates:
        return None
    ordered = sorted(candidates, key=lambda entry: entry.vintage)
    if vintage == "oldest":
        return ordered[0]
    exact = [entry for entry in ordered if entry.vintage == vintage]
    return exact[0] if exact else ordered[-1]


def explain_total(first_year: int, last_year: int, value: float) -> tuple[TotalParts, ...]:
    """Out of which yearly claims can a total have been made, and does it mix two series?

    Returns:
        Every combination of one claim a year that adds up to `value`, those that mix the fewest
        series first; empty when no combination does or a year was not published at all.

    Example:
        >>> [parts.mixed for parts in explain_total(2019, 2023, 4858)]
        [True]

    """
    options = [_yearly(year) for year in range(first_year, last_year + 1)]
    found = [
        _parts(combination, value)
        for combination in product(*options)
        if sum(entry.value or 0.0 for entry in combination) == value
    ]
    return tuple(sorted(found, key=lambda parts: parts.mixed))


def _parts(combination: tuple[Claim, ...], value: float) -> TotalParts:
    named = {entry.series for entry in combination} - {"both"}
    return TotalParts(
        value=value,
        series_by_year=tuple((entry.first_year, entry.series, entry.id) for entry in combination),
        mixed=len(named) > 1,
    )


def series_frame() -> pl.DataFrame:
    """What are the yearly totals of both series, every edition of them, for a chart?

    Returns:
        Columns year (Int64), series (String, a year on which both agree appears in each), vintage
        (String, empty where the source names none), newest (Boolean: the latest edition of that
        year and series), value (Float64, persons), approximate (Boolean), claim (String), source
        (String); sorted by series, year, vintage.

    """
    entries = [
        (series, entry)
        for series in SERIES
        for entry in find_claims(measure="registered_victims", group="total", series=series)
        if entry.first_year == entry.last_year
    ]
    frame = pl.DataFrame(
        {
            "year": [entry.first_year for _, entry in entries],
            "series": [series for series, _ in entries],
            "vintage": [entry.vintage for _, entry in entries],
            "value": [entry.value for _, entry in entries],
            "approximate": [entry.approximate for _, entry in entries],
            "claim": [entry.id for _, entry in entries],
            "source": [entry.source for _, entry in entries],
        },
        schema_overrides={"value": pl.Float64},
    )
    newest = pl.col("vintage") == pl.col("vintage").max().over("series", "year")
    return frame.with_columns(newest=newest).sort(
        "series", "year", "vintage", descending=[True, False, False]
    )
