"""What the closed-population models must do on any table."""

import doctest
from importlib import import_module
from itertools import permutations
from math import isinf
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize
from scipy.special import gammaln, xlogy

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.closed import chao_lower_bound, closed_population_models

WIDE = st.lists(st.integers(1, 200), min_size=7, max_size=7)


def of(counts):
    counts = np.asarray([0, *counts])
    lists = "ABCDEFGH"[: int(np.log2(counts.size))]
    return CaptureTable.of_counts(list(lists), counts)


def by_name(table, *, ordered=True):
    return {model.name: model for model in closed_population_models(table, ordered=ordered)}


@pytest.mark.parametrize("module", ["models", "lower_bound", "pairs", "coverage"])
def test_the_examples_run(module):
    ran = doctest.testmod(import_module(f"slachtoffermonitor.estimate.closed.{module}"))
    assert ran.attempted > 0
    assert ran.failed == 0


@settings(max_examples=10, deadline=None)
@given(WIDE, st.permutations([0, 1, 2]))
def test_models_without_order_do_not_care_for_the_order_of_lists(counts, order):
    table = of(counts)
    turned = table.marginal([table.lists[i] for i in order])
    before, after = by_name(table, ordered=False), by_name(turned, ordered=False)
    for name, model in before.items():
        assert after[name].abundance == pytest.approx(model.abundance, rel=1e-7)
        assert after[name].deviance == pytest.approx(model.deviance, rel=1e-7, abs=1e-7)


def test_models_of_order_do_care():
    table = of([77, 20, 66, 41, 3, 8, 12])
    found = {by_name(table.marginal(order))["Mb"].abundance for order in permutations(table.lists)}
    assert len(found) > 1


@settings(max_examples=10, deadline=None)
@given(WIDE, st.integers(2, 20))
def test_scaling_the_counts_scales_the_abundance(counts, factor):
    before, after = by_name(of(counts)), by_name(of(np.asarray(counts) * factor))
    for name, model in before.items():
        if model.abundance is None:
            assert after[name].abundance is None
        else:
            assert after[name].abundance == pytest.approx(factor * model.abundance, rel=1e-7)


@settings(max_examples=10, deadline=None)
@given(WIDE)
def test_an_empty_list_changes_nothing_where_lists_have_their_own_effect(counts):
    before = by_name(of(counts))
    after = by_name(of([*counts, *np.zeros(8, dtype=int)]))
    for name in ("Mt", "Mth Chao (LB)", "Mth Poisson2", "Mth Darroch", "Mth Gamma3.5"):
        assert after[name].abundance == pytest.approx(before[name].abundance, rel=1e-7)
        assert after[name].interval == pytest.approx(before[name].interval, rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=7, max_size=7).filter(any))
def test_no_table_gives_fewer_persons_than_were_seen(counts):
    table = of(counts)
    for model in closed_population_models(table):
        if model.abundance is None:
            assert model.standard_error is None
            assert model.interval is None
            assert model.notices
        else:
            assert model.abundance >= table.observed
        if model.interval is not None:
            lower, upper = model.interval
            assert table.observed <= lower <= upper
            assert isinf(upper) == any("no upper end" in text.message for text in model.notices)
        assert np.isfinite([model.deviance, model.aic, model.bic]).all()


def by_profile(table, others):
    """Find where a log-likelihood in the number of persons is 1.92 below its top, slowly."""

    def value(persons):
        hidden = persons - table.observed
        return gammaln(persons + 1) - gammaln(hidden + 1) + others(persons)

    grid = table.observed + np.geomspace(1e-3, 1e5, 4000)
    top = minimize(
        lambda log_hidden: -value(table.observed + np.exp(log_hidden[0])),
        [np.log(grid[np.argmax([value(persons) for persons in grid])] - table.observed)],
        method="Nelder-Mead",
        options={"xatol": 1e-10, "fatol": 1e-12},
    )
    best, limit = table.observed + np.exp(top.x[0]), -top.fun - 1.959963984540054**2 / 2
    return (
        brentq(lambda persons: value(persons) - limit, table.observed + 1e-9, best),
        brentq(lambda persons: value(persons) - limit, best, table.observed + 1e6),
    )


def test_profile_of_mt_is_that_of_independent_lists():
    table = of([69, 55, 21, 63, 17, 18, 28])
    sizes = np.array([135, 122, 126])

    def others(persons):
        return float((xlogy(sizes, sizes) + xlogy(persons - sizes, persons - sizes)).sum()
                     - 3 * xlogy(persons, persons))  # fmt: skip

    assert by_name(table)["Mt"].interval == pytest.approx(by_profile(table, others), rel=1e-6)


def test_profile_of_m0_is_that_of_one_chance():
    table = of([69, 55, 21, 63, 17, 18, 28])
    seen = 383

    def others(persons):
        chances = 3 * persons
        return float(xlogy(seen, seen / chances) + xlogy(chances - seen, 1 - seen / chances))

    assert by_name(table)["M0"].interval == pytest.approx(by_profile(table, others), rel=1e-6)


