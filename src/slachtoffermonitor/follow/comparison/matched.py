"""Victims beside inhabitants of the same age, sex and municipality, followed in the same way."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from slachtoffermonitor.follow.cohort.choosing import each_linkage
from slachtoffermonitor.follow.cohort.definition import EventChoice, choose_event
from slachtoffermonitor.follow.cohort.extract import Register, open_parquet, register_table
from slachtoffermonitor.follow.counting.days import Values, weigh
from slachtoffermonitor.follow.counting.shares import incidence_influence
from slachtoffermonitor.follow.histories import Histories, histories
from slachtoffermonitor.follow.pooling import combine
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["MatchedRisk", "match_population", "matched_risk"]

_DAYS_PER_YEAR = 365.25

# Nobody stands for two victims: an inhabitant goes to the victim for whom the lot is lowest.
_MATCHED = """
WITH alike AS (
    SELECT c.person, c.index_on, p.person_id,
           hash(concat_ws('/', p.person_id, c.person, c.seed)) AS lot
    FROM population p
    JOIN victims c ON p.sex = c.sex AND p.municipality = c.municipality
        AND year(p.birth_date) BETWEEN c.birth_year - c.years AND c.birth_year + c.years
    WHERE p.person_id NOT IN (SELECT id FROM cohort)
), there AS (
    SELECT a.* FROM alike a JOIN presence s USING (person_id)
    JOIN victims c USING (person)
    WHERE s.entered_on <= c.landmark_on AND (s.left_on IS NULL OR s.left_on > c.landmark_on)
), once AS (
    SELECT * FROM there QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY lot) = 1
)
SELECT person, person_id, index_on FROM once
QUALIFY row_number() OVER (PARTITION BY person ORDER BY lot)
    <= (SELECT max(controls) FROM victims)
ORDER BY person, person_id
"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MatchedRisk:
    """The share of victims to whom it happens beside that of inhabitants like them.

    `table`: horizon_years, share (victims), share_population, ratio, low, high, difference,
    difference_low, difference_high, linkage; shares by Aalen-Johansen, limits with each victim
    and the inhabitants like them as one cluster. `victims`: with at least one match; `unmatched`:
    without any, left out; `controls`: inhabitants followed.
    """

    table: pl.DataFrame
    victims: int
    unmatched: int
    controls: int
    level: float
    linkages: int

    def __repr__(self) -> str:
        """Show counts, never a person."""
        return f"MatchedRisk({self.victims} victims, {self.controls} inhabitants)"


def matched_risk(
    cohort: Histories | Sequence[Histories],
    population: Register,
    events: Register,
    presence: Register,
    *,
    seed: int,
    controls: int = 5,
    age_years: int = 1,
    event: str | Sequence[str] | EventChoice = "SLACHTOFFER",
    horizons_years: Sequence[float] = (1, 3, 5),
    level: float = 0.95,
) -> MatchedRisk:
    """How many times as large is the share of victims to whom it happens as that of others alike?

    Others are of the same sex and municipality and about as old, lived in the country on the same
    day, and are followed by the same rules. What they differ in besides is in the ratio too.

    Args:
        cohort: from `histories`; a sequence of them (one per imputed linkage) is pooled.
        population: `records.PopulationEntry` rows, or a path to Parquet.
        events: as given to `histories`.
        presence: as given to `histories`.
        seed: of the lots by which inhabitants are drawn; the same seed draws the same ones.
        controls: how many inhabitants for each victim, at most.
        age_years: by how many years birth may differ.
        event: which event counts, as in `cumulative_incidence`.
        horizons_years: within how many years.
        level: of the intervals.

    Returns:
        MatchedRisk.

    Raises:
        InputError: columns are missing, no victim has a match, or no inhabitant met the event.

    Source:
        Aalen & Johansen (1978); the errors by infinitesimal jackknife over matched sets.

    """
    if controls < 1 or age_years < 0:
        raise InputError("at least one inhabitant for each victim, of an age that is not negative")
    found = each_linkage(cohort)
    choice = choose_event(event)
    shares, tables = [], []
    for one in found:
        alike = match_population(
            one, population, presence, seed=seed, controls=controls, age_years=age_years
        )
        others = _followed_alike(one, alike, events, presence)
        shares.append((one, others, alike))
        tables.append(_compare(one, others, alike, choice, horizons_years))
    one, others, alike = shares[0]
    return MatchedRisk(
        table=_described(np.array(tables), horizons_years, level),
        victims=alike["person"].n_unique(),
        unmatched=one.persons.height - alike["person"].n_unique(),
        controls=others.persons.height,
        level=level,
        linkages=len(found),
    )


