"""Review: the pairs that people look at, their verdicts, and the trail of all verdicts."""

from slachtoffermonitor.link.review.pairs import review_pairs
from slachtoffermonitor.link.review.settling import settle_verdicts
from slachtoffermonitor.link.review.trail import ReviewTrail
from slachtoffermonitor.link.review.verdicts import PAIR, VERDICTS, check_verdicts

__all__ = [
    "PAIR",
    "VERDICTS",
    "ReviewTrail",
    "check_verdicts",
    "review_pairs",
    "settle_verdicts",
]
