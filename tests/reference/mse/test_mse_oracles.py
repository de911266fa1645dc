"""Fits, verdicts and rankings against R (see README.md): every number that it stored."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from slachtoffermonitor.estimate import (
    CaptureTable,
    HierarchicalModel,
    chao_lower_bound,
    check_model,
    estimate_population,
    fit_model,
    search_models,
)

HERE = Path(__file__).parent
PUBLISHED = ("Artificial_3", "Australia", "Korea", "Kosovo", "UKdat_5")
SIMULATED = tuple(sorted(path.stem for path in (HERE / "tables").glob("rand_*.csv")))


@cache
def table(name: str) -> CaptureTable:
    return CaptureTable.read(HERE / "tables" / f"{name}.csv")


@cache
def stored(name: str) -> Any:
    return json.loads((HERE / f"{name}.json").read_text())


def models_of(name: str) -> list[dict[str, Any]]:
    if name in SIMULATED:
        return list(stored("random_sparse")[name]["models"])
    found = stored(f"ml_{name}")
    return [found["main"], found["allpairs"], *found["single_pair"]]


@pytest.mark.parametrize("name", PUBLISHED + SIMULATED)
def test_every_verdict_is_equal(name: str) -> None:
    for expected in models_of(name):
        check = check_model(table(name), expected["model"])
        code = (not check.exists) + 2 * (not check.identifiable)
        assert code == expected["code"], expected["model"]


@pytest.mark.parametrize("name", PUBLISHED + SIMULATED)
def test_every_regular_fit_is_equal(name: str) -> None:
    for expected in models_of(name):
        if "tight" not in expected:
            continue
        tight = expected["tight"]
        fit = fit_model(table(name), HierarchicalModel.parse(expected["model"], table(name).lists))
        assert fit.estimate == pytest.approx(tight["abundance"], rel=1e-9)
        assert fit.log_likelihood == pytest.approx(tight["loglik"], abs=1e-8)
        assert fit.deviance == pytest.approx(tight["deviance"], abs=1e-8)
        assert fit.criterion("bic") == pytest.approx(tight["bic"], abs=1e-8)
        assert fit.criterion("aic") == pytest.approx(tight["aic"], abs=1e-8)
        # The software's own standard error is at its second last iteration: 2e-7 off.
        assert fit.log_hidden_se == pytest.approx(tight["log_dark_se"], abs=1e-6)


@pytest.mark.parametrize("name", PUBLISHED)
def test_whole_enumeration_agrees(name: str) -> None:
    expected = stored(f"ml_{name}")["enumeration"]
    for order in range(1, table(name).size):
        for criterion in ("bic", "aic"):
            search = search_models(table(name), criterion=criterion, max_order=order)
            best = expected[f"best_{criterion}_maxorder{order}"]
            ranked = [fit.model.notation(table(name).lists) for fit in search.top(10)]
            assert ranked == [line["model"] for line in best["top10"]]
            assert search.best.estimate == pytest.approx(best["abundance_tight"], rel=1e-9)
            assert search.best.criterion(criterion) == pytest.approx(best["value"], abs=1e-8)
    codes = expected["code_counts"]
    assert len(search.fits) == expected["n_models"]
    assert search.failed_existence == codes.get("1", 0) + codes.get("3", 0)
    assert search.failed_identifiability == codes.get("2", 0)


def test_independence_model_of_the_dutch_table() -> None:
    dutch = estimate_population(table("Ned"), "fixed", model="[1,2,3,4,5,6]")
    assert dutch.observed == 8234
    assert dutch.estimate == pytest.approx(52823.5, abs=0.05)
    assert dutch.estimate == pytest.approx(
        stored("rcd_Ned")["closedp_t"]["Mt"]["abundance"], rel=1e-9
    )
    assert dutch.verdict.judgement == "do not publish"


@pytest.mark.parametrize("name", ["Australia", "Kosovo", "UKdat_5", "Ned"])
def test_lower_bound_is_near_the_likelihood_version(name: str) -> None:
    """The moment bound and Rcapture's likelihood bound differ only in how they pool the pairs."""
    expected = stored(f"rcd_{name}")["closedp_t"]["Mth Chao (LB)"]["abundance"]
    assert chao_lower_bound(table(name)).estimate == pytest.approx(expected, rel=0.011)
