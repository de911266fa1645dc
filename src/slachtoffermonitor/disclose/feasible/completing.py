"""True counts that nobody published and nobody gave: some that agree with all that is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.disclose.feasible._polytope import Polytope, Reduced
from slachtoffermonitor.disclose.linked import LinkedSet
from slachtoffermonitor.ground import ReleaseError

__all__ = ["completed"]


def completed(linked: LinkedSet, *, seed: int = 0, seconds: float = 120.0) -> NDArray[np.float64]:
    """Which counts could stand where the true count is not known?

    Raises:
        ReleaseError: none agree with the counts that are known, or none were found in time.

    """
    unknown = np.isnan(linked.value)
    if not unknown.any():
        return linked.value.copy()
    low = np.where(unknown, linked.low, linked.value)
    high = np.where(unknown, linked.high, linked.value)
    reduced = Reduced(linked.matrix, (linked.row_low, linked.row_high), low, high)
    polytope = Polytope(reduced, seed=seed)
    found = polytope.maximise(np.zeros(reduced.free.size), whole=True, seconds=seconds)
    if found is None:
        raise ReleaseError("no finest table was found that these tables are margins of")
    truth = low.copy()
    truth[reduced.free] = np.round(found)
    return truth
