"""The end of a request: closed with a reason, or its consent withdrawn."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.basis import withdrawal_effect
from slachtoffermonitor.service.care.acts.writing import held, note, require_code
from slachtoffermonitor.service.care.models import CareEvent, HandOver, HelpRequest, Offer
from slachtoffermonitor.service.register.receiving.withdrawing import consent_withdrawn
from slachtoffermonitor.service.vault import shred

__all__ = [
    "end_request",
    "forget_person",
    "hear_of_withdrawals",
    "person_forgotten",
    "withdraw_help",
]

# Sent with `request` and `actor` when who a request is about is destroyed.
person_forgotten = Signal()


def end_request(request: HelpRequest, reason: str, *, actor: Any) -> None:
    """End a request: its places are free again and open offers are taken back.

    Raises:
        InputError: It ended before, or the reason is no code.

    """
    require_code("care_ends", reason, column="reason")
    with as_service("care-end"):
        now, today = held(request), timezone.localdate()
        for offer in now.offers.select_for_update().filter(status__in=Offer.OPEN):
            placed = offer.status == Offer.Status.PLACED
            offer.status = Offer.Status.ENDED if placed else Offer.Status.CANCELLED
            offer.ended_on, offer.reason = today if placed else None, reason
            offer.save(update_fields=["status", "ended_on", "reason"])
        now.needs.filter(ended_on=None).update(ended_on=today, end_reason=reason)
        now.hand_overs.filter(answer=HandOver.Answer.OPEN).update(
            answer=HandOver.Answer.CANCELLED, answered_on=today
        )
        now.ended_on, now.end_reason = today, reason
        now.save(update_fields=["ended_on", "end_reason"])
        note(now, CareEvent.Kind.ENDED, actor=actor, reason=reason)
    request.ended_on, request.end_reason = now.ended_on, now.end_reason


def withdraw_help(request: HelpRequest, *, actor: Any) -> None:
    """Withdraw the consent to help: the request ends, and who it is about is destroyed.

    Where the request rested on consent it is in no statistics any more. Withdrawing again
    changes nothing.
    """
    with as_service("care-withdrawal"):
        ground = HelpRequest.objects.select_for_update().get(pk=request.pk).ground
        if ground.withdrawn_at is not None:
            return
        ground.withdrawn_at = timezone.now()
        ground.withdrawn_by = actor if isinstance(actor, str) else actor.audit_name
        ground.save(update_fields=["withdrawn_at", "withdrawn_by"])
        effect = withdrawal_effect(ground.basis)
        record(
            "help.consent_withdrawn",
            actor=actor,
            subject=request,
            purpose="ZORG",
            detail={"basis": ground.basis, "leaves": effect.leaves},
        )
        request.refresh_from_db()
        if request.ended_on is None:
            end_request(request, "INGETROKKEN", actor=actor)
        forget_person(request, actor=actor, reason="WITHDRAWN")


def forget_person(request: HelpRequest, *, actor: Any, reason: str) -> None:
    """Destroy who a request is about, and cut its tie with the register."""
    with transaction.atomic():
        now = HelpRequest.objects.select_for_update().get(pk=request.pk)
        if now.identity is not None and now.identity.destroyed_at is None:
            shred(now.identity, actor=actor, reason=reason)
        now.report, now.turns_18_in, now.language = None, None, ""
        now.save(update_fields=["report", "turns_18_in", "language"])
        person_forgotten.send(sender=HelpRequest, request=now, actor=actor)
        record("help.person_forgotten", actor=actor, subject=now, detail={"reason": reason})


def hear_of_withdrawals() -> None:
    """End the help that rests on a report's own consent when that is withdrawn."""
    consent_withdrawn.connect(_withdrawn_at_the_register, dispatch_uid="care")


def _withdrawn_at_the_register(*, report: Any, actor: Any, **_: Any) -> None:
    with as_service("care-withdrawal"):
        for request in HelpRequest.objects.filter(report=report, ground__of_the_report=True):
            withdraw_help(request, actor=actor)
