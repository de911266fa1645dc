"""Existence and identifiability: exact, equal to a linear programme, and explained."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from slachtoffermonitor.estimate import CaptureTable, HierarchicalModel, check_model
from slachtoffermonitor.estimate._kernels import polyhedron
from slachtoffermonitor.estimate.loglinear.enumeration import candidates
from slachtoffermonitor.estimate.loglinear.existence import decide
from slachtoffermonitor.estimate.loglinear.fitting import fit_models


def by_linear_programme(model: HierarchicalModel, counts: NDArray[np.int64]) -> tuple[bool, bool]:
    """Ask HiGHS: is there a positive table with the same sufficient statistics; is the rank full?

    Fienberg & Rinaldo (2012), as written down by Chan, Silverman & Vincent (2021).
    """
    cells = range(1, counts.size)
    statistic = {
        term: sum(counts[cell] for cell in cells if cell & term == term) for term in model.terms
    }
    finite = [term for term in model.terms if statistic[term] > 0]
    removed = [term for term in model.terms if statistic[term] == 0]
    left = [cell for cell in cells if not any(cell & term == term for term in removed)]
    design = np.array([[float(cell & term == term) for term in finite] for cell in left])
    # Maximise s with design' x = statistics, x >= s, s <= 1.
    columns = len(left) + 1
    found = linprog(
        c=np.append(np.zeros(len(left)), -1.0),
        A_eq=np.column_stack([design.T, np.zeros(len(finite))]),
        b_eq=[statistic[term] for term in finite],
        A_ub=np.column_stack([-np.eye(len(left)), np.ones(len(left))]),
        b_ub=np.zeros(len(left)),
        bounds=[(0, None)] * (columns - 1) + [(None, 1)],
        method="highs",
    )
    assert found.success
    return -found.fun > 1e-7, np.linalg.matrix_rank(design) == len(finite)


def random_table(rng: np.random.Generator, lists: int) -> NDArray[np.int64]:
    """Draw a table with many empty cells, as national tables have."""
    counts = rng.poisson(rng.choice([0.3, 1.0, 4.0]), size=1 << lists)
    counts[rng.random(counts.size) < rng.choice([0.2, 0.5, 0.7])] = 0
    counts[1 << np.arange(lists)] += rng.integers(1, 20, size=lists)
    counts[0] = 0
    return counts


def random_model(rng: np.random.Generator, lists: int) -> HierarchicalModel:
    terms = [int(term) for term in rng.integers(1, 1 << lists, size=rng.integers(0, 5))]
    order = int(rng.integers(2, lists))
    return HierarchicalModel.closure(lists, [t for t in terms if t.bit_count() <= order])


def disagreements(tables: int, seed: int) -> tuple[list[object], int]:
    """Compare the two verdicts on random tables; say also how many of them failed a check."""
    rng = np.random.default_rng(seed)
    found: list[object] = []
    failing = 0
    for _ in range(tables):
        lists = int(rng.integers(3, 7))
        counts, model = random_table(rng, lists), random_model(rng, lists)
        answer = decide(model, counts.astype(float))
        if (bool(answer & 1), bool(answer & 2)) != by_linear_programme(model, counts):
            found.append((model, counts))
        failing += answer != 3
    return found, failing


def test_verdict_equals_the_linear_programme() -> None:
    found, failing = disagreements(250, seed=1)
    assert not found
    assert failing > 250 / 20, "tables too easy to prove anything"


@pytest.mark.slow
def test_verdict_equals_the_linear_programme_on_thousands() -> None:
    found, failing = disagreements(4000, seed=2)
    assert not found
    assert failing > 4000 / 20, "tables too easy to prove anything"


def test_verdicts_of_whole_searches_equal_the_exact_ones() -> None:
    """The search trusts fits that prove their own existence; the exact check must agree."""
    rng = np.random.default_rng(7)
    for _ in range(30):
        lists = int(rng.integers(3, 5))
        table = CaptureTable.of_counts("ABCD"[:lists], random_table(rng, lists))
        fits = fit_models(table, candidates(lists, lists - 1))
        for index in range(len(fits)):
            answer = decide(fits.candidates[index], table.counts.astype(float))
            assert bool(answer & 1) == fits.exists[index]
            assert bool(answer & 2) == fits.identifiable[index]


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_verdict_depends_on_the_zero_pattern_alone(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts, model = random_table(rng, 4), random_model(rng, 4)
    other = np.where(counts > 0, rng.integers(1, 1000, size=counts.size), 0)
    assert decide(model, counts.astype(float)) == decide(model, other.astype(float))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_compiled_whole_numbers_equal_unbounded_ones(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.integers(-1, 2, size=(rng.integers(1, 8), rng.integers(1, 7)))
    basis, rank, safe = polyhedron.null_space(rows.astype(object), math.inf)
    assert safe
    assert rank == np.linalg.matrix_rank(rows)
    assert basis.shape == (rows.shape[1] - rank, rows.shape[1])
    assert not (rows.astype(object) @ basis.T).any()
    found, weights, safe = polyhedron.recession(rows.astype(object), math.inf)
    slopes = rows.astype(object) @ weights
    if found:
        assert (slopes <= 0).all()
        assert slopes.any()
    else:
        best = linprog(
            rows.sum(axis=0), A_ub=rows, b_ub=np.zeros(len(rows)), bounds=(-1, 1), method="highs"
        )
        assert best.fun > -1e-9


def test_an_outgrown_number_is_noticed() -> None:
    rows = np.array([[1, 1], [1, -1]], dtype=object) * 10**6
    _, _, safe = polyhedron.null_space(rows.copy(), 10**9)
    assert not safe
    _, rank, safe = polyhedron.null_space(rows.copy(), math.inf)
    assert safe
    assert rank == 2


def korea() -> CaptureTable:
    counts = np.array([0, 5, 5, 54, 41, 6, 0, 12])
    return CaptureTable.of_counts(("b", "c", "d"), counts)


def test_a_model_that_does_not_exist_is_explained() -> None:
    check = check_model(korea(), "[12,13,23]")
    assert not check.exists
    assert check.cells == ("c:d",)
    assert check.lists == ("b", "c", "d")
    assert "does not exist" in check.reason.in_language("en")
    assert "c:d" in check.reason.in_language("nl")
    assert check.to_dict()["exists"] is False


def test_a_model_that_is_not_unique_is_explained() -> None:
    table = CaptureTable.of_counts("ABC", np.array([0, 40, 30, 6, 20, 0, 0, 0]))
    check = check_model(table, "[12,13,23]")
    assert check.exists
    assert not check.identifiable
    assert check.minus_infinity == ("13", "23")
    assert set(check.cells) == {"A:C", "B:C", "A:B:C"}
    full = CaptureTable.of_counts("ABC", np.array([0, 9, 8, 7, 6, 5, 4, 3]))
    saturated = check_model(full, "[123]")
    assert not saturated.identifiable
    assert saturated.cells == ()
    assert "no table of these lists" in saturated.reason.in_language("en")


def test_filling_the_cells_that_are_blamed_mends_the_model() -> None:
    rng = np.random.default_rng(11)
    mended = 0
    for _ in range(60):
        counts, model = random_table(rng, 4), random_model(rng, 4)
        check = check_model(CaptureTable.of_counts("ABCD", counts), model)
        if check.exists:
            continue
        for cell in check.cells:
            counts[sum(1 << "ABCD".index(name) for name in cell.split(":"))] = 1
        assert check_model(CaptureTable.of_counts("ABCD", counts), model).exists
        mended += 1
    assert mended > 5


def test_sixteen_lists_are_decided() -> None:
    rng = np.random.default_rng(3)
    counts = np.zeros(1 << 16, dtype=np.int64)
    counts[1 << np.arange(16)] = rng.integers(5, 50, size=16)
    for _ in range(120):
        counts[int(sum(1 << i for i in rng.choice(16, size=2, replace=False)))] += 1
    table = CaptureTable.of_counts([f"L{i}" for i in range(16)], counts)
    for interactions in ([0b11, 0b110, 0b1100], [0b111, 0b11000, 1 << 15 | 1]):
        model = HierarchicalModel.closure(16, interactions)
        check = check_model(table, model)
        assert check.exists == (not has_recession(model, counts))
        assert check.model.startswith("[L0:L1")


def has_recession(model: HierarchicalModel, counts: NDArray[np.int64]) -> bool:
    """Ask HiGHS for a direction that leaves filled cells alone and lowers empty ones."""
    cells = np.arange(1, counts.size)
    held = {term: (cells & term) == term for term in model.terms}
    finite = [term for term in model.terms if counts[1:][held[term]].any()]
    left = ~np.any([held[t] for t in model.terms if t not in finite] or [cells < 0], axis=0)
    design = np.array([held[term][left] for term in finite], dtype=float).T
    filled = counts[1:][left] > 0
    found = linprog(
        design[~filled].sum(axis=0),
        A_ub=design[~filled],
        b_ub=np.zeros((~filled).sum()),
        A_eq=design[filled],
        b_eq=np.zeros(filled.sum()),
        bounds=(-1, 1),
        method="highs",
    )
    return bool(found.fun < -1e-7)
