"""Hand-overs: offered, and accepted by the receiver; until then the giver keeps the request."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.service.accounts.models import Organisation
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.care.acts.writing import held, note, require_code
from slachtoffermonitor.service.care.models import CareEvent, HandOver, HelpRequest

__all__ = ["answer_hand_over", "offer_hand_over", "take_back_hand_over"]

_Answer = HandOver.Answer
_Kind = CareEvent.Kind


def offer_hand_over(
    request: HelpRequest,
    reason: str,
    *,
    municipality: str = "",
    organisation: Organisation | None = None,
    actor: Any,
) -> HandOver:
    """Offer a request to another municipality or to another organisation; it stays here so far.

    Raises:
        InputError: There is not exactly one receiver, it has the request already, or the request
            is being offered.

    """
    require_code("hand_over_reasons", reason, column="reason")
    if bool(municipality) == bool(organisation):
        raise InputError(Problem(what="name one receiver", column="receiver"))
    with transaction.atomic():
        now = held(request)
        if municipality == now.municipality or organisation == now.organisation:
            raise InputError(Problem(what="the receiver has this request", column="receiver"))
        if now.hand_overs.filter(answer=_Answer.OPEN).exists():
            raise InputError(Problem(what="this request is being offered already"))
        offered = HandOver.objects.create(
            request=now,
            reason=reason,
            to_municipality=municipality,
            to_organisation=organisation,
            offered_on=timezone.localdate(),
        )
        note(now, _Kind.HANDED, actor=actor, reason=reason)
    return offered


def answer_hand_over(offered: HandOver, *, accepts: bool, reason: str = "", actor: Any) -> None:
    """Take the receiver's answer; with a yes the request is the receiver's from this moment.

    The caller has looked whether the actor is the receiver.

    Raises:
        InputError: It was answered or taken back before, or a no has no reason.

    """
    if not accepts:
        require_code("decline_reasons", reason, column="reason")
    with as_service("care-hand-over"):
        now = _open(offered)
        request = held(now.request)
        now.answer = _Answer.ACCEPTED if accepts else _Answer.DECLINED
        now.answered_on, now.answer_reason = timezone.localdate(), "" if accepts else reason
        now.save(update_fields=["answer", "answered_on", "answer_reason"])
        kind = _Kind.HAND_OVER_TAKEN if accepts else _Kind.HAND_OVER_DECLINED
        note(request, kind, actor=actor, reason=now.answer_reason)
        if accepts:
            _move(request, now)


def _move(request: HelpRequest, accepted: HandOver) -> None:
    """Give the request and its sealed identity to who answers for it from now on."""
    if accepted.to_municipality:
        request.municipality = accepted.to_municipality
    elif accepted.to_organisation is not None:
        request.organisation = accepted.to_organisation
        if request.identity is not None:
            request.identity.organisation = accepted.to_organisation
            request.identity.save(update_fields=["organisation"])
        if accepted.to_organisation.municipality:
            request.municipality = accepted.to_organisation.municipality
    request.save(update_fields=["municipality", "organisation"])


def take_back_hand_over(offered: HandOver, *, actor: Any) -> None:
    """Take back an offer that was not answered.

    Raises:
        InputError: It was answered or taken back before.

    """
    with transaction.atomic():
        now = _open(offered)
        now.answer, now.answered_on = _Answer.CANCELLED, timezone.localdate()
        now.save(update_fields=["answer", "answered_on"])
        note(now.request, _Kind.CANCELLED, actor=actor, reason=now.reason)


def _open(offered: HandOver) -> HandOver:
    now = HandOver.objects.select_for_update().get(pk=offered.pk)
    if now.answer != _Answer.OPEN:
        raise InputError(Problem(what="this hand-over was answered before"))
    return now
