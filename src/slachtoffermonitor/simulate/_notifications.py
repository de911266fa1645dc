"""What reporters send: dated reports with their own errors, and counts where no report may go."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from slachtoffermonitor.simulate._calibration import (
    Calibration,
    Ints,
    Size,
    as_date,
    day_number,
    privacy_rule,
    read_municipalities,
)
from slachtoffermonitor.simulate._captures import Captures
from slachtoffermonitor.vocabulary import code_list

__all__ = ["draw_reports", "draw_tallies", "first_days"]


def first_days(
    rng: np.random.Generator,
    calibration: Calibration,
    size: Size,
    persons: pl.DataFrame,
    captures: Captures,
) -> Ints:
    """Draw the day on which each person first shows; in the year of the rule mostly before it."""
    year = persons["year"].to_numpy()
    starts = np.array([day_number(date(y, 1, 1)) for y in size.years])
    lengths = np.diff(np.append(starts, day_number(date(size.years[-1] + 1, 1, 1))))
    place = np.searchsorted(np.asarray(size.years), year)
    share = rng.random(len(persons))
    rule = privacy_rule()
    until = (day_number(rule) - day_number(date(rule.year, 1, 1))) / 365
    bound = np.array([_may_report(code) for code in captures.reporters])
    affected = (captures.reported & bound).any(axis=1) & (year == rule.year)
    early = rng.random(len(persons)) < calibration.number("lists.share_before_privacy_rule")
    share = np.where(affected & early, share * until, share)
    share = np.where(affected & ~early, until + share * (1 - until), share)
    for code, silent in calibration.value("lists.silent_from").items():
        last = date.fromisoformat(silent)
        part = (day_number(last) - day_number(date(last.year, 1, 1))) / 365
        heard = captures.reported[:, captures.reporters.index(code)] & (year == last.year)
        share = np.where(heard, rng.random(len(persons)) * part, share)
    return starts[place] + np.floor(share * lengths[place]).astype(np.int64)


def _may_report(code: str) -> bool:
    """Say whether the reporter is one that may, but need not, report."""
    return code_list("reporters")[code].parent == "MAG_MELDEN"


def draw_reports(
    rng: np.random.Generator,
    calibration: Calibration,
    size: Size,
    persons: pl.DataFrame,
    captures: Captures,
) -> pl.DataFrame:
    """Draw the reports: one per person and list, some late, some twice.

    Reports that would come after the last year are not delivered. Returns `person`, `reporter`
    and `reported` (days since 1970), sorted.
    """
    person, column = np.nonzero(captures.reported)
    reporter = np.array(captures.reporters)[column]
    day = persons["first_day"].to_numpy()[person]
    until = _windows(calibration, captures, persons["year"].to_numpy()[person], column)
    lag = rng.exponential(_by_list(calibration, "lists.lag_days", captures)[column])
    room = np.maximum(until - day, 0)
    day = day + np.floor(np.minimum(lag, rng.random(len(day)) * room)).astype(np.int64)
    late = rng.random(len(day)) < _by_list(calibration, "lists.late", captures)[column]
    low, high = calibration.numbers("lists.late_days").astype(np.int64)
    silent = np.isin(reporter, list(calibration.value("lists.silent_from")))
    moved = day + rng.integers(low, high + 1, len(day))
    day = np.where(late & (~silent | (moved <= until)), moved, day)
    twice = rng.random(len(day)) < _by_list(calibration, "lists.duplicate", captures)[column]
    gap = 1 + rng.exponential(calibration.number("lists.duplicate_days"), len(day)).astype(np.int64)
    twice &= ~silent | (day + gap <= until)
    everything = pl.DataFrame(
        {
            "person": np.append(person, person[twice]),
            "reporter": np.append(reporter, reporter[twice]),
            "reported": np.append(day, (day + gap)[twice]),
        }
    )
    last = day_number(date(size.years[-1], 12, 31))
    return everything.filter(pl.col("reported") <= last).sort("reported", "reporter", "person")


def _by_list(calibration: Calibration, path: str, captures: Captures) -> np.ndarray:
    values = calibration.value(path)
    return np.array([values[code] for code in captures.reporters], dtype=np.float64)


def _windows(calibration: Calibration, captures: Captures, year: Ints, column: Ints) -> Ints:
    """Give the last day of the year, or the day before the list fell silent."""
    ends = {int(y): day_number(date(int(y), 12, 31)) for y in np.unique(year)}
    until = np.array([ends[int(y)] for y in np.unique(year)])[
        np.searchsorted(np.unique(year), year)
    ]
    for code, silent in calibration.value("lists.silent_from").items():
        last = day_number(date.fromisoformat(silent)) - 1
        here = column == captures.reporters.index(code)
        until[here] = np.minimum(until[here], last)
    return until


def draw_tallies(
    rng: np.random.Generator, calibration: Calibration, persons: pl.DataFrame, captures: Captures
) -> pl.DataFrame:
    """Count the people whom a list met after the rule without a basis to report them.

    Returns the columns of `Tally`; no row is about one person, though a count may be one.
    """
    person, column = np.nonzero(captures.met)
    reporter = np.array(captures.reporters)[column]
    rule = privacy_rule()
    lag = rng.exponential(_by_list(calibration, "lists.lag_days", captures)[column])
    year = persons["year"].to_numpy()[person]
    opens = np.array([day_number(max(rule, date(int(y), 1, 1))) for y in np.unique(year)])
    closes = np.array([day_number(date(int(y), 12, 31)) for y in np.unique(year)])
    place = np.searchsorted(np.unique(year), year)
    met_on = persons["first_day"].to_numpy()[person] + np.floor(lag).astype(np.int64)
    met_on = np.clip(met_on, opens[place], closes[place]) if len(year) else met_on
    region = pl.lit(read_municipalities()["province"]).gather(pl.col("place"))
    return (
        persons.select("age_band", "form", region=region)[person]
        .with_columns(reporter=pl.Series(reporter, dtype=pl.String), met=pl.Series(met_on))
        .group_by("reporter", "age_band", "form", "region", month=as_date("met").dt.truncate("1mo"))
        .agg(persons=pl.len().cast(pl.Int64))
        .sort("reporter", "month", "age_band", "form", "region")
        .with_columns(
            tally_id=pl.concat_str(
                pl.col("reporter"),
                pl.lit("T"),
                pl.int_range(1, pl.len() + 1).over("reporter").cast(pl.String).str.zfill(5),
                separator="-",
            )
        )
        .select("tally_id", "reporter", "month", "age_band", "form", "region", "persons")
    )
