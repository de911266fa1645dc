"""The registers: inhabitants who are victims and who are not, their presence, crimes on record."""

from __future__ import annotations

import numpy as np
import polars as pl

from slachtoffermonitor.simulate._calibration import (
    Calibration,
    Floats,
    Ints,
    as_date,
    normalised,
    read_municipalities,
)
from slachtoffermonitor.simulate._names import draw_names, other_given_names
from slachtoffermonitor.simulate._victims import draw_places

__all__ = [
    "draw_population",
    "draw_presence",
    "draw_residents",
    "event_extract",
    "exit_rates",
    "population_extract",
    "presence_extract",
    "register_crimes",
]

_DAYS_A_YEAR = 365.25
_IDENTITY = ("given_name", "surname", "name_source", "born", "sex", "citizenship", "place")


def draw_residents(
    rng: np.random.Generator, calibration: Calibration, persons: pl.DataFrame
) -> np.ndarray:
    """Say which persons stand in the population register at some time."""
    share = calibration.value("population.resident")
    chance = persons["citizenship_group"].replace_strict(share, return_dtype=pl.Float64)
    return rng.random(len(persons)) < chance.to_numpy()


def draw_population(
    rng: np.random.Generator, calibration: Calibration, persons: pl.DataFrame
) -> pl.DataFrame:
    """Set up the register: the residents (with their `person`) and about as many others.

    The ids are handed out in random order, so that an id says nothing about who is a victim.
    """
    residents = persons.filter("resident").select(
        "person", *_IDENTITY, "citizenship_group", "age_band", "age", "form"
    )
    others = _draw_decoys(rng, calibration, residents)
    population = pl.concat([residents, others], how="diagonal")
    number = rng.permutation(len(population)) + 1
    return population.with_columns(
        person_id=pl.lit(pl.Series(number)).cast(pl.String).str.zfill(7).str.replace("^", "R")
    )


def _draw_decoys(
    rng: np.random.Generator, calibration: Calibration, residents: pl.DataFrame
) -> pl.DataFrame:
    """Draw inhabitants who are no victims, some of them easy to take for a victim."""
    count = round(len(residents) * calibration.number("population.decoys_per_resident"))
    if not count:
        return residents.clear()
    like = residents.select(pl.exclude("person"))[rng.integers(0, len(residents), count)]
    kinds, share = normalised(calibration.value("population.decoy_kinds"))
    kind = np.array(kinds)[rng.choice(len(kinds), size=count, p=share)]
    sex = pl.Series(np.where(rng.random(count) < 0.5, "M", "V"))
    names = draw_names(rng, calibration, like["citizenship"], sex)
    brothers = other_given_names(rng, calibration, like["name_source"].to_numpy(), sex)
    years = rng.integers(1, 6, count) * rng.choice([-1, 1], size=count)
    apart = np.rint(years * _DAYS_A_YEAR).astype(np.int64) + rng.integers(-180, 180, count)
    near = rng.integers(-3 * 365, 3 * 365, count)
    shift = np.select([kind == "twin", kind == "sibling"], [0, apart], near)
    family = np.isin(kind, ["twin", "sibling"])
    namesake = kind == "namesake"
    given = np.where(namesake, like["given_name"], np.where(family, brothers, names["given_name"]))
    return like.with_columns(
        given_name=pl.Series(given, dtype=pl.String),
        surname=pl.Series(
            np.where(namesake | family, like["surname"], names["surname"]), dtype=pl.String
        ),
        sex=pl.Series(np.where(namesake, like["sex"], sex), dtype=pl.String),
        born=pl.col("born") + pl.lit(pl.Series(shift)),
        place=pl.Series(np.where(family, like["place"], draw_places(rng, count))),
        form=pl.lit(None, dtype=pl.String),
    )


def draw_presence(
    rng: np.random.Generator, calibration: Calibration, population: pl.DataFrame
) -> pl.DataFrame:
    """Draw when each inhabitant entered and left the register.

    `population` has `index_day`, around which the life in the register is built: a person is
    there on that day. Returns the columns `entered`, `leaves` (when the person would leave), `left`
    and `exit_reason` (null while present), and `back` (null for those who did not come back).
    """
    end = calibration.day("size.observed_until")
    index = population["index_day"].to_numpy()
    entered = _entries(rng, calibration, population)
    names = ["OVERLEDEN", "EMIGRATIE", "ONBEKEND"]
    times = rng.exponential(1.0, (len(index), 3)) / exit_rates(calibration, population)
    first = times.argmin(axis=1)
    left = index + np.ceil(np.minimum(times.min(axis=1), 200) * _DAYS_A_YEAR).astype(np.int64)
    gone = left <= end
    returns = (
        gone & (first == 1) & (rng.random(len(index)) < calibration.number("population.returns"))
    )
    away = rng.exponential(calibration.number("population.away_years"), len(index)) * _DAYS_A_YEAR
    back = left + 30 + np.ceil(away).astype(np.int64)
    returns &= back < end
    return pl.DataFrame(
        {
            "entered": entered,
            "leaves": left,
            "left": pl.Series(left).set(pl.Series(~gone), None),
            "exit_reason": pl.Series(np.array(names)[first]).set(pl.Series(~gone), None),
            "back": pl.Series(back).set(pl.Series(~returns), None),
        }
    )


