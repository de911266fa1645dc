"""Observed against expected: had victims the rates of others of their age, sex and place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from slachtoffermonitor.follow._checks import require_columns
from slachtoffermonitor.follow.cohort.choosing import each_linkage, grouped
from slachtoffermonitor.follow.cohort.definition import EventChoice, choose_event
from slachtoffermonitor.follow.comparison.rates import age_bounds
from slachtoffermonitor.follow.counting.intervals import poisson_limits
from slachtoffermonitor.follow.histories import Histories
from slachtoffermonitor.follow.pooling import combine
from slachtoffermonitor.ground import InputError

__all__ = ["StandardisedRatio", "standardised_ratio"]

_DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StandardisedRatio:
    """How many times as often it happens to victims as to others like them.

    `table`: group (empty: all), observed, expected, ratio, low, high (errors clustered within
    persons; exact Poisson where nothing was observed), persons, person_years, excess_per_year
    (observed less expected, per person-year), linkage. `without_birth_or_sex`: persons for whom
    nothing can be expected, left out. `without_place`: persons whose municipality is unknown or
    has no rate at their age and sex; for them the rate of all municipalities stands.
    """

    table: pl.DataFrame
    without_birth_or_sex: int
    without_place: int
    level: float
    linkages: int

    def __repr__(self) -> str:
        """Show the ratio, never a person."""
        return f"StandardisedRatio({self.ratio[0]:.2f})"

    @property
    def ratio(self) -> tuple[float, float, float]:
        """The ratio of everybody, with its limits."""
        value, low, high = self.table.select("ratio", "low", "high").row(0)
        return value, low, high


def standardised_ratio(
    histories: Histories | Sequence[Histories],
    rates: pl.DataFrame,
    *,
    event: str | Sequence[str] | EventChoice = "SLACHTOFFER",
    by: str | Sequence[str] | None = None,
    level: float = 0.95,
) -> StandardisedRatio:
    """How many times as often are victims harmed as other inhabitants of their age, sex and place?

    Ratios of different groups are each against their own population: do not compare them with
    each other when the groups differ much in age. What victims and others differ in besides age,
    sex and place is in the ratio too.

    Args:
        histories: from `histories`; a sequence of them (one per imputed linkage) is pooled.
        rates: from `population_rates`, of the same events over the same years.
        event: which events count, all of them; the same as in `rates`.
        by: a column of the persons to group by.
        level: of the intervals.

    Returns:
        StandardisedRatio; the population's rates are taken for known.

    Raises:
        InputError: columns are missing, nobody with birth and sex, or nothing to expect.

    Source:
        Breslow & Day (1987), section 2.3; the errors are those of a ratio with persons as
        clusters.

    """
    require_columns(rates, ("sex", "municipality", "age_from", "events", "person_years"), "rates")
    choice = choose_event(event)
    found = each_linkage(histories)
    parts = [_per_person(one, rates, choice) for one in found]
    tables = []
    for persons in parts:
        groups, _ = grouped(persons.filter(pl.col("expected").is_not_null()), by)
        tables.append({label: _ratio(frame) for label, frame in groups.items()})
    shared = [label for label in tables[0] if all(label in table for table in tables)]
    numbers = np.array([[table[label] for label in shared] for table in tables])
    return StandardisedRatio(
        table=_described(shared, numbers, level),
        without_birth_or_sex=parts[0]["expected"].null_count(),
        without_place=int(parts[0]["elsewhere"].sum()),
        level=level,
        linkages=len(found),
    )


def _per_person(followed: Histories, rates: pl.DataFrame, choice: EventChoice) -> pl.DataFrame:
    """Give each person's observed and expected events and days; null where nothing is expected."""
    columns = followed.persons.columns
    people = followed.persons.with_columns(
        *(
            pl.lit(None, dtype=pl.String).alias(name)
            for name in ("sex", "municipality")
            if name not in columns
        )
    ).join(_births(followed), on="person", how="left")
    known = people.filter(
        pl.col("born_on").is_not_null(), pl.col("sex").is_in(rates["sex"].unique().implode())
    )
    days = _days_by_age(known)
    expected = (
        _with_rates(days, rates)
        .group_by("person")
        .agg(
            expected=(pl.col("days") * pl.col("rate")).sum() / _DAYS_PER_YEAR,
            elsewhere=pl.col("elsewhere").any(),
        )
    )
    observed = (
        followed.events.filter(choice.counts(), pl.col("place") == "COUNTED")
        .group_by("person")
        .len("observed")
    )
    return (
        people.join(expected, on="person", how="left")
        .join(observed, on="person", how="left")
        .with_columns(
            pl.col("observed").fill_null(0).cast(pl.Int64),
            pl.col("elsewhere").fill_null(value=False),
            days=pl.col("exit_day") - pl.col("entry_day"),
        )
    )


