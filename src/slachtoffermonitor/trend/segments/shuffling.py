"""What chance does to a series: its own surprises in another order."""

from __future__ import annotations

from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom, poisson

__all__ = ["shuffled"]

Floats = NDArray[np.float64]


def shuffled(
    counts: Floats,
    means: Floats,
    size: float,
    *,
    replicates: int,
    block: int,
    chance: np.random.Generator,
) -> Floats:
    """Give series in which the surprises of this one come in another order.

    Where all means are alike the counts themselves change places, which is exact whatever their
    distribution. Otherwise each count becomes its place in the distribution around its own mean;
    those change places and become counts again around the mean where they land.

    Args:
        counts: one series, or a stretch of it.
        means: what they vary around.
        size: of the negative binomial distribution; infinite for Poisson.
        replicates: how many series.
        block: how many neighbours stay together.
        chance: the randomness.

    """
    order = _orders(len(counts), replicates, block, chance)
    if np.ptp(means) <= 1e-9 * means.max(initial=0.0):
        return counts[order]
    law = poisson(means) if size == inf else nbinom(size, size / (size + means))
    below, up_to = law.cdf(counts - 1), law.cdf(counts)
    place = below + chance.random((replicates, len(counts))) * (up_to - below)
    found: Floats = law.ppf(np.clip(np.take_along_axis(place, order, axis=1), 1e-12, 1 - 1e-12))
    return found


def _orders(
    length: int, replicates: int, block: int, chance: np.random.Generator
) -> NDArray[np.int64]:
    if block == 1:
        return np.argsort(chance.random((replicates, length)), axis=1)
    # blocks begin anywhere on the ring of periods, so that none is always cut at the same place
    number = -(-length // block)
    keys = np.repeat(chance.random((replicates, number)), block, axis=1)[:, :length]
    turned = (np.arange(length) + chance.integers(0, length, (replicates, 1))) % length
    return np.take_along_axis(turned, np.argsort(keys, axis=1, kind="stable"), axis=1)
