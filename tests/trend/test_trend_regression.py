"""Regression of counts, held against statsmodels."""

import warnings

import numpy as np
import pytest
import statsmodels.api as sm

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.trend.regression.covariance import covariance_of, newey_west
from slachtoffermonitor.trend.regression.fitting import fit_counts, fit_negative_binomial

POINTS = 84


def series(seed, size=8.0):
    chance = np.random.default_rng(seed)
    time = np.arange(POINTS)
    design = np.column_stack([np.ones(POINTS), (time - 53) / 12, time >= 53]).astype(float)
    means = np.exp(3.8 - 0.02 * design[:, 1] - 1.3 * design[:, 2])
    counts = chance.negative_binomial(size, size / (size + means)).astype(float)
    return design, counts, chance.normal(0, 0.1, POINTS)


def reference(design, counts, offset, **options):
    model = sm.GLM(counts, design, offset=offset, family=sm.families.Poisson())
    return model.fit(tol=1e-13, **options)


@pytest.mark.parametrize("seed", range(4))
def test_fits_and_errors_are_those_of_statsmodels(seed):
    design, counts, offset = series(seed)
    fit = fit_counts(design, counts, offset)
    plain = reference(design, counts, offset)
    assert fit.coefficients == pytest.approx(plain.params, rel=1e-8)
    assert fit.inverse == pytest.approx(plain.cov_params(), rel=1e-8, abs=1e-14)
    assert fit.log_likelihood == pytest.approx(plain.llf, rel=1e-10)
    quasi = reference(design, counts, offset, scale="X2")
    assert fit.dispersion == pytest.approx(quasi.scale, rel=1e-8)
    assert covariance_of(fit, "quasi-poisson") == pytest.approx(
        quasi.cov_params(), rel=1e-8, abs=1e-14
    )


@pytest.mark.parametrize("lags", [0, 1, 3, 12])
def test_errors_with_neighbours_are_those_of_statsmodels(lags):
    design, counts, offset = series(1)
    found = newey_west(fit_counts(design, counts, offset), lags)
    expected = reference(
        design, counts, offset, cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}
    )
    assert found == pytest.approx(expected.cov_params(), rel=1e-8, abs=1e-14)


def test_the_extra_variance_is_that_of_statsmodels():
    design, counts, offset = series(2)
    found = fit_negative_binomial(design, counts, offset)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = sm.NegativeBinomial(counts, design, offset=offset).fit(
            disp=0, maxiter=1000, gtol=1e-10
        )
    assert found.coefficients == pytest.approx(expected.params[:3], abs=1e-5)
    assert found.alpha == pytest.approx(expected.params[3], abs=1e-5)
    assert found.log_likelihood >= expected.llf - 1e-8


def test_counts_that_vary_less_than_chance_have_no_extra_variance():
    design = np.ones((20, 1))
    assert fit_negative_binomial(design, np.full(20, 7.0)).alpha == 0


@pytest.mark.parametrize(
    ("design", "counts", "said"),
    [
        (np.ones((2, 2)), np.ones(2), "too short"),
        (np.ones((9, 2)), np.ones(9), "too uniform"),
        (
            np.column_stack([np.ones(8), np.arange(8) > 3]),
            np.array([5.0] * 4 + [0.0] * 4),
            "no fit",
        ),
    ],
)
def test_what_has_no_fit_is_refused(design, counts, said):
    with pytest.raises(InputError, match=said):
        fit_counts(design.astype(float), counts)
