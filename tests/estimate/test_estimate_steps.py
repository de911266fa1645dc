"""Steps both ways by a criterion, against a walk written out without any of the package's code."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slachtoffermonitor.estimate import CaptureTable, Selection, estimate_population
from slachtoffermonitor.estimate.loglinear.stepwise import step_both_ways
from slachtoffermonitor.estimate.robustness.selection import selection_of
from slachtoffermonitor.estimate.uncertainty.replicates import repeat, resample
from slachtoffermonitor.ground import InputError


def fitted(counts: list[int], terms: list[int]) -> tuple[float, float]:
    """Fit by iterative proportional fitting; give the log-likelihood and the hidden number.

    Plain Python: each main effect and interaction in turn gets the observed sum of its cells.
    The intercept is in every model, so that the hidden number follows from the odds of the cells.
    """
    cells = range(1, len(counts))
    effects = dict.fromkeys(terms, 1.0)
    for _ in range(4000):
        worst = 0.0
        for term in terms:
            means = {
                c: math.prod(effects[t] for t in terms if c & t == t)
                for c in cells
                if c & term == term
            }
            ratio = sum(counts[c] for c in means) / sum(means.values())
            effects[term] *= ratio
            worst = max(worst, abs(ratio - 1.0))
        if worst < 1e-13:
            break
    means = [math.prod(effects[t] for t in terms if c & t == t) for c in cells]
    likelihood = sum(
        counts[c] * math.log(mean) - mean - math.lgamma(counts[c] + 1)
        for c, mean in zip(cells, means, strict=True)
    )
    return likelihood, effects[0]


def walk(counts: list[int], order: int, per_term: float) -> tuple[list[int], float]:
    """Step from independence to the better neighbour, every model fitted anew."""
    lists = round(math.log2(len(counts)))
    every = [
        sum(1 << i for i in group)
        for size in range(2, order + 1)
        for group in combinations(range(lists), size)
    ]

    def value(model: list[int]) -> float:
        return per_term * len(model) - 2.0 * fitted(counts, model)[0]

    def whole(model: list[int]) -> bool:
        return all(t ^ (1 << i) in model for t in model for i in range(lists) if t >> i & 1)

    model = [0, *(1 << i for i in range(lists))]
    best = value(model)
    while True:
        near = [sorted(set(model) ^ {term}) for term in every]
        values = [(value(other), other) for other in near if whole(other)]
        lowest, following = min(values)
        if not lowest < best - 1e-9:
            return model, fitted(counts, model)[1]
        model, best = following, lowest


TABLES = (
    [0, 60, 50, 19, 40, 18, 4, 7],
    [0, 30, 45, 12, 80, 6, 25, 3],
    [0, 60, 50, 9, 40, 8, 4, 2, 30, 5, 3, 1, 6, 1, 2, 1],
    [0, 25, 90, 30, 14, 6, 3, 5, 44, 2, 17, 9, 8, 1, 2, 4],
)


@pytest.mark.parametrize("counts", TABLES)
@pytest.mark.parametrize("criterion", ["aic", "bic"])
def test_steps_equal_the_walk_written_out(counts: list[int], criterion: str) -> None:
    lists = round(math.log2(len(counts)))
    table = CaptureTable.of_counts("ABCD"[:lists], np.array(counts))
    per_term = 2.0 if criterion == "aic" else math.log(sum(counts))
    found = step_both_ways(table, criterion=criterion, max_order=2)
    terms, hidden = walk(counts, 2, per_term)
    assert sorted(found.best.model.terms) == terms
    assert found.best.hidden == pytest.approx(hidden, rel=1e-6)


def test_a_term_that_came_in_early_goes_out_again() -> None:
    """Both ways: here forward steps alone would keep a pair that the end does without."""
    for seed in range(400):
        rng = np.random.default_rng(seed)
        counts = rng.poisson(8 * rng.gamma(0.7, size=16)) + 1
        counts[1 << np.arange(4)] += rng.integers(5, 60, size=4)
        counts[0] = 0
        table = CaptureTable.of_counts("ABCD", counts)
        search = step_both_ways(table, criterion="aic", max_order=2)
        sizes = [len(search.fits.candidates[i].terms) for i in range(len(search.fits))]
        if max(sizes) > len(search.best.model.terms) + 1:
            break
    else:  # pragma: no cover - the seeds hold one
        pytest.fail("no table in which a term goes out again")
    terms, _ = walk(counts.tolist(), 2, 2.0)
    assert sorted(search.best.model.terms) == terms


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["bic", "aic", "aicc"]), st.integers(2, 3))
def test_the_bootstrap_takes_all_steps_again(seed: int, criterion: str, order: int) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.poisson(5 * rng.gamma(0.7, size=16))
    counts[1 << np.arange(4)] += rng.integers(5, 60, size=4)
    counts[0], counts[-1] = 0, counts[-1] + 1
    search = step_both_ways(
        CaptureTable.of_counts("ABCD", counts), criterion=criterion, max_order=order
    )
    tables = resample(counts, 6, rng)
    found = repeat(search, tables)
    for row, model, estimate in zip(tables, found.models, found.estimates, strict=True):
        table = CaptureTable.of_counts("ABCD", row)
        try:
            again = step_both_ways(table, criterion=criterion, max_order=order)
        except InputError:
            assert model is None
            continue
        assert model is not None
        value = again.best.criterion(criterion)
        assert any(  # two models may fit equally well to the last digit
            fit.model == model and fit.criterion(criterion) == pytest.approx(value, abs=1e-7)
            for fit in again.top(len(again.ranking))
        )
        assert estimate == pytest.approx(again.best.estimate, rel=1e-6)


def test_the_estimate_says_that_it_was_stepped() -> None:
    table = CaptureTable.of_counts("ABCD", np.array(TABLES[2]))
    found = estimate_population(
        table, "stepwise", step_by="bic", max_order=3, bootstrap=40, seed=1
    ).to_dict()
    assert found["method"] == "stepwise"
    assert found["step_by"] == "bic"
    assert found["intervals"]["method"] == "bca"
    assert not found["exhaustive"]
    assert any("one step away" in notice for notice in found["notices"])
    default = estimate_population(table, "stepwise").to_dict()
    assert default["step_by"] == "p"
    assert "step_by" not in estimate_population(table).to_dict()


def test_robustness_steps_as_the_estimate_did() -> None:
    table = CaptureTable.of_counts("ABCD", np.array(TABLES[2]))
    chosen = selection_of(estimate_population(table, "stepwise", step_by="aic"))
    assert chosen == Selection(rule="stepwise", step_by="aic")
    assert chosen.search(table).best.model == step_both_ways(table, criterion="aic").best.model


@pytest.mark.parametrize(
    "wrong", [{"select": "bic", "step_by": "aic"}, {"select": "stepwise", "step_by": "deviance"}]
)
def test_what_cannot_be_stepped_is_refused(wrong: dict[str, str]) -> None:
    table = CaptureTable.of_counts("ABCD", np.array(TABLES[2]))
    with pytest.raises(InputError, match="criterion of steps"):
        estimate_population(table, **wrong)
    with pytest.raises(InputError, match="criterion of steps"):
        Selection(step_by="deviance")
