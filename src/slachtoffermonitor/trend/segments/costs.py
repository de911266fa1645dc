"""How well stretches of constant level fit counts, for many series at once.

A stretch is described by its sums alone, so every stretch of a series costs a subtraction.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

__all__ = ["Cost", "Splits", "best_splits", "local_dispersion", "split_gains"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_AT_ONCE = 4_000_000  # numbers in one array of stretches


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a stretch is judged by: Poisson counts, or negative binomial ones of this size.

    The variance of a count is mean + mean² / size; an infinite size is Poisson.
    """

    size: float = inf

    def fit(self, counts: Floats, expected: Floats, periods: Floats) -> Floats:
        """Give the largest log likelihood of stretches, up to what does not depend on breaks.

        With a size, unequal expected counts within a stretch are taken at their average.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.size == inf:
                found = xlogy(counts, np.where(expected > 0, counts / expected, 1.0))
            else:
                level = np.where(periods > 0, counts / periods, 1.0)
                found = (
                    xlogy(counts, level)
                    - (counts + periods * self.size) * np.log(self.size + level)
                    - xlogy(counts, np.where(periods > 0, expected / periods, 1.0))
                )
        return np.asarray(found, dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Splits:
    """The best one and the best two breaks in a series, and how much better they fit."""

    one: tuple[int, ...]
    two: tuple[int, ...]
    gain_of_one: float
    gain_of_two: float


def _cumulated(rows: Floats) -> Floats:
    zero = np.zeros((*rows.shape[:-1], 1))
    return np.concatenate([zero, np.cumsum(rows, axis=-1)], axis=-1)


def _stretches(rows: Floats, expected: Floats, cost: Cost, shortest: int) -> Floats:
    """Give the fit of every stretch [a, b) of each row: rows × (n + 1) × (n + 1), or -inf."""
    counts, sizes = _cumulated(rows), _cumulated(expected)
    place = np.arange(rows.shape[-1] + 1)
    length = (place[None, :] - place[:, None]).astype(float)
    fit = cost.fit(
        counts[:, None, :] - counts[:, :, None],
        np.maximum(sizes[None, :] - sizes[:, None], 0.0)[None],
        np.maximum(length, 0.0)[None],
    )
    return np.where(length[None] >= shortest, fit, -inf)


def split_gains(rows: Floats, expected: Floats, cost: Cost, shortest: int) -> tuple[Floats, Floats]:
    """Give for each row how much one break, and two breaks, improve the fit at best.

    Minus infinity where the row is too short for them.
    """
    length = rows.shape[-1]
    at_once = max(1, _AT_ONCE // (length + 1) ** 2)
    ones, twos = [], []
    for start in range(0, len(rows), at_once):
        fit = _stretches(rows[start : start + at_once], expected, cost, shortest)
        whole = _whole(rows[start : start + at_once], expected, cost)
        head, tail = fit[:, 0, :], fit[:, :, -1]
        ones.append((head + tail).max(axis=1) - whole)
        twos.append((head[:, :, None] + fit + tail[:, None, :]).max(axis=(1, 2)) - whole)
    return np.concatenate(ones), np.concatenate(twos)


def _whole(rows: Floats, expected: Floats, cost: Cost) -> Floats:
    periods = np.array(float(rows.shape[-1]))
    return cost.fit(rows.sum(axis=-1), np.asarray(expected.sum()), periods)


def best_splits(counts: Floats, expected: Floats, cost: Cost, shortest: int) -> Splits:
    """Find the best break and the best pair of breaks in one series."""
    fit = _stretches(counts[None], expected, cost, shortest)[0]
    whole = float(_whole(counts[None], expected, cost)[0])
    one = fit[0, :] + fit[:, -1]
    two = fit[0, :, None] + fit + fit[None, :, -1]
    first, second = np.unravel_index(int(two.argmax()), two.shape)
    return Splits(
        one=(int(one.argmax()),),
        two=(int(first), int(second)),
        gain_of_one=float(one.max()) - whole,
        gain_of_two=float(two.max()) - whole,
    )


def local_dispersion(counts: Floats, expected: Floats) -> float:
    """Give how many times neighbours differ more than chance; breaks hardly touch it.

    Source: the mean of squared successive differences (von Neumann and others, 1941).
    """
    rate = counts.sum() / expected.sum()
    if rate == 0:
        return 1.0
    ratios = counts / expected
    # the variance of a difference of two rates is dispersion × rate × (1 / e1 + 1 / e2)
    scale = rate * (1 / expected[1:] + 1 / expected[:-1])
    level = (counts[1:] + counts[:-1]) / (expected[1:] + expected[:-1]) / rate
    weight = np.maximum(level, 1e-12)
    squares = np.diff(ratios) ** 2
    return max(1.0, float(squares.sum() / (scale * weight).sum()))
