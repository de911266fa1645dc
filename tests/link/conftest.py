"""A small register of reports with known truth: who is whom, and the errors reporters make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
import pytest
from faker import Faker

from slachtoffermonitor.records import Notification, PopulationEntry

Register = Callable[..., "SmallRegister"]

ORIGINS = {
    "NL": ("nl_NL", 0.45),
    "NG": ("yo_NG", 0.12),
    "RO": ("ro_RO", 0.12),
    "PL": ("pl_PL", 0.12),
    "BG": ("bg_BG", 0.06),
    "VN": ("vi_VN", 0.06),
    "MA": ("fr_DZ", 0.07),
}
PLACES = ("Amsterdam", "Rotterdam", "'s-Gravenhage", "Utrecht", "Groningen", "Tilburg", "Venlo")
REPORTERS = ("POL", "KMAR", "NLA", "ZC", "OPVANG", "NIDOS", "COA")


@dataclass(frozen=True)
class SmallRegister:
    """Reports, an extract of the population register, and who really is whom."""

    notifications: pl.DataFrame
    population: pl.DataFrame
    truth: pl.DataFrame
    register_truth: pl.DataFrame

    def pairs_of(self, reports: pl.DataFrame) -> tuple[float, float]:
        """Give pairwise precision and recall of a found partition of the notifications."""
        both = reports.select("notification_id", "person_id").join(self.truth, on="notification_id")

        def pairs(*by: str) -> float:
            sizes = both.group_by(by).len()["len"].cast(pl.Float64)
            return float((sizes * (sizes - 1) / 2).sum())

        together = pairs("person_id", "true_person")
        return together / pairs("person_id"), together / pairs("true_person")


def _names(locale: str, seed: int, count: int) -> tuple[list[str], list[str], list[str]]:
    faker = Faker(locale)
    faker.seed_instance(seed)
    return (
        [faker.first_name_female() for _ in range(count)],
        [faker.first_name_male() for _ in range(count)],
        [faker.last_name() for _ in range(count)],
    )


def make_people(rng: np.random.Generator, count: int, seed: int) -> pl.DataFrame:
    codes = list(ORIGINS)
    shares = np.array([share for _, share in ORIGINS.values()])
    citizenship = rng.choice(codes, size=count, p=shares / shares.sum())
    female = rng.random(count) < 0.7
    given, surname = np.empty(count, dtype=object), np.empty(count, dtype=object)
    for offset, code in enumerate(codes):
        here = citizenship == code
        women, men, families = _names(ORIGINS[code][0], seed + offset, 600)
        first = np.where(female[here], rng.choice(women, here.sum()), rng.choice(men, here.sum()))
        given[here], surname[here] = first, rng.choice(families, here.sum())
    day = rng.integers(0, 365 * 30, size=count)
    return pl.DataFrame(
        {
            "true_person": [f"T{number:06d}" for number in range(count)],
            "given_name": given.tolist(),
            "surname": surname.tolist(),
            "birth_date": np.datetime64("1976-01-01") + day,
            "sex": np.where(female, "V", "M"),
            "citizenship": citizenship,
            "municipality": rng.choice(PLACES, size=count),
            "contact": [f"{number:06d}" for number in rng.integers(0, 10**6, size=count)],
        },
        schema_overrides={"birth_date": pl.Date},
    )


def _slip(name: str, rng: np.random.Generator) -> str:
    """Change, drop or transpose one letter."""
    if len(name) < 3:
        return name
    place = int(rng.integers(1, len(name) - 1))
    letter = "aeinrst"[int(rng.integers(0, 7))]
    kind = int(rng.integers(0, 3))
    return (
        name[:place] + letter + name[place + 1 :],
        name[:place] + name[place + 1 :],
        name[: place - 1] + name[place] + name[place - 1] + name[place + 1 :],
    )[kind]


def _slips(names: pl.Series, share: float, rng: np.random.Generator) -> list[str | None]:
    hit = rng.random(len(names)) < share
    return [_slip(name, rng) if wrong else name for name, wrong in zip(names, hit, strict=True)]


def _birth_slip(born: date, kind: float) -> date | None:
    if kind < 0.02 and born.day <= 12:
        return date(born.year, born.day, born.month)
    if kind < 0.05:
        return date(born.year, born.month, min(28, born.day % 28 + 1))
    if kind < 0.10:
        return date(born.year, 1, 1)
    return None if kind < 0.16 else born


def make_register(*, persons: int, seed: int, bystanders: int = 0) -> SmallRegister:
    """Make reports about `persons` victims, and a register of half of them and bystanders."""
    rng = np.random.default_rng(seed)
    people = make_people(rng, persons + bystanders, seed)
    victims = people.head(persons)
    times = 1 + rng.poisson(0.9, size=persons)
    reports = victims[np.repeat(np.arange(persons), times)]
    count = reports.height
    born = [
        _birth_slip(day, kind)
        for day, kind in zip(reports["birth_date"], rng.random(count), strict=True)
    ]
    swap = rng.random(count) < 0.02
    given = _slips(reports["given_name"], 0.08, rng)
    surname = _slips(reports["surname"], 0.08, rng)
    reported = np.datetime64("2015-01-01") + rng.integers(0, 3650, size=count)
    form = rng.choice(["BSU", "GSU", "ARB", "CRIM"], size=count)
    moved = rng.random(count) < 0.25
    notifications = pl.DataFrame(
        {
            "notification_id": [f"N{number:06d}" for number in rng.permutation(count)],
            "reporter": rng.choice(REPORTERS, size=count),
            "organisation": None,
            "reported_on": reported,
            "basis": "WPG",
            "purpose": "REGISTER",
            "given_name": np.where(swap, surname, given).tolist(),
            "surname": np.where(swap, given, surname).tolist(),
            "birth_date": born,
            "birth_year": reports["birth_date"].dt.year(),
            "sex": np.where(rng.random(count) < 0.03, "ONB", reports["sex"]).tolist(),
            "citizenship": np.where(
                rng.random(count) < 0.05, None, reports["citizenship"]
            ).tolist(),
            "municipality": np.where(
                moved, rng.choice(PLACES, count), reports["municipality"]
            ).tolist(),
            "contact_fragment": np.where(
                rng.random(count) < 0.6, None, reports["contact"]
            ).tolist(),
            "main_form": form,
            "forms": form,
            "route": "ONB",
        },
        schema_overrides={"birth_date": pl.Date, "reported_on": pl.Date, "birth_year": pl.Int32},
    )
    shape = Notification.create_empty()
    complete = pl.concat([shape, notifications], how="diagonal_relaxed").select(shape.columns)
    listed = pl.concat([victims.head(persons // 2), people.tail(bystanders)]).with_columns(
        ("R" + pl.int_range(pl.len()).cast(pl.String).str.zfill(6)).alias("person_id")
    )
    return SmallRegister(
        notifications=complete.cast(dict(shape.schema)),
        population=listed.select(PopulationEntry.columns().keys()),
        truth=notifications.select("notification_id").with_columns(reports["true_person"]),
        register_truth=listed.select("true_person", register_id="person_id"),
    )


@pytest.fixture(scope="session")
def register() -> Register:
    """Give the maker of registers."""
    return make_register
