"""Withdrawal and the end of keeping: what is erased, what is left, and that it is proven."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils import timezone

from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.basis import withdrawal_effect
from slachtoffermonitor.service.register.models import (
    Consent,
    MatchCandidate,
    Person,
    Report,
    ReportVersion,
    Tally,
    TokenRow,
)
from slachtoffermonitor.service.register.receiving.submission import CountedReport
from slachtoffermonitor.service.register.receiving.taking_in import count_only
from slachtoffermonitor.service.vault import shred

__all__ = ["Withdrawn", "consent_withdrawn", "correct", "erase", "forget_pairs", "withdraw"]

# Sent with `report` and `actor` in the transaction of a withdrawal, before anything is erased:
# rooms that keep something on the same consent end it with the report.
consent_withdrawn = Signal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """What a withdrawal left: a count, or the registration without consent."""

    leaves: str
    tally: Tally | None


def withdraw(report: Report, *, actor: Any) -> Withdrawn:
    """Withdraw the consent of a report, and do with the report what the rules say.

    Where the report rested on consent, identity, tokens, versions and codes are destroyed and a
    count takes their place; where the law asks for no consent, the registration stays and only
    consents are ended. Withdrawing again changes nothing.
    """
    with transaction.atomic():
        held = Report.objects.select_for_update().get(pk=report.pk)
        effect = withdrawal_effect(held.basis)
        if held.status in (Report.Status.WITHDRAWN, Report.Status.EXPIRED):
            return Withdrawn(leaves=effect.leaves, tally=None)
        Consent.objects.filter(report=held, withdrawn_at=None).update(
            withdrawn_at=timezone.now(), withdrawn_by=actor.audit_name
        )
        record(
            "consent.withdrawn",
            actor=actor,
            subject=held,
            detail={"basis": held.basis, "leaves": effect.leaves},
        )
        consent_withdrawn.send(sender=Report, report=held, actor=actor)
        tally = None
        if effect.leaves == "TELLING":
            tally = _counted(held, actor)
            erase(held, actor=actor, reason="WITHDRAWN", status=Report.Status.WITHDRAWN)
    report.refresh_from_db()
    return Withdrawn(leaves=effect.leaves, tally=tally)


def _counted(report: Report, actor: Any) -> Tally:
    facts = report.facts()
    counted = CountedReport(
        month=report.reported_on,
        age_band=facts.get("age_band") or "ONB",
        form=facts.get("main_form") or "ONB",
        region=report.organisation.region,
    )
    return count_only(counted, actor=actor, organisation=report.organisation, origin="WITHDRAWN")


def erase(report: Report, *, actor: Any, reason: str, status: str) -> None:
    """Destroy everything in a report that is about the person; its empty shell stays as proof."""
    with transaction.atomic():
        if report.identity is not None and report.identity.destroyed_at is None:
            shred(report.identity, actor=actor, reason=reason)
        TokenRow.objects.filter(report=report).delete()
        report.versions.all().delete()
        report.codes.all().delete()
        forget_pairs(report)
        person = report.person
        report.person, report.status, report.ended_at = None, status, timezone.now()
        report.own_reference = ""
        report.save(update_fields=["person", "status", "ended_at", "own_reference"])
        if person is not None and not person.reports.exists():
            Person.objects.filter(pk=person.pk).delete()
        record("report.erased", actor=actor, subject=report, detail={"reason": reason})


def forget_pairs(report: Report) -> None:
    """Forget the pairs that a report was part of: about nobody there is nothing to decide."""
    MatchCandidate.objects.filter(Q(report=report) | Q(other=report)).delete()


def correct(report: Report, changes: dict[str, str | None], *, actor: Any) -> int:
    """Add a version of a report with corrected facts; what was said before stays readable.

    Assumes:
        The changes were checked, as by `problems_of`.

    Returns:
        The number of the new version.

    """
    with transaction.atomic():
        held = Report.objects.select_for_update().get(pk=report.pk)
        held.version += 1
        ReportVersion.objects.create(
            report=held,
            number=held.version,
            made_by=actor.audit_name,
            facts={**held.facts(), **changes},
        )
        held.save(update_fields=["version"])
        record("report.corrected", actor=actor, subject=held, detail={"version": held.version})
    report.version = held.version
    return held.version
