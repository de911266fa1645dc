"""Taking in a checked file: what became of each row, in one transaction."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.basis import Policy
from slachtoffermonitor.service.register.models import UploadBatch, UploadRow
from slachtoffermonitor.service.register.receiving.submission import CountedReport, Submission
from slachtoffermonitor.service.register.receiving.taking_in import (
    Received,
    age_band_of,
    count_only,
    receive_many,
)
from slachtoffermonitor.service.register.uploads.rows import CheckedRow, Sheet

__all__ = ["TakenIn", "take_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """How many rows became what; `left` were given back."""

    batch: UploadBatch
    reports: int
    tallies: int
    known: int
    left: int


def take_in(
    sheet: Sheet,
    content: bytes,
    *,
    actor: Any,
    organisation: Any,
    policy: Policy,
    count_others: bool = False,
    leave_faulty: bool = False,
) -> TakenIn:
    """Take in the rows of a file: all of them, unless the sender says otherwise.

    Args:
        sheet: The file, read and checked.
        content: The file itself, of which a digest is kept.
        actor: Who sends it.
        organisation: For which organisation.
        policy: What the jurist chose; the same as when the file was checked.
        count_others: Count the rows for which there is no basis for more.
        leave_faulty: Take in the good rows though others are wrong; they are given back.

    Raises:
        InputError: A row is wrong, or may only be counted, and the sender did not allow for that.
            Nothing of the file was kept.

    """
    good = [row for row in sheet.rows if row.may_be_sent]
    counted = [row for row in sheet.rows if row.may_be_counted]
    left = len(sheet.rows) - len(good) - (len(counted) if count_others else 0)
    if left and not leave_faulty:
        raise InputError(Problem(what=f"{left} rows cannot be taken in", column="file"))
    with transaction.atomic():
        batch = UploadBatch.objects.create(
            organisation=organisation,
            sent_by=actor.audit_name,
            kind=sheet.kind,
            sha256=hashlib.sha256(content).hexdigest(),
            rows=len(sheet.rows),
        )
        received = receive_many(
            [_submission_of(row) for row in good],
            actor=actor,
            organisation=organisation,
            policy=policy,
        )
        outcomes = [_outcome(row, batch, one) for row, one in zip(good, received, strict=True)]
        if count_others:
            outcomes += [_counted(row, batch, actor, organisation) for row in counted]
        UploadRow.objects.bulk_create(outcomes)
        made = [outcome.outcome for outcome in outcomes]
        said = TakenIn(
            batch=batch,
            reports=made.count(UploadRow.Outcome.REPORT),
            tallies=made.count(UploadRow.Outcome.TALLY),
            known=made.count(UploadRow.Outcome.KNOWN),
            left=left,
        )
        record(
            "upload.received",
            actor=actor,
            subject=batch,
            detail={"reports": said.reports, "tallies": said.tallies, "left": said.left},
        )
    return said


def _submission_of(row: CheckedRow) -> Submission:
    if row.submission is None:
        raise InputError(Problem(what="an empty row cannot be taken in", row=row.number))
    return row.submission


def _outcome(row: CheckedRow, batch: UploadBatch, received: Received) -> UploadRow:
    kind = UploadRow.Outcome.KNOWN if received.known else UploadRow.Outcome.REPORT
    return UploadRow(
        batch=batch,
        number=row.number,
        outcome=kind,
        rule=received.verdict.rule,
        report=received.report,
    )


def _counted(row: CheckedRow, batch: UploadBatch, actor: Any, organisation: Any) -> UploadRow:
    submission = row.submission
    if submission is None:
        raise InputError(Problem(what="an empty row cannot be counted", row=row.number))
    count_only(
        CountedReport(
            month=submission.reported_on,
            age_band=age_band_of(submission),
            form=submission.facts.get("main_form") or "ONB",
            region=organisation.region,
        ),
        actor=actor,
        organisation=organisation,
        origin="UPLOAD",
    )
    rule = row.verdict.rule if row.verdict else ""
    return UploadRow(batch=batch, number=row.number, outcome=UploadRow.Outcome.TALLY, rule=rule)
