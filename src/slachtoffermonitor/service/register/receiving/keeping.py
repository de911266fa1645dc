"""From submissions to rows: reports, identities in the vault, versions and evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from slachtoffermonitor.service.basis import Verdict, find_consent_text
from slachtoffermonitor.service.register.models import (
    Consent,
    OfficerDecision,
    Person,
    Report,
    ReportVersion,
    TokenRow,
)
from slachtoffermonitor.service.register.receiving.checking import FACTS, age_on
from slachtoffermonitor.service.register.receiving.submission import Submission
from slachtoffermonitor.service.vault import seal_many
from slachtoffermonitor.vocabulary import age_band, code_list

__all__ = ["age_band_of", "keep"]


def keep(
    asked: Sequence[tuple[Submission, Verdict]], *, organisation: Any, actor: Any
) -> list[Report]:
    """Save reports with their persons, identities, first versions and evidence, a kind at a time.

    Assumes:
        Each was checked, and its verdict allows it; the caller writes them in the trail.

    """
    identities = [_identity_of(submission) for submission, _ in asked]
    sealed = iter(seal_many(filter(None, identities), organisation=organisation.pk))
    persons = Person.objects.bulk_create([Person() for _ in asked])
    reports = Report.objects.bulk_create(
        [
            Report(
                organisation=organisation,
                person=person,
                identity=next(sealed) if identity else None,
                **_row(submission, verdict, organisation),
            )
            for (submission, verdict), person, identity in zip(
                asked, persons, identities, strict=True
            )
        ]
    )
    told = [submission for submission, _ in asked]
    ReportVersion.objects.bulk_create(
        [
            ReportVersion(report=report, number=1, made_by=actor.audit_name, facts=_facts(one))
            for report, one in zip(reports, told, strict=True)
        ]
    )
    _save_evidence(list(zip(reports, told, strict=True)))
    return reports


def _identity_of(submission: Submission) -> dict[str, str]:
    sealed = dict(submission.identity)
    if submission.consent.giver_name and submission.content == "VOLLEDIG":
        sealed["consent_giver"] = submission.consent.giver_name
    return {name: value for name, value in sealed.items() if value}


def _row(submission: Submission, verdict: Verdict, organisation: Any) -> dict[str, Any]:
    return {
        "reporter": organisation.reporter,
        "own_reference": submission.own_reference,
        "reported_on": submission.reported_on,
        "purpose": submission.purpose,
        "content": submission.content,
        "age": submission.age,
        "basis": verdict.basis,
        "light": verdict.light,
        "rules_version": verdict.rules_version,
        "rule_set": verdict.rule_set,
        "rule": verdict.rule,
        "minors": verdict.policy.minors,
        "contested_ground": verdict.policy.contested_ground,
    }


def _facts(submission: Submission) -> dict[str, str | None]:
    return {
        **{name: submission.facts.get(name) or None for name in FACTS},
        "age_band": age_band_of(submission),
    }


def age_band_of(submission: Submission) -> str:
    """Give the band of ages that the statistics use; of an adult without birthday, unknown."""
    born = submission.identity.get("birth_date")
    if born:
        return age_band("age_bands", age_on(date.fromisoformat(born), submission.reported_on))
    return "L00_17" if submission.age in ("L00_15", "L16_17") else "ONB"


def _save_evidence(told: Sequence[tuple[Report, Submission]]) -> None:
    forms = code_list("consent_forms")
    consents = [
        Consent(
            report=report,
            purpose=report.purpose,
            form=one.consent.form,
            given_on=one.consent.given_on or report.reported_on,
            text_id=one.consent.text_id,
            text_sha256=find_consent_text(one.consent.text_id).sha256,
            document_sha256=one.consent.document_sha256,
        )
        for report, one in told
        if forms[one.consent.form].attributes.get("written") == "yes"
    ]
    decisions = [
        OfficerDecision(
            report=report,
            officer=one.decision.officer,
            office=one.decision.office,
            decided_on=one.decision.decided_on,
        )
        for report, one in told
        if one.decision is not None
    ]
    tokens = [
        TokenRow(report=report, key_id=one.token_key, row=one.tokens)
        for report, one in told
        if one.tokens
    ]
    Consent.objects.bulk_create(consents)
    OfficerDecision.objects.bulk_create(decisions)
    TokenRow.objects.bulk_create(tokens)
