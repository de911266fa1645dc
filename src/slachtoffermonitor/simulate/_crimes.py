"""Crimes of which inhabitants are victim or suspect, with a known share of repeat victims.

The hazard of a new crime since the index day is that of a Weibull distribution, times a factor per
person and, while the person waits for help, times the waiting factor. Its two parameters are
solved on the registered residents themselves, so that the chance to be a victim again before
death, emigration or removal equals the published ones at both horizons.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
from scipy.optimize import brentq

from slachtoffermonitor.simulate._calibration import (
    Calibration,
    Floats,
    Ints,
    normalised,
)
from slachtoffermonitor.simulate._register import register_crimes
from slachtoffermonitor.simulate.following.hazard import Hazard

__all__ = ["draw_crimes", "multipliers_of", "waits_of"]

_DAYS_A_YEAR = 365.25
_MOST_REPEATS = 8
_SHAPES = (0.15, 2.5)
_SCALES = (1e-4, 1e5)
_RESPONSIBLE_FROM = 12
_ENOUGH = 5000
_FOREVER = 200.0
_EVENT = ("person_id", "occurred", "event_role", "event_kind", "origin")


def _times(hazard: Hazard, spent: Floats, waits: tuple[Floats, Floats], factor: float) -> Floats:
    """Give the time at which each person has spent this much hazard, waiting counted extra."""
    start, stop = (hazard.cumulative(bound) for bound in waits)
    during = factor * (stop - start)
    inside = start + (spent - start) / factor
    base = np.where(
        spent <= start,
        spent,
        np.where(spent <= start + during, inside, spent - during + stop - start),
    )
    return hazard.years(base)


def _solve_hazard(
    calibration: Calibration, spent: Floats, waits: tuple[Floats, Floats], exits: Floats
) -> Hazard:
    """Solve the two parameters on these persons, so that the published shares come out.

    `spent` is the hazard that each person spends until the first repeat, `waits` the years from
    index between which the person waits for help, `exits` the years until the person leaves.
    """
    short, long = (float(share) * len(spent) for share in calibration.value("crimes.targets"))
    first, last = (float(years) for years in calibration.leaf("crimes.targets")["horizon_years"])
    factor = calibration.number("crimes.waiting_factor")

    def reached(hazard: Hazard, horizon: float) -> float:
        times = _times(hazard, spent, waits, factor)
        return float((times < np.minimum(exits, horizon)).sum())

    def with_shape(shape: float) -> Hazard:
        def miss(log_scale: float) -> float:
            return reached(Hazard(scale=float(np.exp(log_scale)), shape=shape), first) - short

        low, high = np.log(_SCALES)
        return Hazard(scale=float(np.exp(_root(miss, low, high))), shape=shape)

    shape = _root(lambda shape: reached(with_shape(shape), last) - long, *_SHAPES)
    return with_shape(shape)


def _root(miss: Callable[[float], float], low: float, high: float) -> float:
    """Find where the miss changes sign; the nearer bound when it never does."""
    at_low, at_high = miss(low), miss(high)
    if at_low * at_high > 0:
        return low if abs(at_low) < abs(at_high) else high
    return float(brentq(miss, low, high, xtol=1e-4))


def draw_crimes(
    rng: np.random.Generator,
    calibration: Calibration,
    population: pl.DataFrame,
    start: int,
    hazard: Hazard | None = None,
) -> tuple[pl.DataFrame, Hazard]:
    """Draw all crimes of the inhabitants, as victim and as suspect.

    `population` has `index_day`, `born`, `entered`, `leaves` (when the person would leave), `left`,
    `back`, `registered`, `investigated`, `asked`, `helped`, `form` (null for others), `sex`,
    `age_band`; `start` is the first day of the crime registers. A given `hazard` is taken as it
    is; without one it is solved on these inhabitants.
    """
    hazard, first = _first_repeats(rng, calibration, population, hazard)
    victims = population.filter(pl.col("form").is_not_null())
    others = population.filter(pl.col("form").is_null())
    parts = [
        _repeats(rng, calibration, victims, hazard, first),
        _echoes(rng, calibration, victims),
        _index_cases(rng, calibration, victims),
        _before(rng, calibration, victims, start),
        _suspected(rng, calibration, victims, _suspect_rates(rng, calibration, victims), start),
        _suspected(rng, calibration, others, _flat(calibration, others, "suspect"), start),
        _general(rng, calibration, others, start),
    ]
    events = pl.concat([part.select(_EVENT) for part in parts])
    return register_crimes(rng, calibration, population, events), hazard


def multipliers_of(
    rng: np.random.Generator, calibration: Calibration, victims: pl.DataFrame
) -> Floats:
    """Give each person's factor on the hazard: by sex, age, form, and a frailty."""
    effect = calibration.value("crimes.log_hazard")
    log = rng.normal(0.0, calibration.number("crimes.frailty"), len(victims))
    for column in ("sex", "age_band", "form"):
        log += (
            victims[column].replace_strict(effect, default=0.0, return_dtype=pl.Float64).to_numpy()
        )
    return np.exp(log)


