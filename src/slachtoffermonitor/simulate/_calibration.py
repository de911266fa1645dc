"""The parameters of the simulated nation, read from `calibration.toml`; code holds none."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.vocabulary import code_list

__all__ = [
    "AGE_BANDS",
    "Calibration",
    "Floats",
    "Ints",
    "Size",
    "as_date",
    "day_number",
    "normalised",
    "privacy_rule",
    "read_calibration",
    "read_municipalities",
    "read_spelling",
    "stream",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AGE_BANDS = ("L00_17", "L18_22", "L23_PLUS")


def _text(name: str) -> str:
    return files("slachtoffermonitor.simulate").joinpath(name).read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Calibration:
    """The parameters by their path, such as `truth.forms`; each has a source beside it."""

    tree: Mapping[str, Any] = field(repr=False)

    def leaf(self, path: str) -> Mapping[str, Any]:
        """Give the parameter's table: `value`, `source` and whatever explains the value."""
        found: Any = self.tree
        for part in path.split("."):
            found = found[part]
        return dict(found)

    def value(self, path: str) -> Any:
        """Give the parameter as it stands in the file."""
        return self.leaf(path)["value"]

    def number(self, path: str) -> float:
        """Give a parameter that is one number."""
        return float(self.value(path))

    def numbers(self, path: str) -> Floats:
        """Give a parameter that is a list (or a table) of numbers."""
        return np.asarray(self.value(path), dtype=np.float64)

    def table(self, path: str) -> dict[str, Floats]:
        """Give a parameter that is a row of numbers for each code."""
        return {code: np.asarray(row, dtype=np.float64) for code, row in self.value(path).items()}

    def shares(self, path: str) -> tuple[list[str], Floats]:
        """Give codes and their shares, scaled to one."""
        return normalised(self.value(path))

    def day(self, path: str) -> int:
        """Give a date as days since 1970-01-01."""
        return day_number(date.fromisoformat(self.value(path)))

    @property
    def years(self) -> list[int]:
        """The years for which the parameters hold."""
        return [int(year) for year in self.value("size.years")]

    @property
    def version(self) -> str:
        """The version of the parameters."""
        return str(self.tree["version"])

    def leaves(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Go through all parameters with their paths."""
        yield from _leaves("", self.tree)


def _leaves(path: str, tree: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, branch in tree.items():
        if not isinstance(branch, dict):
            continue
        here = f"{path}.{name}" if path else name
        if "value" in branch:
            yield here, branch
        else:
            yield from _leaves(here, branch)


def normalised(weights: Mapping[str, float]) -> tuple[list[str], Floats]:
    """Give the codes and their weights scaled to one."""
    share = np.asarray(list(weights.values()), dtype=np.float64)
    return list(weights), share / share.sum()


@cache
def read_calibration() -> Calibration:
    """Read the parameters that come with the package."""
    return Calibration(tomllib.loads(_text("calibration.toml")))


@cache
def read_spelling() -> Mapping[str, Any]:
    """Read how names are spelled otherwise."""
    return tomllib.loads(_text("spelling.toml"))


@cache
def read_municipalities() -> pl.DataFrame:
    """Read the municipalities: name, inhabitants, province, police unit."""
    return pl.read_csv(_text("municipalities.csv").encode())


def privacy_rule() -> date:
    """Give the day from which bodies that may report need a basis for each report."""
    since = code_list("shocks")["AVG_2018"].valid_from
    if since is None:
        raise InputError("the code list 'shocks' gives no day for AVG_2018")
    return since


def day_number(day: date) -> int:
    """Count the days since 1970-01-01."""
    return (day - date(1970, 1, 1)).days


def as_date(column: str) -> pl.Expr:
    """Turn days since 1970 into a date."""
    return pl.col(column).cast(pl.Int32).cast(pl.Date)


def stream(seed: int, part: str) -> np.random.Generator:
    """Give a part of the nation its own random numbers, so that parts can change apart."""
    return np.random.default_rng([seed, *part.encode("ascii")])


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is simulated: the years, the persons, and the scale against the real nation."""

    years: tuple[int, ...]
    persons: int
    scale: float

    @classmethod
    def of(cls, years: Sequence[int], persons: int | None) -> Size:
        """Check what was asked and work out the scale.

        Raises:
            InputError: a year without parameters, no year, a year twice, or fewer than one person.

        """
        calibration = read_calibration()
        allowed = calibration.years
        problems = [
            Problem(
                what="there are no published figures to simulate this year",
                found=str(year),
                allowed=f"{allowed[0]} to {allowed[-1]}",
            )
            for year in years
            if year not in allowed
        ]
        if not years or len(set(years)) < len(years):
            problems.append(Problem(what="give at least one year, and each year once"))
        if persons is not None and persons < 1:
            problems.append(
                Problem(what="too few persons", found=str(persons), allowed="1 or more")
            )
        if problems:
            raise InputError(problems)
        whole = float(sum(calibration.value("truth.forms").values())) * len(years)
        count = round(whole) if persons is None else persons
        return cls(years=tuple(sorted(years)), persons=count, scale=count / whole)
