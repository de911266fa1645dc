"""Decomposable graphs: the enumeration, the sums and the oracle of dga."""

from __future__ import annotations

import json
import math
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slachtoffermonitor.estimate import CaptureTable
from slachtoffermonitor.estimate.bayes import average_graphs, decomposable_models
from slachtoffermonitor.ground import InputError

REFERENCE = Path(__file__).parents[1] / "reference" / "mse"
CASES = [
    (name, prior)
    for name, priors in {
        "Korea": ("delta_0.125", "delta_1"),
        "Artificial_3": ("delta_0.125", "delta_1"),
        "Australia": ("delta_0.0625", "delta_1"),
        "Kosovo": ("delta_0.0625", "delta_1"),
        "UKdat_5": ("delta_0.03125", "delta_1"),
    }.items()
    for prior in priors
]


def read(name: str) -> CaptureTable:
    return CaptureTable.read(REFERENCE / "tables" / f"{name}.csv")


def cliques_of(graph) -> set[frozenset[int]]:
    cliques = graph["cliques"]
    cliques = list(cliques.values()) if isinstance(cliques, dict) else cliques
    return {frozenset(each if isinstance(each, list) else [each]) for each in cliques}


def model_cliques(model: str) -> set[frozenset[int]]:
    return {frozenset(map(int, part)) for part in model.strip("[]").split(",")}


@pytest.mark.parametrize(("name", "prior"), CASES)
def test_dga_is_reproduced_to_the_last_digits(name, prior):
    oracle = json.loads((REFERENCE / f"rcd_{name}.json").read_text())["dga"][prior]
    grid = oracle["Nmissing"]
    hidden = np.arange(grid["len"]) * grid["by"] + grid["from"]
    posterior = average_graphs(read(name), delta=oracle["delta"], hidden=hidden.tolist())
    for probability, value in oracle["quantiles"].items():
        assert posterior.observed + posterior.hidden[float(probability)] == value
    assert posterior.observed + posterior.hidden_mean == pytest.approx(oracle["mean"], rel=1e-10)
    for ours, theirs in zip(posterior.models[:5], oracle["top_graphs"], strict=True):
        assert model_cliques(ours.model) == cliques_of(theirs)
        assert ours.probability == pytest.approx(theirs["prob"], rel=1e-9)


@pytest.mark.parametrize(("lists", "number"), [(2, 2), (3, 8), (4, 61), (5, 822), (6, 18154)])
def test_every_decomposable_graph_is_there_once(lists, number):
    models = decomposable_models(lists)
    assert len(models) == number
    assert len(set(models)) == number


def test_the_four_lists_leave_out_the_three_rings_alone():
    edges = list(combinations("1234", 2))
    rings = {
        frozenset(edges) - {first, second}
        for first, second in (
            (("1", "2"), ("3", "4")),
            (("1", "3"), ("2", "4")),
            (("1", "4"), ("2", "3")),
        )
    }
    found = {
        frozenset(pair for part in model.strip("[]").split(",") for pair in combinations(part, 2))
        for model in decomposable_models(4)
    }
    every = {frozenset(chosen) for k in range(7) for chosen in combinations(edges, k)}
    assert every - found == rings


def by_hand(counts, cliques, separators, *, delta: float, hidden: int) -> float:
    """Write the hyper-Dirichlet likelihood out as products over cliques and separators."""
    lists = int(math.log2(len(counts)))
    table = [hidden, *counts[1:]]
    persons = sum(table)

    def likelihood(group: frozenset[int]) -> float:
        mask = sum(1 << (i - 1) for i in group)
        prior = delta * 2 ** (lists - len(group))
        margin: dict[int, int] = {}
        for cell, count in enumerate(table):
            margin[cell & mask] = margin.get(cell & mask, 0) + count
        whole = delta * 2**lists
        return sum(math.lgamma(prior + each) - math.lgamma(prior) for each in margin.values()) - (
            math.lgamma(whole + persons) - math.lgamma(whole)
        )

    return (
        sum(map(likelihood, cliques))
        - sum(map(likelihood, separators))
        + math.lgamma(persons)
        - math.lgamma(hidden + 1)
    )


