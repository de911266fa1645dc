"""The one door: verdict, report, identity in the vault, and the trail, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from slachtoffermonitor.ground import InputError, SlachtoffermonitorError
from slachtoffermonitor.service.audit import Act, record, record_many
from slachtoffermonitor.service.basis import Policy, Verdict, may_report
from slachtoffermonitor.service.register.models import Report, RuleChoice, Tally
from slachtoffermonitor.service.register.receiving.checking import problems_of, problems_of_count
from slachtoffermonitor.service.register.receiving.keeping import age_band_of, keep
from slachtoffermonitor.service.register.receiving.submission import CountedReport, Submission

__all__ = [
    "NoBasisError",
    "Received",
    "age_band_of",
    "chosen_policy",
    "count_only",
    "judge",
    "receive",
    "receive_many",
]

# References asked for in one query.
_AT_ONCE: Final = 500


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
    return receive_many([submission], actor=actor, organisation=organisation, policy=policy)[0]


def receive_many(
    submissions: Sequence[Submission],
    *,
    actor: Any,
    organisation: Any,
    policy: Policy | None = None,
) -> list[Received]:
    """Take in many reports of one organisation as `receive` does: all of them, or none.

    Assumes:
        No two of them have the same own reference and purpose.

    Raises:
        InputError: As `receive`, of the first that is wrong.
        NoBasisError: As `receive`.

    """
    today = timezone.localdate()
    verdicts = [judge(one, organisation, policy=policy) for one in submissions]
    for submission, verdict in zip(submissions, verdicts, strict=True):
        problems = problems_of(submission, today=today)
        if problems:
            raise InputError(problems)
        if not verdict.allows(submission.content):
            raise NoBasisError(verdict)
    with transaction.atomic():
        known = _known(submissions, organisation)
        asked = [
            (submission, verdict)
            for submission, verdict in zip(submissions, verdicts, strict=True)
            if _key(submission) not in known
        ]
        made = iter(keep(asked, organisation=organisation, actor=actor))
        received = [
            Received(report=known[_key(submission)], verdict=verdict, known=True)
            if _key(submission) in known
            else Received(report=next(made), verdict=verdict)
            for submission, verdict in zip(submissions, verdicts, strict=True)
        ]
        if asked:
            record_many([_told(one.report) for one in received if not one.known], actor=actor)
    return received


def _told(report: Report) -> Act:
    return Act(
        act="report.received",
        subject=report,
        purpose=report.purpose,
        detail={
            "basis": report.basis,
            "rule": f"{report.rules_version}/{report.rule_set}/{report.rule}",
            "content": report.content,
        },
    )


def _key(submission: Submission) -> tuple[str, str]:
    return submission.own_reference, submission.purpose


def _known(
    submissions: Iterable[Submission], organisation: Any
) -> Mapping[tuple[str, str], Report]:
    """Which of them are here already, by the organisation's own reference and the purpose?"""
    references = [one.own_reference for one in submissions if one.own_reference]
    found: dict[tuple[str, str], Report] = {}
    for first in range(0, len(references), _AT_ONCE):
        same = Report.objects.filter(
            organisation=organisation, own_reference__in=references[first : first + _AT_ONCE]
        )
        found |= {(report.own_reference, report.purpose): report for report in same.order_by()}
    return found


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
