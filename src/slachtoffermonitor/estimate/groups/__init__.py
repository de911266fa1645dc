"""Estimates by group and year: one log-linear model on lists × covariates."""

from slachtoffermonitor.estimate.groups.coverage import Gap
from slachtoffermonitor.estimate.groups.periods import PeriodChange, compare_periods
from slachtoffermonitor.estimate.groups.population import estimate_by_group
from slachtoffermonitor.estimate.groups.result import GroupEstimate

__all__ = ["Gap", "GroupEstimate", "PeriodChange", "compare_periods", "estimate_by_group"]
