"""The fit on lists × covariates against a dense generalised linear model, cell by cell."""

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from slachtoffermonitor.estimate import CaptureTable, HierarchicalModel, fit_model
from slachtoffermonitor.estimate.groups import Gap, estimate_by_group
from slachtoffermonitor.ground import InputError

LISTS = ("A", "B", "C")


def simulate(seed, persons=4000, lists=3, **sizes):
    """Draw persons whose chance to be on a list depends on the first covariate."""
    rng = np.random.default_rng(seed)
    names = [chr(65 + i) for i in range(lists)]
    levels = {name: rng.integers(0, size, persons) for name, size in sizes.items()}
    first = next(iter(levels.values())) if levels else np.zeros(persons)
    chance = 0.25 + 0.1 * np.outer(first % 2, np.arange(lists) % 2) - 0.03 * np.arange(lists)
    on = rng.random((persons, lists)) < chance
    frame = pl.DataFrame({name: on[:, i].astype(int) for i, name in enumerate(names)} | levels)
    frame = frame.filter(pl.sum_horizontal(names) > 0).with_columns(count=1)
    grouped = frame.group_by([*names, *sizes]).agg(pl.col("count").sum())
    return CaptureTable.from_counts(grouped.sort([*names, *sizes]), strata=list(sizes))


def dense_fit(table, covariates, terms, impossible=()):
    """Give hidden persons per group, deviance and BIC by iteratively reweighted least squares."""
    levels = [table.cells[name].unique().sort().to_list() for name in covariates]
    grid = np.array(np.meshgrid(*levels, indexing="ij")).reshape(len(levels), -1).T
    groups = [tuple(row) for row in grid]
    counts = {
        (row[0], tuple(row[1:-1])): row[-1]
        for row in table.cells.select("history", *covariates, "count").iter_rows()
    }
    cells = [
        (history, group)
        for group in groups
        for history in range(1, 1 << table.size)
        if not any(history >> table.lists.index(name) & 1 and group == g for name, g in impossible)
    ]

    def row(history, group):
        values = []
        factors = {name: [float(history >> i & 1)] for i, name in enumerate(table.lists)}
        for name, names, level in zip(covariates, levels, group, strict=True):
            factors[name] = [float(level == other) for other in names[1:]]
        for term in ["", *factors, *terms]:
            columns = [1.0]
            for name in filter(None, term.split(":")):
                columns = [a * b for a in columns for b in factors[name]]
            values.extend(columns)
        return values

    design = np.array([row(*cell) for cell in cells])
    y = np.array([float(counts.get(cell, 0)) for cell in cells])
    model = sm.GLM(y, design, family=sm.families.Poisson())
    fit = model.fit(tol=1e-13, tol_criterion="params", maxiter=200)
    hidden = np.exp(np.array([row(0, group) for group in groups]) @ fit.params)
    covariance = fit.cov_params()
    bic = -2 * fit.llf + design.shape[1] * np.log(y.sum())
    return hidden, fit.deviance, bic, covariance, groups


@pytest.mark.parametrize(
    "terms",
    [
        [],
        ["A:sex"],
        ["A:B", "B:year", "year:sex"],
        ["A:B", "A:sex", "B:sex", "A:B:sex", "C:year"],
    ],
)
def test_equals_a_dense_generalised_linear_model(terms):
    table = simulate(3, year=3, sex=2)
    found = estimate_by_group(table, ["year", "sex"], select="fixed", terms=terms)
    hidden, deviance, bic, _, _ = dense_fit(table, ["year", "sex"], terms)
    np.testing.assert_allclose(found.groups["hidden"], hidden, rtol=1e-8)
    assert found.deviance == pytest.approx(deviance, rel=1e-8)
    assert found.criterion == pytest.approx(bic, rel=1e-10)


def test_a_list_that_did_not_exist_leaves_its_cells_out_of_the_likelihood():
    whole = simulate(4, year=3)
    year = 1
    cells = whole.cells.filter(~((pl.col("year") == year) & (pl.col("history") & 4 > 0)))
    table = CaptureTable(lists=whole.lists, cells=cells, strata=("year",))
    terms = ["A:B", "B:year"]
    found = estimate_by_group(table, ["year"], select="fixed", terms=terms, coverage=["C:year=1"])
    hidden, deviance, bic, _, _ = dense_fit(table, ["year"], terms, [("C", (year,))])
    np.testing.assert_allclose(found.groups["hidden"], hidden, rtol=1e-8)
    assert found.deviance == pytest.approx(deviance, rel=1e-8)
    assert found.criterion == pytest.approx(bic, rel=1e-10)
    without = estimate_by_group(table, ["year"], select="fixed", terms=terms)
    assert without.hidden > 1.02 * found.hidden


