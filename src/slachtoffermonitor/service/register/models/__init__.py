"""The tables of the reporting point. What identifies a person lies in the vault, not here."""

from slachtoffermonitor.service.register.models.drafts import AccessCode, Draft, IdempotencyKey
from slachtoffermonitor.service.register.models.persons import MatchCandidate, Merge, Person
from slachtoffermonitor.service.register.models.reports import (
    Consent,
    OfficerDecision,
    Report,
    ReportVersion,
    Tally,
    TokenRow,
)
from slachtoffermonitor.service.register.models.uploads import (
    RuleChoice,
    UploadBatch,
    UploadRow,
)

__all__ = [
    "AccessCode",
    "Consent",
    "Draft",
    "IdempotencyKey",
    "MatchCandidate",
    "Merge",
    "OfficerDecision",
    "Person",
    "Report",
    "ReportVersion",
    "RuleChoice",
    "Tally",
    "TokenRow",
    "UploadBatch",
    "UploadRow",
]
