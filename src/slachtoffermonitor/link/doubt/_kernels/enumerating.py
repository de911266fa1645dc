"""Exact draws: all partitions of a few records, weighed and drawn without a walk."""

from __future__ import annotations

import numpy as np
from numba import njit

from slachtoffermonitor.link.doubt._kernels.potential import Floats, Ties, Whole, log_potential

__all__ = ["draw_exactly", "log_subsets", "log_totals"]


@njit(cache=True, error_model="numpy")
def log_subsets(ties: Ties, records: Whole) -> Floats:
    """Give the log potential of every subset; bit i of its number is record i."""
    potential = np.zeros(1 << records.size)
    chosen = np.empty(records.size, dtype=np.int64)
    for subset in range(1, potential.size):
        size = 0
        for place in range(records.size):
            if subset >> place & 1:
                chosen[size] = records[place]
                size += 1
        potential[subset] = log_potential(ties, chosen[:size])
    return potential


@njit(cache=True, error_model="numpy")
def log_totals(potential: Floats) -> Floats:
    """Give for every subset the log of the sum over its partitions.

    The person of the lowest record takes every subset that holds it in turn; the rest is known.
    """
    totals = np.zeros(potential.size)
    for subset in range(1, potential.size):
        lowest = subset & -subset
        rest = subset ^ lowest
        most, total = -np.inf, 0.0
        part = rest
        while True:
            value = potential[part | lowest] + totals[rest ^ part]
            if value > most:
                total = total * np.exp(most - value) + 1.0
                most = value
            elif value > -np.inf:
                total += np.exp(value - most)
            if part == 0:
                break
            part = (part - 1) & rest
        totals[subset] = most + np.log(total)
    return totals


@njit(cache=True, error_model="numpy")
def draw_exactly(ties: Ties, records: Whole, label: Whole, rng: np.random.Generator) -> None:
    """Draw one partition of the records and write it into `label` (a record of each person)."""
    potential = log_subsets(ties, records)
    totals = log_totals(potential)
    left = potential.size - 1
    while left:
        lowest = left & -left
        rest = left ^ lowest
        threshold = rng.random()
        reached = 0.0
        part = rest
        chosen = 0
        while True:
            reached += np.exp(potential[part | lowest] + totals[rest ^ part] - totals[left])
            if reached >= threshold:
                chosen = part
                break
            if part == 0:
                break
            part = (part - 1) & rest
        chosen |= lowest
        first = -1
        for place in range(records.size):
            if chosen >> place & 1:
                if first < 0:
                    first = records[place]
                label[records[place]] = first
        left ^= chosen
