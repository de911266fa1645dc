"""A place asked of a provider, given or declined, taken by the victim, begun and ended."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.care.acts.writing import held, note, require_code
from slachtoffermonitor.service.care.models import (
    CareEvent,
    HelpRequest,
    Need,
    Offer,
    Supply,
)
from slachtoffermonitor.service.care.supply import free_on
from slachtoffermonitor.service.vault import open_identity

__all__ = [
    "answer_offer",
    "ask_provider",
    "begin_help",
    "decide_offer",
    "end_help",
    "open_person",
    "take_back",
]

_Status = Offer.Status
_Kind = CareEvent.Kind


def ask_provider(need: Need, supply: Supply, *, actor: Any) -> Offer:
    """Ask a provider for a place; it sees the request in codes and not who it is about.

    Raises:
        InputError: The kind of care differs, the need has begun or has a place, or this provider
            was asked already.

    """
    with transaction.atomic():
        request = held(need.request)
        need = Need.objects.select_for_update().get(pk=need.pk)
        if supply.care_type != need.care_type:
            raise InputError(Problem(what="this provider gives another type of care"))
        if need.started_on or need.offers.filter(status__in=(_Status.TAKEN, _Status.PLACED)):
            raise InputError(Problem(what="this need has a place"))
        if need.offers.filter(supply=supply, status__in=Offer.OPEN).exists():
            raise InputError(Problem(what="this provider was asked already"))
        offer = Offer.objects.create(
            request=request,
            need=need,
            supply=supply,
            organisation_id=supply.organisation_id,
            asked_on=timezone.localdate(),
        )
        note(request, _Kind.OFFER_ASKED, actor=actor, code=need.care_type)
    return offer


def answer_offer(offer: Offer, *, gives: bool, reason: str = "", actor: Any) -> None:
    """Take the provider's answer; a yes holds a place, and the last place is given once.

    Raises:
        InputError: It was answered before, a no has no reason, or there is no free place.

    """
    if not gives:
        require_code("decline_reasons", reason, column="reason")
    with as_service("care-offer"):
        # The kind of places is held: two answers for its last place come one after the other.
        supply = Supply.objects.select_for_update().get(pk=offer.supply_id)
        now = _standing(offer, _Status.ASKED)
        if gives and free_on(supply, timezone.localdate()) < 1:
            raise InputError(Problem(what="there is no free place of this kind"))
        now.status = _Status.OFFERED if gives else _Status.DECLINED
        now.answered_on, now.reason = timezone.localdate(), "" if gives else reason
        now.save(update_fields=["status", "answered_on", "reason"])
        kind = _Kind.OFFERED if gives else _Kind.DECLINED
        note(now.request, kind, actor=actor, code=now.need.care_type, reason=now.reason)
    offer.status = now.status


def decide_offer(offer: Offer, *, takes: bool, reason: str = "", actor: Any) -> None:
    """Take the victim's answer, as the coordinator heard it; a yes ends the other offers.

    Raises:
        InputError: Nothing was offered, a no has no reason, or the need has a place already.

    """
    if not takes:
        require_code("decline_reasons", reason, column="reason")
    with transaction.atomic():
        held(offer.request)
        need = Need.objects.select_for_update().get(pk=offer.need_id)
        now = _standing(offer, _Status.OFFERED)
        others = need.offers.exclude(pk=now.pk).filter(status__in=Offer.OPEN)
        if takes and others.filter(status__in=(_Status.TAKEN, _Status.PLACED)).exists():
            raise InputError(Problem(what="this need has a place"))
        now.status = _Status.TAKEN if takes else _Status.REFUSED
        now.decided_on, now.reason = timezone.localdate(), "" if takes else reason
        now.save(update_fields=["status", "decided_on", "reason"])
        kind = _Kind.TAKEN if takes else _Kind.REFUSED
        note(now.request, kind, actor=actor, code=need.care_type, reason=now.reason)
        if takes:
            for other in others:
                _cancelled(other, actor)
    offer.status = now.status


def take_back(offer: Offer, *, actor: Any) -> None:
    """Take back an offer that has not become a placement; its place is free again.

    Raises:
        InputError: It has begun, or has ended.

    """
    with transaction.atomic():
        held(offer.request)
        now = _standing(offer, _Status.ASKED, _Status.OFFERED, _Status.TAKEN)
        _cancelled(now, actor)
    offer.status = _Status.CANCELLED


def _cancelled(offer: Offer, actor: Any) -> None:
    offer.status, offer.decided_on = _Status.CANCELLED, timezone.localdate()
    offer.save(update_fields=["status", "decided_on"])
    note(offer.request, _Kind.CANCELLED, actor=actor, code=offer.need.care_type)


def begin_help(offer: Offer, on: date, *, actor: Any) -> None:
    """Say on which day the help began; from here the need waits no more.

    Raises:
        InputError: The victim has not accepted, or the day cannot be.

    """
    with transaction.atomic():
        request = held(offer.request)
        now = _standing(offer, _Status.TAKEN)
        _require_day(on, request.requested_on)
        now.status, now.started_on = _Status.PLACED, on
        now.save(update_fields=["status", "started_on"])
        Need.objects.filter(pk=now.need_id).update(started_on=on)
        note(request, _Kind.STARTED, actor=actor, code=now.need.care_type, on=on)
    offer.status = now.status


def end_help(offer: Offer, on: date, reason: str, *, actor: Any) -> None:
    """Say on which day and why the help ended; the place is free again.

    Raises:
        InputError: It has not begun, the day lies before that, or the reason is no code.

    """
    require_code("care_ends", reason, column="reason")
    with transaction.atomic():
        request = held(offer.request)
        now = _standing(offer, _Status.PLACED)
        _require_day(on, now.started_on or request.requested_on)
        _ended(now, on, reason)
        code = now.need.care_type
        note(request, _Kind.STOPPED, actor=actor, code=code, reason=reason, on=on)
    offer.status = now.status


def _ended(offer: Offer, on: date, reason: str) -> None:
    offer.status, offer.ended_on, offer.reason = _Status.ENDED, on, reason
    offer.save(update_fields=["status", "ended_on", "reason"])
    Need.objects.filter(pk=offer.need_id).update(ended_on=on, end_reason=reason)


def _standing(offer: Offer, *allowed: Offer.Status) -> Offer:
    now = Offer.objects.select_for_update().get(pk=offer.pk)
    if now.status not in allowed:
        raise InputError(Problem(what="this offer was answered or ended before"))
    return now


def _require_day(on: date, first: date) -> None:
    if not first <= on <= timezone.localdate():
        raise InputError(Problem(what="is not a day between the beginning and today", column="on"))


def open_person(request: HelpRequest, *, actor: Any, offer: Offer | None = None) -> dict[str, str]:
    """Open who a request is about, for the help; a provider only once its place was accepted.

    The caller has looked whether the actor may see the request, or the offer.

    Raises:
        InputError: The place was not accepted, or nothing is kept any more.

    """
    if offer is not None and offer.status not in (_Status.TAKEN, _Status.PLACED):
        raise InputError(Problem(what="the victim has not accepted this place"))
    with as_service("care-identity"):
        sealed = HelpRequest.objects.select_related("identity").get(pk=request.pk).identity
        if sealed is None or sealed.destroyed_at is not None:
            raise InputError(Problem(what="who this is about is not kept any more"))
        return open_identity(sealed, actor=actor, purpose="ZORG")
