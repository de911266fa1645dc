"""What each group adds to a change, and what the total does without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from slachtoffermonitor.trend._intervals import weighted_limits
from slachtoffermonitor.trend.rates import RateRatio, Verdict, rate_ratio

__all__ = ["Contribution", "Driving", "contributions_of", "driver_of"]

Driving = Literal["only", "mostly"]

_REST_AT_MOST = 0.25  # of a change, for the change to be in the other group


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one group adds to the change of the total.

    `difference` is after less before with its limits; the differences of all groups add up to
    that of the total. `of_change` is the difference over the total's (1.6: more than the whole
    change, others went the other way), None where the total did not change; `of_before` is the
    difference over the total before, so that these add up to the total's relative change.
    `without` compares the total without this group; `turns` says that it goes the other way.
    Groups are judged at the stricter `rate.level`, so that ten groups give no more false news
    than one.
    """

    group: str
    before: int
    after: int
    difference: int
    low: float
    high: float
    of_change: float | None
    of_before: float | None
    rate: RateRatio
    without: RateRatio
    turns: bool

    @property
    def verdict(self) -> Verdict:
        """What may be said of the group itself."""
        return self.rate.verdict


def contributions_of(
    counts: Mapping[str, tuple[int, int]], *, level: float, dispersion: float
) -> tuple[Contribution, ...]:
    """Give what each group adds, the largest difference first."""
    total = (sum(one for one, _ in counts.values()), sum(two for _, two in counts.values()))
    strict = 1 - (1 - level) / len(counts)
    found = [
        _contribution(group, pair, total, (level, strict), dispersion)
        for group, pair in counts.items()
    ]
    return tuple(sorted(found, key=lambda one: -abs(one.difference)))


def _contribution(
    group: str,
    pair: tuple[int, int],
    total: tuple[int, int],
    levels: tuple[float, float],
    dispersion: float,
) -> Contribution:
    before, after = pair
    difference, change = after - before, total[1] - total[0]
    rest = (total[0] - before, total[1] - after)
    low, high = weighted_limits(
        np.array([-1.0, 1.0]), np.array([before, after], dtype=float), levels[1], dispersion
    )
    return Contribution(
        group=group,
        before=before,
        after=after,
        difference=difference,
        low=low,
        high=high,
        of_change=difference / change if change else None,
        of_before=difference / total[0] if total[0] else None,
        rate=rate_ratio(before, after, level=levels[1], overdispersion=dispersion),
        without=rate_ratio(*rest, level=levels[0], overdispersion=dispersion),
        turns=(rest[1] - rest[0]) * change < 0,
    )


def driver_of(
    total: RateRatio, contributions: tuple[Contribution, ...]
) -> tuple[Contribution | None, Driving | None]:
    """Find the group that a change is in, and whether it is in that group alone.

    "only": without the group the total's change is gone or turns round. "mostly": the rest moves
    the same way beyond chance, but is at most a quarter of the change.
    """
    change = total.after - total.before
    if len(contributions) < 2 or not total.beyond_chance:
        return None, None
    largest = max(contributions, key=lambda one: one.difference * change)
    rest = (change - largest.difference) / change
    if largest.verdict != total.verdict or rest > _REST_AT_MOST:
        return None, None
    return largest, "mostly" if largest.without.verdict == total.verdict else "only"
