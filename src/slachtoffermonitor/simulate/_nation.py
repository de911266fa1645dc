"""A whole nation: the delivery files of all organisations, and the truth behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from slachtoffermonitor import __version__
from slachtoffermonitor.ground import LANGUAGES, InputError, Problem, Text, write_bytes, write_text
from slachtoffermonitor.simulate._calibration import (
    Calibration,
    Size,
    as_date,
    day_number,
    read_calibration,
    stream,
)
from slachtoffermonitor.simulate._captures import Captures, draw_captures
from slachtoffermonitor.simulate._care import care_extract, draw_care, draw_chat
from slachtoffermonitor.simulate._crimes import draw_crimes
from slachtoffermonitor.simulate._names import draw_names
from slachtoffermonitor.simulate._notifications import draw_reports, draw_tallies, first_days
from slachtoffermonitor.simulate._recording import record
from slachtoffermonitor.simulate._register import (
    draw_population,
    draw_presence,
    draw_residents,
    event_extract,
    population_extract,
    presence_extract,
)
from slachtoffermonitor.simulate._victims import draw_victims
from slachtoffermonitor.simulate.following.hazard import Hazard
from slachtoffermonitor.simulate.following.shares import RepeatLaw
from slachtoffermonitor.simulate.following.table import repeat_table
from slachtoffermonitor.vocabulary import code_list

__all__ = ["Nation", "draw_inhabitants", "simulate_nation", "write_nation"]

_YEARS = range(2014, 2024)
_DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Nation:
    """A simulated nation: what organisations deliver, and what is true.

    Nobody in it exists. `deliveries` maps the name of each file to its table in the shape of
    `records`; `truth` holds what no organisation knows.
    """

    seed: int
    persons: int
    years: tuple[int, ...]
    deliveries: Mapping[str, pl.DataFrame] = field(repr=False)
    truth: Mapping[str, pl.DataFrame] = field(repr=False)


def simulate_nation(
    *,
    seed: int,
    persons: int | None = None,
    years: Sequence[int] = _YEARS,
    repeat_law: RepeatLaw | None = None,
) -> Nation:
    """What would organisations deliver, and what would be true, in a nation made by chance?

    The figures resemble the published ones; they are not evidence of anything real. A nation
    that was made from other parameters, another seed or another version of the name library
    differs in every row.

    Args:
        seed: any whole number from 0; the same seed, size and version give the same nation.
        persons: true victims over all years; 6,250 a year when left out. All targets scale along.
        years: years between 2014 and 2023.
        repeat_law: the law of repeat victimisation, from `solve_repeat_law`; the nation is then a
            sample from it. Without one it is solved on the nation itself, which then has the
            published shares as nearly as its size allows.

    Returns:
        `deliveries`: `notifications-REPORTER`, `tallies-REPORTER`, `population`, `events`,
        `presence`, `care_requests`, `chat_contacts`. `truth`: `persons`, `memberships`,
        `notification_person`, `event_origin`, `totals`, `repeat_victimisation`.

    Raises:
        InputError: a negative seed, a year without published figures, or no person at all.

    Assumes:
        A person is a victim in one year. The parameters and their sources stand in
        `calibration.toml`. Second reports of the same incident are delivered as crimes that
        occurred after the index day; `truth/event_origin` tells them apart.

    Example:
        >>> nation = simulate_nation(seed=1, persons=200, years=[2016])
        >>> nation.truth["persons"].height
        200

    """
    if seed < 0:
        raise InputError(Problem(what="the seed is below zero", allowed="0 or more"))
    calibration = read_calibration()
    size = Size.of(list(years), persons)
    people, captures = _people(seed, calibration, size)
    reports, notifications = _notifications(seed, calibration, size, people, captures)
    given = None if repeat_law is None else Hazard(scale=repeat_law.scale, shape=repeat_law.shape)
    people = _with_index(people, reports)
    requests = draw_care(stream(seed, "care"), calibration, people)
    population = _population(seed, calibration, size, people, requests)
    register_start = _crime_register_start(calibration, size)
    crimes, hazard = draw_crimes(
        stream(seed, "crimes"), calibration, population, register_start, given
    )
    ids = population.filter(pl.col("person").is_not_null()).select("person", "person_id")
    people = people.join(ids, on="person", how="left", maintain_order="left")
    requests = requests.join(ids, on="person", how="left", maintain_order="left")
    tallies = draw_tallies(stream(seed, "tallies"), calibration, people, captures)
    deliveries = {
        **_by_reporter("notifications", notifications.drop("person")),
        **_by_reporter("tallies", tallies),
        "population": population_extract(population),
        "events": event_extract(crimes),
        "presence": presence_extract(population),
        "care_requests": care_extract(requests),
        "chat_contacts": draw_chat(stream(seed, "chat"), calibration, size),
    }
    truth = _truth(people, reports, notifications)
    truth["event_origin"] = crimes.select("event_id", "origin")
    truth["repeat_victimisation"] = repeat_table(calibration, hazard, repeat_law)
    return Nation(
        seed=seed, persons=size.persons, years=size.years, deliveries=deliveries, truth=truth
    )


def _people(seed: int, calibration: Calibration, size: Size) -> tuple[pl.DataFrame, Captures]:
    """Draw the victims, who sees them, their names and whether they are residents."""
    people = draw_victims(stream(seed, "victims"), calibration, size)
    captures = draw_captures(stream(seed, "captures"), calibration, size, people)
    names = stream(seed, "names")
    identity = draw_names(names, calibration, people["citizenship"], people["sex"])
    fragment = pl.Series(names.integers(0, 10_000, len(people))).cast(pl.String).str.zfill(4)
    people = people.with_columns(
        *identity.get_columns(),
        contact_fragment=fragment,
        resident=pl.Series(draw_residents(stream(seed, "residents"), calibration, people)),
        first_day=pl.Series(first_days(stream(seed, "days"), calibration, size, people, captures)),
    )
    return people, captures


def draw_inhabitants(seed: int, calibration: Calibration, size: Size) -> pl.DataFrame:
    """Draw the register with the life around each index day, and nothing that was written down."""
    people, captures = _people(seed, calibration, size)
    reports = draw_reports(stream(seed, "reports"), calibration, size, people, captures)
    people = _with_index(people, reports)
    requests = draw_care(stream(seed, "care"), calibration, people)
    return _population(seed, calibration, size, people, requests)


def _notifications(
    seed: int, calibration: Calibration, size: Size, people: pl.DataFrame, captures: Captures
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Draw the reports, and what their reporters wrote down."""
    reports = draw_reports(stream(seed, "reports"), calibration, size, people, captures)
    whole = reports.join(people, on="person", how="left", maintain_order="left")
    return reports, record(stream(seed, "record"), calibration, whole)


