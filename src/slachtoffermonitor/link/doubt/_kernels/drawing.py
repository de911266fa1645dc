"""All components of uncertain records, one after the other."""

from __future__ import annotations

import numpy as np
from numba import njit

from slachtoffermonitor.link.doubt._kernels.enumerating import draw_exactly
from slachtoffermonitor.link.doubt._kernels.potential import Ties, Whole
from slachtoffermonitor.link.doubt._kernels.walking import walk

__all__ = ["draw_all"]


@njit(cache=True, error_model="numpy")
def draw_all(  # noqa: PLR0917 - compiled code takes no keyword-only arguments
    ties: Ties,
    begins: Whole,
    records: Whole,
    where: Whole,
    label: Whole,
    exact: int,
    sweeps: int,
    rng: np.random.Generator,
) -> None:
    """Draw a partition of every component and write it into `label`.

    Component c consists of `records[begins[c]:begins[c + 1]]`. Up to `exact` records it is drawn
    from all its partitions; a larger one walks on from `label` as it stands.
    """
    for component in range(begins.size - 1):
        here = records[begins[component] : begins[component + 1]]
        if here.size <= exact:
            draw_exactly(ties, here, label, rng)
        else:
            walk(ties, here, label, where, sweeps, rng)
