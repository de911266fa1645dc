"""Follow: persons and what happens to them later, over whole days.

Repeat victimisation, victims who are also suspects, waiting for help; also on plain arrays.
"""

from slachtoffermonitor.follow.curves import Curve, CurveDefinition, CurveValue
from slachtoffermonitor.follow.estimators import (
    aalen_johansen,
    kaplan_meier,
    mean_cumulative_count,
)
from slachtoffermonitor.follow.histories import CohortDefinition, Histories, histories
from slachtoffermonitor.follow.incidence import (
    METHODS,
    FollowUp,
    Incidence,
    clearing_sensitivity,
    cumulative_incidence,
    follow_up,
)
from slachtoffermonitor.follow.overlap import Overlap, victim_offender_overlap
from slachtoffermonitor.follow.waiting import Waiting, waiting_times

__all__ = [
    "METHODS",
    "CohortDefinition",
    "Curve",
    "CurveDefinition",
    "CurveValue",
    "FollowUp",
    "Histories",
    "Incidence",
    "Overlap",
    "Waiting",
    "aalen_johansen",
    "clearing_sensitivity",
    "cumulative_incidence",
    "follow_up",
    "histories",
    "kaplan_meier",
    "mean_cumulative_count",
    "victim_offender_overlap",
    "waiting_times",
]
