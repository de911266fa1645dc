"""Hazard regression against R's survival package and cmprsk, on their own public data."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.follow import (
    andersen_gill,
    check_proportional,
    concordance,
    cox,
    fine_gray,
    log_rank,
)

REFERENCE = Path(__file__).parents[1] / "reference" / "follow"
CLOSE = {"rtol": 1e-9, "atol": 1e-10}


def oracle(name):
    return json.loads((REFERENCE / f"{name}.json").read_text())


def column(model, name):
    return model.coefficients[name].to_numpy()


@pytest.fixture(scope="module")
def colon():
    return pl.read_csv(REFERENCE / "colon_recurrence.csv", null_values=["NA", "."])


@pytest.fixture(scope="module")
def complete(colon):
    return colon.drop_nulls("nodes")


@pytest.fixture(scope="module")
def bladder():
    return pl.read_csv(REFERENCE / "bladder2.csv")


def of_colon(complete, ties):
    return cox(
        None,
        complete["time"],
        complete["status"],
        covariates=complete.select("rx", "sex", "age", "nodes"),
        references={"rx": "Obs"},
        ties=ties,
    )


@pytest.mark.parametrize("place", [0, 1], ids=["efron", "breslow"])
def test_cox_equals_r(complete, place):
    expected = oracle("cox_colon")["fits"][place]
    model = of_colon(complete, expected["ties"])
    assert [term.replace("=", "") for term in model.coefficients["term"]] == expected["names"]
    np.testing.assert_allclose(column(model, "coefficient"), expected["coef"], **CLOSE)
    np.testing.assert_allclose(column(model, "standard_error"), expected["se"], **CLOSE)
    assert model.log_likelihood == pytest.approx(expected["loglik"], rel=1e-12)
    assert model.null_log_likelihood == pytest.approx(expected["loglik_null"], rel=1e-12)
    assert model.tests["score"][0] == pytest.approx(expected["score"], rel=1e-10)
    assert model.tests["wald"][0] == pytest.approx(expected["wald"], rel=1e-10)
    assert (model.persons, model.events) == (expected["n"], expected["events"])


@pytest.mark.parametrize("place", [0, 1], ids=["efron", "breslow"])
def test_the_test_of_proportional_hazards_equals_r(complete, place):
    expected = oracle("cox_colon")["fits"][place]["zph"]
    found = check_proportional(of_colon(complete, oracle("cox_colon")["fits"][place]["ties"]))
    assert found["column"].to_list()[:-1] == expected["term"][:-1]
    assert found["freedom"].to_list() == expected["df"]
    np.testing.assert_allclose(found["chi_square"], expected["chisq"], rtol=1e-8)
    np.testing.assert_allclose(found["p"], expected["p"], rtol=1e-8)


def test_the_concordance_equals_r(complete):
    expected = oracle("cox_colon")["fits"][0]["concordance"]
    assert concordance(of_colon(complete, "efron")) == pytest.approx(expected, rel=1e-12)


def test_the_log_rank_test_equals_r(colon):
    expected = oracle("km_colon")["logrank"]
    found = log_rank(None, colon["time"], colon["status"], group=colon["rx"])
    order = [found.groups.index(name) for name in ("Obs", "Lev", "Lev+5FU")]
    assert [found.observed[place] for place in order] == expected["observed"]
    np.testing.assert_allclose([found.expected[p] for p in order], expected["expected"], **CLOSE)
    assert found.chi_square == pytest.approx(expected["chisq"], rel=1e-11)
    assert found.p == pytest.approx(expected["p"], rel=1e-9)


MODELS = {
    "andersen_gill": ("start", "stop", None),
    "pwp_total_time": ("start", "stop", "enum"),
    "pwp_gap_time": (None, "gap", "enum"),
}


@pytest.mark.parametrize("name", MODELS)
def test_models_of_events_that_come_back_equal_r_with_clustered_errors(bladder, name):
    entry, exit_, strata = MODELS[name]
    expected = oracle("recurrent_bladder")[name]
    model = andersen_gill(
        bladder[entry] if entry else np.zeros(bladder.height, dtype=int),
        bladder[exit_],
        bladder["event"],
        covariates=bladder.select(expected["names"]),
        strata=bladder[strata] if strata else None,
        person=bladder["id"],
    )
    np.testing.assert_allclose(column(model, "coefficient"), expected["coef"], **CLOSE)
    np.testing.assert_allclose(column(model, "naive_error"), expected["naive_se"], **CLOSE)
    np.testing.assert_allclose(column(model, "standard_error"), expected["robust_se"], **CLOSE)
    assert model.null_log_likelihood == pytest.approx(expected["loglik"][0], rel=1e-12)
    assert model.log_likelihood == pytest.approx(expected["loglik"][1], rel=1e-12)


def test_delayed_entry_and_clusters_are_not_those_of_other_libraries(bladder):
    """Others give -0.457 (at risk on the day of entry), and errors of 0.2105 and 0.2443."""
    names = ["rx", "size", "number"]
    arrays = (bladder["start"], bladder["stop"], bladder["event"])
    model = andersen_gill(*arrays, covariates=bladder.select(names), person=bladder["id"])
    assert round(column(model, "coefficient")[0], 4) == -0.4647
    assert round(column(model, "standard_error")[0], 4) == 0.2656


def test_fine_gray_equals_cmprsk():
    rows = pl.read_csv(REFERENCE / "mgus2.csv")
    expected = oracle("competing_mgus2")["fine_gray"]
    model = fine_gray(
        None,
        rows["etime"],
        rows["ev"],
        covariates=rows.select("sex", "age"),
        references={"sex": "F"},
    )
    np.testing.assert_allclose(column(model, "coefficient"), expected["coef"], atol=1e-9)
    np.testing.assert_allclose(column(model, "standard_error"), expected["se"], atol=1e-9)
    assert model.log_likelihood == pytest.approx(expected["loglik"], rel=1e-12)


def test_the_cause_specific_hazard_equals_r():
    rows = pl.read_csv(REFERENCE / "mgus2.csv")
    expected = oracle("competing_mgus2")["cause_specific_cox"]
    model = cox(
        None,
        rows["etime"],
        rows["ev"],
        covariates=rows.select("sex", "age"),
        references={"sex": "F"},
    )
    np.testing.assert_allclose(column(model, "coefficient"), expected["coef"], **CLOSE)
    np.testing.assert_allclose(column(model, "standard_error"), expected["se"], **CLOSE)
