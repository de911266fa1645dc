"""Requests for help to municipalities with their waiting lists, and the chat line."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from slachtoffermonitor.records import ChatContact
from slachtoffermonitor.simulate._calibration import (
    Calibration,
    Floats,
    Ints,
    Size,
    as_date,
    normalised,
    read_municipalities,
)

__all__ = ["care_extract", "draw_care", "draw_chat"]


def draw_care(
    rng: np.random.Generator, calibration: Calibration, persons: pl.DataFrame
) -> pl.DataFrame:
    """Draw the requests for help; waits differ by municipality and by type of help.

    `persons` has `index_day`, `registered` and `place`. Returns `person`, `place`, `care_type`,
    `asked`, `helped` (null while waiting or after giving up), `closed` (null while open), and
    `waits_until`, the day on which the waiting ends, whatever ends it.
    """
    share = calibration.value("care.asks")
    chance = np.where(persons["registered"], share["registered"], share["hidden"])
    once = np.flatnonzero(rng.random(len(persons)) < chance)
    twice = once[rng.random(len(once)) < calibration.number("care.second_request")]
    who = np.append(once, twice)
    end = calibration.day("size.observed_until")
    asked = persons["index_day"].to_numpy()[who] + np.floor(
        rng.exponential(calibration.number("care.asks_after_days"), len(who))
    ).astype(np.int64)
    asked[len(once) :] += rng.integers(30, 400, len(twice))
    codes, shares = normalised(calibration.value("care.types"))
    care_type = np.array(codes)[rng.choice(len(codes), size=len(who), p=shares)]
    place = persons["place"].to_numpy()[who]
    starts = asked + _waits(rng, calibration, place, care_type)
    lasts = rng.exponential(calibration.number("care.lasts_days"), len(who))
    ends = starts + 1 + np.floor(lasts).astype(np.int64)
    gives_up = rng.random(len(who)) < calibration.number("care.gives_up")
    gave_up = asked + np.floor(rng.random(len(who)) * (starts - asked)).astype(np.int64)
    ends = np.where(gives_up, gave_up, ends)
    requests = pl.DataFrame(
        {
            "person": persons["person"].to_numpy()[who],
            "place": place,
            "care_type": care_type,
            "asked": asked,
            "helped": pl.Series(starts).set(pl.Series(gives_up | (starts > end)), None),
            "closed": pl.Series(ends).set(pl.Series(ends > end), None),
            "waits_until": np.where(gives_up, ends, starts),
        }
    )
    return requests.filter(pl.col("asked") <= end).sort("asked", "person")


def _waits(
    rng: np.random.Generator, calibration: Calibration, place: Ints, care_type: np.ndarray
) -> Ints:
    """Draw log-normal waits in whole days; each municipality has its own level."""
    between = calibration.number("care.spread_between")
    level = rng.normal(0.0, between, len(read_municipalities()))
    medians = calibration.value("care.median_wait_days")
    median = np.log(np.array([medians[str(code)] for code in np.unique(care_type)]))
    usual = median[np.searchsorted(np.unique(care_type), care_type)] if len(care_type) else 0.0
    noise = rng.normal(0.0, calibration.number("care.spread_within"), len(place))
    return np.ceil(np.exp(usual + level[place] + noise)).astype(np.int64)


def care_extract(requests: pl.DataFrame) -> pl.DataFrame:
    """Give the requests as municipalities deliver them; the id only of inhabitants."""
    number = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(6)
    return requests.select(
        request_id=pl.lit("H") + number,
        person_id="person_id",
        municipality=pl.lit(read_municipalities()["municipality"]).gather(pl.col("place")),
        care_type="care_type",
        requested_on=as_date("asked"),
        started_on=as_date("helped"),
        closed_on=as_date("closed"),
    )


def draw_chat(rng: np.random.Generator, calibration: Calibration, size: Size) -> pl.DataFrame:
    """Draw the contacts with the chat line; counts and shares per year are the published ones."""
    years = list(calibration.value("chat.years"))
    parts = [
        _chat_year(rng, calibration, year, years.index(year), size.scale)
        for year in size.years
        if year in years
    ]
    empty = _chat_year(rng, calibration, years[0], 0, 0.0)
    contacts = pl.concat([empty, *parts]).sort("month", maintain_order=True)
    number = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(6)
    return contacts.with_columns(contact_id=pl.lit("C") + number).select(*ChatContact.columns())


def _quota(rng: np.random.Generator, shares: Floats, count: int) -> Ints:
    """Give places by their shares, rounded to the person, in random order."""
    exact = shares / shares.sum() * count
    whole = np.floor(exact).astype(np.int64)
    rest = np.argsort(whole - exact, kind="stable")[: count - whole.sum()]
    whole[rest] += 1
    return rng.permutation(np.repeat(np.arange(len(shares)), whole))


def _chat_year(
    rng: np.random.Generator, calibration: Calibration, year: int, place: int, scale: float
) -> pl.DataFrame:
    """Draw one year of contacts."""
    count = round(calibration.value("chat.contacts")[place] * scale)
    self_identified = calibration.value("chat.self_identified")[place] * scale

    def coded(path: str, shares: Floats | None = None) -> pl.Series:
        codes, share = (
            normalised(calibration.value(path))
            if shares is None
            else (list(calibration.leaf(path)["columns"]), shares)
        )
        return pl.Series(np.array(codes)[_quota(rng, share, count)], dtype=pl.String)

    def flag(share: float) -> pl.Series:
        return pl.Series(_quota(rng, np.array([1 - share, share]), count) == 1)

    parent = flag(calibration.value("chat.parents")[place])
    month = 1 + _quota(rng, calibration.numbers("chat.months")[place], count)
    return pl.DataFrame(
        {
            "month": pl.Series([date(year, int(m), 1) for m in range(1, 13)], dtype=pl.Date)[
                month - 1
            ],
            "self_identified": flag(min(self_identified / count, 1.0) if count else 0.0),
            "age_band": coded("chat.ages", calibration.numbers("chat.ages")[place]),
            "form": coded("chat.forms"),
            "recruiter_relation": coded("chat.recruiters").set(parent, "OUDER"),
            "duration_band": coded("chat.duration", calibration.numbers("chat.duration")[place]),
            "still_exploited": flag(calibration.number("chat.still_exploited")),
            "first_disclosure": flag(calibration.number("chat.first_disclosure")),
            "outcome": coded("chat.outcomes"),
        }
    )