@settings(max_examples=10, deadline=None)
@given(WIDE)
def test_mt_solves_the_equation_of_independent_lists(counts):
    table = of(counts)
    sizes = [sum(counts[h - 1] for h in range(1, 8) if h >> i & 1) for i in range(3)]
    found = by_name(table)["Mt"].abundance
    missed = np.prod([1 - size / found for size in sizes])
    assert missed == pytest.approx(1 - table.observed / found, rel=1e-8)


class _Fit(NamedTuple):
    values: np.ndarray
    log_likelihood: float


def _poisson_by_newton(design, counts, log_size):
    """Fit a Poisson log-linear model by Newton's method, halving steps that go down."""

    def height(values):
        linear = design @ values + log_size
        return float(counts @ (linear - log_size) - np.exp(np.minimum(linear, 700)).sum())

    values = np.linalg.lstsq(design, np.log(counts) - log_size, rcond=None)[0]
    for _ in range(500):
        means = np.exp(design @ values + log_size)
        step = np.linalg.solve(design.T @ (means[:, None] * design), design.T @ (counts - means))
        while height(values + step) < height(values) and np.abs(step).max() > 1e-14:
            step = step / 2
        values = values + step
        if np.abs(step).max() < 1e-12:
            break
    return _Fit(values, height(values))


@example(frequency=[257, 200, 109, 14, 217])
@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(1, 500), min_size=5, max_size=5))
def test_the_lower_bound_model_is_the_best_with_no_negative_parameter(frequency):
    # One history per number of lists carries the counts: M0 and Mh see only that number.
    counts = np.zeros(32, dtype=np.int64)
    counts[[1, 3, 7, 15, 31]] = frequency
    k = np.arange(1, 6)
    log_size = np.log([5, 10, 10, 5, 1])
    design = np.column_stack([np.ones(5), k, *(np.maximum(k - knot, 0) for knot in (2, 3, 4))])

    # The best point of a convex problem is the free best on its own face: try every face.
    faces = ([0, 1, *(2 + i for i in range(3) if face >> i & 1)] for face in range(8))
    fits = [_poisson_by_newton(design[:, kept], np.array(frequency), log_size) for kept in faces]
    best = max(fit.log_likelihood for fit in fits if (fit.values[2:] >= -1e-9).all())
    model = by_name(CaptureTable.of_counts(list("ABCDE"), counts))["Mh Chao (LB)"]
    full = best - gammaln(counts + 1).sum()
    parameters = 31 - model.df
    assert (2 * parameters - model.aic) / 2 == pytest.approx(full, rel=1e-6)


def test_the_lower_bound_model_is_the_log_linear_bound_when_nothing_is_removed():
    table = of([69, 55, 21, 63, 17, 18, 28])
    model = by_name(table)["Mh Chao (LB)"]
    bound = chao_lower_bound(table).equal_lists
    assert model.abundance == pytest.approx(bound.abundance, rel=1e-10)
    assert model.standard_error == pytest.approx(bound.standard_error, rel=1e-10)


def test_two_lists_have_no_heterogeneity_models():
    found = by_name(of([69, 55, 21]))
    assert list(found) == ["M0", "Mt", "Mb"]
    assert found["Mt"].abundance == pytest.approx(90 * 76 / 21, rel=1e-12)


def test_lists_without_order_can_leave_the_removal_models_out():
    table = of([69, 55, 21, 63, 17, 18, 28])
    assert not {"Mb", "Mbh"} & set(by_name(table, ordered=False))
    for name in ("Mb", "Mbh"):
        assert "one after the other" in by_name(table)[name].notices[0].message


def test_the_lower_bound_survives_nobody_on_exactly_two_lists_when_others_tell():
    # One history of three lists, one of four: the hinge at three lists holds the bound.
    found = by_name(of([3, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2]))["Mh Chao (LB)"]
    assert found.abundance == pytest.approx(37.0102, rel=1e-5)
    assert by_name(of([69, 55, 0, 63, 0, 0, 28]))["Mh Chao (LB)"].abundance is None


def test_negative_heterogeneity_is_named():
    found = by_name(of([5, 5, 54, 41, 6, 0, 12]))["Mh Darroch"]
    assert found.abundance == pytest.approx(130.3695, rel=1e-9)
    assert any("negative" in notice.message for notice in found.notices)


@pytest.mark.parametrize(
    "counts",
    [
        [69, 55, 21, 63, 17, 18, 28],
        [5, 5, 54, 41, 6, 0, 12],
        [69, 55, 0, 63, 0, 0, 28],
        [40, 30, 6, 20, 0, 0, 0],
        [69, 55, 0, 63, 0, 0, 0],
    ],
)
def test_every_notice_is_written_in_dutch_too(counts):
    notices = [text for model in closed_population_models(of(counts)) for text in model.notices]
    assert notices
    for text in notices:
        assert text.in_language("nl") != text.in_language("en")
