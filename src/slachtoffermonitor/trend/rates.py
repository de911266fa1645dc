"""Two counts compared: their ratio with exact limits, and whether chance explains it."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite, nan
from typing import Literal

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.trend._counts import require_level
from slachtoffermonitor.trend._intervals import exact_limits, odds, split_tails

__all__ = ["RateRatio", "Verdict", "rate_ratio", "verdict_of"]

Verdict = Literal["more", "fewer", "about the same", "no conclusion"]

_SAME = 1.1  # limits within a factor 1.1 either way: about the same


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRatio:
    """The rate after over the rate before, with its exact conditional limits.

    `ratio` is nan when both counts are 0 and infinite when only the first is. `p_value` is the
    exact two-sided one that belongs to the limits (twice the smaller tail). `overdispersion` is
    how many times the variance of a count is its mean, as was stated.
    """

    before: int
    after: int
    exposure_before: float
    exposure_after: float
    ratio: float
    low: float
    high: float
    level: float
    overdispersion: float
    p_value: float
    verdict: Verdict

    @property
    def beyond_chance(self) -> bool:
        """Whether the limits exclude that nothing changed."""
        return self.verdict in ("more", "fewer")


def rate_ratio(
    before: int,
    after: int,
    *,
    exposure_before: float = 1,
    exposure_after: float = 1,
    level: float = 0.95,
    overdispersion: float = 1.0,
) -> RateRatio:
    """How many times as often after as before, and can chance explain it?

    The limits speak of chance alone. A change of law, of counting or of who reports changes
    counts too, and is no chance. Reports that come in clusters vary more than Poisson counts:
    state that as `overdispersion`, or chance is called change too often.

    Args:
        before: the count in the first period.
        after: the count in the second period.
        exposure_before: the size of the first period (years, persons).
        exposure_after: the size of the second period, in the same unit.
        level: the probability with which the limits hold the true ratio, at least.
        overdispersion: the variance of a count over its mean; 1 for Poisson counts.

    Returns:
        A `RateRatio`; the verdict is "more" or "fewer" only when the limits exclude 1, "about the
        same" when they lie within 1/1.1 and 1.1, and otherwise "no conclusion".

    Raises:
        InputError: a negative or broken count, a period without size, an overdispersion below 1,
            or a level that is no probability.

    Source: Przyborowski & Wilenski (1940); Clopper & Pearson (1934) on the split of the total.
        The score interval is not used: where a count is 0 it shrinks to a point. With
        overdispersion φ the counts are taken as φ times Poisson counts.

    >>> found = rate_ratio(1334, 984)
    >>> round(found.ratio, 3), round(found.low, 3), round(found.high, 3), found.verdict
    (0.738, 0.679, 0.802, 'fewer')

    """
    require_level(level)
    _require_comparable(before, after, (exposure_before, exposure_after), overdispersion)
    scale = exposure_before / exposure_after
    part, whole = after / overdispersion, (before + after) / overdispersion
    low_share, high_share = exact_limits(part, whole, level)
    low, high = scale * odds(low_share), scale * odds(high_share)
    split = exposure_after / (exposure_before + exposure_after)
    return RateRatio(
        before=before,
        after=after,
        exposure_before=exposure_before,
        exposure_after=exposure_after,
        ratio=scale * after / before if before else (inf if after else nan),
        low=low,
        high=high,
        level=level,
        overdispersion=overdispersion,
        p_value=min(1.0, 2 * min(split_tails(part, whole, split))),
        verdict=verdict_of(low, high),
    )


def _require_comparable(
    before: int, after: int, exposures: tuple[float, float], overdispersion: float
) -> None:
    problems = []
    if before < 0 or after < 0 or not min(exposures) > 0 or not isfinite(max(exposures)):
        problems.append(
            Problem(
                what="counts cannot be compared",
                found=f"{before} over {exposures[0]} and {after} over {exposures[1]}",
                allowed="counts from 0, exposures above 0",
            )
        )
    if not (float(before).is_integer() and float(after).is_integer()):
        problems.append(
            Problem(
                what="is no count", found=f"{before} and {after}", allowed="whole numbers from 0"
            )
        )
    if not 1 <= overdispersion < inf:
        problems.append(
            Problem(what="no overdispersion", found=str(overdispersion), allowed="1 or more")
        )
    if problems:
        raise InputError(problems)


def verdict_of(low: float, high: float) -> Verdict:
    """Give the words that the limits of a ratio allow."""
    if low > 1:
        return "more"
    if high < 1:
        return "fewer"
    return "about the same" if low >= 1 / _SAME and high <= _SAME else "no conclusion"
