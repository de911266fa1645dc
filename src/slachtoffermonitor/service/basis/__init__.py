"""May this be reported? The legal bases as a decision table in data, and the texts of consent.

Pure: codes and a day in, a verdict out. Nothing here identifies a person, and no Django is needed.
"""

from slachtoffermonitor.service.basis.consent_texts import (
    CONSENT_LANGUAGES,
    ConsentText,
    consent_text,
    consent_texts,
    find_consent_text,
)
from slachtoffermonitor.service.basis.deciding import (
    Verdict,
    content_rank,
    may_report,
    withdrawal_effect,
)
from slachtoffermonitor.service.basis.describing import describe_verdict
from slachtoffermonitor.service.basis.matrix import all_situations, render_matrix
from slachtoffermonitor.service.basis.reading import current_rules, read_rules
from slachtoffermonitor.service.basis.rules import Rules, RuleSet, Source, WithdrawalEffect
from slachtoffermonitor.service.basis.situation import SUSPECTS, Policy, Situation, suspects_of

__all__ = [
    "CONSENT_LANGUAGES",
    "SUSPECTS",
    "ConsentText",
    "Policy",
    "RuleSet",
    "Rules",
    "Situation",
    "Source",
    "Verdict",
    "WithdrawalEffect",
    "all_situations",
    "consent_text",
    "consent_texts",
    "content_rank",
    "current_rules",
    "describe_verdict",
    "find_consent_text",
    "may_report",
    "read_rules",
    "render_matrix",
    "suspects_of",
    "withdrawal_effect",
]
