"""R-hat and effective sizes, held to series whose truth is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from slachtoffermonitor.estimate.bayes import (
    effective_size,
    quantile_error,
    split_r_hat,
    tail_effective_size,
)


def autoregression(rho: float, *, chains: int = 4, draws: int = 20_000, seed: int = 3):
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(chains, draws)) * math.sqrt(1 - rho**2)
    values = np.empty((chains, draws))
    values[:, 0] = rng.normal(size=chains)
    for t in range(1, draws):
        values[:, t] = rho * values[:, t - 1] + noise[:, t]
    return values


@pytest.mark.parametrize("rho", [-0.3, 0.0, 0.5, 0.9])
def test_the_effective_size_of_an_autoregression_is_known(rho):
    values = autoregression(rho)
    expected = values.size * (1 - rho) / (1 + rho)
    assert effective_size(values) == pytest.approx(expected, rel=0.1)


def test_the_effective_size_knows_only_ranks():
    values = autoregression(0.5, draws=2000)
    assert effective_size(np.exp(5 * values)) == pytest.approx(effective_size(values))
    assert split_r_hat(np.exp(5 * values)) == pytest.approx(split_r_hat(values), abs=5e-3)


def test_chains_at_one_place_agree():
    values = np.random.default_rng(1).normal(size=(4, 2000))
    assert split_r_hat(values) < 1.005
    assert tail_effective_size(values) > 4000


def test_a_chain_elsewhere_a_wider_chain_and_a_drift_all_show():
    values = np.random.default_rng(1).normal(size=(4, 2000))
    elsewhere, wider = values.copy(), values.copy()
    elsewhere[0] += 1
    wider[0] *= 3
    drift = values + np.linspace(0, 1, 2000)
    assert min(split_r_hat(each) for each in (elsewhere, wider, drift)) > 1.01


def test_chains_that_stand_still():
    assert split_r_hat(np.full((4, 100), 7.0)) == 1.0
    assert split_r_hat(np.arange(4.0)[:, None] + np.zeros((4, 100))) == math.inf


def test_the_error_of_a_quantile_is_that_of_independent_draws():
    values = np.random.default_rng(5).normal(size=(4, 10_000))
    density = math.exp(-0.5 * 1.2815515655446004**2) / math.sqrt(2 * math.pi)
    expected = math.sqrt(0.9 * 0.1 / values.size) / density
    assert quantile_error(values, 0.9) == pytest.approx(expected, rel=0.15)
