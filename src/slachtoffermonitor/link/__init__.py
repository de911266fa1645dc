"""Reports to persons: which reports are about one person, and how sure that is."""

from slachtoffermonitor.link.doubt import (
    ImputedLinkage,
    LinkageQuality,
    clerical_sample,
    linkage_quality,
)
from slachtoffermonitor.link.incremental import Register, one_report_ms
from slachtoffermonitor.link.large import Workplace
from slachtoffermonitor.link.linkage import Linkage
from slachtoffermonitor.link.linking import DEFAULT_SEED, link_reports
from slachtoffermonitor.link.private import Key, TokenParameters, new_key, tokenise
from slachtoffermonitor.link.review import ReviewTrail, review_pairs, settle_verdicts

__all__ = [
    "DEFAULT_SEED",
    "ImputedLinkage",
    "Key",
    "Linkage",
    "LinkageQuality",
    "Register",
    "ReviewTrail",
    "TokenParameters",
    "Workplace",
    "clerical_sample",
    "link_reports",
    "linkage_quality",
    "new_key",
    "one_report_ms",
    "review_pairs",
    "settle_verdicts",
    "tokenise",
]
