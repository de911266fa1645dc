"""Trend: counts over time, turned into statements with their evidence.

Counts and shares compared, the groups that drive a change, known and unknown breaks, reporters
that fell silent, municipalities side by side, and figures that are not final yet.
"""

from slachtoffermonitor.trend.changes import Change, describe_change
from slachtoffermonitor.trend.claims import ClaimChange, change_of_claims
from slachtoffermonitor.trend.decomposing.drivers import Drivers, drivers
from slachtoffermonitor.trend.decomposing.groups import Contribution
from slachtoffermonitor.trend.decomposing.mix import RateAndMix
from slachtoffermonitor.trend.interrupted.effects import Effect
from slachtoffermonitor.trend.interrupted.interruption import Interruption, interruption
from slachtoffermonitor.trend.places.funnel import Funnel, funnel
from slachtoffermonitor.trend.places.spread import Spread
from slachtoffermonitor.trend.rates import RateRatio, rate_ratio
from slachtoffermonitor.trend.segments.breaks import Break, Breaks, breaks
from slachtoffermonitor.trend.shares import (
    InView,
    Share,
    ShareChange,
    ratio_in_view,
    share_change,
    share_interval,
)
from slachtoffermonitor.trend.vintages.comparing import SideBySide, side_by_side
from slachtoffermonitor.trend.vintages.revisions import (
    Revisions,
    published_revisions,
    revisions,
)
from slachtoffermonitor.trend.vintages.triangle import ProvisionalTotals, provisional_totals
from slachtoffermonitor.trend.watching.silence import Silence, SilenceAlarm, silence

__all__ = [
    "Break",
    "Breaks",
    "Change",
    "ClaimChange",
    "Contribution",
    "Drivers",
    "Effect",
    "Funnel",
    "InView",
    "Interruption",
    "ProvisionalTotals",
    "RateAndMix",
    "RateRatio",
    "Revisions",
    "Share",
    "ShareChange",
    "SideBySide",
    "Silence",
    "SilenceAlarm",
    "Spread",
    "breaks",
    "change_of_claims",
    "describe_change",
    "drivers",
    "funnel",
    "interruption",
    "provisional_totals",
    "published_revisions",
    "rate_ratio",
    "ratio_in_view",
    "revisions",
    "share_change",
    "share_interval",
    "side_by_side",
    "silence",
]