def waits_of(victims: pl.DataFrame) -> tuple[Floats, Floats]:
    """Give the years from the index day between which each person waits for help."""
    index = victims["index_day"]
    bounds = [
        ((victims[name] - index).fill_null(0).to_numpy() / _DAYS_A_YEAR).clip(0.0, None)
        for name in ("asked", "helped")
    ]
    return bounds[0], np.maximum(bounds[0], bounds[1])


def _first_repeats(
    rng: np.random.Generator,
    calibration: Calibration,
    population: pl.DataFrame,
    hazard: Hazard | None,
) -> tuple[Hazard, Floats]:
    """Solve the hazard on the registered residents; give the hazard each victim can spend.

    A small nation is copied until it is large enough to solve on.
    """
    victims = population.filter(pl.col("form").is_not_null())
    factor = multipliers_of(rng, calibration, victims)
    spent = rng.exponential(1.0, len(victims)) / factor
    if hazard is not None:
        return hazard, np.column_stack([spent, factor])
    solved_on = np.flatnonzero(victims["registered"].to_numpy())
    solved_on = solved_on if len(solved_on) else np.arange(len(victims))
    if not len(solved_on):
        return Hazard(scale=1.0, shape=1.0), np.column_stack([spent, factor])
    copies = -(-_ENOUGH // len(solved_on))
    again = np.tile(solved_on, copies)
    fresh = rng.exponential(1.0, len(again)) / factor[again]
    fresh[: len(solved_on)] = spent[solved_on]
    start, stop = waits_of(victims)
    exits = (victims["leaves"] - victims["index_day"]).to_numpy() / _DAYS_A_YEAR
    hazard = _solve_hazard(calibration, fresh, (start[again], stop[again]), exits[again])
    return hazard, np.column_stack([spent, factor])


def _repeats(
    rng: np.random.Generator,
    calibration: Calibration,
    victims: pl.DataFrame,
    hazard: Hazard,
    first: Floats,
) -> pl.DataFrame:
    """Draw the crimes after the index day: the first repeat and those that follow it."""
    spent, factor = first[:, 0], first[:, 1]
    waits, waiting = waits_of(victims), calibration.number("crimes.waiting_factor")
    again = calibration.number("crimes.again_factor")
    end = calibration.day("size.observed_until")
    parts = []
    for _ in range(_MOST_REPEATS):
        years = np.minimum(_times(hazard, spent, waits, waiting), _FOREVER)
        day = victims["index_day"].to_numpy() + np.ceil(years * _DAYS_A_YEAR).astype(np.int64)
        parts.append(_on(victims, day).filter(pl.col("occurred") <= end))
        spent = spent + rng.exponential(1.0, len(spent)) / (factor * again)
    return _kinds(rng, calibration, pl.concat(parts), "SLACHTOFFER", "REPEAT")


def _on(persons: pl.DataFrame, day: Ints) -> pl.DataFrame:
    return persons.select("person_id").with_columns(occurred=pl.Series(day, dtype=pl.Int64))


def _kinds(
    rng: np.random.Generator, calibration: Calibration, events: pl.DataFrame, role: str, origin: str
) -> pl.DataFrame:
    """Add role, kind and origin."""
    path = "crimes.kinds" if role == "SLACHTOFFER" else "crimes.suspect_kinds"
    codes, share = normalised(calibration.value(path))
    kind = np.array(codes)[rng.choice(len(codes), size=len(events), p=share)]
    return events.with_columns(
        event_role=pl.lit(role), event_kind=pl.Series(kind, dtype=pl.String), origin=pl.lit(origin)
    )


def _echoes(
    rng: np.random.Generator, calibration: Calibration, victims: pl.DataFrame
) -> pl.DataFrame:
    """Draw second reports of the incident by which the person came into view."""
    echoing = rng.random(len(victims)) < calibration.number("crimes.echo")
    chosen = victims.filter(pl.col("registered") & pl.lit(pl.Series(echoing)))
    gap = rng.exponential(calibration.number("crimes.echo_days"), len(chosen))
    day = chosen["index_day"].to_numpy() + 1 + np.floor(gap).astype(np.int64)
    return _kinds(rng, calibration, _on(chosen, day), "SLACHTOFFER", "ECHO")


def _index_cases(
    rng: np.random.Generator, calibration: Calibration, victims: pl.DataFrame
) -> pl.DataFrame:
    """Draw the trafficking cases themselves, which happened before the index day."""
    known = rng.random(len(victims)) < calibration.number("crimes.index_registered")
    chosen = victims.filter(pl.col("investigated") & pl.lit(pl.Series(known)))
    gap = 1 + np.floor(rng.exponential(calibration.number("crimes.echo_days"), len(chosen)))
    day = chosen["index_day"].to_numpy() - gap.astype(np.int64)
    cases = _kinds(rng, calibration, _on(chosen, day), "SLACHTOFFER", "INDEX")
    return cases.with_columns(event_kind=pl.lit("MENSENHANDEL"))


def _scattered(
    rng: np.random.Generator, persons: pl.DataFrame, rate: Floats, bounds: tuple[Ints, Ints]
) -> pl.DataFrame:
    """Scatter Poisson numbers of crimes evenly over the days from the first to the second bound."""
    low, high = bounds
    days = np.maximum(high - low, 0)
    number = rng.poisson(rate * days / _DAYS_A_YEAR)
    who = np.repeat(np.arange(len(persons)), number)
    day = low[who] + np.floor(rng.random(len(who)) * days[who]).astype(np.int64)
    return _on(persons[who], day)


def _before(
    rng: np.random.Generator, calibration: Calibration, victims: pl.DataFrame, start: int
) -> pl.DataFrame:
    """Draw crimes as victim in the years before the index day."""
    index = victims["index_day"].to_numpy()
    reach = round(calibration.number("crimes.looks_back_years") * _DAYS_A_YEAR)
    low = np.maximum(np.maximum(index - reach, start), victims["entered"].to_numpy())
    rate = np.full(len(victims), calibration.number("crimes.victim_before"))
    events = _scattered(rng, victims, rate, (low, index))
    return _kinds(rng, calibration, events, "SLACHTOFFER", "BEFORE")


def _suspect_rates(
    rng: np.random.Generator, calibration: Calibration, victims: pl.DataFrame
) -> Floats:
    """Give each victim's yearly rate as a suspect: by age, sex, form and person."""
    by_age = calibration.value("crimes.suspect_per_year")
    rate = victims["age_band"].replace_strict(by_age, return_dtype=pl.Float64).to_numpy()
    for column in ("sex", "form"):
        rate = rate * victims[column].replace_strict(
            calibration.value("crimes.suspect_factor"), default=1.0, return_dtype=pl.Float64
        )
    spread = calibration.number("crimes.suspect_spread")
    return np.asarray(rate * rng.gamma(spread, 1 / spread, len(victims)), dtype=np.float64)


def _flat(calibration: Calibration, persons: pl.DataFrame, role: str) -> Floats:
    return np.full(len(persons), calibration.number(f"crimes.decoy_{role}_per_year"))


def _suspected(
    rng: np.random.Generator,
    calibration: Calibration,
    persons: pl.DataFrame,
    rate: Floats,
    start: int,
) -> pl.DataFrame:
    """Draw crimes as suspect, from the age of criminal responsibility."""
    grown = persons["born"].to_numpy() + round(_RESPONSIBLE_FROM * _DAYS_A_YEAR)
    low = np.maximum(np.maximum(grown, start), persons["entered"].to_numpy())
    high = np.full(len(persons), calibration.day("size.observed_until"))
    events = _scattered(rng, persons, rate, (low, high))
    return _kinds(rng, calibration, events, "VERDACHTE", "SUSPECT")


def _general(
    rng: np.random.Generator, calibration: Calibration, others: pl.DataFrame, start: int
) -> pl.DataFrame:
    """Draw crimes as victim of inhabitants who are no trafficking victims."""
    low = np.maximum(others["entered"].to_numpy(), start)
    high = np.full(len(others), calibration.day("size.observed_until"))
    events = _scattered(rng, others, _flat(calibration, others, "victim"), (low, high))
    events = _kinds(rng, calibration, events, "SLACHTOFFER", "GENERAL")
    return events.filter(pl.col("event_kind") != "MENSENHANDEL")
