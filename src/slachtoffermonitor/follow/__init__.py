"""Follow: persons and what happens to them later, over whole days.

Repeat victimisation, victims who are also suspects, waiting for help; also on plain arrays.
"""

from slachtoffermonitor.follow.cohort.definition import CohortDefinition, EventChoice
from slachtoffermonitor.follow.comparison.matched import (
    MatchedRisk,
    match_population,
    matched_risk,
)
from slachtoffermonitor.follow.comparison.rates import population_rates
from slachtoffermonitor.follow.comparison.standardised import (
    StandardisedRatio,
    standardised_ratio,
)
from slachtoffermonitor.follow.curves import Curve, CurveDefinition, CurveValue
from slachtoffermonitor.follow.estimators import aalen_johansen, fixed_cohort, kaplan_meier
from slachtoffermonitor.follow.funnel.cases import CaseFunnel, follow_cases
from slachtoffermonitor.follow.funnel.definition import (
    DUBLIN,
    JUSTICE,
    RESIDENCE,
    FunnelDefinition,
)
from slachtoffermonitor.follow.histories import Histories, histories
from slachtoffermonitor.follow.overlapping.overlap import Overlap, overlap
from slachtoffermonitor.follow.pooling import Pooled, pool, pool_curves
from slachtoffermonitor.follow.queueing.care import CARE_STATES, CareSpells, care_spells
from slachtoffermonitor.follow.queueing.harm import (
    CappedWait,
    WaitingHarm,
    had_the_wait_been,
    harm_while_waiting,
)
from slachtoffermonitor.follow.queueing.waiting import Waiting, waiting
from slachtoffermonitor.follow.regression.diagnostics import (
    LogRank,
    check_proportional,
    concordance,
    log_rank,
)
from slachtoffermonitor.follow.regression.models import andersen_gill, cox, fine_gray
from slachtoffermonitor.follow.regression.result import HazardModel
from slachtoffermonitor.follow.repeating.gaps import gap_times
from slachtoffermonitor.follow.repeating.incidence import cumulative_incidence
from slachtoffermonitor.follow.repeating.rates import event_rates
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
    "CARE_STATES",
    "DUBLIN",
    "JUSTICE",
    "METHODS",
    "RESIDENCE",
    "CappedWait",
    "CareSpells",
    "CaseFunnel",
    "CohortDefinition",
    "CumulativeIncidence",
    "Curve",
    "CurveDefinition",
    "CurveValue",
    "EventChoice",
    "FollowUp",
    "FunnelDefinition",
    "HazardModel",
    "Histories",
    "LogRank",
    "MatchedRisk",
    "MeanCumulativeCount",
    "Overlap",
    "Pooled",
    "StandardisedRatio",
    "Waiting",
    "WaitingHarm",
    "aalen_johansen",
    "andersen_gill",
    "care_spells",
    "check_proportional",
    "clearing_sensitivity",
    "concordance",
    "cox",
    "cumulative_incidence",
    "event_rates",
    "fine_gray",
    "fixed_cohort",
    "follow_cases",
    "follow_up",
    "gap_times",
    "had_the_wait_been",
    "harm_while_waiting",
    "histories",
    "kaplan_meier",
    "log_rank",
    "match_population",
    "matched_risk",
    "mean_cumulative_count",
    "overlap",
    "pool",
    "pool_curves",
    "population_rates",
    "standardised_ratio",
    "summarise",
    "waiting",
]
