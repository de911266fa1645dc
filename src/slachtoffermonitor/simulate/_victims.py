"""Who the victims truly are: year, form, citizenship, sex, age, place, visibility."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from slachtoffermonitor.simulate._calibration import (
    AGE_BANDS,
    Calibration,
    Floats,
    Ints,
    Size,
    day_number,
    read_municipalities,
)
from slachtoffermonitor.vocabulary import citizenship_group

__all__ = ["FORMS", "RARE_FORMS", "age_band", "draw_places", "draw_victims", "groups_of"]

FORMS = ("BSU", "GSU", "ARB", "CRIM", "BEDEL", "DIENST", "ORGAAN")
RARE_FORMS = ("BEDEL", "DIENST", "ORGAAN")
_DAYS_A_YEAR = 365.25


def groups_of(countries: list[str], on: date) -> list[str]:
    """Give NL, EU or NIET_EU for each country, by the Union of that day."""
    return [citizenship_group(country, on) for country in countries]


def age_band(age: Ints) -> Ints:
    """Give the place in `AGE_BANDS` for ages in whole years."""
    return np.searchsorted(np.array([18, 23]), age, side="right").astype(np.int64)


def draw_victims(rng: np.random.Generator, calibration: Calibration, size: Size) -> pl.DataFrame:
    """Draw the true victims.

    Returns:
        One row per person: `person` (0, 1, …), `year`, `form`, `citizenship`, `citizenship_group`,
        `sex`, `age`, `age_band`, `born` (days since 1970), `place` (row of the municipality),
        `visibility` (standard normal: how easily organisations see this person).

    """
    year, form, citizenship, countries = _draw_cells(rng, calibration, size)
    groups = groups_of(countries, date(size.years[0], 1, 1))
    age = _draw_ages(rng, calibration, form)
    count = len(year)
    return pl.DataFrame(
        {
            "person": np.arange(count),
            "year": year,
            "form": np.array(FORMS)[form],
            "citizenship": np.array(countries)[citizenship],
            "citizenship_group": np.array(groups)[citizenship],
            "sex": _draw_sexes(rng, calibration, form, np.array(countries)[citizenship]),
            "age": age,
            "age_band": np.array(AGE_BANDS)[age_band(age)],
            "born": _draw_birthdays(rng, year, age),
            "place": draw_places(rng, count),
            "visibility": rng.standard_normal(count),
        }
    )


def draw_places(rng: np.random.Generator, count: int) -> Ints:
    """Draw rows of the municipality table, weighted by inhabitants."""
    weight = read_municipalities()["inhabitants_thousands"].to_numpy().astype(np.float64)
    return rng.choice(len(weight), size=count, p=weight / weight.sum())


def _draw_cells(
    rng: np.random.Generator, calibration: Calibration, size: Size
) -> tuple[Ints, Ints, Ints, list[str]]:
    """Draw year, form and citizenship together; their expected sizes are the calibration's."""
    weights, countries = _cell_weights(calibration)
    chosen = [calibration.years.index(year) for year in size.years]
    weights = weights[chosen]
    counts = rng.multinomial(size.persons, (weights / weights.sum()).ravel())
    cells = np.repeat(np.arange(counts.size), counts)
    year, form, citizenship = np.unravel_index(cells, weights.shape)
    return np.asarray(size.years)[year], form, citizenship, countries


def _cell_weights(calibration: Calibration) -> tuple[Floats, list[str]]:
    """Give expected victims by year, form and citizenship; a form's ten-year mean is fixed."""
    years = len(calibration.years)
    shares = {
        form: calibration.value(f"truth.citizenship.{'REST' if form in RARE_FORMS else form}")
        for form in FORMS
    }
    countries = sorted({country for share in shares.values() for country in share})
    surge = calibration.table("truth.surge")
    by_country = np.array([surge.get(country, np.ones(years)) for country in countries]).T
    weights = np.zeros((years, len(FORMS), len(countries)))
    for place, form in enumerate(FORMS):
        share = np.array([shares[form].get(country, 0.0) for country in countries])
        change = 1 + calibration.value("truth.yearly_change")[form]
        cell = change ** np.arange(years)[:, None] * share * by_country
        mean = cell.sum() / years
        weights[:, place, :] = cell * calibration.value("truth.forms")[form] / mean
    return weights, countries


def _draw_sexes(
    rng: np.random.Generator, calibration: Calibration, form: Ints, citizenship: np.ndarray
) -> np.ndarray:
    by_form = calibration.value("truth.male")
    male = np.array([by_form[code] for code in FORMS])[form]
    cross_border = form == FORMS.index("GSU")
    for country, share in calibration.value("truth.male_sexual_by_citizenship").items():
        male[cross_border & (citizenship == country)] = share
    return np.where(rng.random(len(form)) < male, "M", "V")


def _draw_ages(rng: np.random.Generator, calibration: Calibration, form: Ints) -> Ints:
    """Draw ages in whole years: a band by form, then evenly within the band."""
    bounds = calibration.numbers("truth.age_bands").astype(np.int64)
    by_form = calibration.table("truth.age")
    cumulative = np.array([np.cumsum(by_form[code]) / by_form[code].sum() for code in FORMS])
    drawn = (rng.random(len(form))[:, None] > cumulative[form]).sum(axis=1)
    return np.asarray(rng.integers(bounds[drawn], bounds[drawn + 1]), dtype=np.int64)


def _draw_birthdays(rng: np.random.Generator, year: Ints, age: Ints) -> Ints:
    """Draw birthdays so that the person has this age on 1 July of the year."""
    starts = {int(y): day_number(date(int(y), 7, 1)) for y in np.unique(year)}
    middle = np.array([starts[int(y)] for y in np.unique(year)])[
        np.searchsorted(np.unique(year), year)
    ]
    before = np.ceil(age * _DAYS_A_YEAR).astype(np.int64) + rng.integers(0, 365, len(year))
    return np.asarray(middle - before, dtype=np.int64)
