"""The self-check: how often the intervals hold the truth in populations like that of a table."""

from slachtoffermonitor.estimate.study.coverage import study_coverage
from slachtoffermonitor.estimate.study.methods import METHODS, Method
from slachtoffermonitor.estimate.study.outcomes import Outcome, Settings
from slachtoffermonitor.estimate.study.report import Share, StudyLine, StudyReport
from slachtoffermonitor.estimate.study.truths import TRUTHS, Truth, TruthName, make_truth

__all__ = [
    "METHODS",
    "TRUTHS",
    "Method",
    "Outcome",
    "Settings",
    "Share",
    "StudyLine",
    "StudyReport",
    "Truth",
    "TruthName",
    "make_truth",
    "study_coverage",
]
