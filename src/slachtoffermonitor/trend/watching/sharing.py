"""Who may give how many of the false alarms that were agreed for all reporters together."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, inf, log1p

from slachtoffermonitor.trend.watching.baseline import Baseline

__all__ = ["shares_of_alarms"]

_EVENLY = 0.5  # of all false alarms, whoever the reporter is
_LOST = 1.5  # weeks: that of the last report, and what not knowing the usual rate costs


def shares_of_alarms(
    baselines: Mapping[str, Baseline],
    lasting: Mapping[str, float],
    *,
    per_week: float,
    within_weeks: float,
) -> dict[str, float]:
    """Share the false alarms a week out, so that silences are noticed in time where they can be.

    Shared evenly, a reporter of one report a week is noticed too late, for want of little: half of
    all is shared evenly, and of the other half each reporter gets what it lacks to be noticed
    within so many weeks, who lacks least first, until it is spent; what is left is shared evenly
    too. The shares add up to what was agreed, however they fall. Where nobody reported enough to
    be watched there is nothing to share.
    """
    if not baselines:
        return {}
    evenly = _EVENLY * per_week / len(baselines)
    lacks = {
        name: max(0.0, _runs_a_week(one, lasting[name], within_weeks - _LOST) - evenly)
        for name, one in baselines.items()
    }
    left = (1 - _EVENLY) * per_week
    shares = dict.fromkeys(baselines, evenly)
    for name in sorted(baselines, key=lambda one: (lacks[one], one)):
        given = min(lacks[name], left)
        shares[name] += given
        left -= given
    return {name: share + left / len(baselines) for name, share in shares.items()}


def _runs_a_week(baseline: Baseline, lasting: float, weeks: float) -> float:
    """Give how often a run of so many empty weeks begins by chance, in a week."""
    mean, size = baseline.mean, baseline.size
    empty = -mean if size == inf else -size * log1p(mean / size)  # logarithm of its chance
    return (1 - exp(empty)) * exp(empty * weeks / lasting)
