"""What somebody wants to report: one shape for the pages, the upload and the interface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from slachtoffermonitor.service.basis import Situation, suspects_of

__all__ = ["IDENTITY", "CountedReport", "GivenConsent", "OfficersWord", "Submission"]

IDENTITY = ("given_name", "surname", "birth_date", "contact_fragment")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class GivenConsent:
    """A consent as the reporter tells of it; the giver's name goes to the vault."""

    form: str = "GEEN"
    given_on: date | None = None
    text_id: str = ""
    document_sha256: str = ""
    giver_name: str = ""

    def __repr__(self) -> str:
        return f"GivenConsent(form={self.form!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficersWord:
    """The decision of a named privacy or child-protection officer on a vital interest."""

    officer: str
    office: str
    decided_on: date


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Submission:
    """One report as it comes in; `content` is what the sender wants to send.

    `facts` are codes and dates under the names of the columns of `records.Notification`.
    `identity` has the fields of `IDENTITY` that are known. `tokens` is one row as `tokenise`
    wrote it, in place of identity. `suspects` adds to what the recruiter's relation tells.
    """

    content: str
    purpose: str
    age: str
    reported_on: date
    facts: Mapping[str, str | None]
    consent: GivenConsent = field(default_factory=GivenConsent)
    identity: Mapping[str, str] = field(default_factory=dict)
    tokens: bytes = b""
    token_key: str = ""
    suspects: frozenset[str] = frozenset()
    decision: OfficersWord | None = None
    own_reference: str = ""

    def __repr__(self) -> str:
        return f"Submission(content={self.content!r}, purpose={self.purpose!r})"

    def situation(self, reporter: str) -> Situation:
        """What are the rules asked about this report?"""
        return Situation(
            reporter=reporter,
            purpose=self.purpose,
            age=self.age,
            consent=self.consent.form,
            suspects=self.suspects | suspects_of(self.facts.get("recruiter_relation")),
            officer_decided=self.decision is not None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedReport:
    """A count-only report: persons of one age band, form, region and month."""

    month: date
    age_band: str
    form: str
    region: str = ""
    persons: int = 1
