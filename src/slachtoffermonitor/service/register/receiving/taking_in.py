"""The one door: verdict, report, identity in the vault, and the trail, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from slachtoffermonitor.ground import InputError, SlachtoffermonitorError
from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.basis import Policy, Verdict, find_consent_text, may_report
from slachtoffermonitor.service.register.models import (
    Consent,
    OfficerDecision,
    Person,
    Report,
    ReportVersion,
    RuleChoice,
    Tally,
    TokenRow,
)
from slachtoffermonitor.service.register.receiving.checking import (
    FACTS,
    age_on,
    problems_of,
    problems_of_count,
)
from slachtoffermonitor.service.register.receiving.submission import CountedReport, Submission
from slachtoffermonitor.service.vault import seal
from slachtoffermonitor.vocabulary import age_band, code_list

__all__ = [
    "NoBasisError",
    "Received",
    "age_band_of",
    "chosen_policy",
    "count_only",
    "judge",
    "receive",
]


class NoBasisError(SlachtoffermonitorError):
    """The law does not let this be sent; `verdict` says what may be, and what is missing."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.reason["en"])
        self.verdict = verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A report that was taken in, and the ground for it; `known` when it was here already."""

    report: Report
    verdict: Verdict
    known: bool = False


def chosen_policy() -> Policy:
    """What did the register's jurist choose last? The cautious defaults when nothing yet."""
    choice = RuleChoice.objects.first()
    if choice is None:
        return Policy()
    return Policy(minors=choice.minors, contested_ground=choice.contested_ground)


def judge(submission: Submission, organisation: Any, *, policy: Policy | None = None) -> Verdict:
    """May this organisation send this report?"""
    return may_report(
        submission.situation(organisation.reporter),
        on=submission.reported_on,
        policy=policy or chosen_policy(),
    )


def receive(
    submission: Submission, *, actor: Any, organisation: Any, policy: Policy | None = None
) -> Received:
    """Take in a report: everything of it is kept, with its entry in the trail, or nothing.

    A second report with the same own reference and purpose changes nothing: the first is given.

    Raises:
        InputError: What is wrong with the report, all at once, without a person's value.
        NoBasisError: The law lets less be sent. Nothing about the person was kept.

    """
    today = timezone.localdate()
    verdict = judge(submission, organisation, policy=policy)
    problems = problems_of(submission, today=today)
    if problems:
        raise InputError(problems)
    if not verdict.allows(submission.content):
        raise NoBasisError(verdict)
    with transaction.atomic():
        known = _known(submission, organisation)
        if known is not None:
            return Received(report=known, verdict=verdict, known=True)
        report = _saved(submission, verdict, organisation, actor)
        record(
            "report.received",
            actor=actor,
            subject=report,
            purpose=report.purpose,
            detail={
                "basis": report.basis,
                "rule": f"{report.rules_version}/{report.rule_set}/{report.rule}",
                "content": report.content,
            },
        )
    return Received(report=report, verdict=verdict)


def _known(submission: Submission, organisation: Any) -> Report | None:
    if not submission.own_reference:
        return None
    same = Report.objects.filter(
        organisation=organisation,
        own_reference=submission.own_reference,
        purpose=submission.purpose,
    )
    # Asked for the key alone: nearly always there is none, and this stands in every report's way.
    key = same.order_by().values_list("pk", flat=True).first()
    return None if key is None else Report.objects.get(pk=key)


def _saved(submission: Submission, verdict: Verdict, organisation: Any, actor: Any) -> Report:
    sealed = dict(submission.identity)
    if submission.consent.giver_name and submission.content == "VOLLEDIG":
        sealed["consent_giver"] = submission.consent.giver_name
    report = Report.objects.create(
        organisation=organisation,
        person=Person.objects.create(),
        identity=seal(sealed, organisation=organisation.pk) if any(sealed.values()) else None,
        reporter=organisation.reporter,
        own_reference=submission.own_reference,
        reported_on=submission.reported_on,
        purpose=submission.purpose,
        content=submission.content,
        age=submission.age,
        basis=verdict.basis,
        light=verdict.light,
        rules_version=verdict.rules_version,
        rule_set=verdict.rule_set,
        rule=verdict.rule,
        minors=verdict.policy.minors,
        contested_ground=verdict.policy.contested_ground,
    )
    ReportVersion.objects.create(
        report=report,
        number=1,
        made_by=actor.audit_name,
        facts={
            **{name: submission.facts.get(name) or None for name in FACTS},
            "age_band": age_band_of(submission),
        },
    )
    _save_evidence(report, submission)
    return report


def age_band_of(submission: Submission) -> str:
    """Give the band of ages that the statistics use; of an adult without birthday, unknown."""
    born = submission.identity.get("birth_date")
    if born:
        return age_band("age_bands", age_on(date.fromisoformat(born), submission.reported_on))
    return "L00_17" if submission.age in ("L00_15", "L16_17") else "ONB"


def _save_evidence(report: Report, submission: Submission) -> None:
    consent, decision = submission.consent, submission.decision
    if code_list("consent_forms")[consent.form].attributes.get("written") == "yes":
        Consent.objects.create(
            report=report,
            purpose=report.purpose,
            form=consent.form,
            given_on=consent.given_on or report.reported_on,
            text_id=consent.text_id,
            text_sha256=find_consent_text(consent.text_id).sha256,
            document_sha256=consent.document_sha256,
        )
    if decision is not None:
        OfficerDecision.objects.create(
            report=report,
            officer=decision.officer,
            office=decision.office,
            decided_on=decision.decided_on,
        )
    if submission.tokens:
        TokenRow.objects.create(report=report, key_id=submission.token_key, row=submission.tokens)


def count_only(
    counted: CountedReport, *, actor: Any, organisation: Any, origin: str = "COUNTED"
) -> Tally:
    """Take in a count: age band, form, region and month, and nothing about one person.

    Raises:
        InputError: What is wrong with the count, all at once.

    """
    problems = problems_of_count(counted, today=timezone.localdate())
    if problems:
        raise InputError(problems)
    with transaction.atomic():
        tally = Tally.objects.create(
            organisation=organisation,
            reporter=organisation.reporter,
            month=counted.month.replace(day=1),
            age_band=counted.age_band,
            form=counted.form,
            region=counted.region.strip(),
            persons=counted.persons,
            origin=origin,
        )
        record("tally.received", actor=actor, subject=tally, detail={"origin": origin})
    return tally
