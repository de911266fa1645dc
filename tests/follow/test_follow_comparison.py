"""Victims beside the population: rates counted person by person, and ratios that are known."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.follow import (
    histories,
    match_population,
    matched_risk,
    population_rates,
    standardised_ratio,
)
from slachtoffermonitor.follow.counting.shares import incidence_influence
from slachtoffermonitor.ground import InputError

SINCE, UNTIL = date(2014, 1, 1), date(2018, 12, 31)
PLACES = ("Arnhem", "Breda")


def nation(size, seed, *, ratio=3.0, victims=400):
    """Crimes at 6% a year, twice that under 23 and half as much again in Breda.

    The first `victims` inhabitants are victims, who meet `ratio` times as many.
    """
    chance = np.random.default_rng(seed)
    who = [f"r{n}" for n in range(size)]
    born = [date(1960, 1, 1) + timedelta(int(day)) for day in chance.integers(0, 15_000, size)]
    place = np.where(chance.random(size) < 0.4, *PLACES)
    sex = np.where(chance.random(size) < 0.5, "V", "M")
    population = pl.DataFrame(
        {"person_id": who, "birth_date": born, "sex": sex, "municipality": place}
    )
    days = (UNTIL - SINCE).days + 1
    crimes = []
    for number, (one, birth, where) in enumerate(zip(who, born, place, strict=True)):
        day = 0.0
        while True:
            today = SINCE + timedelta(int(day))
            rate = 0.12 if (today - birth).days < 23 * 365.25 else 0.06
            rate *= 1.5 if where == "Breda" else 1.0
            rate *= ratio if number < victims else 1.0
            day += chance.exponential(365.25 / rate)
            if day >= days:
                break
            crimes.append((one, SINCE + timedelta(int(day))))
    events = pl.DataFrame(crimes, schema=["person_id", "occurred_on"], orient="row").with_columns(
        event_role=pl.lit("SLACHTOFFER"), event_kind=pl.lit("GEWELD")
    )
    left = chance.random(size) < 0.1
    presence = pl.DataFrame(
        {
            "person_id": who,
            "entered_on": born,
            "left_on": [
                SINCE + timedelta(int(chance.integers(100, 1800))) if gone else None
                for gone in left
            ],
        }
    ).with_columns(exit_reason=pl.when(pl.col("left_on").is_not_null()).then(pl.lit("EMIGRATIE")))
    index = [SINCE + timedelta(int(day)) for day in chance.integers(0, 400, victims)]
    persons = population.head(victims).with_columns(pl.Series("first_reported_on", index))
    return persons, population, events, presence


@pytest.fixture(scope="module")
def small():
    return nation(700, 1, victims=60)


@pytest.fixture(scope="module")
def large():
    persons, population, events, presence = nation(9000, 2)
    followed = histories(persons, events, presence, observed_until=UNTIL, clearing_days=0)
    return followed, population, events, presence


def obvious_rates(population, events, presence):
    """Go through the inhabitants and their days one by one."""
    ages = (0, 6, 12, 15, 18, 20, 23, 26, 30, 35, 40, 50, 60, 70, 80)
    met = {}
    for who, day in events.select("person_id", "occurred_on").iter_rows():
        met.setdefault((who, day), 0)
        met[who, day] += 1
    stays = {row["person_id"]: row for row in presence.iter_rows(named=True)}
    table = {}
    for row in population.iter_rows(named=True):
        stay = stays[row["person_id"]]
        today = max(SINCE, stay["entered_on"])
        while today <= min(UNTIL, stay["left_on"] or UNTIL):
            birth = row["birth_date"]
            had = (today.month, today.day) >= (birth.month, birth.day)
            age = today.year - birth.year - (not had)
            group = max(lower for lower in ages if lower <= age)
            cell = table.setdefault((row["sex"], row["municipality"], group), [0, 0])
            cell[0] += met.get((row["person_id"], today), 0)
            cell[1] += 1
            today += timedelta(1)
    return table


def test_rates_are_those_of_going_person_by_person_and_day_by_day(small):
    _, population, events, presence = small
    some = population.head(120)
    found = population_rates(some, events, presence, since=SINCE, until=UNTIL)
    expected = obvious_rates(some, events, presence)
    assert {row[:3]: list(row[3:]) for row in found.rows()} == {
        (sex, place, age): [number, pytest.approx(days / 365.25)]
        for (sex, place, age), (number, days) in expected.items()
    }


def test_paths_give_the_rates_of_the_frames(small, tmp_path):
    persons, population, events, presence = small
    followed = histories(persons, events, presence, observed_until=UNTIL)
    paths = []
    for name, table in (("population", population), ("events", events), ("presence", presence)):
        table.write_parquet(tmp_path / f"{name}.parquet")
        paths.append(tmp_path / f"{name}.parquet")
    dates = {"since": SINCE, "until": UNTIL, "excluding": followed}
    inside = population_rates(population, events, presence, **dates)
    assert population_rates(*paths, **dates).equals(inside)
    whole = population_rates(population, events, presence, since=SINCE, until=UNTIL)
    assert inside["person_years"].sum() < whole["person_years"].sum()
    assert match_population(followed, paths[0], paths[2], seed=1).equals(
        match_population(followed, population, presence, seed=1)
    )


def test_only_the_asked_events_count(small):
    _, population, events, presence = small
    dates = {"since": SINCE, "until": UNTIL}
    none = population_rates(population, events, presence, event="ZEDEN", **dates)
    assert none["events"].sum() == 0
    every = population_rates(population, events, presence, event="GEWELD", **dates)
    assert every["events"].sum() > 0


def test_a_known_ratio_is_found_and_age_and_place_do_not_count_as_harm(large):
    followed, population, events, presence = large
    rates = population_rates(
        population, events, presence, since=SINCE, until=UNTIL, excluding=followed
    )
    found = standardised_ratio(followed, rates, by="municipality")
    value, low, high = found.ratio
    assert low < 3.0 < high
    assert high - low < 1.2
    assert found.table["group"].to_list() == ["", "Arnhem", "Breda"]
    assert found.table["observed"][0] == found.table["observed"][1:].sum()
    assert found.table["expected"][0] == pytest.approx(found.table["expected"][1:].sum())
    assert (found.without_birth_or_sex, found.without_place) == (0, 0)
    assert repr(found) == f"StandardisedRatio({value:.2f})"


def test_persons_without_birth_or_place_are_counted(large):
    _, population, events, presence = large
    rates = population_rates(population, events, presence, since=SINCE, until=UNTIL)
    persons = population.head(400).with_columns(
        first_reported_on=pl.lit(date(2014, 6, 1)),
        birth_date=pl.when(pl.int_range(pl.len()) < 7).then(None).otherwise("birth_date"),
        municipality=pl.when(pl.int_range(pl.len()) > 390)
        .then(pl.lit("Elsewhere"))
        .otherwise("municipality"),
    )
    some = histories(persons, events, presence, observed_until=UNTIL)
    found = standardised_ratio(some, rates)
    assert found.without_birth_or_sex == 7
    assert found.without_place == 9
    assert found.table["persons"][0] == some.persons.height - 7


def test_without_any_event_the_limit_is_exact(large):
    followed, population, events, presence = large
    rates = population_rates(population, events, presence, since=SINCE, until=UNTIL)
    found = standardised_ratio(followed, rates, event="ZEDEN")
    expected = found.table["expected"][0]
    assert found.ratio == (0.0, 0.0, pytest.approx(3.688879454113936 / expected))


def test_matches_are_alike_and_nobody_stands_for_two(large):
    followed, population, _, presence = large
    alike = match_population(followed, population, presence, seed=4, controls=3, age_years=2)
    assert alike["person_id"].is_unique().all()
    assert alike.group_by("person").len()["len"].max() == 3
    pairs = (
        alike.join(population, on="person_id")
        .join(followed.persons, on="person", suffix="_victim")
        .join(followed.ids, on="person")
    )
    assert (pairs["sex"] == pairs["sex_victim"]).all()
    assert (pairs["municipality"] == pairs["municipality_victim"]).all()
    own = population.select(id="person_id", own_birth="birth_date")
    apart = pairs.join(own, on="id").select(
        (pl.col("birth_date").dt.year() - pl.col("own_birth").dt.year()).abs().max()
    )
    assert apart.item() <= 2
    assert not set(alike["person_id"]) & set(followed.ids["id"])
    again = match_population(followed, population, presence, seed=4, controls=3, age_years=2)
    assert again.equals(alike)
    other = match_population(followed, population, presence, seed=5, controls=3, age_years=2)
    assert not other.equals(alike)


def test_the_matched_share_is_larger_by_what_is_known(large):
    followed, population, events, presence = large
    found = matched_risk(
        followed, population, events, presence, seed=1, controls=5, horizons_years=(1, 3)
    )
    row = found.table.filter(pl.col("horizon_years") == 1).row(0, named=True)
    assert row["low"] < row["ratio"] < row["high"]
    # At rates of 6% to 18% a year the share within a year is about 1 - exp(-rate).
    assert row["low"] < 2.6 < row["high"]
    assert row["difference"] == pytest.approx(row["share"] - row["share_population"])
    assert found.victims + found.unmatched == followed.persons.height
    assert found.controls <= 5 * found.victims
    assert repr(found).startswith("MatchedRisk(")


def test_without_a_ratio_the_matched_interval_holds_one():
    persons, population, events, presence = nation(5000, 8, ratio=1.0, victims=300)
    followed = histories(persons, events, presence, observed_until=UNTIL, clearing_days=0)
    found = matched_risk(followed, population, events, presence, seed=1, horizons_years=(3,))
    row = found.table.row(0, named=True)
    assert row["low"] < 1.0 < row["high"]
    assert row["difference_low"] < 0.0 < row["difference_high"]


def test_linkages_are_pooled_in_both_comparisons(small):
    persons, population, events, presence = small
    linkages = [
        histories(persons.head(n), events, presence, observed_until=UNTIL) for n in (60, 45, 30)
    ]
    rates = population_rates(population, events, presence, since=SINCE, until=UNTIL)
    assert standardised_ratio(linkages, rates).linkages == 3
    assert 0 < standardised_ratio(linkages, rates).table["linkage"][0] < 1
    pooled = matched_risk(
        linkages, population, events, presence, seed=1, horizons_years=(3,), age_years=5
    )
    assert pooled.linkages == 3
    assert 0 < pooled.table["linkage"][0] < 1


def test_what_cannot_be_compared_is_refused(small):
    persons, population, events, presence = small
    followed = histories(persons, events, presence, observed_until=UNTIL)
    with pytest.raises(InputError, match="ends before it begins"):
        population_rates(population, events, presence, since=UNTIL, until=SINCE)
    with pytest.raises(InputError, match="lacks the column"):
        population_rates(population.drop("sex"), events, presence, since=SINCE, until=UNTIL)
    with pytest.raises(InputError, match="at least one inhabitant"):
        matched_risk(followed, population, events, presence, seed=1, controls=0)
    with pytest.raises(InputError, match="no inhabitant is like"):
        strangers = population.with_columns(municipality=pl.lit("Nowhere"))
        match_population(followed, strangers, presence, seed=1)
    with pytest.raises(InputError, match="register ends before"):
        matched_risk(followed, population, events, presence, seed=1, horizons_years=(30,))
    with pytest.raises(InputError, match="sex and municipality"):
        plain = persons.drop("municipality")
        other = histories(plain, events, presence, observed_until=UNTIL)
        match_population(other, population, presence, seed=1)


def test_influences_are_how_fast_the_share_changes_with_a_persons_weight():
    """Their squares are the variance that the curve has; with late entry too."""
    chance = np.random.default_rng(9)
    entry = chance.integers(0, 5, 40)
    exit_ = entry + chance.integers(1, 30, 40)
    cause = chance.integers(0, 3, 40)
    for day in (8, 20, 60):
        share, moved = incidence_influence(entry, exit_, cause, of=1, day=day)
        for changed in range(40):
            weights = np.ones(40, dtype=complex)
            weights[changed] += 1e-30j
            free, total = 1.0 + 0j, 0j
            for today in range(1, day + 1):
                here = weights[(entry < today) & (exit_ >= today)].sum()
                own = weights[(exit_ == today) & (cause == 1)].sum()
                every = weights[(exit_ == today) & (cause > 0)].sum()
                if here != 0:
                    total += free * own / here
                    free *= 1 - every / here
            assert share == pytest.approx(total.real, abs=1e-12)
            assert moved[changed] == pytest.approx(total.imag / 1e-30, abs=1e-12)
