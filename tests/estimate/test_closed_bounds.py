"""Chao's bound, pairs of lists and sample coverage."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.closed import (
    chao_lower_bound,
    pairwise_estimates,
    sample_coverage,
)
from slachtoffermonitor.ground import InputError

COUNTS = st.lists(st.integers(1, 300), min_size=7, max_size=7)


def of(counts):
    counts = np.asarray([0, *counts])
    return CaptureTable.of_counts(list("ABCDEFGH"[: int(np.log2(counts.size))]), counts)


def test_the_forms_of_the_bound():
    found = chao_lower_bound(of([30, 20, 4, 10, 5, 1, 2]))  # f1 = 60, f2 = 10, f3 = 2
    assert (found.seen_once, found.seen_twice) == (60, 10)
    assert found.many_lists.abundance == pytest.approx(72 + 3600 / 20)
    assert found.many_lists_corrected.abundance == pytest.approx(72 + 60 * 59 / 22)
    assert found.equal_lists.abundance == pytest.approx(72 + 2 / 3 * 3600 / 20)
    assert found.equal_lists_corrected.abundance == pytest.approx(72 + 2 / 3 * 60 * 59 / 22)
    # 30 × 20 + 30 × 10 + 20 × 10 ways to be alone on two different lists, over f2.
    assert found.estimate == found.unequal_lists.abundance == pytest.approx(72 + 1100 / 10)
    assert found.hidden == pytest.approx(110)
    assert found.interval == found.unequal_lists.interval
    # Chao (1987): f2 (r⁴/4 + r³ + r²/2) with r = f1/f2 = 6.
    assert found.many_lists.standard_error**2 == pytest.approx(10 * (6**4 / 4 + 6**3 + 6**2 / 2))


def test_without_anybody_on_two_lists_only_the_corrected_bound_stands():
    found = chao_lower_bound(of([30, 20, 0, 10, 0, 0, 2]))
    assert found.many_lists is None
    assert found.equal_lists is None
    assert found.many_lists_corrected.abundance == pytest.approx(62 + 60 * 59 / 2)


def test_lists_of_one_strength_have_one_bound():
    found = chao_lower_bound(of([20, 20, 5, 20, 5, 5, 1]))
    assert found.unequal_lists.abundance == pytest.approx(found.equal_lists.abundance)
    uneven = chao_lower_bound(of([50, 6, 5, 4, 5, 5, 1]))
    assert uneven.unequal_lists.abundance < uneven.equal_lists.abundance


@pytest.mark.parametrize("counts", [[0, 0, 5, 0, 3, 2, 7], [9, 0, 5, 0, 3, 2, 7]])
def test_without_persons_alone_on_two_lists_there_is_no_bound(counts):
    with pytest.raises(InputError, match="on one list alone"):
        chao_lower_bound(of(counts))


@settings(max_examples=25, deadline=None)
@given(COUNTS, st.integers(2, 30))
def test_plain_bounds_and_petersen_scale_with_the_counts(counts, factor):
    small, large = of(counts), of(np.asarray(counts) * factor)
    for form in ("unequal_lists", "equal_lists", "many_lists"):
        before, after = (getattr(chao_lower_bound(t), form) for t in (small, large))
        assert after.abundance == pytest.approx(factor * before.abundance)
        assert after.standard_error**2 == pytest.approx(factor * before.standard_error**2)
    for before, after in zip(pairwise_estimates(small), pairwise_estimates(large), strict=True):
        assert after.lincoln_petersen.abundance == pytest.approx(
            factor * before.lincoln_petersen.abundance
        )


def test_pairs_of_a_seber_example():
    # n1 = 100, n2 = 50, m = 10.
    (pair,) = pairwise_estimates(of([90, 40, 10]))
    assert (pair.on_first, pair.on_second, pair.on_both) == (100, 50, 10)
    assert pair.lincoln_petersen.abundance == 500
    assert pair.lincoln_petersen.standard_error**2 == pytest.approx(100 * 50 * 90 * 40 / 1000)
    assert pair.chapman.abundance == pytest.approx(101 * 51 / 11 - 1)
    assert pair.chapman.standard_error**2 == pytest.approx(101 * 51 * 90 * 40 / (121 * 12))
    lower, upper = pair.lincoln_petersen.interval
    assert 140 < lower < 500 < upper
    assert (lower - 140) * (upper - 140) == pytest.approx(360**2)


def test_pairs_stand_in_the_order_of_the_columns_whatever_the_other_lists_do():
    found = pairwise_estimates(of([69, 55, 21, 63, 17, 18, 28]))
    assert [pair.lists for pair in found] == [("A", "B"), ("A", "C"), ("B", "C")]
    assert [pair.on_both for pair in found] == [49, 45, 46]


def test_a_pair_that_never_meets_has_no_petersen():
    found = pairwise_estimates(of([40, 30, 6, 20, 0, 0, 0]))[1]
    assert found.lincoln_petersen is None
    assert found.chapman.abundance == pytest.approx(47 * 21 - 1)


def test_a_list_inside_another_hides_nobody():
    (pair,) = pairwise_estimates(of([90, 0, 10]))
    assert pair.lincoln_petersen.abundance == 100
    assert pair.lincoln_petersen.standard_error == 0
    assert pair.lincoln_petersen.interval is None


@settings(max_examples=25, deadline=None)
@given(COUNTS, st.integers(2, 30), st.permutations([0, 1, 2]))
def test_sample_coverage_scales_and_does_not_care_for_order(counts, factor, order):
    table = of(counts)
    found = sample_coverage(table)
    scaled = sample_coverage(of(np.asarray(counts) * factor))
    turned = sample_coverage(table.marginal([table.lists[i] for i in order]))
    assert scaled.coverage == pytest.approx(found.coverage)
    assert turned.coverage == pytest.approx(found.coverage)
    assert scaled.independent.abundance == pytest.approx(factor * found.independent.abundance)
    assert turned.independent.abundance == pytest.approx(found.independent.abundance)
    if found.low_coverage is not None:
        assert turned.low_coverage.abundance == pytest.approx(found.low_coverage.abundance)
        assert turned.low_coverage.standard_error == pytest.approx(
            found.low_coverage.standard_error
        )


def test_independent_lists_give_all_three_estimates_alike():
    chance = np.array([0.5, 0.4, 0.25])
    on = (np.arange(1, 8)[:, None] >> np.arange(3)) & 1
    counts = np.round(1e6 * np.where(on, chance, 1 - chance).prod(axis=1)).astype(int)
    found = sample_coverage(of(counts))
    for estimate in (found.independent, found.high_coverage, found.low_coverage):
        assert estimate.abundance == pytest.approx(1e6, rel=1e-6)


def test_the_standard_error_of_coverage_is_that_of_repeated_samples():
    rng = np.random.default_rng(20240501)
    chance = np.array([0.5, 0.4, 0.3])
    on = (np.arange(8)[:, None] >> np.arange(3)) & 1
    cells = np.where(on, chance, 1 - chance).prod(axis=1)
    draws = rng.multinomial(4000, cells, size=800)
    found = [sample_coverage(of(draw[1:])).low_coverage for draw in draws]
    spread = np.std([estimate.abundance for estimate in found])
    assert np.mean([estimate.standard_error for estimate in found]) == pytest.approx(
        spread, rel=0.1
    )


def test_lists_that_never_meet_have_no_coverage():
    found = sample_coverage(of([40, 30, 0, 20, 0, 0, 0]))
    assert found.coverage == 0
    assert found.independent is None
    assert found.recommended is None


def test_lists_that_depend_too_strongly_have_no_high_coverage_estimate():
    found = sample_coverage(of([200, 3, 90, 40, 1, 1, 60]))
    assert found.high_coverage is None or found.high_coverage.abundance >= 395
    assert sample_coverage(of([40, 30, 6, 20, 0, 0, 0])).high_coverage is None


def test_two_lists_or_an_empty_list_are_refused():
    with pytest.raises(InputError, match="3 lists or more"):
        sample_coverage(of([90, 40, 10]))
    with pytest.raises(InputError, match=r"column 'C'.*no persons"):
        sample_coverage(of([90, 40, 10, 0, 0, 0, 0]))
