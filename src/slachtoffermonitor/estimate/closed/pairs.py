"""Estimates from two lists at a time: Lincoln-Petersen and Chapman."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import sqrt

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.closed._designs import captures
from slachtoffermonitor.estimate.closed._intervals import SizeEstimate, log_normal_interval

__all__ = ["PairEstimate", "pairwise_estimates"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairEstimate:
    """What two lists alone say about the size of the population.

    Attributes:
        lists: the names of the two lists.
        on_first: persons on the first list, whatever other lists they are on.
        on_second: persons on the second list.
        on_both: persons on both.
        lincoln_petersen: on_first × on_second / on_both; None when nobody is on both.
        chapman: (on_first + 1)(on_second + 1) / (on_both + 1) − 1.

    """

    lists: tuple[str, str]
    on_first: int
    on_second: int
    on_both: int
    lincoln_petersen: SizeEstimate | None
    chapman: SizeEstimate


def pairwise_estimates(table: CaptureTable) -> tuple[PairEstimate, ...]:
    """What does each pair of lists say about the size of the population?

    Read them against each other, never one alone. A pair that says far less than the others
    shares persons by referral; a pair that says far more hardly meets the same persons. When
    nobody is on both lists Chapman's estimate only says that the population is large: it is far
    too low then.

    Assumes: the two lists find a person independently, and on at least one of them everybody is
    equally easily found; nobody enters or leaves; persons were linked without error.

    Returns:
        One per pair in order of the columns; 95% intervals take the logarithm of the number on
        neither list as normal, and never go below the persons on at least one of the two.

    Source: Chapman (1951), University of California Publications in Statistics 1(7); Seber
    (1970), Biometrics 26(1); Seber (1982), The Estimation of Animal
    Abundance; Chao (1987), Biometrics 43(4) (interval).

    Example:
        >>> import numpy as np
        >>> table = CaptureTable.of_counts(("A", "B"), np.array([0, 90, 40, 10]))
        >>> (pair,) = pairwise_estimates(table)
        >>> pair.lincoln_petersen.abundance, round(pair.chapman.abundance, 1)
        (500.0, 467.3)

    """
    on = captures(table.size)
    counts = table.counts[1:]
    return tuple(
        _pair(
            (table.lists[i], table.lists[j]),
            int(counts[on[:, i]].sum()),
            int(counts[on[:, j]].sum()),
            int(counts[on[:, i] & on[:, j]].sum()),
        )
        for i, j in combinations(range(table.size), 2)
    )


def _pair(lists: tuple[str, str], first: int, second: int, both: int) -> PairEstimate:
    seen = first + second - both
    only = (first - both) * (second - both)
    petersen = None
    if both:
        variance = first * second * only / both**3
        petersen = _estimate(seen, first * second / both, variance)
    corrected = (first + 1) * (second + 1)
    variance = corrected * only / ((both + 1) ** 2 * (both + 2))
    return PairEstimate(
        lists=lists,
        on_first=first,
        on_second=second,
        on_both=both,
        lincoln_petersen=petersen,
        chapman=_estimate(seen, corrected / (both + 1) - 1.0, variance),
    )


def _estimate(seen: int, abundance: float, variance: float) -> SizeEstimate:
    error = sqrt(variance)
    return SizeEstimate(
        abundance=abundance,
        standard_error=error,
        interval=log_normal_interval(seen, abundance - seen, error),
    )
