"""The hidden number: persons × lists → how many nobody saw (multiple systems estimation)."""

from slachtoffermonitor.estimate.bounds import LowerBound, chao_lower_bound
from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.loglinear.existence import ModelCheck, check_model
from slachtoffermonitor.estimate.loglinear.fitting import ModelFit, fit_model
from slachtoffermonitor.estimate.loglinear.search import Search, search_models
from slachtoffermonitor.estimate.model import HierarchicalModel
from slachtoffermonitor.estimate.population import estimate_population
from slachtoffermonitor.estimate.result import (
    ModelLine,
    PopulationEstimate,
)
from slachtoffermonitor.estimate.verdict import Verdict

__all__ = [
    "CaptureTable",
    "HierarchicalModel",
    "LowerBound",
    "ModelCheck",
    "ModelFit",
    "ModelLine",
    "PopulationEstimate",
    "Search",
    "Verdict",
    "chao_lower_bound",
    "check_model",
    "estimate_population",
    "fit_model",
    "search_models",
]
