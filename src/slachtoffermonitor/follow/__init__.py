"""Follow: persons and what happens to them later, over whole days.

Repeat victimisation, victims who are also suspects, waiting for help; also on plain arrays.
"""

from slachtoffermonitor.follow.cohort.definition import CohortDefinition, EventChoice
from slachtoffermonitor.follow.curves import Curve, CurveDefinition, CurveValue
from slachtoffermonitor.follow.estimators import aalen_johansen, fixed_cohort, kaplan_meier
from slachtoffermonitor.follow.histories import Histories, histories
from slachtoffermonitor.follow.overlapping.overlap import Overlap, overlap
from slachtoffermonitor.follow.pooling import Pooled, pool, pool_curves
from slachtoffermonitor.follow.queueing.waiting import Waiting, waiting
from slachtoffermonitor.follow.repeating.incidence import cumulative_incidence
from slachtoffermonitor.follow.repeating.recurrence import (
    MeanCumulativeCount,
    mean_cumulative_count,
)
from slachtoffermonitor.follow.repeating.result import METHODS, CumulativeIncidence
from slachtoffermonitor.follow.repeating.summary import (
    FollowUp,
    clearing_sensitivity,
    follow_up,
    summarise,
)

__all__ = [
    "METHODS",
    "CohortDefinition",
    "CumulativeIncidence",
    "Curve",
    "CurveDefinition",
    "CurveValue",
    "EventChoice",
    "FollowUp",
    "Histories",
    "MeanCumulativeCount",
    "Overlap",
    "Pooled",
    "Waiting",
    "aalen_johansen",
    "clearing_sensitivity",
    "cumulative_incidence",
    "fixed_cohort",
    "follow_up",
    "histories",
    "kaplan_meier",
    "mean_cumulative_count",
    "overlap",
    "pool",
    "pool_curves",
    "summarise",
    "waiting",
]
