"""The figures: truth and registration against what was published, and the shocks of the series."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.simulate import simulate_nation
from slachtoffermonitor.vocabulary import code_list

YEARS = range(2014, 2024)
# National Rapporteur, vintage 2019 for 2014 and 2017
REGISTERED = (1255, 1150, 952, 956, 668, 1334, 984, 791, 814, 868)
INVESTIGATIVE = ("POL", "KMAR", "NLA")
RULE = date(2018, 5, 25)


def persons_by_year(rows: pl.DataFrame) -> list[int]:
    found = dict(rows.group_by("year").agg(pl.col("person_id").n_unique()).iter_rows())
    return [found.get(year, 0) for year in YEARS]


def near(count: float, target: float) -> bool:
    """Say whether a count lies within 4 standard deviations, plus 3% for late reports."""
    return abs(count - target) <= 4 * np.sqrt(target) + 0.03 * target


def test_there_are_6250_true_victims_a_year(nation):
    by_year = nation.truth["totals"].group_by("year").agg(pl.col("persons").sum())
    assert nation.truth["persons"].height == 62_500
    assert by_year["persons"].mean() == 6250
    assert by_year["persons"].min() > 5700 and by_year["persons"].max() < 7500


def test_the_truth_has_the_published_forms_minors_and_men(nation):
    persons = nation.truth["persons"]
    domestic = persons.filter(form="BSU")
    assert len(domestic) / 10 == pytest.approx(3000, rel=0.02)
    assert (domestic["age_band"] == "L00_17").sum() / 10 == pytest.approx(1300, rel=0.03)
    assert (persons["form"] == "GSU").mean() == pytest.approx(0.21, abs=0.006)
    assert (persons["sex"] == "M").mean() == pytest.approx(1 / 6, abs=0.008)
    assert set(domestic["citizenship"]) == {"NL"}
    assert persons["age"].min() >= 2 and persons["age"].max() <= 68


def test_the_registered_totals_follow_the_published_series(registered):
    counts = np.array(persons_by_year(registered))
    target = np.array(REGISTERED)
    assert counts.sum() == pytest.approx(target.sum(), rel=0.03)
    assert (np.abs(counts - target) < 0.03 * target + 4 * np.sqrt(target)).all(), counts
    # were they far off, this sum of squares would exceed the 99.9% point with ten degrees
    assert ((counts - target) ** 2 / target).sum() < 29.6


@pytest.mark.slow
def test_the_mean_of_many_nations_is_the_published_series():
    counts = []
    for seed in range(10):
        made = simulate_nation(seed=seed)
        counts.append(persons_by_year(made.truth["memberships"]))
    mean = np.mean(counts, axis=0)
    assert mean == pytest.approx(np.array(REGISTERED), rel=0.03)


@pytest.mark.parametrize(
    ("reporter", "published"),
    [
        ("POL", {2016: 462, 2017: 432, 2018: 530, 2019: 952, 2020: 490, 2021: 310, 2023: 360}),
        ("ZC", {2016: 240, 2017: 320, 2018: 91, 2019: 252, 2023: 312}),
        ("NLA", {2016: 38, 2017: 38, 2018: 75, 2019: 46, 2023: 33}),
        ("KMAR", {2016: 12, 2017: 21, 2018: 12, 2019: 10, 2022: 6, 2023: 50}),
        ("FAIRWORK", {2023: 233}),
    ],
)
def test_reporters_resemble_the_published_ones(registered, reporter, published):
    counts = dict(zip(YEARS, persons_by_year(registered.filter(reporter=reporter)), strict=True))
    for year, target in published.items():
        # the mix is met in expectation; the level moves with how often lists overlap
        assert abs(counts[year] - target) <= 0.13 * target + 4 * np.sqrt(target), (reporter, year)


@pytest.mark.parametrize(
    ("citizenship", "published"),
    [
        ("NL", {2014: 462, 2015: 433, 2016: 288, 2017: 339, 2019: 244}),
        ("PL", {2014: 94, 2015: 90, 2016: 69, 2017: 80, 2019: 83, 2020: 190}),
        ("RO", {2014: 90, 2015: 44, 2016: 66, 2017: 70}),
        ("NG", {2015: 44, 2016: 46, 2017: 46, 2019: 512, 2020: 185}),
        ("UG", {2017: 34, 2019: 91}),
        ("GM", {2019: 49}),
        ("PH", {2014: 75}),
        ("UA", {2021: 7, 2022: 51}),
    ],
)
def test_citizenships_resemble_the_published_ones(registered, citizenship, published):
    rows = registered.filter(citizenship=citizenship)
    counts = dict(zip(YEARS, persons_by_year(rows), strict=True))
    for year, target in published.items():
        assert near(counts[year], target), (citizenship, year, counts[year])


def test_minors_in_view_resemble_the_published_ones(registered):
    minors = registered.filter(age_band="L00_17")
    counts = dict(zip(YEARS, persons_by_year(minors), strict=True))
    for year, target in {2016: 227, 2017: 194, 2018: 62, 2019: 108, 2020: 68, 2023: 52}.items():
        assert near(counts[year], target), (year, counts[year])
    domestic = dict(zip(YEARS, persons_by_year(minors.filter(form="BSU")), strict=True))
    assert near(domestic[2018], 29) and near(domestic[2014], 143)


def test_the_forms_that_reporters_write_down_resemble_the_published_ones(notifications):
    first = notifications.sort("reported_on").unique(["person_id", "year"], keep="first")

    def share(year, *forms):
        rows = first.filter(year=year)
        return rows["main_form"].is_in(forms).mean()

    assert share(2019, "ARB") == pytest.approx(0.171, abs=0.035)
    assert share(2020, "ARB") == pytest.approx(0.43, abs=0.05)
    assert share(2020, "BSU") == pytest.approx(0.11, abs=0.03)
    assert share(2020, "BSU", "GSU", "SEK_ONB") == pytest.approx(0.41, abs=0.05)
    assert share(2019, "BSU", "GSU", "SEK_ONB") == pytest.approx(849 / 1334, abs=0.05)
    assert share(2016, "ONB") == pytest.approx(150 / 952, abs=0.04)
    assert share(2019, "ONB") == pytest.approx(61 / 1334, abs=0.02)


def test_a_victim_may_have_several_reporters_forms_and_reports(notifications, registered):
    by_year = {year: rows for (year,), rows in notifications.group_by("year")}
    persons = by_year[2016]["person_id"].n_unique()
    lists = registered.filter(year=2016).height
    assert lists / persons == pytest.approx(1104 / 952, abs=0.08)
    assert by_year[2023].height / by_year[2023]["person_id"].n_unique() == pytest.approx(
        1044 / 868, abs=0.08
    )
    mentions = by_year[2020]["forms"].str.split(";").list.len().mean()
    assert mentions == pytest.approx(1049 / 984, abs=0.04)


def test_the_privacy_rule_of_2018_silences_those_who_may_report(notifications):
    others = notifications.filter(~pl.col("reporter").is_in([*INVESTIGATIVE, "ZELF"]))
    counts = dict(zip(YEARS, persons_by_year(others), strict=True))
    assert np.mean([counts[year] for year in range(2014, 2018)]) == pytest.approx(550, rel=0.10)
    assert counts[2018] == pytest.approx(150, abs=45)
    year_2018 = others.filter(year=2018)
    daily_before = year_2018.filter(pl.col("reported_on") < RULE).height / 144
    daily_after = year_2018.filter(pl.col("reported_on") >= RULE).height / 221
    assert daily_after < 0.5 * daily_before
    police = notifications.filter(reporter="POL")
    counts = dict(zip(YEARS, persons_by_year(police), strict=True))
    assert counts[2018] > counts[2017]


def test_guardians_fall_silent(nation, notifications):
    guardians = notifications.filter(reporter="NIDOS")
    assert guardians["reported_on"].max() < RULE
    assert guardians.filter(pl.col("year") < 2018).height > 100
    assert "tallies-NIDOS" not in nation.deliveries


def test_from_2018_others_need_consent_and_investigators_do_not(notifications):
    listed = code_list("reporters")
    may = [code for code in listed if listed[code].parent == "MAG_MELDEN"]
    must = [code for code in listed if listed[code].parent == "OPSPORING"]
    bases = notifications.filter(
        pl.col("reporter").is_in(may), pl.col("reported_on").is_between(RULE, date(2019, 9, 30))
    )["basis"]
    assert set(bases) <= {"TOEST_ZELF", "TOEST_OUDER", "TOEST_VOOGD", "VITAAL"}
    later = notifications.filter(
        pl.col("reporter").is_in(may), pl.col("reported_on") >= date(2019, 10, 1)
    )["basis"]
    assert 0.2 < (later == "GERECHTV").mean() < 0.5
    assert set(notifications.filter(pl.col("reporter").is_in(must))["basis"]) == {"WPG", "BPBOD"}
    assert "GEEN" not in set(notifications["basis"])


def test_who_could_not_be_reported_is_counted_after_the_rule_only(nation):
    tallies = pl.concat(
        table for name, table in nation.deliveries.items() if name.startswith("tallies-")
    )
    listed = code_list("reporters")
    assert {listed[code].parent for code in tallies["reporter"]} == {"MAG_MELDEN"}
    assert tallies["month"].min() >= date(2018, 5, 1)
    assert (tallies["month"].dt.day() == 1).all()
    a_year = tallies.filter(pl.col("month").dt.year() == 2019)["persons"].sum()
    assert 100 < a_year < 400


def test_the_year_2019_brings_african_victims_by_the_asylum_route(notifications, registered):
    africans = registered.filter(pl.col("citizenship").is_in(["NG", "UG", "GM"]))
    counts = dict(zip(YEARS, persons_by_year(africans), strict=True))
    assert counts[2019] > 2.5 * counts[2018] > 2.5 * counts[2017]
    dublin = notifications.filter(
        pl.col("citizenship").is_in(["NG", "UG", "GM"]), pl.col("year") == 2019
    )["residence"]
    assert (dublin == "DUBLIN").mean() == pytest.approx(0.7, abs=0.06)
    immigration = registered.filter(reporter="IND")
    counts = dict(zip(YEARS, persons_by_year(immigration), strict=True))
    assert counts[2019] > 2 * counts[2017]


def odds_ratio(nation, one, other, form):
    """Give the odds ratio of two lists among all true victims of a form, years taken together."""
    persons = nation.truth["persons"].filter(form=form)
    lists = nation.truth["memberships"]
    on = [
        persons["person_id"].is_in(lists.filter(reporter=code)["person_id"].implode())
        for code in (one, other)
    ]
    both, first, second = (on[0] & on[1]).sum(), (on[0] & ~on[1]).sum(), (~on[0] & on[1]).sum()
    neither = (~on[0] & ~on[1]).sum()
    return (both + 0.5) * (neither + 0.5) / ((first + 0.5) * (second + 0.5))


def test_lists_depend_on_each_other_both_ways(nation):
    assert odds_ratio(nation, "OPVANG", "ZC", "GSU") > 1.5
    assert odds_ratio(nation, "POL", "ZC", "BSU") > 1.3
    assert odds_ratio(nation, "POL", "FAIRWORK", "ARB") < 0.8


def test_some_people_are_seen_more_easily_than_others(nation):
    in_view = nation.truth["persons"].group_by("form").agg(pl.col("registered").mean())
    chance = dict(in_view.iter_rows())
    assert chance["GSU"] > 3 * chance["BSU"]
    assert chance["ARB"] > 2 * chance["BSU"]


def test_reporters_make_errors_each_in_its_own_measure(nation, notifications):
    register = nation.deliveries["population"].select(
        "given_name", "surname", "birth_date", resident_id="person_id"
    )
    both = notifications.join(register, on="resident_id", suffix="_true")
    same = both.with_columns(
        right=(pl.col("surname") == pl.col("surname_true")).fill_null(value=False)
        & (pl.col("given_name") == pl.col("given_name_true")).fill_null(value=False),
        dated=pl.col("birth_date") == pl.col("birth_date_true"),
        first=(pl.col("birth_date").dt.ordinal_day() == 1),
    )
    right = dict(same.group_by("reporter").agg(pl.col("right").mean()).iter_rows())
    assert 0.5 < same["right"].mean() < 0.95
    assert right["POL"] > right["OVERIG"] + 0.1
    assert 0.85 < same["dated"].drop_nulls().mean() < 0.99
    assert notifications["birth_date"].null_count() > notifications["birth_year"].null_count() > 0
    first = notifications.with_columns(first=pl.col("birth_date").dt.ordinal_day() == 1)
    far = first.filter(pl.col("citizenship").is_in(["NG", "UG", "SY"]))["first"].mean()
    assert far > 5 * first.filter(citizenship="NL")["first"].mean()


def test_the_same_reporter_sometimes_reports_a_person_twice(nation):
    times = (
        nation.truth["memberships"]
        .group_by("person_id", "reporter")
        .agg(pl.col("notifications").sum())
    )
    assert 0.02 < (times["notifications"] > 1).mean() < 0.08
