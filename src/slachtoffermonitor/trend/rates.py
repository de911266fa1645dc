"""Two counts compared: their ratio with exact limits, and whether chance explains it."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan
from typing import Literal

from scipy.stats import binom

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.trend._intervals import exact_limits, odds

__all__ = ["RateRatio", "Verdict", "compare_counts"]

Verdict = Literal["more", "fewer", "about the same", "no clear change"]

_SAME = 1.1  # limits within a factor 1.1 either way: about the same


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRatio:
    """The rate after over the rate before, with its exact conditional limits.

    `ratio` is nan when both counts are 0 and infinite when only the first is. `p_value` is the
    exact two-sided one that belongs to the limits (twice the smaller tail).
    """

    before: int
    after: int
    exposure_before: float
    exposure_after: float
    ratio: float
    low: float
    high: float
    level: float
    p_value: float
    verdict: Verdict

    @property
    def beyond_chance(self) -> bool:
        """Whether the limits exclude that nothing changed."""
        return self.verdict in ("more", "fewer")


def compare_counts(
    before: int,
    after: int,
    *,
    exposure_before: float = 1,
    exposure_after: float = 1,
    level: float = 0.95,
) -> RateRatio:
    """How many times as often after as before, and can chance explain it?

    The limits speak of chance alone. A change of law, of counting or of who reports changes
    counts too, and is no chance; reports that come in clusters vary more than is assumed here.

    Args:
        before: the count in the first period.
        after: the count in the second period.
        exposure_before: the size of the first period (years, persons).
        exposure_after: the size of the second period, in the same unit.
        level: the probability with which the limits hold the true ratio, at least.

    Returns:
        A `RateRatio`; the verdict is "more" or "fewer" only when the limits exclude 1, "about the
        same" when they lie within 1/1.1 and 1.1, and otherwise "no clear change".

    Raises:
        InputError: a negative count, or a period without size.

    Source: Przyborowski & Wilenski (1940); Clopper & Pearson (1934) on the split of the total.

    >>> found = compare_counts(1334, 984)
    >>> round(found.ratio, 3), round(found.low, 3), round(found.high, 3), found.verdict
    (0.738, 0.679, 0.802, 'fewer')

    """
    if before < 0 or after < 0 or min(exposure_before, exposure_after) <= 0:
        raise InputError(
            Problem(
                what="counts cannot be compared",
                found=f"{before} over {exposure_before} and {after} over {exposure_after}",
                allowed="counts from 0, exposures above 0",
            )
        )
    scale = exposure_before / exposure_after
    total = before + after
    low_share, high_share = exact_limits(after, total, level)
    low, high = scale * odds(low_share), scale * odds(high_share)
    ratio = scale * after / before if before else (inf if after else nan)
    split = exposure_after / (exposure_before + exposure_after)
    tails = binom.cdf(after, total, split), binom.sf(after - 1, total, split)
    return RateRatio(
        before=before,
        after=after,
        exposure_before=exposure_before,
        exposure_after=exposure_after,
        ratio=ratio,
        low=low,
        high=high,
        level=level,
        p_value=float(min(1.0, 2 * min(tails))),
        verdict=_verdict(low, high),
    )


def _verdict(low: float, high: float) -> Verdict:
    if low > 1:
        return "more"
    if high < 1:
        return "fewer"
    return "about the same" if low >= 1 / _SAME and high <= _SAME else "no clear change"