def test_a_gap_with_all_interactions_is_the_year_alone_with_the_lists_that_it_had():
    whole = simulate(5, year=2)
    cells = whole.cells.filter(~((pl.col("year") == 1) & (pl.col("history") & 4 > 0)))
    table = CaptureTable(lists=whole.lists, cells=cells, strata=("year",))
    found = estimate_by_group(
        table,
        ["year"],
        select="fixed",
        terms=["A:year", "B:year", "C:year"],
        coverage=[Gap(list="C", where={"year": ("1",)})],
    )
    alone = table.split("year")
    two = fit_model(alone[(1,)].marginal(["A", "B"]), HierarchicalModel.closure(2))
    three = fit_model(alone[(0,)], HierarchicalModel.closure(3))
    expected = [three.hidden, two.hidden]
    np.testing.assert_allclose(found.groups["hidden"], expected, rtol=1e-8)


def test_all_interactions_with_a_covariate_are_separate_fits():
    table = simulate(6, sex=3)
    each = ["A:sex", "B:sex", "C:sex", "A:B:sex"]
    found = estimate_by_group(table, ["sex"], select="fixed", terms=each)
    model = HierarchicalModel.parse("[12,3]", table.lists)
    expected = [fit_model(part, model).hidden for part in table.split("sex").values()]
    np.testing.assert_allclose(found.groups["hidden"], expected, rtol=1e-8)


def test_a_covariate_with_one_level_changes_nothing():
    table = simulate(7, sex=2)
    constant = CaptureTable(
        lists=table.lists,
        cells=table.cells.with_columns(country=pl.lit("NL")),
        strata=("sex", "country"),
    )
    one = estimate_by_group(table, ["sex"])
    two = estimate_by_group(constant, ["sex"], covariates=["sex", "country"])
    assert two.model == one.model
    assert two.parameters == one.parameters
    assert two.criterion == pytest.approx(one.criterion, rel=1e-12)
    np.testing.assert_allclose(two.groups["hidden"], one.groups["hidden"], rtol=1e-8)


def test_without_covariates_it_is_the_model_of_the_lists():
    table = simulate(8)
    found = estimate_by_group(table, [], select="fixed", terms=["A:B"])
    expected = fit_model(table, HierarchicalModel.parse("[12,3]", table.lists))
    assert found.hidden == pytest.approx(expected.hidden, rel=1e-8)
    assert found.criterion == pytest.approx(expected.criterion("bic"), rel=1e-10)
    assert found.groups.height == 1


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), first=st.integers(1, 4), second=st.integers(1, 3))
def test_groups_add_up_to_the_total(seed, first, second):
    table = simulate(seed, persons=1500, year=first, sex=second)
    found = estimate_by_group(table, ["year", "sex"], select="fixed", terms=["A:year"])
    for part in (found.groups, found.summarise("year"), found.summarise("sex"), found.summarise()):
        assert part["estimate"].sum() == pytest.approx(found.estimate, rel=1e-12)
        assert part["observed"].sum() == table.observed
        assert (part["low"] >= part["observed"]).all()
        assert (part["low"] <= part["estimate"]).all()
        assert (part["estimate"] <= part["high"]).all()
        np.testing.assert_allclose(part["in_view"], part["observed"] / part["estimate"])


def test_the_delta_interval_is_that_of_the_dense_model():
    table = simulate(9, sex=2)
    found = estimate_by_group(table, ["sex"], select="fixed", terms=["A:sex"])
    hidden, _, _, covariance, _ = dense_fit(table, ["sex"], ["A:sex"])
    # Columns: 1, A, B, C, sex, A:sex; nobody hidden is on a list.
    rows = np.array([[1, 0, 0, 0, 0, 0], [1, 0, 0, 0, 1, 0]]) * hidden[:, None]
    both = rows.sum(axis=0)
    variance = both @ covariance @ both + hidden.sum()
    spread = np.sqrt(np.log1p(variance / hidden.sum() ** 2))
    expected = table.observed + hidden.sum() * np.exp(1.959963984540054 * spread)
    assert found.high == pytest.approx(expected, rel=1e-7)


def test_persons_where_a_list_does_not_reach_are_refused():
    table = simulate(10, sex=2)
    with pytest.raises(InputError, match="said not to cover"):
        estimate_by_group(table, ["sex"], coverage=["C:sex=1"])


@pytest.mark.parametrize("gap", ["D:sex=1", "A:age=1", "A:sex=7", "A:sex", "sex", ":sex=1"])
def test_gaps_that_mean_nothing_are_refused(gap):
    with pytest.raises(InputError, match="gap"):
        estimate_by_group(simulate(10, sex=2), ["sex"], coverage=[gap])


def test_a_group_that_cannot_exist_has_no_hidden_persons():
    whole = simulate(11, sex=2, form=2)
    cells = whole.cells.filter(~((pl.col("sex") == 0) & (pl.col("form") == 1)))
    table = CaptureTable(lists=whole.lists, cells=cells, strata=("sex", "form"))
    by = ["sex", "form"]
    found = estimate_by_group(table, by, select="fixed", coverage=["sex=0;form=1"])
    rows = found.groups.select("sex", "form").rows()
    assert ("0", "1") not in rows
    assert len(rows) == 3
    assert found.groups["estimate"].sum() == pytest.approx(found.estimate, rel=1e-12)
    # With three groups left the two covariates and their interaction are free of each other.
    free = estimate_by_group(
        table, by, select="fixed", terms=["sex:form"], coverage=["sex=0;form=1"]
    )
    assert free.parameters == found.parameters
