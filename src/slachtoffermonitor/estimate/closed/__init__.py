"""Closed-population models, bounds and simple estimates: judges of the log-linear search."""

from slachtoffermonitor.estimate.closed._intervals import SizeEstimate
from slachtoffermonitor.estimate.closed.coverage import SampleCoverage, sample_coverage
from slachtoffermonitor.estimate.closed.lower_bound import ChaoLowerBound, chao_lower_bound
from slachtoffermonitor.estimate.closed.models import (
    ClosedPopulationModel,
    closed_population_models,
)
from slachtoffermonitor.estimate.closed.pairs import PairEstimate, pairwise_estimates

__all__ = [
    "ChaoLowerBound",
    "ClosedPopulationModel",
    "PairEstimate",
    "SampleCoverage",
    "SizeEstimate",
    "chao_lower_bound",
    "closed_population_models",
    "pairwise_estimates",
    "sample_coverage",
]
