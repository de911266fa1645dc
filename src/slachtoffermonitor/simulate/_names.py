"""Names from the library Faker, and the ways in which reporters spell them otherwise.

A name is drawn from a pool that Faker made for a locale; given name and surname apart, so that
every combination is chance. Misspelling works on whole columns, never row by row.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
from faker import Faker

from slachtoffermonitor.simulate._calibration import Calibration, Ints, read_spelling

__all__ = ["draw_names", "other_given_names", "respell"]

_MALE = "M"


@cache
def _person_names(locale: str) -> Faker:
    """Load the locale's names only; Faker's other subjects take most of its loading time."""
    return Faker(locale, providers=["faker.providers.person"])


@cache
def _pool(locale: str, kind: str, male: bool, size: int) -> np.ndarray:
    """Let Faker draw a pool of names of a locale; in Latin letters, capitals as usual."""
    fake = _person_names(locale)
    fake.seed_instance(f"{locale} {kind} {male}")
    romanised = f"{'first' if kind == 'given' else 'last'}_romanized_name"
    sexed = f"{'first' if kind == 'given' else 'last'}_name_{'male' if male else 'female'}"
    draw = getattr(fake, romanised, None) or getattr(fake, sexed)
    letters = read_spelling()["romanisation"].get(locale)
    names = [str(draw()) for _ in range(size)]
    if letters is None:
        return np.array(names)
    table = str.maketrans(letters)
    return np.array([name.lower().translate(table).title() for name in names])


def draw_names(
    rng: np.random.Generator, calibration: Calibration, citizenship: pl.Series, sex: pl.Series
) -> pl.DataFrame:
    """Draw a given name and a surname for each person.

    Returns:
        Columns `given_name`, `surname` and `name_source` (which locale pair was used, so that a
        relative can get a given name of the same kind).

    """
    locales = calibration.value("names.locales")
    chosen = np.zeros(len(sex), dtype=np.int64)
    pairs = sorted({(given, last) for rows in locales.values() for given, last, _ in rows})
    countries = citizenship.to_numpy()
    for country in sorted(set(countries)):
        here = np.flatnonzero(countries == country)
        rows = locales[country]
        weight = np.array([row[2] for row in rows], dtype=np.float64)
        indices = np.array([pairs.index((row[0], row[1])) for row in rows])
        chosen[here] = indices[rng.choice(len(rows), size=len(here), p=weight / weight.sum())]
    given = other_given_names(rng, calibration, chosen, sex)
    surname = _draw(rng, calibration, "surname", (chosen, sex), [pair[1] for pair in pairs])
    return pl.DataFrame({"given_name": given, "surname": surname, "name_source": chosen})


def other_given_names(
    rng: np.random.Generator, calibration: Calibration, source: Ints, sex: pl.Series
) -> np.ndarray:
    """Draw given names of the kind of the name source, as for brothers and sisters."""
    locales = calibration.value("names.locales")
    pairs = sorted({(given, last) for rows in locales.values() for given, last, _ in rows})
    return _draw(rng, calibration, "given", (source, sex), [pair[0] for pair in pairs])


def _draw(
    rng: np.random.Generator,
    calibration: Calibration,
    kind: str,
    persons: tuple[Ints, pl.Series],
    locales: list[str],
) -> np.ndarray:
    """Draw from the pools; the first names of a pool are commoner than the last."""
    source, sex = persons
    male = (sex == _MALE).to_numpy()
    names = np.full(len(source), "", dtype=object)
    size = int(calibration.number("names.pool"))
    place = (size * rng.random(len(source)) ** calibration.number("names.skew")).astype(np.int64)
    for index in np.unique(source):
        for is_male in (False, True):
            here = np.flatnonzero((source == index) & (male == is_male))
            names[here] = _pool(locales[index], kind, is_male, size)[place[here]]
    return names


def respell(reports: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Spell the names as the reporters did.

    The frame has `given_name`, `surname` and a Boolean column per kind of error: `short_name`,
    `initial`, `variant`, `no_marks`, `typo_given`, `typo_surname`, `swapped_names`, `no_name`.
    """
    spelling = read_spelling()
    short = pl.col("given_name").replace(spelling["short_forms"])
    names = ("given_name", "surname")
    variants = spelling["variants"]
    reports = reports.with_columns(
        given_name=pl.when("initial")
        .then(pl.col("given_name").str.slice(0, 1) + ".")
        .when("short_name")
        .then(short)
        .otherwise("given_name")
    ).with_columns(
        pl.when("variant")
        .then(pl.col(name).str.replace_many(variants["from"], variants["to"]))
        .otherwise(name)
        .alias(name)
        for name in names
    )
    reports = reports.with_columns(
        pl.when("no_marks").then(_without_marks(name)).otherwise(name).alias(name) for name in names
    )
    reports = _mistype(reports, rng, "given_name", "typo_given")
    reports = _mistype(reports, rng, "surname", "typo_surname")
    swapped = reports.with_columns(
        given_name=pl.when("swapped_names").then("surname").otherwise("given_name"),
        surname=pl.when("swapped_names").then("given_name").otherwise("surname"),
    )
    return swapped.with_columns(
        pl.when("no_name").then(None).otherwise(name).alias(name) for name in names
    )


def _without_marks(name: str) -> pl.Expr:
    """Drop accents and the like: Łukasz becomes Lukasz, Noël becomes Noel."""
    plain = pl.col(name).str.normalize("NFD").str.replace_all(r"\p{M}", "")
    return plain.str.replace_many(
        ["ł", "Ł", "đ", "Đ", "ı", "ø", "ε", "ɔ"], ["l", "L", "d", "D", "i", "o", "e", "o"]
    )


def _mistype(reports: pl.DataFrame, rng: np.random.Generator, name: str, flag: str) -> pl.DataFrame:
    """Leave out, swap, double or replace one letter of the flagged names."""
    text = pl.col(name)
    at = (pl.lit(pl.Series(rng.random(len(reports)))) * text.str.len_chars()).cast(pl.Int64)
    kind = pl.lit(pl.Series(rng.integers(0, 4, len(reports))))
    before, here = text.str.slice(0, at), text.str.slice(at, 1)
    after, rest = text.str.slice(at + 1, 1), text.str.slice(at + 2)
    tail = text.str.slice(at + 1)
    typed = (
        pl.when(kind == 0)
        .then(before + tail)
        .when(kind == 1)
        .then(before + after + here + rest)
        .when(kind == 2)
        .then(before + here + here + tail)
        .otherwise(before + here.replace(read_spelling()["keys"]) + tail)
    )
    usable = pl.col(flag) & (text.str.len_chars() > 1)
    return reports.with_columns(pl.when(usable).then(typed).otherwise(text).alias(name))
