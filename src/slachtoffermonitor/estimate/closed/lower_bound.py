"""Chao's lower bound from the persons on exactly one and exactly two lists."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.closed._designs import times_seen
from slachtoffermonitor.estimate.closed._intervals import SizeEstimate, log_normal_interval
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["ChaoLowerBound", "chao_lower_bound"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChaoLowerBound:
    """A number of persons that the population has at least, on average over samples.

    Quote `unequal_lists`: registers differ in how much they find. The other forms presume lists of
    equal strength and are what other software and older reports call Chao's bound. With f1 and f2
    the persons on exactly one and two of t lists, f_j those on list j alone:

    Attributes:
        observed: persons seen.
        seen_once: f1.
        seen_twice: f2.
        unequal_lists: observed + Σ_{j<k} f_j f_k / f2; with f2 zero it counts as 1.
        equal_lists: observed + (t − 1)/t × f1² / (2 f2); None when f2 is zero. What
            `unequal_lists` becomes when all f_j are equal.
        equal_lists_corrected: observed + (t − 1)/t × f1 (f1 − 1) / (2 (f2 + 1)); for f2 below 5.
        many_lists: observed + f1² / (2 f2), the limit for many equal lists, with few lists too
            high; None when f2 is zero.
        many_lists_corrected: observed + f1 (f1 − 1) / (2 (f2 + 1)).

    """

    observed: int
    seen_once: int
    seen_twice: int
    unequal_lists: SizeEstimate
    equal_lists: SizeEstimate | None
    equal_lists_corrected: SizeEstimate
    many_lists: SizeEstimate | None
    many_lists_corrected: SizeEstimate

    @property
    def estimate(self) -> float:
        """Persons seen and unseen, at least: that of `unequal_lists`."""
        return self.unequal_lists.abundance

    @property
    def hidden(self) -> float:
        """Persons unseen, at least."""
        return self.estimate - self.observed

    @property
    def interval(self) -> tuple[float, float]:
        """95% limits of `estimate`, never below the persons seen."""
        return self.unequal_lists.interval or (float(self.observed), float(self.observed))


def chao_lower_bound(table: CaptureTable) -> ChaoLowerBound:
    """How many persons are there at least, when some are harder to find than others?

    A bound for the mean of samples, not a guarantee: referral (being on one list leads to
    another) makes f2 too large and the bound too low, lists that exclude each other (somebody in
    a shelter is not found at the border) make f2 too small and the bound too high.

    Assumes: persons differ in how easily they are found, and given the person the lists find
    independently. For `unequal_lists` lists may differ in how much they find: then persons on
    exactly the one list j number b_j m1 on average and on exactly the two lists j and k
    b_j b_k m2, while the hidden persons number at least m1² / m2 (Cauchy-Schwarz).

    Returns:
        The bound in all its forms, with 95% intervals (logarithm of the hidden number as normal).
        `equal_lists` equals the model "Mh Chao (LB)" of `closed_population_models` where no
        parameter of that model was removed; `unequal_lists` is near "Mth Chao (LB)", which pools
        the pairs by likelihood.

    Raises:
        InputError: fewer than two lists have somebody on that list alone.

    Source: Chao (1987), Biometrics 43(4); Chao (1989), Biometrics 45(2), for lists that differ;
    Rivest & Baillargeon (2007), Biometrics 63(4) (finite number of lists, correction; the variance
    of the corrected form is the square of the estimate less an unbiased estimate of the squared
    mean).
    Checked against: Rcapture 1.4-4 (`closedp.bc` MhC, `Mth Chao (LB)`), tests/reference/mse.

    Example:
        >>> import numpy as np
        >>> counts = np.array([0, 69, 55, 21, 63, 17, 18, 28])
        >>> bound = chao_lower_bound(CaptureTable.of_counts(("P", "Q", "E"), counts))
        >>> round(bound.estimate), round(bound.equal_lists.abundance)
        (478, 479)

    """
    alone = table.counts[1 << np.arange(table.size)].astype(np.float64)
    once, twice = (float(value) for value in times_seen(table).counts[:2])
    share = (table.size - 1) / table.size
    seen = float(table.observed)
    return ChaoLowerBound(
        observed=table.observed,
        seen_once=int(once),
        seen_twice=int(twice),
        unequal_lists=_unequal(seen, alone.tolist(), twice),
        equal_lists=_plain(seen, once, twice, share),
        equal_lists_corrected=_corrected(seen, once, twice, share),
        many_lists=_plain(seen, once, twice, 1.0),
        many_lists_corrected=_corrected(seen, once, twice, 1.0),
    )


def _unequal(seen: float, alone: list[float], twice: float) -> SizeEstimate:
    once = sum(alone)
    chances = (once**2 - sum(each**2 for each in alone)) / 2.0
    if chances == 0:
        raise InputError(
            Problem(
                what="a lower bound needs persons who are on one list alone, on two lists at least"
            )
        )
    pairs = max(twice, 1.0)
    hidden = chances / pairs
    variance = hidden + sum((once - each) ** 2 * each for each in alone) / pairs**2
    if twice:
        variance += chances**2 / pairs**3
    return _bound(seen, hidden, variance)


def _plain(seen: float, once: float, twice: float, share: float) -> SizeEstimate | None:
    if twice == 0:
        return None
    hidden = share * once**2 / (2.0 * twice)
    return _bound(seen, hidden, hidden + hidden**2 * (4.0 / once + 1.0 / twice))


def _corrected(seen: float, once: float, twice: float, share: float) -> SizeEstimate:
    hidden = share * once * (once - 1.0) / (2.0 * (twice + 1.0))
    squared_mean = (
        share**2
        * once
        * (once - 1.0)
        * (once - 2.0)
        * (once - 3.0)
        / (4.0 * (twice + 1.0) * (twice + 2.0))
    )
    return _bound(seen, hidden, hidden + hidden**2 - squared_mean)


def _bound(seen: float, hidden: float, variance: float) -> SizeEstimate:
    error = sqrt(variance)
    return SizeEstimate(
        abundance=seen + hidden,
        standard_error=error,
        interval=log_normal_interval(seen, hidden, error),
    )
