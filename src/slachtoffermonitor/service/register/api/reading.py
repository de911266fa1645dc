"""From a request to a submission."""

from __future__ import annotations

import base64
import binascii
from datetime import date
from typing import Any

from django.utils import timezone

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.service.register.api.schemas import (
    Count,
    FullReport,
    PseudonymisedReport,
    ReportFacts,
)
from slachtoffermonitor.service.register.receiving.submission import (
    CountedReport,
    GivenConsent,
    OfficersWord,
    Submission,
)
from slachtoffermonitor.service.register.receiving.tokens import read_one_row

__all__ = ["count_of", "submission_of"]


def submission_of(sent: FullReport | PseudonymisedReport) -> Submission:
    """Give what was sent in the shape of the one door.

    Raises:
        InputError: The tokens cannot be read.

    """
    identity: dict[str, str] = {}
    tokens, key = b"", ""
    if isinstance(sent, FullReport):
        known = sent.identity.model_dump(mode="json")
        identity = {name: str(value) for name, value in known.items() if value}
    if sent.tokens:
        tokens, key = read_one_row(_bytes(sent.tokens))
    decision = sent.decision
    return Submission(
        content=sent.content,
        purpose=sent.purpose,
        age=sent.age,
        reported_on=sent.reported_on or timezone.localdate(),
        facts=_facts(sent.facts),
        consent=_consent(sent.consent),
        identity=identity,
        tokens=tokens,
        token_key=key,
        suspects=frozenset(sent.suspects),
        decision=OfficersWord(**decision.model_dump()) if decision else None,
        own_reference=sent.own_reference,
    )


def count_of(sent: Count) -> CountedReport:
    """Give a count in the shape of the one door."""
    return CountedReport(
        month=date.fromisoformat(f"{sent.month}-01"),
        age_band=sent.age_band,
        form=sent.form,
        region=sent.region,
        persons=sent.persons,
    )


def _facts(facts: ReportFacts) -> dict[str, str | None]:
    plain = facts.model_dump(mode="json")
    return {
        name: ";".join(value) if isinstance(value, list) else value for name, value in plain.items()
    }


def _consent(sent: Any) -> GivenConsent:
    if not hasattr(sent, "text_id"):
        return GivenConsent(form=sent.form)
    return GivenConsent(
        form=sent.form,
        given_on=sent.given_on,
        text_id=sent.text_id,
        document_sha256=sent.document_sha256 or "",
        giver_name=sent.giver_name,
    )


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError(Problem(what="is not base64", column="tokens")) from error
