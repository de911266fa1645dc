"""Chao's lower bound from the persons on exactly one and exactly two lists."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.closed._designs import times_seen
from slachtoffermonitor.estimate.closed._intervals import SizeEstimate, log_normal_interval

__all__ = ["ChaoLowerBound", "chao_lower_bound"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChaoLowerBound:
    """The bound in its forms: for many lists or for the number there is, plain or corrected.

    Attributes:
        seen_once: persons on exactly one list, f1.
        seen_twice: persons on exactly two lists, f2.
        classical: observed + f1² / (2 f2); None when f2 is zero.
        classical_corrected: observed + f1 (f1 − 1) / (2 (f2 + 1)).
        log_linear: observed + (t − 1)/t × f1² / (2 f2) for t lists; None when f2 is zero.
        log_linear_corrected: observed + (t − 1)/t × f1 (f1 − 1) / (2 (f2 + 1)).

    """

    seen_once: int
    seen_twice: int
    classical: SizeEstimate | None
    classical_corrected: SizeEstimate
    log_linear: SizeEstimate | None
    log_linear_corrected: SizeEstimate


def chao_lower_bound(table: CaptureTable) -> ChaoLowerBound:
    """How many persons are there at least, when some are found more easily than others?

    A bound for the mean of samples, not a guarantee: referral (being on one list leads to
    another) makes f2 too large and the bound too low, lists that exclude each other (somebody in
    a shelter is not found at the border) make f2 too small and the bound too high. It presumes
    that lists find equally many; where one list dwarfs the others, read "Mth Chao (LB)" of
    `closed_population_models`.

    With few lists take the log-linear form: the classical one is its limit for many lists, and
    for two lists is twice as high. It equals the model "Mh Chao (LB)" where no parameter of that
    model was removed. With f2 small (below 5) take the corrected form.

    Returns:
        All four forms, with 95% intervals (logarithm of the hidden number as normal). When
        nobody is on exactly one list each bound is the number observed, without an interval.

    Source: Chao (1987), Biometrics 43(4); Rivest & Baillargeon (2007),
    Biometrics 63(4) (finite number of lists, correction; the variance of the
    corrected form is the square of the estimate less an unbiased estimate of the squared mean).
    Checked against: Rcapture 1.4-4 (`closedp.bc` MhC), `tests/reference/mse/rcd_*.json`.

    Example:
        >>> import numpy as np
        >>> counts = np.array([0, 69, 55, 21, 63, 17, 18, 28])
        >>> bound = chao_lower_bound(CaptureTable.of_counts(("P", "Q", "E"), counts))
        >>> round(bound.classical.abundance), round(bound.log_linear.abundance)
        (583, 479)

    """
    once, twice = (float(value) for value in times_seen(table).counts[:2])
    share = (table.size - 1) / table.size
    seen = float(table.observed)
    return ChaoLowerBound(
        seen_once=int(once),
        seen_twice=int(twice),
        classical=_plain(seen, once, twice, 1.0),
        classical_corrected=_corrected(seen, once, twice, 1.0),
        log_linear=_plain(seen, once, twice, share),
        log_linear_corrected=_corrected(seen, once, twice, share),
    )


def _plain(seen: float, once: float, twice: float, share: float) -> SizeEstimate | None:
    if twice == 0:
        return None
    hidden = share * once**2 / (2.0 * twice)
    variance = hidden + hidden**2 * (4.0 / once + 1.0 / twice) if once else 0.0
    return _bound(seen, hidden, variance)


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
