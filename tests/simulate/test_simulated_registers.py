"""The registers: repeat victimisation as published, presence, waiting lists, the chat line."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.follow import aalen_johansen, kaplan_meier

END = date(2024, 12, 31)


@pytest.fixture(scope="module")
def cohort(nation):
    """Registered residents with their index day and the day and reason of their first exit."""
    index = (
        nation.truth["persons"]
        .filter("registered", pl.col("resident_id").is_not_null())
        .select("age_band", person_id="resident_id", index_day="first_reported_on")
    )
    stays = index.join(nation.deliveries["presence"], on="person_id")
    return stays.filter(
        pl.col("entered_on") <= pl.col("index_day"),
        pl.col("left_on").is_null() | (pl.col("left_on") >= pl.col("index_day")),
    )


@pytest.fixture(scope="module")
def crimes(nation):
    return nation.deliveries["events"].join(nation.truth["event_origin"], on="event_id")


def first_after(cohort, crimes):
    """Give days to the first crime as victim, to the exit and to the end, and what came first."""
    victim = cohort.join(crimes.filter(event_role="SLACHTOFFER"), on="person_id").filter(
        pl.col("occurred_on") > pl.col("index_day")
    )
    first = victim.group_by("person_id").agg(pl.col("occurred_on").min())
    days = cohort.join(first, on="person_id", how="left").select(
        again=(pl.col("occurred_on") - pl.col("index_day")).dt.total_days().fill_null(10**6),
        leaves=(pl.col("left_on") - pl.col("index_day")).dt.total_days().fill_null(10**6),
        ends=(pl.lit(END) - pl.col("index_day")).dt.total_days(),
    )
    again, leaves, ends = (days[name].to_numpy() for name in ("again", "leaves", "ends"))
    time = np.minimum(np.minimum(again, leaves), ends)
    cause = np.where(again == time, 1, np.where(leaves == time, 2, 0))
    return time.astype(np.int64), cause


def at_years(curve, years):
    return float(curve.estimate[np.searchsorted(curve.day, years * 365.25, side="right") - 1])


def test_everybody_in_the_cohort_was_present_on_the_index_day(nation, cohort):
    residents = nation.truth["persons"].filter("registered")["resident_id"].drop_nulls()
    assert cohort["person_id"].n_unique() == cohort.height == len(residents)


def test_45_percent_are_victim_again_within_five_years_and_50_within_seven(nation, cohort, crimes):
    time, cause = first_after(cohort, crimes.filter(pl.col("origin") != "ECHO"))
    curve = aalen_johansen(None, time, cause)[1]
    for row in nation.truth["repeat_victimisation"].iter_rows(named=True):
        assert at_years(curve, row["horizon_years"]) == pytest.approx(row["share"], abs=0.02)
    assert nation.truth["repeat_victimisation"]["share"].to_list() == [0.45, 0.50]


def test_leaving_out_competing_exits_gives_a_higher_figure(cohort, crimes):
    time, cause = first_after(cohort, crimes.filter(pl.col("origin") != "ECHO"))
    assert at_years(kaplan_meier(None, time, cause == 1), 5) > 0.46


def test_second_reports_of_the_same_incident_make_clearing_matter(cohort, crimes):
    with_echoes = aalen_johansen(None, *first_after(cohort, crimes))[1]
    assert at_years(with_echoes, 5) == pytest.approx(0.555, abs=0.025)
    echo = crimes.filter(origin="ECHO").join(cohort, on="person_id")
    gap = (echo["occurred_on"] - echo["index_day"]).dt.total_days()
    assert gap.min() >= 1
    assert gap.mean() == pytest.approx(25, abs=4)
    assert echo.height / cohort.height == pytest.approx(0.20, abs=0.02)


def test_early_cohorts_are_followed_for_seven_years(cohort, crimes):
    time, cause = first_after(cohort, crimes)
    early = (cohort["index_day"] < date(2018, 1, 1)).to_numpy()
    assert time[early & (cause == 0)].min() >= 7 * 365


def test_waiting_for_help_raises_the_hazard(nation, crimes):
    requests = (
        nation.deliveries["care_requests"]
        .filter(pl.col("person_id").is_not_null(), pl.col("started_on").is_not_null())
        .sort("requested_on")
        .unique("person_id", keep="first")
    )
    repeats = crimes.filter(origin="REPEAT").join(requests, on="person_id")
    wait = (requests["started_on"] - requests["requested_on"]).dt.total_days()
    day = pl.col("occurred_on")
    during = repeats.filter(day.is_between("requested_on", "started_on", closed="right")).height
    after_end = pl.col("started_on") + (pl.col("started_on") - pl.col("requested_on"))
    after = repeats.filter((day > pl.col("started_on")) & (day <= after_end)).height
    assert wait.sum() > 10_000
    assert during > 1.4 * after


def test_victims_are_suspects_too_the_young_most(nation, crimes):
    suspects = crimes.filter(event_role="VERDACHTE")["person_id"].unique()
    persons = nation.truth["persons"].filter("registered", pl.col("resident_id").is_not_null())
    share = dict(
        persons.group_by("age_band")
        .agg(pl.col("resident_id").is_in(suspects.implode()).mean())
        .iter_rows()
    )
    assert share["L18_22"] > 1.5 * share["L23_PLUS"]
    assert 0.05 < share["L23_PLUS"] < 0.5


def test_crimes_happen_while_people_are_in_the_register(nation):
    stays = nation.deliveries["events"].join(nation.deliveries["presence"], on="person_id")
    inside = stays.filter(
        pl.col("occurred_on") >= pl.col("entered_on"),
        pl.col("left_on").is_null() | (pl.col("occurred_on") <= pl.col("left_on")),
    )
    assert inside["event_id"].n_unique() == nation.deliveries["events"].height


def test_people_die_leave_and_sometimes_come_back(nation):
    presence = nation.deliveries["presence"]
    reasons = dict(presence["exit_reason"].drop_nulls().value_counts().iter_rows())
    assert set(reasons) == {"OVERLEDEN", "EMIGRATIE", "ONBEKEND"}
    assert reasons["EMIGRATIE"] > reasons["OVERLEDEN"] > 100
    assert presence.height > presence["person_id"].n_unique()


def test_the_register_holds_residents_and_as_many_others(nation):
    persons, register = nation.truth["persons"], nation.deliveries["population"]
    share = dict(
        persons.group_by("citizenship_group")
        .agg(pl.col("resident_id").is_not_null().mean())
        .iter_rows()
    )
    assert share["NL"] > 0.95
    assert share["EU"] == pytest.approx(0.5, abs=0.03)
    assert 0.2 < share["NIET_EU"] < 0.4
    assert register.height == 2 * persons["resident_id"].drop_nulls().len()


def test_some_inhabitants_are_easy_to_take_for_another(nation):
    register = nation.deliveries["population"]
    same_day = register.group_by("surname", "birth_date").len().filter(pl.col("len") > 1)
    assert same_day.height > 200
    same_name = register.group_by("given_name", "surname").len().filter(pl.col("len") > 1)
    assert same_name.height > 2000


def test_waits_differ_between_municipalities_and_some_still_wait(nation):
    requests = nation.deliveries["care_requests"].with_columns(
        wait=(pl.col("started_on") - pl.col("requested_on")).dt.total_days()
    )
    large = requests.group_by("municipality").agg(pl.len(), pl.col("wait").median())
    medians = large.filter(pl.col("len") > 60)["wait"]
    assert medians.max() > 2 * medians.min()
    waiting = requests.filter(pl.col("started_on").is_null(), pl.col("closed_on").is_null())
    assert 0 < waiting.height < 0.1 * requests.height
    assert requests["person_id"].null_count() > 0


def test_the_chat_line_has_its_published_counts_and_shares(nation):
    chat = nation.deliveries["chat_contacts"].with_columns(year=pl.col("month").dt.year())
    counts = dict(chat.group_by("year").len().iter_rows())
    assert {year: counts[year] for year in (2018, 2019, 2020)} == {2018: 408, 2019: 299, 2020: 283}
    own = dict(chat.filter("self_identified").group_by("year").len().iter_rows())
    assert own[2020] == 250 and own[2021] == 285
    by_year = {year: rows for (year,), rows in chat.group_by("year")}

    def share(year, column, *codes):
        return by_year[year][column].is_in(codes).mean()

    assert share(2019, "age_band", "L00_14", "L15", "L16_17") == pytest.approx(2 / 3, abs=0.01)
    assert share(2020, "age_band", "L00_14", "L15", "L16_17") == pytest.approx(0.6, abs=0.01)
    assert share(2020, "age_band", "L00_14", "L15") == pytest.approx(0.2, abs=0.01)
    assert share(2020, "recruiter_relation", "OUDER") == pytest.approx(1 / 7, abs=0.01)
    assert share(2021, "recruiter_relation", "OUDER") == pytest.approx(0.16, abs=0.01)
    assert share(2020, "form", "BSU", "GSU", "SEK_ONB") == pytest.approx(0.915, abs=0.01)
    assert by_year[2020]["first_disclosure"].mean() == pytest.approx(0.65, abs=0.01)
    assert by_year[2021]["still_exploited"].mean() == pytest.approx(0.75, abs=0.01)
    assert share(2021, "duration_band", "D60_PLUS") == pytest.approx(0.25, abs=0.01)
    spring = by_year[2020].filter(pl.col("month") <= date(2020, 4, 1)).height
    assert spring == pytest.approx(90, abs=2)
