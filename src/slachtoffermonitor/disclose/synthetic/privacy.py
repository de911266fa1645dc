"""What a synthesis promises, and the noise that keeps the promise, drawn by OpenDP.

Source: Bun and Steinke (2016), Concentrated differential privacy: simplifications, extensions, and
lower bounds, TCC 2016 (zCDP); Canonne, Kamath and Steinke (2020), The discrete Gaussian for
differential privacy, NeurIPS 33.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import opendp.prelude as dp
from numpy.typing import NDArray

from slachtoffermonitor.ground import InputError, Problem, ReleaseError

__all__ = ["Budget", "Promise", "promise"]

_LARGEST_DELTA = 1e-3
_STEPS = 40
_NEAR = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """(epsilon, delta)-differential privacy for one person with at most `reach` records.

    `loss` is the same promise in the measure in which it is spent: zCDP's rho where delta is above
    0, epsilon itself where delta is 0.
    """

    epsilon: float
    delta: float
    reach: int
    loss: float


def promise(*, epsilon: float, delta: float = 1e-6, reach: int = 1) -> Promise:
    """How much may be spent under this epsilon and delta?

    What goes wrong if misused: a delta as large as one in the number of records allows to publish
    somebody whole. Keep it far below that.

    Args:
        epsilon: above 0; the chance of any output changes by at most a factor e^epsilon.
        delta: 0 (pure differential privacy) or far below one in the number of records.
        reach: how many records one person has at most.

    Raises:
        InputError: values out of range.

    """
    wrong = []
    if not (math.isfinite(epsilon) and epsilon > 0):
        wrong.append(Problem(what="epsilon is wrong", found=f"{epsilon:g}", allowed="above 0"))
    if not 0 <= delta <= _LARGEST_DELTA:
        allowed = f"0, or up to {_LARGEST_DELTA:g}; by default 1e-6"
        wrong.append(Problem(what="delta is wrong", found=f"{delta:g}", allowed=allowed))
    if reach < 1:
        what = "the largest number of records of one person is wrong"
        wrong.append(Problem(what=what, found=str(reach), allowed="1 or more"))
    if wrong:
        raise InputError(wrong)
    loss = epsilon if delta == 0 else _concentrated(epsilon, delta)
    return Promise(epsilon=epsilon, delta=delta, reach=reach, loss=loss)


def _concentrated(epsilon: float, delta: float) -> float:
    """Find the largest rho of zCDP that gives no more than epsilon at this delta."""
    low, high = 0.0, epsilon
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _epsilon(middle, delta) <= epsilon:
            low = middle
        else:
            high = middle
    return low


def _epsilon(rho: float, delta: float) -> float:
    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T=int)), dp.l2_distance(T=float)
    mechanism = dp.m.make_gaussian(*space, scale=1 / math.sqrt(2 * rho))
    profile = dp.c.make_zCDP_to_approxDP(mechanism).map(1.0)  # type: ignore[no-untyped-call]
    return float(profile.epsilon(delta))


class Budget:
    """What of a promise is spent; refuses to spend more."""

    def __init__(self, promised: Promise) -> None:
        self.promised = promised
        self.spent = 0.0
        dp.enable_features("contrib")

    def _spend(self, loss: float) -> None:
        self.spent += loss
        if self.spent > self.promised.loss * (1 + _NEAR):
            raise ReleaseError("the synthesis would spend more than its epsilon allows")

    def deviation(self, share: float) -> float:
        """Give the standard deviation of the noise when this share of the budget is spent."""
        loss, reach = share * self.promised.loss, self.promised.reach
        if self.promised.delta == 0:
            return reach / loss * math.sqrt(2)
        return reach / math.sqrt(2 * loss)

    def count(self, counts: NDArray[np.int64], share: float) -> NDArray[np.float64]:
        """Give the counts with noise; one record stands in one of them."""
        loss, reach = share * self.promised.loss, self.promised.reach
        domain = dp.vector_domain(dp.atom_domain(T=int))
        if self.promised.delta == 0:
            mechanism = dp.m.make_laplace(domain, dp.l1_distance(T=int), scale=reach / loss)
            taken = mechanism.map(reach)  # type: ignore[no-untyped-call]
        else:
            scale = reach / math.sqrt(2 * loss)
            mechanism = dp.m.make_gaussian(domain, dp.l2_distance(T=float), scale=scale)
            taken = mechanism.map(float(reach))  # type: ignore[no-untyped-call]
        self._spend(float(taken))
        draw = cast(Callable[[list[int]], list[int]], mechanism)
        return np.asarray(draw(counts.tolist()), dtype=np.float64)

    def choose(self, scores: NDArray[np.float64], share: float) -> int:
        """Give the place of a high score; one record changes no score by more than 1."""
        loss, reach = share * self.promised.loss, self.promised.reach
        pure = self.promised.delta == 0
        scale = 2 * reach / loss if pure else reach / math.sqrt(2 * loss)
        measure = dp.max_divergence() if pure else dp.zero_concentrated_divergence()
        domain = dp.vector_domain(dp.atom_domain(T=float, nan=False))
        metric = dp.linf_distance(T=float, monotonic=False)
        mechanism: Any = dp.m.make_noisy_max(domain, metric, measure, scale=scale)
        self._spend(float(mechanism.map(float(reach))))
        return int(mechanism(scores.tolist()))
