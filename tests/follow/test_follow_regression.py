"""Hazard regression: a slow obvious likelihood, and the counting held to it."""

import math
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from slachtoffermonitor.follow import (
    andersen_gill,
    check_proportional,
    concordance,
    cox,
    fine_gray,
    histories,
    log_rank,
)
from slachtoffermonitor.follow.regression.cells import Rows, make_cells
from slachtoffermonitor.follow.regression.fitting import maximise, score_residuals
from slachtoffermonitor.follow.regression.likelihood import evaluate
from slachtoffermonitor.ground import InputError


def obvious(rows, beta, ties, weights=None):
    """Go through the days, the tied events and the persons one by one; weights may be complex."""
    weights = [1.0] * len(rows) if weights is None else weights
    total = 0j
    score = np.zeros(len(beta), dtype=complex)
    days = sorted({(row["stratum"], row["exit"]) for row in rows if row["event"]})
    for stratum, day in days:
        mine = [(row, w) for row, w in zip(rows, weights, strict=True) if row["stratum"] == stratum]
        at_risk = [(row, w) for row, w in mine if row["entry"] < day <= row["exit"]]
        met = [(row, w) for row, w in mine if row["event"] and row["exit"] == day]
        number = sum(row["event"] for row, _ in met)
        average = sum(w * row["event"] for row, w in met) / number

        def sums(part):
            hazards = [w * np.exp(row["x"] @ beta) for row, w in part]
            with_x = sum(h * row["x"] for h, (row, _) in zip(hazards, part, strict=True))
            return sum(hazards), with_x

        risk, risk_x = sums(at_risk)
        tied, tied_x = sums(met)
        for row, w in met:
            total += w * row["event"] * (row["x"] @ beta)
            score += w * row["event"] * row["x"]
        for place in range(number):
            share = place / number if ties == "efron" else 0.0
            total -= average * np.log(risk - share * tied)
            score -= average * (risk_x - share * tied_x) / (risk - share * tied)
    return total, score


@st.composite
def stretches(draw):
    rows = []
    for _ in range(draw(st.integers(3, 9))):
        entry = draw(st.integers(0, 5))
        rows.append(
            {
                "entry": entry,
                "exit": entry + draw(st.integers(1, 6)),
                "event": draw(st.sampled_from([0, 1, 1, 2])),
                "stratum": draw(st.integers(0, 1)),
                "x": np.array([draw(st.integers(0, 1)), draw(st.integers(-2, 2))], dtype=float),
            }
        )
    assume(any(row["event"] for row in rows))
    return rows


def as_rows(rows):
    covariates = np.array([row["x"] for row in rows])
    found, pattern = np.unique(covariates, axis=0, return_inverse=True)
    columns = {
        name: np.array([row[name] for row in rows], dtype=np.int64)
        for name in ("entry", "exit", "event", "stratum")
    }
    return Rows(pattern=pattern.ravel(), covariates=found, **columns)


@settings(max_examples=60, deadline=None)
@given(rows=stretches(), ties=st.sampled_from(["efron", "breslow"]), data=st.data())
def test_value_score_and_information_are_the_obvious_ones(rows, ties, data):
    beta = np.array([data.draw(st.floats(-1, 1)), data.draw(st.floats(-1, 1))])
    found = evaluate(make_cells(as_rows(rows)), beta, ties)
    value, score = obvious(rows, beta, ties)
    assert found.value == pytest.approx(value.real, abs=1e-9)
    assert found.score == pytest.approx(score.real, abs=1e-9)
    for term in range(2):
        step = np.zeros(2, dtype=complex)
        step[term] = 1e-30j
        slope = -obvious(rows, beta + step, ties)[1].imag / 1e-30
        assert found.information[term] == pytest.approx(slope, abs=1e-8)


@settings(max_examples=50, deadline=None)
@given(rows=stretches())
def test_residuals_are_how_fast_the_score_changes_with_a_rows_weight(rows):
    """Also with Efron's ties, late entry and several events of one row on a day."""
    given_rows = as_rows(rows)
    try:
        fit = maximise(make_cells(given_rows), ("a", "b"), "efron")
    except InputError:
        assume(False)
    residuals = score_residuals(given_rows, fit)
    assert residuals.sum(axis=0) == pytest.approx([0, 0], abs=1e-8)
    for changed in range(len(rows)):
        weights = [1 + 1e-30j if place == changed else 1.0 for place in range(len(rows))]
        # The average weight of the tied events multiplies their terms, as in R; its own change
        # is not part of a row's residual for the other rows, so ties are compared when single.
        if any(
            sum(r["event"] for r in rows if r["exit"] == row["exit"] and r["event"]) > 1
            for row in rows
            if row["event"]
        ):
            continue
        slope = obvious(rows, fit.coefficients, "efron", weights)[1].imag / 1e-30
        assert residuals[changed] == pytest.approx(slope, abs=1e-8)


