"""Persons on lists that see everybody alike and independently, and the reports about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.simulate._calibration import (
    Calibration,
    Size,
    day_number,
    read_calibration,
    stream,
)
from slachtoffermonitor.simulate._names import draw_names
from slachtoffermonitor.simulate._recording import record
from slachtoffermonitor.simulate._victims import draw_victims

__all__ = ["ListedPersons", "simulate_lists"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPersons:
    """Reports about persons who do not exist, and how many persons there truly are.

    Attributes:
        persons: how many there are, reported or not.
        notifications: all reports, in the shape of `records.Notification`.
        truth: `notification_id` and `person_id`: whom each report is about.

    """

    persons: int
    notifications: pl.DataFrame = field(repr=False)
    truth: pl.DataFrame = field(repr=False)


def simulate_lists(
    *,
    seed: int,
    persons: int,
    shares: Mapping[str, float],
    errors: float = 1.0,
    again: float = 0.1,
    year: int = 2017,
) -> ListedPersons:
    """What would be reported if every list saw everybody with one chance, on its own?

    No register is like this. It is for studies of linkage: the log-linear model without
    interactions is true here, so that whatever an estimate misses it owes to the linkage.

    Args:
        seed: any whole number from 0.
        persons: how many there truly are.
        shares: reporter → chance to report a person.
        errors: factor on the rates at which reporters misspell, swap and leave out; 1 is the
            nation of `simulate_nation`.
        again: chance that a list reports the same person a second time.
        year: of birth dates, citizenships and reports; 2014 to 2023.

    Raises:
        InputError: a negative seed, no person, an unknown reporter, a share outside 0 to 1.

    """
    calibration = read_calibration()
    _refuse(seed, calibration, shares, errors)
    size = Size.of([year], persons)
    people = _people(stream(seed, "people"), calibration, size)
    seen = stream(seed, "captures").random((persons, len(shares))) < np.array([*shares.values()])
    reports = _reports(stream(seed, "reports"), seen, [*shares], again, year)
    whole = reports.join(people, on="person", how="left", maintain_order="left")
    written = record(stream(seed, "record"), calibration, whole, errors=errors)
    name = pl.lit("P") + pl.col("person").cast(pl.String).str.zfill(6)
    return ListedPersons(
        persons=persons,
        notifications=written.drop("person"),
        truth=written.select("notification_id", name.alias("person_id")),
    )


def _people(rng: np.random.Generator, calibration: Calibration, size: Size) -> pl.DataFrame:
    people = draw_victims(rng, calibration, size)
    named = draw_names(rng, calibration, people["citizenship"], people["sex"])
    fragment = pl.Series(rng.integers(0, 10_000, len(people))).cast(pl.String).str.zfill(4)
    first = pl.Series(day_number(date(size.years[0], 1, 1)) + rng.integers(0, 300, len(people)))
    return people.with_columns(*named.get_columns(), contact_fragment=fragment, first_day=first)


def _reports(
    rng: np.random.Generator,
    seen: NDArray[np.bool_],
    reporters: list[str],
    again: float,
    year: int,
) -> pl.DataFrame:
    """Date the reports within the year, some of them made twice."""
    person, column = np.nonzero(seen)
    twice = rng.random(len(person)) < again
    person, column = np.append(person, person[twice]), np.append(column, column[twice])
    first, last = day_number(date(year, 1, 1)), day_number(date(year, 12, 31))
    return pl.DataFrame(
        {
            "person": person,
            "reporter": np.array(reporters)[column],
            "reported": rng.integers(first, last + 1, len(person)),
        }
    ).sort("reported", "reporter", "person")


def _refuse(
    seed: int, calibration: Calibration, shares: Mapping[str, float], errors: float
) -> None:
    known = sorted(calibration.leaf("recording.errors")["value"])
    problems = [
        Problem(what="there are no error rates of this reporter", found=code, allowed=str(known))
        for code in shares
        if code not in known
    ]
    problems += [
        Problem(what="the share is no chance", column=code, found=str(share), allowed="0 to 1")
        for code, share in shares.items()
        if not 0 <= share <= 1
    ]
    if not shares:
        problems.append(Problem(what="give at least one list and its share"))
    if seed < 0:
        problems.append(Problem(what="the seed is below zero", allowed="0 or more"))
    if errors < 0:
        problems.append(Problem(what="the factor on errors is below zero", allowed="0 or more"))
    if problems:
        raise InputError(problems)
