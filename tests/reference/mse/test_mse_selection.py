"""Stepwise selection, bootstrap intervals and profile intervals against R (see README.md)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from slachtoffermonitor.estimate import CaptureTable, HierarchicalModel, estimate_population
from slachtoffermonitor.estimate.loglinear.search import search_models
from slachtoffermonitor.estimate.loglinear.stepwise import step_models
from slachtoffermonitor.estimate.uncertainty.intervals import (
    acceleration,
    bca_limits,
    bias_correction,
    percentile_limits,
)
from slachtoffermonitor.estimate.uncertainty.profile import profile_limits
from slachtoffermonitor.estimate.uncertainty.replicates import leave_one_out, repeat, resample

HERE = Path(__file__).parent
PUBLISHED = ("Artificial_3", "Australia", "Korea", "Kosovo", "UKdat_5")
SIMULATED = tuple(sorted(path.stem for path in (HERE / "tables").glob("rand_*.csv")))
BOOTSTRAPPED = ("Australia", "Korea", "Kosovo", "UKdat_5")


@cache
def table(name: str) -> CaptureTable:
    return CaptureTable.read(HERE / "tables" / f"{name}.csv")


@cache
def stored(name: str) -> Any:
    return json.loads((HERE / f"{name}.json").read_text())


def steps_of(name: str) -> list[dict[str, Any]]:
    found = stored("random_sparse")[name] if name in SIMULATED else stored(f"ml_{name}")
    return list(found["stepwise"])


@pytest.mark.parametrize("name", PUBLISHED + SIMULATED)
def test_stepwise_selection_agrees_at_every_threshold(name: str) -> None:
    for expected in steps_of(name):
        search = step_models(table(name), threshold=expected["pthresh"])
        assert search.best.model.notation(table(name).lists) == expected["model"]
        assert search.best.estimate == pytest.approx(expected["popest"], rel=1e-7)


def replicate_tables(name: str) -> NDArray[np.int64]:
    found = stored(f"boot_step_{name}")
    lists = table(name).lists
    histories = [sum(row[one] << i for i, one in enumerate(lists)) for row in found["rows"]]
    tables = np.zeros((len(found["first_reps"]), 1 << len(lists)), dtype=np.int64)
    for line, replicate in zip(tables, found["first_reps"], strict=True):
        line[histories] = replicate["counts"]
    return tables


@pytest.mark.parametrize("name", BOOTSTRAPPED)
def test_every_stored_replicate_is_repeated(name: str) -> None:
    expected = stored(f"boot_step_{name}")["first_reps"]
    found = repeat(step_models(table(name)), replicate_tables(name))
    lists = table(name).lists
    assert [model and model.notation(lists) for model in found.models] == [
        replicate["model"] for replicate in expected
    ]
    # The software's stopping rule costs it digits in the least regular replicates.
    assert found.estimates == pytest.approx([line["estimate"] for line in expected], rel=1e-6)


@pytest.mark.parametrize("name", BOOTSTRAPPED)
def test_acceleration_and_limits_from_the_stored_replicates(name: str) -> None:
    expected = stored(f"boot_step_{name}")
    search = step_models(table(name))
    shorter, persons = leave_one_out(table(name).counts)
    accelerated = acceleration(repeat(search, shorter).estimates, persons)
    assert accelerated == pytest.approx(expected["ahat"], rel=1e-6)
    replicates = np.array(expected["bootreps"])
    levels = [float(level) for level in expected["BCa"]]
    # Replicates equal to the estimate count half here; there their rounding decides.
    assert bias_correction(search.best.estimate, replicates) == pytest.approx(
        expected["z0"], abs=0.005
    )
    plain = percentile_limits(replicates, levels)
    assert plain == pytest.approx(list(expected["raw_quantiles_type8"].values()), rel=1e-12)
    limits = bca_limits(search.best.estimate, replicates, accelerated, levels)
    tolerance = 2e-2 if name == "Korea" else 1e-7
    assert limits == pytest.approx(list(expected["BCa"].values()), rel=tolerance)


def order_statistics(values: NDArray[np.float64], level: float) -> tuple[float, float]:
    """Bound a quantile by the order statistics four binomial standard errors on either side."""
    finite = np.sort(values[np.isfinite(values)])
    spread = 4.0 * np.sqrt(2.0 * level * (1.0 - level) / finite.size)
    low, high = np.clip([level - spread, level + spread], 0.0, 1.0)
    return float(np.quantile(finite, low)), float(np.quantile(finite, high))


@pytest.mark.parametrize("name", BOOTSTRAPPED)
def test_own_replicates_are_distributed_as_the_stored_ones(name: str) -> None:
    expected = np.array(stored(f"boot_step_{name}")["bootreps"])
    drawn = resample(table(name).counts, 1000, np.random.default_rng(20))
    found = repeat(step_models(table(name)), drawn).estimates
    for level in (0.1, 0.25, 0.5, 0.75, 0.9):
        low, high = order_statistics(expected, level)
        assert low <= np.quantile(found, level) <= high


def test_best_of_all_is_chosen_again_as_stored_for_korea() -> None:
    expected = stored("boot_bic_Korea")
    lists = table("Korea").lists
    histories = [sum(row[one] << i for i, one in enumerate(lists)) for row in expected["rows"]]
    tables = np.zeros((len(expected["first_reps"]), 8), dtype=np.int64)
    for line, replicate in zip(tables, expected["first_reps"], strict=True):
        line[histories] = replicate["counts"]
    found = repeat(search_models(table("Korea")), tables)
    for model, estimate, replicate in zip(
        found.models, found.estimates, expected["first_reps"], strict=True
    ):
        assert model is not None
        assert model.notation(lists) == replicate["best_model"]
        assert estimate == pytest.approx(replicate["abundance"], rel=1e-6)


def test_limits_for_korea_are_within_monte_carlo_error_of_the_stored() -> None:
    expected = stored("boot_bic_Korea")["BCa_by_ntop"][-1]["q"]
    found = estimate_population(table("Korea"), bootstrap=4000, seed=3, levels=(0.95, 0.9, 0.8))
    assert found.estimate == pytest.approx(stored("boot_bic_Korea")["popest"])
    for level, low, high in (
        ("95", "0.025", "0.975"),
        ("90", "0.05", "0.95"),
        ("80", "0.1", "0.9"),
    ):
        limits = found.intervals[level]
        assert limits[0] == pytest.approx(expected[low], rel=0.02)
        assert limits[1] == pytest.approx(expected[high], rel=0.08)


@pytest.mark.parametrize("name", [*PUBLISHED, "Ned"])
def test_profile_interval_of_independence(name: str) -> None:
    """Rcapture replaces factorials by Stirling's formula: 1e-4 off with 20 hidden persons."""
    _, low, high, _ = stored(f"rcd_{name}")["ci_multinomial_Mt"]
    independence = HierarchicalModel.closure(table(name).size)
    found = profile_limits(table(name), independence, 0.95)
    assert found == pytest.approx((low, high), rel=2e-4 if name == "Korea" else 2e-5)