def cohort(size, seed, ratio=2.0):
    """Exponential hazards, twice as high in group B; days, so that there are ties."""
    chance = np.random.default_rng(seed)
    group = chance.random(size) < 0.5
    when = np.ceil(chance.exponential(900 / np.where(group, ratio, 1.0))).astype(int)
    lost = np.ceil(chance.exponential(1500, size)).astype(int)
    exit_ = np.minimum(np.minimum(when, lost), 2000)
    return exit_, (when == exit_).astype(int), np.where(group, "B", "A")


def test_a_ratio_that_is_known_is_found():
    exit_, event, group = cohort(8000, 1)
    model = cox(None, exit_, event, covariates=pl.DataFrame({"group": group}))
    value, low, high = model.ratio("group=" + model.coefficients["group"][0])
    true = 2.0 if model.coefficients["reference"][0] == "A" else 0.5
    assert low < true < high
    assert value == pytest.approx(true, rel=0.08)
    assert repr(model) == "HazardModel(cox, 1 terms, 8000 persons)"
    assert concordance(model) > 0.55
    assert check_proportional(model)["p"][0] > 0.01


def test_the_order_of_rows_and_the_origin_of_days_do_not_matter():
    exit_, event, group = cohort(500, 2)
    frame = pl.DataFrame({"group": group})
    here = cox(None, exit_, event, covariates=frame).coefficients["coefficient"][0]
    order = np.random.default_rng(3).permutation(500)
    there = cox(
        np.full(500, 39), exit_[order] + 40, event[order], covariates=frame[order]
    ).coefficients["coefficient"][0]
    assert there == pytest.approx(here, abs=1e-12)