GRAPHS = {
    "[1,2,3]": ([{1}, {2}, {3}], []),
    "[12,3]": ([{1, 2}, {3}], []),
    "[13,2]": ([{1, 3}, {2}], []),
    "[23,1]": ([{2, 3}, {1}], []),
    "[12,13]": ([{1, 2}, {1, 3}], [{1}]),
    "[12,23]": ([{1, 2}, {2, 3}], [{2}]),
    "[13,23]": ([{1, 3}, {2, 3}], [{3}]),
    "[123]": ([{1, 2, 3}], []),
}


@settings(max_examples=25, deadline=None)
@given(
    counts=st.lists(st.integers(0, 12), min_size=7, max_size=7).filter(lambda c: sum(c) > 0),
    delta=st.sampled_from([0.125, 0.5, 1.0]),
)
def test_the_sum_is_that_of_the_formula_written_out(counts, delta):
    counts = [0, *counts]
    grid = range(40)
    weights = {
        model: [
            by_hand(
                counts,
                map(frozenset, cliques),
                map(frozenset, separators),
                delta=delta,
                hidden=hidden,
            )
            for hidden in grid
        ]
        for model, (cliques, separators) in GRAPHS.items()
    }
    largest = max(max(each) for each in weights.values())
    masses = {m: sum(math.exp(w - largest) for w in each) for m, each in weights.items()}
    total = sum(masses.values())
    table = CaptureTable.of_counts(("A", "B", "C"), np.array(counts))
    posterior = average_graphs(table, delta=delta, hidden=grid, draws=100)
    assert {each.model for each in posterior.models} == set(GRAPHS)
    for each in posterior.models:
        assert each.probability == pytest.approx(masses[each.model] / total, rel=1e-8)


@settings(max_examples=15, deadline=None)
@given(
    counts=st.lists(st.integers(0, 30), min_size=15, max_size=15).filter(lambda c: sum(c) > 3),
    order=st.permutations(range(4)),
)
def test_the_order_of_the_lists_does_not_matter(counts, order):
    table = CaptureTable.of_counts(tuple("ABCD"), np.array([0, *counts]))
    turned = table.marginal(["ABCD"[i] for i in order])
    ours, theirs = average_graphs(table, draws=100), average_graphs(turned, draws=100)
    assert ours.hidden_mean == pytest.approx(theirs.hidden_mean, rel=1e-9)
    assert ours.hidden == theirs.hidden


def test_the_draws_are_of_the_posterior_and_of_the_seed():
    table = read("Korea")
    first = average_graphs(table, draws=20_000, seed=4)
    again = average_graphs(table, draws=20_000, seed=4)
    assert first == again
    assert (first.draws["hidden"] == again.draws["hidden"]).all()
    assert np.median(first.draws["hidden"]) == pytest.approx(first.hidden[0.5], abs=1)
    assert (first.draws["population"] - first.draws["hidden"] == first.observed).all()
    assert first.converged


def test_an_estimate_that_hangs_on_the_prior_says_so():
    notices = [each.message for each in average_graphs(read("UKdat_5")).notices]
    assert any("hangs on the prior" in each for each in notices)
    text = average_graphs(read("UKdat_5")).notices[-1]
    assert "2.8" in text.in_language("nl") and text.in_language("nl") != text.in_language("en")


def test_six_lists_are_summed_over_every_graph():
    posterior = average_graphs(read("Ned"), hidden=range(0, 247_021, 60))
    assert posterior.settings["graphs"] == 18154
    assert posterior.hidden[0.5] == pytest.approx(145_700 - 8_234, abs=60)
    assert len(posterior.notices) == 2


@pytest.mark.parametrize(
    "wrong",
    [{"delta": 0.0}, {"delta": -1.0}, {"hidden": [-1, 2]}, {"hidden": [3, 3]}, {"hidden": []}],
)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(InputError):
        average_graphs(read("Korea"), **wrong)


def test_more_than_six_lists_are_refused():
    table = CaptureTable.of_counts(tuple("ABCDEFG"), np.arange(128))
    with pytest.raises(InputError, match="too many lists"):
        average_graphs(table)