def _with_index(people: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    """Add the index day: the first report, or the day on which an unreported person showed."""
    listed = code_list("reporters")
    investigative = [code for code in listed if listed[code].parent == "OPSPORING"]
    first = reports.group_by("person").agg(
        first_report=pl.col("reported").min(),
        investigated=pl.col("reporter").is_in(investigative).any(),
    )
    people = people.join(first, on="person", how="left", maintain_order="left")
    return people.with_columns(
        registered=pl.col("first_report").is_not_null(),
        investigated=pl.col("investigated").fill_null(value=False),
        index_day=pl.coalesce("first_report", "first_day"),
    )


def _crime_register_start(calibration: Calibration, size: Size) -> int:
    back = round(calibration.number("crimes.looks_back_years"))
    return day_number(date(size.years[0] - back, 1, 1))


def _population(
    seed: int, calibration: Calibration, size: Size, people: pl.DataFrame, requests: pl.DataFrame
) -> pl.DataFrame:
    """Draw the register, with the life around each person's index day."""
    rng = stream(seed, "population")
    population = draw_population(rng, calibration, people)
    waits = requests.unique("person", keep="first", maintain_order=True).select(
        "person", "asked", helped="waits_until"
    )
    index = people.select("person", "index_day", "registered", "investigated")
    population = population.join(index, on="person", how="left", maintain_order="left").join(
        waits, on="person", how="left", maintain_order="left"
    )
    first, last = day_number(date(size.years[0], 1, 1)), day_number(date(size.years[-1], 12, 31))
    some_day = pl.Series(rng.integers(first, last + 1, len(population)))
    population = population.with_columns(
        index_day=pl.col("index_day").fill_null(some_day),
        registered=pl.col("registered").fill_null(value=False),
        investigated=pl.col("investigated").fill_null(value=False),
    ).with_columns(born=pl.min_horizontal("born", pl.col("index_day") - 366))
    presence = draw_presence(rng, calibration, population)
    return population.with_columns(presence.get_columns())


def _by_reporter(kind: str, table: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Split a table into one delivery per reporter, in the order of the code list."""
    return {
        f"{kind}-{code}": rows
        for code in code_list("reporters")
        if len(rows := table.filter(reporter=code))
    }


def _truth(
    people: pl.DataFrame, reports: pl.DataFrame, notifications: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Set down who is who, and how many there truly are."""
    name = pl.lit("P") + pl.col("person").cast(pl.String).str.zfill(6)
    persons = people.select(
        person_id=name,
        year="year",
        form="form",
        sex="sex",
        age="age",
        age_band="age_band",
        citizenship="citizenship",
        citizenship_group="citizenship_group",
        resident_id=pl.col("person_id"),
        registered="registered",
        first_reported_on=as_date("first_report"),
    )
    dated = reports.select(name.alias("person_id"), "reporter", reported_on=as_date("reported"))
    memberships = (
        dated.group_by("person_id", "reporter", year=pl.col("reported_on").dt.year())
        .agg(first_reported_on=pl.col("reported_on").min(), notifications=pl.len().cast(pl.Int64))
        .sort("person_id", "reporter", "year")
    )
    linked = notifications.join(
        people.select("person", resident_id="person_id"), on="person", how="left"
    )
    return {
        "persons": persons,
        "memberships": memberships,
        "notification_person": linked.select(
            "notification_id", name.alias("person_id"), "resident_id"
        ).sort("notification_id"),
        "totals": persons.group_by("year", "form")
        .agg(
            persons=pl.len().cast(pl.Int64),
            registered=pl.col("registered").sum().cast(pl.Int64),
            minors=(pl.col("age_band") == "L00_17").sum().cast(pl.Int64),
        )
        .sort("year", "form"),
    }


_README = (
    "This folder holds SIMULATED data. Nobody in it exists: every name, birth date and report is "
    "made by chance.",
    "Its totals resemble published figures about the Netherlands, but nothing here is evidence "
    "about real people or real years.",
    "Made by Slachtoffermonitor {version} with seed {seed}, {persons} persons, parameters "
    "{parameters}.",
    "The folder 'deliveries' holds the files as organisations would send them. The folder 'truth' "
    "holds what only a simulation can know; never mix the two.",
)


def write_nation(nation: Nation, folder: Path) -> None:
    """Write the nation as CSV files under `deliveries/` and `truth/`, and a README in nl and en.

    The folder must exist and be free to fill; `ground.new_folder` gives one. Files are UTF-8 with
    line feeds and ISO dates, byte for byte the same for the same nation.
    """
    for part, tables in (("deliveries", nation.deliveries), ("truth", nation.truth)):
        for name, table in tables.items():
            write_bytes(folder / part / f"{name}.csv", table.write_csv().encode("utf-8"))
    values: dict[str, str | int] = {
        "version": __version__,
        "seed": nation.seed,
        "persons": nation.persons,
        "parameters": read_calibration().version,
    }
    parts = [
        "\n".join(Text(sentence, values).in_language(language) for sentence in _README)
        for language in LANGUAGES
    ]
    write_text(folder / "README.txt", "\n\n".join(parts) + "\n")
