"""Compare, learn, weigh, decide: the same steps for every design of model."""

from slachtoffermonitor.link.engine.cluster import group
from slachtoffermonitor.link.engine.compare import Compared, compare
from slachtoffermonitor.link.engine.learn import Belief, learn
from slachtoffermonitor.link.engine.rarity import (
    exchanges,
    group_columns,
    rarity_of,
    with_rarity,
    without_rarity,
)
from slachtoffermonitor.link.engine.score import (
    LOWEST_PROBABILITY,
    Round,
    evidence_from,
    rounds_of,
    score,
)
from slachtoffermonitor.link.engine.tables import Evidence, Gathered, LearnedModel, LinkTable
from slachtoffermonitor.link.engine.threshold import balanced_threshold
from slachtoffermonitor.link.engine.weighing import evidence_of, prior_odds, probability_of

__all__ = [
    "LOWEST_PROBABILITY",
    "Belief",
    "Compared",
    "Evidence",
    "Gathered",
    "LearnedModel",
    "LinkTable",
    "Round",
    "balanced_threshold",
    "compare",
    "evidence_from",
    "evidence_of",
    "exchanges",
    "group",
    "group_columns",
    "learn",
    "prior_odds",
    "probability_of",
    "rarity_of",
    "rounds_of",
    "score",
    "with_rarity",
    "without_rarity",
]
