"""Follow: persons and what happens to them later, over whole days."""

from slachtoffermonitor.follow.curves import Curve, CurveDefinition, CurveValue
from slachtoffermonitor.follow.estimators import (
    aalen_johansen,
    kaplan_meier,
    mean_cumulative_count,
)

__all__ = [
    "Curve",
    "CurveDefinition",
    "CurveValue",
    "aalen_johansen",
    "kaplan_meier",
    "mean_cumulative_count",
]
