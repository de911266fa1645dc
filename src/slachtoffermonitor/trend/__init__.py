"""Trend: counts over time, turned into statements with their evidence.

Counts and shares compared, the group that drives a change, reporters that fell silent.
"""

from slachtoffermonitor.trend.changes import Change, describe_change
from slachtoffermonitor.trend.rates import RateRatio, compare_counts
from slachtoffermonitor.trend.shares import (
    InView,
    Share,
    ShareChange,
    compare_shares,
    ratio_in_view,
    share_interval,
)
from slachtoffermonitor.trend.silence import Silence, silent_reporters

__all__ = [
    "Change",
    "InView",
    "RateRatio",
    "Share",
    "ShareChange",
    "Silence",
    "compare_counts",
    "compare_shares",
    "describe_change",
    "ratio_in_view",
    "share_interval",
    "silent_reporters",
]