def _births(followed: Histories) -> pl.DataFrame:
    born = followed.rows.persons.select("id", "born_on", "index_on")
    index = followed.persons.select("person", "index_on")
    return (
        followed.ids.join(index, on="person")
        .join(born, on=["id", "index_on"])
        .select("person", "born_on")
        .unique("person", keep="first", maintain_order=True)
    )


def _days_by_age(known: pl.DataFrame) -> pl.DataFrame:
    """Split the days at risk by the age on each of them."""
    first = pl.col("index_on") + pl.duration(days=pl.col("entry_day") + 1)
    last = pl.col("index_on") + pl.duration(days=pl.col("exit_day"))
    born = pl.col("born_on").dt
    begins = born.offset_by(pl.format("{}y", "age_from"))
    ends = born.offset_by(pl.format("{}y", "age_to")) - pl.duration(days=1)
    return (
        known.select("person", "sex", "municipality", "born_on", first=first, last=last)
        .join(age_bounds(), how="cross")
        .with_columns(
            days=(
                pl.min_horizontal("last", ends) - pl.max_horizontal("first", begins)
            ).dt.total_days()
            + 1
        )
        .filter(pl.col("days") > 0)
        .select("person", "sex", "municipality", "age_from", "days")
    )


def _with_rates(days: pl.DataFrame, rates: pl.DataFrame) -> pl.DataFrame:
    """Add the rate of the place, or of all places where there is none."""
    here = rates.group_by("sex", "municipality", "age_from").agg(
        pl.col("events").sum(), pl.col("person_years").sum()
    )
    everywhere = here.group_by("sex", "age_from").agg(
        whole=pl.col("events").sum() / pl.col("person_years").sum()
    )
    local = here.filter(pl.col("person_years") > 0, pl.col("municipality") != "ONB").select(
        "sex", "municipality", "age_from", local=pl.col("events") / pl.col("person_years")
    )
    return (
        days.with_columns(pl.col("age_from").cast(pl.Int64))
        .join(local, on=["sex", "municipality", "age_from"], how="left")
        .join(everywhere, on=["sex", "age_from"], how="left")
        .with_columns(
            elsewhere=pl.col("local").is_null(),
            rate=pl.coalesce("local", "whole").fill_null(0.0),
        )
    )


def _ratio(frame: pl.DataFrame) -> tuple[float, float, float, float, float]:
    """Give observed, expected, the error of the ratio, persons and person-years."""
    observed, expected = (frame[name].to_numpy().astype(float) for name in ("observed", "expected"))
    total, hoped = observed.sum(), expected.sum()
    if hoped <= 0:
        raise InputError("nothing is expected: no person has a birth date and sex with a rate")
    moved = observed - expected * total / hoped
    error = float(np.sqrt((moved**2).sum()) / hoped)
    years = float(frame["days"].sum()) / _DAYS_PER_YEAR
    return float(total), float(hoped), error, float(frame.height), years


def _described(labels: list[str], numbers: np.ndarray, level: float) -> pl.DataFrame:
    observed, expected, error, persons, years = np.moveaxis(numbers, 2, 0)
    pooled = combine(
        observed / expected, error, scale="log", persons=float(persons[0, 0]), level=level
    )
    mean, hoped, passed = observed.mean(axis=0), expected.mean(axis=0), years.mean(axis=0)
    low, high = poisson_limits(np.rint(mean).astype(np.int64), level=level)
    exact = np.isnan(pooled.low)
    return pl.DataFrame(
        {
            "group": labels,
            "observed": np.rint(mean).astype(np.int64),
            "expected": hoped,
            "ratio": pooled.estimate,
            "low": np.where(exact, low / hoped, pooled.low),
            "high": np.where(exact, high / hoped, pooled.high),
            "persons": np.rint(persons.mean(axis=0)).astype(np.int64),
            "person_years": passed,
            "excess_per_year": (mean - hoped) / passed,
            "linkage": pooled.linkage,
        }
    )
