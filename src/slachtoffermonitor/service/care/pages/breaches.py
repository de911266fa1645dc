"""What is over its term now: by rule, oldest first, without a judgement of anybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from slachtoffermonitor.service.accounts.permissions import visible_to
from slachtoffermonitor.service.care.models import HandOver, HelpRequest, Offer
from slachtoffermonitor.service.care.terms import Stretch, agreed_terms, over_term
from slachtoffermonitor.service.register.forms.fields import spoken

__all__ = ["breaches", "stretches_of"]


@never_cache
@require_safe
def breaches(request: Any) -> HttpResponse:
    """Show what is over its term, and the terms themselves."""
    requests = visible_to(request.user, HelpRequest.objects.all(), request.scope)
    language = spoken()
    rows = [
        (breach, breach.stretch.subject, breach.term.label[language])
        for breach in over_term(stretches_of(requests), on=timezone.localdate())
    ]
    terms = [term.label[language] for term in agreed_terms()]
    return render(request, "care/breaches.html", {"rows": rows, "terms": terms})


def stretches_of(requests: Any) -> Iterator[Stretch]:
    """Give every stretch of open requests that a term could be about."""
    for one in requests.filter(ended_on=None).prefetch_related("offers", "hand_overs"):
        offers = list(one.offers.all())
        yield _stretch(one, "REQUESTED", "TRIAGED", one.requested_on, one.triaged_on)
        given = [
            offer.answered_on
            for offer in offers
            if offer.answered_on and offer.status != Offer.Status.DECLINED
        ]
        yield _stretch(one, "REQUESTED", "OFFERED", one.requested_on, min(given, default=None))
        for offer in offers:
            if offer.status == Offer.Status.ASKED:
                yield _stretch(one, "ASKED", "ANSWERED", offer.asked_on, None)
            if offer.status == Offer.Status.TAKEN and offer.decided_on:
                yield _stretch(one, "TAKEN", "STARTED", offer.decided_on, None)
        for offered in one.hand_overs.all():
            if offered.answer == HandOver.Answer.OPEN:
                yield _stretch(one, "HANDED", "RECEIVED", offered.offered_on, None)


def _stretch(one: HelpRequest, begins: str, ends: str, begun_on: Any, ended_on: Any) -> Stretch:
    return Stretch(
        subject=one,
        begins=begins,
        ends=ends,
        urgency=one.urgency,
        begun_on=begun_on,
        ended_on=ended_on,
    )