def match_population(
    cohort: Histories,
    population: Register,
    presence: Register,
    *,
    seed: int,
    controls: int = 5,
    age_years: int = 1,
) -> pl.DataFrame:
    """Which inhabitants are like each victim, by lot?

    Returns: person (of the cohort), person_id (the inhabitant; nobody twice) and index_on.
    Raises: InputError: columns are missing, or no victim has a match.
    """
    victims = _victims(cohort).with_columns(
        seed=pl.lit(seed), controls=pl.lit(controls), years=pl.lit(age_years)
    )
    everybody = cohort.rows.persons.select("id").drop_nulls().unique()
    with tempfile.TemporaryDirectory() as folder, open_parquet(folder) as connection:
        register_table(
            connection, "population", population, ("person_id", "birth_date", "sex", "municipality")
        )
        register_table(connection, "presence", presence, ("person_id", "entered_on", "left_on"))
        connection.register("victims", victims.to_arrow())
        connection.register("cohort", everybody.to_arrow())
        alike: pl.DataFrame = connection.sql(_MATCHED).pl()
    if alike.is_empty():
        raise InputError(
            Problem(
                what="no inhabitant is like any of the victims",
                allowed="the same sex, municipality and about the same year of birth",
            )
        )
    return alike


def _victims(cohort: Histories) -> pl.DataFrame:
    known = [name for name in ("sex", "municipality") if name in cohort.persons.columns]
    if len(known) < 2:
        raise InputError("persons need the columns sex and municipality to be matched by")
    born = cohort.ids.join(
        cohort.rows.persons.select("id", birth_year=pl.col("born_on").dt.year()), on="id"
    ).unique("person", keep="first", maintain_order=True)
    return (
        cohort.persons.join(born.select("person", "birth_year"), on="person")
        .with_columns(landmark_on=pl.col("index_on") + pl.duration(days=pl.col("entry_day")))
        .drop_nulls(["birth_year", "sex", "municipality"])
        .select("person", "index_on", "landmark_on", "sex", "municipality", "birth_year")
    )


def _followed_alike(
    cohort: Histories, alike: pl.DataFrame, events: Register, presence: Register
) -> Histories:
    """Follow the inhabitants by the rules of the cohort."""
    rules = cohort.definition
    return histories(
        alike.with_columns(pl.col("person").cast(pl.String).alias("matched_set")),
        events,
        presence,
        observed_until=rules.observed_until,
        index_column="index_on",
        clearing_days=rules.clearing_days,
        recording_days=rules.recording_days,
        event_date=rules.event_date,
        competing=rules.competing,
        keep=("matched_set",),
    )


def _compare(
    cohort: Histories,
    others: Histories,
    alike: pl.DataFrame,
    choice: EventChoice,
    years: Sequence[float],
) -> list[tuple[float, float, float, float]]:
    """Give, per horizon, both shares and the errors of log ratio and difference."""
    matched = cohort.persons.join(alike.select("person").unique(), on="person", how="semi")
    sets = matched["person"].to_numpy().astype(np.int64)
    theirs = others.persons["matched_set"].cast(pl.Int64).to_numpy()
    groups = int(max(sets.max(), theirs.max(initial=0))) + 1
    found = []
    for horizon in years:
        day = int(horizon * _DAYS_PER_YEAR)
        if day > cohort.persons["exit_day"].to_numpy().max(initial=0):
            raise InputError(f"the register ends before {horizon:g} years of follow-up")
        own, moved = _share(cohort, matched, choice, day)
        base, shifted = _share(others, others.persons, choice, day)
        if base <= 0 or own <= 0:
            raise InputError(f"nobody met the event within {horizon:g} years on one of the sides")
        own_by_set, base_by_set = weigh(sets, moved, groups), weigh(theirs, shifted, groups)
        ratio_error = float(np.sqrt(((own_by_set / own - base_by_set / base) ** 2).sum()))
        difference_error = float(np.sqrt(((own_by_set - base_by_set) ** 2).sum()))
        found.append((own, base, ratio_error, difference_error))
    return found


def _share(
    followed: Histories, people: pl.DataFrame, choice: EventChoice, day: int
) -> tuple[float, Values]:
    first = (
        followed.events.filter(choice.counts(), pl.col("place") == "COUNTED")
        .group_by("person")
        .agg(pl.col("event_day").min())
    )
    leaves = pl.col("exit_reason").is_in(list(followed.definition.competing))
    ended = people.join(first, on="person", how="left", maintain_order="left").select(
        "entry_day",
        day=pl.coalesce("event_day", "exit_day"),
        cause=pl.when(pl.col("event_day").is_not_null())
        .then(1)
        .when(leaves.fill_null(value=False))
        .then(2)
        .otherwise(0)
        .cast(pl.Int64),
    )
    entry, last, cause = (ended[name].to_numpy() for name in ("entry_day", "day", "cause"))
    return incidence_influence(entry, last, cause, of=1, day=day)


def _described(tables: np.ndarray, years: Sequence[float], level: float) -> pl.DataFrame:
    own, base, ratio_error, difference_error = np.moveaxis(tables, 2, 0)
    ratio = combine(own / base, own / base * ratio_error, scale="log", level=level)
    apart = combine(own - base, difference_error, scale="plain", level=level)
    return pl.DataFrame(
        {
            "horizon_years": [float(one) for one in years],
            "share": own.mean(axis=0),
            "share_population": base.mean(axis=0),
            "ratio": ratio.estimate,
            "low": ratio.low,
            "high": ratio.high,
            "difference": apart.estimate,
            "difference_low": apart.low,
            "difference_high": apart.high,
            "linkage": ratio.linkage,
        }
    )
