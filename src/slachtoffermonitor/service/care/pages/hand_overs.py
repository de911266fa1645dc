"""Who turns 18 soon, what is offered to us, and what we offered and still keep."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.service.accounts.permissions import visible_to
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.care.acts.handing_over import answer_hand_over, take_back_hand_over
from slachtoffermonitor.service.care.days import months_after
from slachtoffermonitor.service.care.forms.acting import AnswerForm
from slachtoffermonitor.service.care.models import HandOver, HelpRequest
from slachtoffermonitor.service.care.pages.problems import tell_problems

__all__ = ["hand_over", "hand_overs", "take_back", "turning_18"]

_MONTHS = 6


def turning_18(requests: Any, on: date) -> list[HelpRequest]:
    """Which open requests are of somebody who turns 18 within half a year, or who did?

    By the month that a professional gave. Who is 16 or 17 and has no month given comes last: it
    is not known.
    """
    until = months_after(on, _MONTHS)
    children = requests.filter(ended_on=None, age__in=("L00_15", "L16_17"))
    soon = list(children.filter(turns_18_in__lte=until).order_by("turns_18_in", "pk"))
    unknown = children.filter(turns_18_in=None, age="L16_17").order_by("requested_on", "pk")
    return [*soon, *unknown]


@never_cache
@require_safe
def hand_overs(request: Any) -> HttpResponse:
    """Show the three lists."""
    requests = visible_to(request.user, HelpRequest.objects.all(), request.scope)
    to_us = visible_to(request.user, HandOver.objects.filter(answer="OPEN"), request.scope)
    by_us = HandOver.objects.filter(request__in=requests).select_related("to_organisation")
    context = {
        "turning": turning_18(requests, timezone.localdate()),
        "to_us": to_us,
        "by_us": by_us.order_by("-offered_on", "-pk")[:50],
    }
    return render(request, "care/hand_overs.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def hand_over(request: Any, hand_over_id: int) -> HttpResponse:
    """Show the receiver what is offered, in codes, and take the answer."""
    found = get_object_or_404(
        visible_to(request.user, HandOver.objects.all(), request.scope), pk=hand_over_id
    )
    with as_service("care-hand-over", write=False):
        about = HelpRequest.objects.prefetch_related("needs").get(pk=found.request_id)
        about_by = about.organisation.name
    name = request.POST.get("act", "")
    if name in ("yes", "no"):
        try:
            with transaction.atomic():
                reason = request.POST.get("reason", "")
                answer_hand_over(found, accepts=name == "yes", reason=reason, actor=request.user)
            messages.success(request, _("Your answer was written down."))
        except InputError as error:
            tell_problems(request, error)
            return redirect("care:hand_over", found.pk)
        return redirect("care:case", about.pk) if name == "yes" else redirect("care:hand_overs")
    context = {"found": found, "about": about, "about_by": about_by, "form": AnswerForm()}
    return render(request, "care/hand_over.html", context)


@require_POST
def take_back(request: Any, hand_over_id: int) -> HttpResponse:
    """Take back what was not answered yet, as the giver."""
    requests = visible_to(request.user, HelpRequest.objects.all(), request.scope)
    found = get_object_or_404(HandOver.objects.filter(request__in=requests), pk=hand_over_id)
    try:
        take_back_hand_over(found, actor=request.user)
        messages.success(request, _("It was written down."))
    except InputError as error:
        tell_problems(request, error)
    return redirect("care:case", found.request_id)
