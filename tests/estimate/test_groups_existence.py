"""Existence and identifiability on lists × covariates, against a whole linear programme."""

import numpy as np
import polars as pl
import pytest
from scipy.optimize import linprog

from slachtoffermonitor.estimate import CaptureTable, HierarchicalModel, check_model
from slachtoffermonitor.estimate.groups import estimate_by_group
from slachtoffermonitor.estimate.groups._loglinear.checks import check_fit
from slachtoffermonitor.estimate.groups._loglinear.design import Design
from slachtoffermonitor.estimate.groups._loglinear.fitting import fit_terms, independent_columns
from slachtoffermonitor.estimate.groups.cells import count_cells
from slachtoffermonitor.estimate.groups.terms import Factors
from slachtoffermonitor.ground import InputError


def random_table(rng, lists, sizes, mean):
    shape = (1 << lists, *sizes)
    chance = np.prod(np.meshgrid(*[rng.uniform(0.2, 2.0, n) for n in shape], indexing="ij"), axis=0)
    counts = rng.poisson(mean * chance)
    counts[0] = 0
    counts[1] += not counts.any()
    where = np.nonzero(counts)
    names = [f"x{i}" for i in range(len(sizes))]
    cells = pl.DataFrame(
        {"history": where[0].astype(np.uint32)}
        | dict(zip(names, where[1:], strict=True))
        | {"count": counts[where].astype(np.int64)}
    )
    named = tuple(chr(65 + i) for i in range(lists))
    return CaptureTable(lists=named, cells=cells, strata=tuple(names))


def fitted(table, terms):
    cells = count_cells(table, table.strata)
    factors = Factors(lists=table.lists, covariates=table.strata)
    design = Design(factors.closure(terms), table.size, cells.codes(), cells.sizes)
    return fit_terms(cells, design, independent_columns(design, cells.possible).size)


def slow_verdict(fit):
    """Decide by a linear programme over all parameters and by ranks of the whole matrix."""
    live = np.flatnonzero(~fit.dead)
    matrix = fit.design.matrix(fit.alive).toarray()[:, live]
    counts = fit.cells.counts[fit.alive]
    full, empty = matrix[counts > 0], matrix[counts == 0]
    exists = True
    if empty.size:
        best = linprog(
            empty.sum(axis=0),
            A_ub=empty,
            b_ub=np.zeros(len(empty)),
            A_eq=full,
            b_eq=np.zeros(len(full)),
            bounds=[(-1, 1)] * live.size,
            method="highs",
        )
        exists = best.fun > -1e-7
    rank = np.linalg.matrix_rank(matrix)
    rows = fit.design.hidden_rows()[:, live][fit.alive_groups]
    fixed = all(np.linalg.matrix_rank(np.vstack([matrix, row])) == rank for row in rows)
    return exists, fixed


def test_verdicts_equal_a_whole_linear_programme_on_random_sparse_tables():
    rng = np.random.default_rng(12)
    seen = set()
    for _ in range(250):
        lists = int(rng.integers(2, 5))
        sizes = tuple(int(size) for size in rng.integers(1, 4, rng.integers(1, 3)))
        table = random_table(rng, lists, sizes, float(rng.choice([0.1, 0.3, 0.8])))
        factors = Factors(lists=table.lists, covariates=table.strata)
        pool = [*factors.of_order(2, 2), *factors.of_order(3, 2)]
        some = rng.choice(pool, size=min(len(pool), int(rng.integers(0, 5))), replace=False)
        fit = fitted(table, [int(term) for term in some])
        found = check_fit(fit)
        assert (found.exists, found.identifiable) == slow_verdict(fit)
        seen.add((found.exists, found.identifiable))
        if found.sound:
            assert fit.converged
            assert fit.means.sum() == pytest.approx(table.observed, rel=1e-8)
    assert {(True, True), (False, True), (True, False)} <= seen


def test_verdicts_equal_those_of_the_lists_alone():
    rng = np.random.default_rng(13)
    failed = 0
    for _ in range(120):
        lists = int(rng.integers(3, 6))
        table = random_table(rng, lists, (), float(rng.choice([0.4, 1.0])))
        pairs = list(Factors(lists=table.lists, covariates=()).of_order(2, 2))
        some = [int(t) for t in rng.choice(pairs, size=int(rng.integers(1, 4)), replace=False)]
        found = check_fit(fitted(table, some))
        expected = check_model(table, HierarchicalModel.closure(lists, some))
        assert found.exists == expected.exists
        if expected.exists:
            assert found.identifiable == expected.identifiable
        failed += not found.sound
    assert failed > 10


def test_margins_without_persons_are_at_minus_infinity_and_no_failure():
    rows = {"A": [1, 0, 1, 1, 0, 0, 1], "B": [0, 1, 1, 0, 1, 0, 0], "C": [0, 0, 0, 0, 0, 1, 1]}
    frame = pl.DataFrame({**rows, "sex": list("MMMVVVV"), "count": [30, 20, 10, 40, 30, 20, 8]})
    table = CaptureTable.from_counts(frame, strata=["sex"])
    # No man is on list C: with C:sex the men are estimated from A and B alone.
    found = estimate_by_group(table, ["sex"], select="fixed", terms=["A:sex", "B:sex", "C:sex"])
    assert found.groups["hidden"][0] == pytest.approx(60.0, rel=1e-8)
    with_gap = estimate_by_group(
        table, ["sex"], select="fixed", terms=["A:sex", "B:sex", "C:sex"], coverage=["C:sex=M"]
    )
    np.testing.assert_allclose(found.groups["hidden"], with_gap.groups["hidden"], rtol=1e-8)
    assert found.parameters == with_gap.parameters + 1


def test_a_group_that_the_model_empties_is_zero_and_said_so():
    rows = {"A": [1, 0, 1] * 3, "B": [0, 1, 1] * 3}
    frame = pl.DataFrame(
        {**rows, "sex": list("MMMVVVMMM"), "form": list("xxxxxxyyy"), "count": [9, 8, 4] * 3}
    )
    table = CaptureTable.from_counts(frame, strata=["sex", "form"])
    found = estimate_by_group(table, ["sex", "form"], select="fixed", terms=["sex:form"])
    empty = found.groups.filter(pl.col("sex") == "V", pl.col("form") == "y").row(0, named=True)
    assert (empty["hidden"], empty["low"], empty["high"]) == (0.0, 0.0, 0.0)
    assert any("nobody there" in notice.in_language("en") for notice in found.notices)


def test_a_year_without_any_list_is_not_estimated():
    rng = np.random.default_rng(3)
    table = random_table(rng, 3, (2,), 20.0)
    one = CaptureTable(
        lists=table.lists,
        cells=table.cells.filter((pl.col("x0") == 0) | (pl.col("history") == 1)),
        strata=table.strata,
    )
    # In the second year list A worked alone, and nothing says how many it missed.
    with pytest.raises(InputError, match=r"not fixed by the persons seen.*x0 1"):
        estimate_by_group(
            one, ["x0"], select="fixed", terms=["A:x0"], coverage=["B:x0=1", "C:x0=1"]
        )


def test_a_refused_model_names_the_cells():
    # Persons on one list or on A and B only: with pairs the answer runs away.
    frame = pl.DataFrame(
        {"A": [1, 0, 0, 1], "B": [0, 1, 0, 1], "C": [0, 0, 1, 1], "count": [9, 8, 7, 3]}
    )
    table = CaptureTable.from_counts(frame)
    with pytest.raises(InputError, match="has no estimate"):
        estimate_by_group(table, [], select="fixed", terms=["A:B", "A:C", "B:C"])
