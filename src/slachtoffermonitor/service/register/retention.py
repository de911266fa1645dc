"""The end of keeping: what is over its time is destroyed, and a statistical record stays."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.register.models import (
    Draft,
    IdempotencyKey,
    Report,
    ReportVersion,
    TokenRow,
    UploadRow,
)
from slachtoffermonitor.service.register.pages import drafts
from slachtoffermonitor.service.register.receiving.withdrawing import forget_pairs
from slachtoffermonitor.service.vault import remove_fields, shred
from slachtoffermonitor.vocabulary import citizenship_group

__all__ = ["expire_due", "retention_policy"]

_ACTOR: Final = "service:retention"
_REASON: Final = "RETENTION"


@cache
def retention_policy() -> Mapping[str, Any]:
    """How long is what kept? Data, so that a privacy officer can read and decide it."""
    path = files("slachtoffermonitor.service.register").joinpath("data", "retention.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def expire_due(on: date) -> Mapping[str, int]:
    """Destroy what is over its time on this day; each report in a transaction of its own.

    Returns:
        How many were ended, by kind; every act stands in the audit trail.

    """
    policy = retention_policy()
    return {
        "drafts": _end_drafts(on - timedelta(days=policy["drafts_days"])),
        "requests": _deleted(
            IdempotencyKey.objects.filter(
                made_at__date__lt=on - timedelta(days=policy["requests_days"])
            )
        ),
        "upload_rows": _deleted(
            UploadRow.objects.filter(
                batch__sent_at__date__lt=on - timedelta(days=policy["upload_rows_days"])
            )
        ),
        "contacts": _end_contacts(_months_before(on, policy["contact_months"])),
        "reports": _end_reports(_months_before(on, policy["identity_months"])),
    }


def _months_before(on: date, months: int) -> date:
    number = on.year * 12 + on.month - 1 - months
    return date(number // 12, number % 12 + 1, min(on.day, 28))


def _deleted(rows: Any) -> int:
    count, _ = rows.delete()
    return int(count)


def _end_drafts(before: date) -> int:
    due = list(Draft.objects.filter(changed_at__date__lt=before))
    for draft in due:
        drafts.end(draft, actor=_ACTOR, reason=_REASON)
    return len(due)


def _end_contacts(before: date) -> int:
    due = Report.objects.filter(
        reported_on__lt=before,
        identity__destroyed_at=None,
        identity__fields__has_key="contact_fragment",
    ).select_related("identity")
    ended = 0
    for report in due:
        if report.identity is not None:
            remove_fields(report.identity, ["contact_fragment"], actor=_ACTOR, reason=_REASON)
            ended += 1
    return ended


def _end_reports(before: date) -> int:
    due = Report.objects.filter(
        reported_on__lt=before, status__in=[Report.Status.NEW, Report.Status.ACCEPTED]
    )
    keys = list(due.values_list("pk", flat=True))
    for key in keys:
        with transaction.atomic():
            _become_statistical(Report.objects.select_for_update().get(pk=key))
    return len(keys)


def _become_statistical(report: Report) -> None:
    """Keep codes that tables need, and destroy what says or could tell who somebody is."""
    facts = report.facts()
    kept = {name: facts.get(name) for name in retention_policy()["statistical"]}
    kept["citizenship_group"] = citizenship_group(facts.get("citizenship"), report.reported_on)
    if report.identity is not None and report.identity.destroyed_at is None:
        shred(report.identity, actor=_ACTOR, reason=_REASON)
    TokenRow.objects.filter(report=report).delete()
    forget_pairs(report)
    report.codes.all().delete()
    report.versions.all().delete()
    report.version += 1
    ReportVersion.objects.create(report=report, number=report.version, made_by=_ACTOR, facts=kept)
    report.status, report.ended_at, report.own_reference = (
        Report.Status.EXPIRED,
        timezone.now(),
        "",
    )
    report.save(update_fields=["version", "status", "ended_at", "own_reference"])
    record("report.expired", actor=_ACTOR, subject=report, detail={"version": report.version})