def test_rows_cut_in_two_say_the_same_as_whole_rows():
    exit_, event, group = cohort(300, 4)
    cut = np.maximum(exit_ // 2, 1)
    long = exit_ > cut
    entry = np.concatenate([np.zeros(300, dtype=int), cut[long]])
    ends = np.concatenate([np.where(long, cut, exit_), exit_[long]])
    happened = np.concatenate([np.where(long, 0, event), event[long]])
    labels = pl.DataFrame({"group": np.concatenate([group, group[long]])})
    person = np.concatenate([np.arange(300), np.arange(300)[long]])
    whole = cox(
        np.zeros(300, dtype=int), exit_, event, covariates=labels[:300], cluster=np.arange(300)
    )
    parts = cox(entry, ends, happened, covariates=labels, cluster=person)
    for name in ("coefficient", "naive_error", "standard_error"):
        assert parts.coefficients[name][0] == pytest.approx(whole.coefficients[name][0], rel=1e-9)


def test_without_other_events_the_shares_model_is_the_hazard_model():
    exit_, event, group = cohort(400, 5)
    frame = pl.DataFrame({"group": group})
    hazard = cox(None, exit_, event, covariates=frame, ties="breslow")
    share = fine_gray(None, exit_, event, covariates=frame)
    assert share.coefficients["coefficient"][0] == pytest.approx(
        hazard.coefficients["coefficient"][0], abs=1e-10
    )


def test_two_events_on_one_day_count_twice_also_as_rows_of_zero_length():
    once = andersen_gill(
        [0, 3, 0, 0, 0],
        [3, 9, 9, 6, 4],
        [1, 0, 0, 1, 1],
        covariates=[[1], [1], [0], [0], [1]],
        person=[1, 1, 2, 3, 4],
    )
    twice = andersen_gill(
        [0, 3, 3, 0, 0, 0],
        [3, 3, 9, 9, 6, 4],
        [1, 1, 0, 0, 1, 1],
        covariates=[[1], [1], [1], [0], [0], [1]],
        person=[1, 1, 1, 2, 3, 4],
    )
    assert (once.events, twice.events) == (3, 4)
    assert twice.coefficients["coefficient"][0] > once.coefficients["coefficient"][0]


@pytest.mark.parametrize(
    ("arrays", "covariates", "said"),
    [
        (([5, 6], [0, 0]), [[1], [0]], "no event"),
        (([5, 6], [1, 1]), [[1], [1]], "does not differ"),
        (([5, 6, 7], [1, 1, 1]), [[1, 2], [0, 0], [2, 4]], "follows from the others"),
        (([7, 5, 6], [0, 1, 1]), [[1], [0], [0]], "has no bound"),
        (([5, 6], [1, 1, 1]), [[1], [0]], "differ in length"),
        (([5, 6], [1, 1]), [[math.nan], [0]], "finite numbers"),
    ],
)
def test_what_cannot_be_compared_is_refused(arrays, covariates, said):
    with pytest.raises(InputError, match=said):
        cox(None, *arrays, covariates=covariates)


def test_who_is_who_is_needed_for_events_that_come_back():
    with pytest.raises(InputError, match="person is needed"):
        andersen_gill([0], [5], [1], covariates=[[1]])
    with pytest.raises(InputError, match="enter together"):
        fine_gray([0, 1], [5, 6], [1, 1], covariates=[[1], [0]])


def test_the_log_rank_test_is_the_score_test_when_there_are_no_ties():
    exit_ = np.random.default_rng(6).permutation(60) + 1
    group = np.where(np.arange(60) < 30, "A", "B")
    event = (np.arange(60) % 3 > 0).astype(int)
    score = cox(None, exit_, event, covariates=pl.DataFrame({"group": group})).tests["score"]
    found = log_rank(None, exit_, event, group=group)
    assert found.chi_square == pytest.approx(score[0], rel=1e-9)
    assert sum(found.observed) == pytest.approx(sum(found.expected))


START, UNTIL = date(2014, 1, 1), date(2020, 1, 1)


def registers(size, seed):
    """Hazard of a new crime twice as high for M; some leave."""
    chance = np.random.default_rng(seed)
    who = [f"p{n}" for n in range(size)]
    sex = np.where(chance.random(size) < 0.5, "V", "M")
    persons = pl.DataFrame(
        {"person_id": who, "first_reported_on": [START] * size, "sex": sex}
    ).with_columns(birth_year=pl.Series(chance.integers(1970, 2000, size), dtype=pl.Int32))
    crimes = [
        (one, int(day))
        for one, s in zip(who, sex, strict=True)
        for day in np.cumsum(np.ceil(chance.exponential(1200 if s == "V" else 600, 5)))
        if day < 3000
    ]
    events = pl.DataFrame(
        {
            "person_id": [one for one, _ in crimes],
            "occurred_on": [START + timedelta(day) for _, day in crimes],
        }
    ).with_columns(event_role=pl.lit("SLACHTOFFER"), event_kind=pl.lit("GEWELD"))
    left = np.ceil(chance.exponential(3000, size)).astype(int)
    presence = pl.DataFrame(
        {
            "person_id": who,
            "entered_on": [date(2000, 1, 1)] * size,
            "left_on": [START + timedelta(int(day)) for day in left],
            "exit_reason": ["EMIGRATIE"] * size,
        }
    )
    return persons, events, presence


@pytest.fixture(scope="module")
def followed():
    return histories(*registers(1500, 7), observed_until=UNTIL)


def test_histories_are_compared_by_their_columns(followed):
    first = cox(followed, by=["sex", "age"], references={"sex": "V"})
    assert first.coefficients["term"].to_list() == ["sex=M", "age"]
    value, low, high = first.ratio("sex=M")
    assert low < 2.0 < high
    every = andersen_gill(followed, by=["sex"], references={"sex": "V"})
    value, low, high = every.ratio("sex=M")
    assert low < 2.0 < high
    assert every.events > first.events
    assert every.coefficients["standard_error"][0] != every.coefficients["naive_error"][0]
    share = fine_gray(followed, by=["sex"], references={"sex": "V"})
    assert 1.0 < share.ratio("sex=M")[0] < value
    for model in (first, every, share):
        assert model.definition == followed.definition
        assert model.question.in_language("nl") != model.question.in_language("en")
        assert "{" not in model.question.in_language("nl")


def test_strata_are_compared_within_only(followed):
    model = cox(followed, by=["sex"], strata="age_band", references={"sex": "V"})
    assert model.ratio("sex=M")[1] < 2.0 < model.ratio("sex=M")[2]
    with pytest.raises(InputError, match="strata"):
        check_proportional(model)


def test_columns_and_groups_that_are_not_there_are_refused(followed):
    with pytest.raises(InputError, match="no such column"):
        cox(followed, by=["shoe_size"])
    with pytest.raises(InputError, match="no such group to compare with"):
        cox(followed, by=["sex"], references={"sex": "Q"})
    with pytest.raises(InputError, match="at least one column"):
        cox(followed)
    with pytest.raises(InputError, match="no such term"):
        cox(followed, by=["sex"]).ratio("age")


def test_several_linkages_are_pooled_and_doubt_widens_the_interval(followed):
    """Each linkage loses other persons; the pooled interval is wider than any of them."""
    persons, events, presence = registers(1500, 7)
    chance = np.random.default_rng(8)
    linkages = [
        histories(
            persons.filter(pl.Series(chance.random(1500) < 0.6)),
            events,
            presence,
            observed_until=UNTIL,
        )
        for _ in range(6)
    ]
    pooled = cox(linkages, by=["sex"], references={"sex": "V"})
    single = [cox(one, by=["sex"], references={"sex": "V"}) for one in linkages]
    mean = np.mean([one.coefficients["coefficient"][0] for one in single])
    assert pooled.coefficients["coefficient"][0] == pytest.approx(mean)
    assert pooled.coefficients["standard_error"][0] > min(
        one.coefficients["standard_error"][0] for one in single
    )
    assert 0 < pooled.coefficients["linkage"][0] < 1
    assert pooled.linkages == 6
    with pytest.raises(InputError, match="one linkage"):
        concordance(pooled)
