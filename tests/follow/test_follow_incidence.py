"""Repeat victimisation on nations whose truth is known, and what is said about it."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from scipy.stats import binomtest

from slachtoffermonitor.follow import (
    METHODS,
    clearing_sensitivity,
    cumulative_incidence,
    follow_up,
    histories,
)
from slachtoffermonitor.ground import InputError

UNTIL = date(2022, 12, 31)
AGAIN, LEAVING = 0.12, 0.06  # hazards per year


def nation(size, seed, *, echoes=0.0):
    """A cohort with constant hazards of a later crime and of leaving."""
    chance = np.random.default_rng(seed)
    index = chance.integers(0, 365 * 5, size)
    again = index + 1 + (chance.exponential(1 / AGAIN, size) * 365.25).astype(int)
    left = index + 1 + (chance.exponential(1 / LEAVING, size) * 365.25).astype(int)
    start = date(2012, 1, 1)
    who = [f"p{number}" for number in range(size)]
    sex = np.where(chance.random(size) < 0.5, "V", "M")
    persons = pl.DataFrame(
        {"person_id": who, "first_reported_on": [start + timedelta(int(d)) for d in index]}
    ).with_columns(sex=pl.Series(sex))
    echoed = chance.random(size) < echoes
    echo_days = index + 1 + chance.exponential(25, size).astype(int)
    crimes = [(one, day) for one, day in zip(who, again, strict=True)] + [
        (one, day) for one, day, yes in zip(who, echo_days, echoed, strict=True) if yes
    ]
    events = pl.DataFrame(
        {
            "person_id": [one for one, _ in crimes],
            "occurred_on": [start + timedelta(int(day)) for _, day in crimes],
        }
    ).with_columns(event_role=pl.lit("SLACHTOFFER"), event_kind=pl.lit("GEWELD"))
    presence = pl.DataFrame(
        {
            "person_id": who,
            "entered_on": [date(2000, 1, 1)] * size,
            "left_on": [start + timedelta(int(day)) for day in left],
            "exit_reason": np.where(chance.random(size) < 0.3, "OVERLEDEN", "EMIGRATIE"),
        }
    )
    return persons, events, presence


def truth(years, clearing_days=30):
    passed = years - clearing_days / 365.25
    both = AGAIN + LEAVING
    return {
        "aalen-johansen": AGAIN / both * -np.expm1(-both * passed),
        "kaplan-meier": -np.expm1(-AGAIN * passed),
        "fixed": -np.expm1(-AGAIN * passed),
    }


@pytest.fixture(scope="module")
def summary():
    return follow_up(*nation(20_000, 1), observed_until=UNTIL, by="sex")


def test_each_method_finds_its_own_truth(summary):
    everybody = summary.horizons.filter(pl.col("group") == "")
    for row in everybody.iter_rows(named=True):
        true = truth(row["horizon_years"])[row["method"]]
        assert row["share"] == pytest.approx(true, abs=0.015)
        assert row["low"] < row["share"] < row["high"]


def test_leaving_in_the_denominator_gives_a_lower_share(summary):
    shares = dict(
        summary.horizons.filter(pl.col("group") == "", pl.col("horizon_years") == 5)
        .select("method", "share")
        .iter_rows()
    )
    assert set(shares) == set(METHODS)
    assert shares["aalen-johansen"] < shares["kaplan-meier"] - 0.03


def test_groups_stand_beside_everybody_and_their_persons_add_up(summary):
    at_five = summary.horizons.filter(
        pl.col("horizon_years") == 5, pl.col("method") == "aalen-johansen"
    )
    assert at_five["group"].to_list() == ["", "M", "V"]
    n = at_five["n"].to_list()
    assert n[0] == n[1] + n[2] == summary.account["followed"]
    events = at_five["events"].to_list()
    assert events[0] == events[1] + events[2]


def test_the_interval_covers_the_truth_as_often_as_it_says():
    covered = dict.fromkeys(METHODS, 0)
    nations = 60
    for seed in range(nations):
        found = follow_up(*nation(250, seed), observed_until=UNTIL, horizons_years=(5,))
        for row in found.horizons.iter_rows(named=True):
            covered[row["method"]] += row["low"] <= truth(5)[row["method"]] <= row["high"]
    for method, times in covered.items():
        assert 0.87 <= times / nations <= 1.0, method


def test_a_horizon_beyond_the_register_has_no_share(summary):
    short = follow_up(*nation(200, 3), observed_until=date(2018, 1, 1), horizons_years=(1, 7))
    last = short.horizons.filter(pl.col("horizon_years") == 7)
    assert last["share"].null_count() == last.height
    assert "does not reach far enough" in short.statement(7).in_language("en")


def test_clearing_takes_the_echoes_out():
    followed = histories(*nation(5_000, 4, echoes=0.2), observed_until=UNTIL)
    table = clearing_sensitivity(followed)
    shares = dict(
        table.filter(pl.col("method") == "aalen-johansen")
        .select("clearing_days", "share")
        .iter_rows()
    )
    assert list(shares) == [0, 14, 30, 90]
    assert shares[0] > shares[14] > shares[30] > shares[90]
    assert shares[90] == pytest.approx(truth(5, 90)["aalen-johansen"], abs=0.02)
    assert shares[0] > truth(5, 0)["aalen-johansen"] + 0.08


def test_an_exit_that_says_nothing_is_censored():
    persons, events, presence = nation(20_000, 5)
    unknown = presence.with_columns(exit_reason=pl.lit("ONBEKEND"))
    found = follow_up(persons, events, unknown, observed_until=UNTIL, horizons_years=(5,))
    shares = dict(found.horizons.select("method", "share").iter_rows())
    assert shares["aalen-johansen"] == pytest.approx(shares["kaplan-meier"], abs=1e-12)


def test_the_sentence_names_the_denominator_and_the_interval(summary):
    row = summary.horizons.row(
        by_predicate=(pl.col("horizon_years") == 5)
        & (pl.col("group") == "")
        & (pl.col("method") == "aalen-johansen"),
        named=True,
    )
    sentence = summary.statement(5)
    assert [number.value for number in sentence.numbers()] == pytest.approx(
        [100 * row["share"], 100 * row["low"], 100 * row["high"], 95, row["n"], 5]
    )
    assert "registered again as a victim" in sentence.in_language("en")
    assert "opnieuw als slachtoffer" in sentence.in_language("nl")


def test_every_sentence_has_its_dutch(summary):
    said = [*summary.questions.values()]
    said += [summary.statement(5, method=method) for method in METHODS]
    for text in said:
        assert text.in_language("nl") != text.in_language("en")
        assert "{" not in text.in_language("nl")


def test_the_curve_table_and_the_horizons_say_the_same(summary):
    table = summary.curve_table(every_days=1826)
    found = table.filter(
        pl.col("method") == "aalen-johansen", pl.col("group") == "", pl.col("day") == 1826
    )["share"].item()
    assert found == summary.curve("aalen-johansen").at(1826).estimate
    assert found == summary.horizons.filter(pl.col("horizon_years") == 5)["share"][0]


def test_what_cannot_be_asked_is_refused(summary):
    with pytest.raises(InputError, match="no such curve"):
        summary.curve("fixed", "X")
    with pytest.raises(InputError, match="no such method"):
        summary.curve("naive")
    followed = summary.followed[0]
    with pytest.raises(InputError, match="no such method"):
        cumulative_incidence(followed, method="naive")
    with pytest.raises(InputError, match="no such event; found FIETS"):
        cumulative_incidence(followed, event="FIETS")
    with pytest.raises(InputError, match="one role at a time"):
        cumulative_incidence(followed, event=["SLACHTOFFER", "VERDACHTE"])
    with pytest.raises(InputError, match="no such column to group by"):
        cumulative_incidence(followed, by="shoe_size")


def test_nobody_to_follow_is_said_with_the_reasons():
    persons, events, presence = nation(3, 6)
    with pytest.raises(InputError, match="not_in_register 3"):
        follow_up(persons, events, presence.head(0), observed_until=UNTIL)


def test_lazy_frames_give_the_same():
    persons, events, presence = nation(300, 7)
    eager = follow_up(persons, events, presence, observed_until=UNTIL)
    lazy = follow_up(persons.lazy(), events.lazy(), presence.lazy(), observed_until=UNTIL)
    assert eager.horizons.equals(lazy.horizons)


def test_the_parts_give_what_the_whole_gives(summary):
    found = histories(*nation(20_000, 1), observed_until=UNTIL)
    share = cumulative_incidence(found, by="sex")
    assert list(share.curves) == ["", "M", "V"]
    np.testing.assert_array_equal(share.curve().estimate, summary.curve().estimate)
    assert repr(summary) == f"FollowUp({summary.account['followed']} of 20000 persons followed)"
    assert repr(share) == "CumulativeIncidence(aalen-johansen, 19892 persons, 3 curves)"


def test_the_event_is_chosen_by_role_kind_or_both(summary):
    followed = summary.followed[0]
    whole = cumulative_incidence(followed, event="any").at(5).estimate
    assert cumulative_incidence(followed, event="SLACHTOFFER").at(5).estimate == whole
    assert cumulative_incidence(followed, event="GEWELD").at(5).estimate == whole
    assert cumulative_incidence(followed, event=["GEWELD", "ZEDEN"]).at(5).estimate == whole
    assert cumulative_incidence(followed, event="SLACHTOFFER:GEWELD").at(5).estimate == whole
    assert cumulative_incidence(followed, event="MENSENHANDEL").at(5).estimate == 0
    assert cumulative_incidence(followed, event="VERDACHTE").at(5).estimate == 0


def test_the_fixed_cohort_is_counted_person_by_person(summary):
    followed = summary.followed[0]
    curve = cumulative_incidence(followed, method="fixed").curve()
    first = followed.events.group_by("person").agg(
        day=pl.col("event_day").filter(pl.col("place") == "COUNTED").min()
    )
    people = followed.persons.join(first, on="person", how="left")
    for day in (31, 400, 1826, 2556, 4017):
        whole = people.filter(pl.col("exit_day") >= day)
        value = curve.at(day)
        assert value.at_risk == whole.height
        assert value.events == whole.filter(pl.col("day") <= day).height
        limits = binomtest(value.events, whole.height).proportion_ci(method="exact")
        assert (value.low, value.high) == pytest.approx((limits.low, limits.high))


def test_plain_arrays_without_known_ends_are_fixed_until_the_first_loss():
    """Three of ten met the event; the seventh was lost on day 60."""
    days, event = [10, 20, 30, 90, 90, 90, 60, 90, 90, 90], [1, 1, 1, 0, 0, 0, 0, 0, 0, 0]
    found = cumulative_incidence(None, days, event, method="fixed")
    assert found.curve().at(60).estimate == pytest.approx(0.3)
    assert np.isnan(found.curve().at(61).estimate)
    until = [90, 90, 90, 90, 90, 90, 60, 90, 90, 90]
    known = cumulative_incidence(None, days, event, method="fixed", followed_until=until)
    assert known.curve().at(61).estimate == pytest.approx(3 / 9)


def test_plain_arrays_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="differ in length"):
        cumulative_incidence(None, [1, 2], [1])
    with pytest.raises(InputError, match="plain arrays are needed"):
        cumulative_incidence(None, [1, 2])
    with pytest.raises(InputError, match="enters together"):
        cumulative_incidence([0, 1], [3, 4], [1, 0], method="fixed")
