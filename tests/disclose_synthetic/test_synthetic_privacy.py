import math

import numpy as np
import pytest

from slachtoffermonitor.disclose.synthetic.privacy import Budget, promise
from slachtoffermonitor.ground import InputError, ReleaseError


def test_the_loss_of_concentrated_privacy_is_within_its_epsilon():
    rho = promise(epsilon=4, delta=1e-6).loss
    # Bun and Steinke (2016), Proposition 1.3: the simple bound is never below the exact one
    simple = rho + 2 * math.sqrt(rho * math.log(1e6))
    assert 4 <= simple < 4.8


def test_more_epsilon_and_more_delta_allow_more():
    base = promise(epsilon=2, delta=1e-6).loss
    assert promise(epsilon=4, delta=1e-6).loss > base
    assert promise(epsilon=2, delta=1e-4).loss > base
    assert promise(epsilon=2, delta=0).loss == 2


@pytest.mark.parametrize("delta", [0.0, 1e-6])
def test_noise_is_as_wide_as_it_says(delta):
    budget = Budget(promise(epsilon=1, delta=delta))
    noisy = budget.count(np.full(4000, 500), 0.5)
    assert abs(noisy.mean() - 500) < 5 * budget.deviation(0.5) / math.sqrt(4000)
    assert noisy.std() == pytest.approx(budget.deviation(0.5), rel=0.15)


def test_a_person_with_more_records_gets_more_noise():
    one, three = (Budget(promise(epsilon=1, reach=reach)) for reach in (1, 3))
    assert three.deviation(0.1) == pytest.approx(3 * one.deviation(0.1))


@pytest.mark.parametrize("delta", [0.0, 1e-6])
def test_the_budget_is_spent_once(delta):
    budget = Budget(promise(epsilon=1, delta=delta, reach=2))
    budget.count(np.arange(5), 0.6)
    assert budget.choose(np.array([0.0, 1e6, 0.0]), 0.4) == 1
    assert budget.spent == pytest.approx(budget.promised.loss)
    with pytest.raises(ReleaseError, match="more than its epsilon"):
        budget.count(np.arange(5), 0.01)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"epsilon": 0}, "epsilon"),
        ({"epsilon": math.nan}, "epsilon"),
        ({"epsilon": 1, "delta": 0.5}, "delta"),
        ({"epsilon": 1, "reach": 0}, "number of records"),
    ],
)
def test_a_promise_that_cannot_be_is_refused(wrong, message):
    with pytest.raises(InputError, match=message):
        promise(**wrong)
