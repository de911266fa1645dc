"""The choice of terms, step by step."""

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.estimate import CaptureTable
from slachtoffermonitor.estimate.groups import estimate_by_group
from slachtoffermonitor.ground import InputError


def nation(seed, persons=12_000):
    """Draw a nation whose men hide from list A, and whose lists B and C share their finds."""
    rng = np.random.default_rng(seed)
    sex, year = rng.integers(0, 2, persons), rng.integers(0, 2, persons)
    chance = np.stack([0.08 + 0.3 * sex, np.full(persons, 0.2), np.full(persons, 0.12)], axis=1)
    on = rng.random((persons, 3)) < chance
    on[:, 2] |= on[:, 1] & (rng.random(persons) < 0.25)
    frame = pl.DataFrame({name: on[:, i].astype(int) for i, name in enumerate("ABC")})
    frame = frame.with_columns(sex=sex, year=year).filter(pl.sum_horizontal("A", "B", "C") > 0)
    names = frame.columns
    counts = frame.group_by(names).agg(count=pl.len()).sort(names)
    return CaptureTable.from_counts(counts, strata=["sex", "year"])


@pytest.fixture(scope="module")
def table():
    return nation(1)


def criterion_of(table, terms, select):
    found = estimate_by_group(table, ["sex", "year"], select="fixed", terms=terms)
    weight = 2.0 if select == "aic" else np.log(table.observed)
    return found.criterion + (weight - np.log(table.observed)) * found.parameters


@pytest.mark.parametrize("select", ["bic", "aic"])
def test_no_single_term_more_or_less_is_better(table, select):
    found = estimate_by_group(table, ["sex", "year"], select=select)
    assert {"A:sex", "B:C"} <= set(found.model)
    best = criterion_of(table, found.model, select)
    assert found.criterion == pytest.approx(best, rel=1e-10)
    names = ["A", "B", "C", "sex", "year"]
    pairs = [f"{a}:{b}" for i, a in enumerate(names) for b in names[i + 1 :]]
    for pair in pairs:
        if pair in found.model:
            others = [term for term in found.model if term != pair]
        else:
            others = [*found.model, pair]
        assert criterion_of(table, others, select) >= best - 1e-6


def test_the_path_goes_down_and_ends_at_the_model(table):
    found = estimate_by_group(table, ["sex"], covariates=["sex", "year"])
    values = [step.criterion for step in found.path]
    assert found.path[0].change == "start"
    assert values == sorted(values, reverse=True)
    assert found.path[-1].estimate == pytest.approx(found.estimate)
    assert {step.change[1:] for step in found.path[1:] if step.change[0] == "+"} >= set(found.model)


def test_the_first_step_is_the_best_of_all_pairs(table):
    found = estimate_by_group(table, ["sex", "year"])
    names = ["A", "B", "C", "sex", "year"]
    pairs = [f"{a}:{b}" for i, a in enumerate(names) for b in names[i + 1 :]]
    best = min(pairs, key=lambda pair: criterion_of(table, [pair], "bic"))
    assert found.path[1].change == f"+{best}"


def test_larger_terms_only_with_all_smaller_ones():
    rng = np.random.default_rng(2)
    persons = 60_000
    sex = rng.integers(0, 2, persons)
    on = rng.random((persons, 4)) < 0.15
    on[:, 1] |= on[:, 0] & (sex == 1) & (rng.random(persons) < 0.5)
    frame = pl.DataFrame({name: on[:, i].astype(int) for i, name in enumerate("ABCD")})
    frame = frame.with_columns(sex=sex).filter(pl.sum_horizontal("A", "B", "C", "D") > 0)
    counts = frame.group_by(frame.columns).agg(count=pl.len()).sort(frame.columns)
    table = CaptureTable.from_counts(counts, strata=["sex"])
    pairs = estimate_by_group(table, ["sex"])
    assert all(term.count(":") == 1 for term in pairs.model)
    more = estimate_by_group(table, ["sex"], max_order=3)
    assert "A:B:sex" in more.model
    assert {"A:B", "A:sex", "B:sex"} <= set(more.model)
    assert more.criterion < pairs.criterion
    truth = np.bincount(sex)
    np.testing.assert_allclose(more.groups["estimate"], truth, rtol=0.05)


def test_three_lists_in_a_term_only_when_admitted(table):
    for most, allowed in ((2, False), (3, True)):
        kept = estimate_by_group(
            nation(3), ["sex"], max_order=3, most_lists=most, select="aic"
        ).model
        assert allowed or not any(set("ABC") <= set(term.split(":")) for term in kept)
    with pytest.raises(InputError, match="all lists"):
        estimate_by_group(table, ["sex"], select="fixed", terms=["A:B:C"])


def test_forced_terms_stay(table):
    found = estimate_by_group(table, ["sex", "year"], terms=["B:year"])
    assert "B:year" in found.model
    assert "B:year" not in estimate_by_group(table, ["sex", "year"]).model


def test_a_wanted_term_without_an_estimate_is_refused_with_its_reason():
    # In the second year one person was seen, on list C: few pairs leave anything to go by.
    cells = pl.DataFrame(
        {
            "history": [1, 2, 3, 4, 5, 7],
            "year": [0, 0, 0, 1, 0, 0],
            "count": [4, 2, 3, 1, 2, 1],
        },
        schema={"history": pl.UInt32, "year": pl.Int64, "count": pl.Int64},
    )
    table = CaptureTable(lists=("A", "B", "C"), cells=cells, strata=("year",))
    found = estimate_by_group(table, ["year"], select="aic")
    assert found.refusals
    for refusal in found.refusals:
        assert refusal.term not in found.model
        english, dutch = (refusal.reason.in_language(lang) for lang in ("en", "nl"))
        assert english != dutch
        with pytest.raises(InputError, match="has no estimate"):
            estimate_by_group(table, ["year"], select="fixed", terms=[*found.model, refusal.term])


@pytest.mark.parametrize("terms", [["A:Z"], ["A:A"], [""], ["A:B:C:sex"]])
def test_terms_that_mean_nothing_are_refused(table, terms):
    with pytest.raises(InputError, match="term"):
        estimate_by_group(table, ["sex"], select="fixed", terms=terms)


def test_ignoring_what_matters_is_biased_and_modelling_it_is_not():
    # A finds women, B finds men: without the sex they seem to shun each other.
    rng = np.random.default_rng(11)
    persons = 20_000
    sex = rng.integers(0, 2, persons)
    chance = np.stack([0.05 + 0.3 * sex, 0.35 - 0.3 * sex, np.full(persons, 0.15)], axis=1)
    on = rng.random((persons, 3)) < chance
    frame = pl.DataFrame({name: on[:, i].astype(int) for i, name in enumerate("ABC")})
    frame = frame.with_columns(sex=np.where(sex, "V", "M"))
    frame = frame.filter(pl.sum_horizontal("A", "B", "C") > 0)
    counts = frame.group_by(frame.columns).agg(count=pl.len()).sort(frame.columns)
    table = CaptureTable.from_counts(counts, strata=["sex"])
    without = estimate_by_group(table, [], select="fixed")
    found = estimate_by_group(table, ["sex"])
    assert without.estimate > 1.2 * persons
    assert without.low > persons
    assert found.low < persons < found.high
    assert found.estimate == pytest.approx(persons, rel=0.06)
    for row, truth in zip(found.groups.to_dicts(), np.bincount(sex), strict=True):
        assert row["low"] < truth < row["high"]