def _entries(rng: np.random.Generator, calibration: Calibration, population: pl.DataFrame) -> Ints:
    """Give the day of entry: birth for the Dutch, arrival for others, never before the register."""
    index, born = population["index_day"].to_numpy(), population["born"].to_numpy()
    group = population["citizenship_group"].to_numpy()
    entered: Ints = born.copy()
    for code, years in calibration.value("population.arrived_years_before").items():
        here = np.flatnonzero(group == code)
        before = 1 + np.ceil(rng.exponential(years * _DAYS_A_YEAR, len(here))).astype(np.int64)
        entered[here] = np.maximum(index[here] - before, born[here])
    return np.maximum(entered, calibration.day("population.register_start"))


def exit_rates(calibration: Calibration, population: pl.DataFrame) -> Floats:
    """Give the yearly rates of death, emigration and removal as untraceable."""
    bounds = calibration.numbers("truth.age_bands")
    age = (population["index_day"] - population["born"]).to_numpy() / _DAYS_A_YEAR
    band = np.clip(np.searchsorted(bounds, age, side="right") - 1, 0, len(bounds) - 2)
    group = population["citizenship_group"]
    return np.column_stack(
        [
            calibration.numbers("population.death_per_year")[band],
            *(
                group.replace_strict(
                    calibration.value(f"population.{kind}_per_year"), return_dtype=pl.Float64
                ).to_numpy()
                for kind in ("emigration", "untraceable")
            ),
        ]
    )


def population_extract(population: pl.DataFrame) -> pl.DataFrame:
    """Give the register as it is delivered."""
    places = read_municipalities()["municipality"]
    return population.sort("person_id").select(
        "person_id",
        "given_name",
        "surname",
        birth_date=as_date("born"),
        sex="sex",
        citizenship="citizenship",
        municipality=pl.lit(places).gather(pl.col("place")),
    )


def presence_extract(presence: pl.DataFrame) -> pl.DataFrame:
    """Give the stretches in the register as they are delivered: one row per stretch."""
    stay = presence.select("person_id", "entered", "left", "exit_reason")
    again = presence.filter(pl.col("back").is_not_null()).select(
        "person_id",
        entered="back",
        left=pl.lit(None, dtype=pl.Int64),
        exit_reason=pl.lit(None, dtype=pl.String),
    )
    return (
        pl.concat([stay, again])
        .sort("person_id", "entered")
        .select(
            "person_id",
            entered_on=as_date("entered"),
            left_on=as_date("left"),
            exit_reason="exit_reason",
        )
    )


def register_crimes(
    rng: np.random.Generator,
    calibration: Calibration,
    population: pl.DataFrame,
    events: pl.DataFrame,
) -> pl.DataFrame:
    """Keep what was registered by the last day, about people who were in the register then."""
    lag = rng.exponential(calibration.number("crimes.registration_days"), len(events))
    registered = pl.col("occurred") + pl.lit(pl.Series(np.floor(lag).astype(np.int64)))
    here = population.select("person_id", "entered", "left", "back", "index_day")
    present = (pl.col("occurred") >= pl.col("entered")) & (
        pl.col("left").is_null()
        | (pl.col("occurred") <= pl.col("left"))
        | (pl.col("occurred") >= pl.col("back")).fill_null(value=False)
    )
    known = events.with_columns(registered=registered).join(here, on="person_id", how="left")
    known = known.with_columns(
        registered=pl.when(origin="INDEX").then("index_day").otherwise("registered")
    )
    until = calibration.day("size.observed_until")
    kept = known.filter(present & (pl.col("registered") <= until))
    kept = kept[rng.permutation(len(kept))].sort("registered", maintain_order=True)
    number = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(7)
    return kept.with_columns(event_id=pl.lit("E") + number)


def event_extract(events: pl.DataFrame) -> pl.DataFrame:
    """Give the crimes as they are delivered."""
    return events.select(
        "event_id",
        "person_id",
        "event_role",
        "event_kind",
        occurred_on=as_date("occurred"),
        registered_on=as_date("registered"),
    )
