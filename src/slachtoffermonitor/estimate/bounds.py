"""Lower bounds and simple estimates that need no model of how lists depend on each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["LowerBound", "chao_lower_bound"]

_NORMAL_95 = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class LowerBound:
    """A number of persons that the population has at least, on average over samples.

    Attributes:
        estimate: observed and hidden persons together.
        hidden: persons on no list.
        se: standard error of `estimate`.
        interval: 95% interval, never below the number observed.
        seen_once: persons on exactly one list.
        seen_twice: persons on exactly two lists.

    """

    estimate: float
    hidden: float
    se: float
    interval: tuple[float, float]
    seen_once: int
    seen_twice: int


def chao_lower_bound(table: CaptureTable) -> LowerBound:
    """How many persons are there at least, when some are harder to find than others?

    A bound for the mean of samples, not a guarantee. When being on one list brings a person to
    another (referral), the truth can also lie below it.

    Assumes: persons differ in how easily they are found, lists differ in how much they find, and
    given the person the lists find independently. Then persons on exactly the one list j number
    b_j m1 on average and on exactly the two lists j and k b_j b_k m2, while the hidden persons
    number at least m1² / m2 (Cauchy-Schwarz).

    Returns:
        Observed persons plus Σ_{j<k} f_j f_k / f2, with f_j the persons on list j alone and f2
        the persons on exactly two lists. With t lists of equal strength it is Chao's
        (t − 1) / t · f1² / (2 f2). With nobody on exactly two lists f2 counts as 1. The interval
        takes the logarithm of the hidden number as normal.

    Raises:
        InputError: fewer than two lists have somebody on that list alone.

    Source: Chao (1987), Biometrics 43(4); Chao (1989), Biometrics 45(2), for lists that differ.
    Checked against: Rcapture 1.4-4, `Mth Chao (LB)`, which fits the same model by likelihood.

    Example:
        >>> import polars as pl
        >>> frame = pl.DataFrame({"A": [1, 0, 1], "B": [0, 1, 1], "count": [30, 20, 6]})
        >>> chao_lower_bound(CaptureTable.from_counts(frame)).estimate
        156.0

    """
    counts = table.counts.astype(np.float64)
    alone = counts[1 << np.arange(table.size)]
    on_two = np.array([history.bit_count() == 2 for history in range(counts.size)])
    once, twice = float(alone.sum()), float(counts[on_two].sum())
    chances = float(once**2 - (alone**2).sum()) / 2.0
    if chances == 0:
        raise InputError(
            Problem(
                what="a lower bound needs persons who are on one list alone, on two lists at least"
            )
        )
    pairs = max(twice, 1.0)
    hidden = chances / pairs
    variance = (
        hidden
        + float(((once - alone) ** 2 * alone).sum()) / pairs**2
        + (chances**2 / pairs**3 if twice else 0.0)
    )
    spread = float(np.exp(_NORMAL_95 * np.sqrt(np.log1p(variance / hidden**2))))
    observed = table.observed
    return LowerBound(
        estimate=observed + hidden,
        hidden=hidden,
        se=float(np.sqrt(variance)),
        interval=(observed + hidden / spread, observed + hidden * spread),
        seen_once=int(once),
        seen_twice=int(twice),
    )
