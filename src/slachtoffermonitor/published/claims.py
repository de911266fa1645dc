"""The catalogue of published claims: who said what number about whom, and where it can be read."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Literal, get_args

import polars as pl

from slachtoffermonitor.ground import InputError, Problem

__all__ = ["Claim", "Standing", "claim", "claims", "claims_frame", "find_claims"]

Standing = Literal["published", "computed", "other_base", "disputed", "unreliable"]

_ID = re.compile(r"[a-z_]+\.[a-z_]+\.\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One published number, with everything that is needed to read it correctly.

    Two claims may be compared only when measure, group, period, series and denominator agree.
    `value` is None for a range (`low`, `high`) and for an order without numbers (`wording`).
    `denominator` is the id of another claim, or words, or empty. `period` is a year, `2013-2017`,
    or months (`2019-01/2019-04`). `standing` is `published`; `computed` (by this catalogue, from
    published numbers); `other_base` (published against a base that was not published);
    `disputed` (in conflict with the register); `unreliable` (called so by the Rapporteur).
    """

    id: str
    measure: str
    dimension: str
    group: str
    first_year: int
    last_year: int
    period: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    approximate: bool
    denominator: str
    series: str
    vintage: str
    standing: Standing
    source: str
    wording: str
    note: str

    @property
    def denominator_claim(self) -> Claim | None:
        """The claim that the denominator names; None when it is words or absent."""
        return claim(self.denominator) if _ID.fullmatch(self.denominator) else None

    @property
    def whole_years(self) -> bool:
        """Whether the period is made of whole years (not of some months of a year)."""
        return "/" not in self.period


def _folder() -> Traversable:
    return files("slachtoffermonitor.published").joinpath("data")


@cache
def citations() -> Mapping[str, str]:
    """Give the full citation of each source by its short name in the data files."""
    text = _folder().joinpath("sources.toml").read_text("utf-8")
    return MappingProxyType(tomllib.loads(text)["sources"])


@cache
def _index() -> dict[str, Claim]:
    text = _folder().joinpath("claims.csv").read_text("utf-8")
    found = [_claim(row, citations()) for row in csv.DictReader(text.splitlines())]
    return {entry.id: entry for entry in found}


def _claim(row: dict[str, str], sources: Mapping[str, str]) -> Claim:
    if row["standing"] not in get_args(Standing):
        raise ValueError(f"claim {row['id']} has the standing {row['standing']!r}")
    standing: Standing = row["standing"]  # type: ignore[assignment]  # checked just above
    return Claim(
        id=row["id"],
        measure=row["measure"],
        dimension=row["dimension"],
        group=row["group"],
        first_year=int(row["first_year"]),
        last_year=int(row["last_year"]),
        period=row["period"],
        value=_number(row["value"]),
        low=_number(row["low"]),
        high=_number(row["high"]),
        unit=row["unit"],
        approximate=row["approximate"] == "true",
        denominator=row["denominator"],
        series=row["series"],
        vintage=row["vintage"],
        standing=standing,
        source=sources[row["source"]],
        wording=row["wording"],
        note=row["note"],
    )


def _number(text: str) -> float | None:
    return float(text) if text else None


def claims() -> tuple[Claim, ...]:
    """Which numbers have been published?

    Adding them up goes wrong: series, editions and overlapping groups stand side by side.

    Returns:
        All claims, in the order of the catalogue.

    """
    return tuple(_index().values())


def claim(id: str) -> Claim:  # noqa: A002 (the field is called id)
    """What does the claim with this id say?

    Raises:
        InputError: no such claim.

    Example:
        >>> claim("nr.registered_victims.total.2018").value
        668.0

    """
    found = _index().get(id)
    if found is None:
        start = id.rsplit(".", 1)[0]
        near = [name for name in _index() if name.startswith(start)][:10]
        raise InputError(
            Problem(what="no such published claim", found=repr(id), allowed=", ".join(near))
        )
    return found


def find_claims(
    *,
    measure: str | None = None,
    group: str | None = None,
    year: int | None = None,
    series: str | None = None,
) -> tuple[Claim, ...]:
    """Which claims speak of this measure, group, year and series?

    A claim on several years is found by each of its years, so look at `period` before comparing.
    The series `NR` and `CoMensha` both find the claims of `both`.

    Returns:
        The claims that fit all that was given; empty when there are none.

    """
    return tuple(
        entry
        for entry in claims()
        if (measure is None or entry.measure == measure)
        and (group is None or entry.group == group)
        and (year is None or entry.first_year <= year <= entry.last_year)
        and (series is None or in_series(entry, series))
    )


def in_series(entry: Claim, series: str) -> bool:
    """Say whether the claim belongs to the series, alone or together with another."""
    return entry.series == series or (entry.series == "both" and series in {"NR", "CoMensha"})


def claims_frame() -> pl.DataFrame:
    """What is the catalogue as one table?

    Returns:
        One row per claim, one column per field of `Claim`; years Int64, value, low and high
        Float64 (null where there is none), approximate Boolean, the others String.

    """
    names = [entry.name for entry in fields(Claim)]
    kinds: dict[str, type[pl.DataType]] = {
        "first_year": pl.Int64,
        "last_year": pl.Int64,
        "value": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
        "approximate": pl.Boolean,
    }
    return pl.DataFrame(
        {name: [getattr(entry, name) for entry in claims()] for name in names},
        schema={name: kinds.get(name, pl.String) for name in names},
    )
