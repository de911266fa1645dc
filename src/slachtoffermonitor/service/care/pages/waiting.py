"""The waiting list: by the professional's urgency and the day of the request, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, QuerySet, Value, When
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from slachtoffermonitor.service.accounts.permissions import visible_to
from slachtoffermonitor.service.care.models import CareEvent, HelpRequest, Need
from slachtoffermonitor.vocabulary import code_list

__all__ = ["in_order", "waiting_list", "why_waiting"]

_SHOWN = 200
_VIEWS = (
    ("waiting", _("Waiting")),
    ("helped", _("Being helped")),
    ("ended", _("Ended")),
)


def in_order(requests: QuerySet[HelpRequest]) -> QuerySet[HelpRequest]:
    """Put requests in the order of the list: urgency as judged, then the day of the request."""
    ranks = [
        When(urgency=code, then=Value(int(entry.attributes["rank"])))
        for code, entry in code_list("urgencies").items()
    ]
    rank = Case(*ranks, default=Value(len(ranks) + 1), output_field=IntegerField())
    return requests.annotate(rank=rank).order_by("rank", "requested_on", "pk")


def why_waiting(request: HelpRequest) -> str:
    """Which reason for waiting was given last? Empty where none was."""
    said = [event for event in request.events.all() if event.kind == CareEvent.Kind.WAITING]
    return said[-1].reason if said else ""


@never_cache
@require_safe
def waiting_list(request: Any) -> HttpResponse:
    """Show who waits, since when and why; or who is being helped, or whose request ended."""
    shown = request.GET.get("show", "waiting")
    if shown not in dict(_VIEWS):
        shown = "waiting"
    waits = Need.objects.filter(request=OuterRef("pk"), started_on=None, ended_on=None)
    requests = visible_to(request.user, HelpRequest.objects.all(), request.scope)
    kept = {
        "waiting": requests.filter(Exists(waits), ended_on=None),
        "helped": requests.filter(~Exists(waits), ended_on=None),
        "ended": requests.exclude(ended_on=None),
    }[shown]
    rows = in_order(kept).prefetch_related("needs", "events")[:_SHOWN]
    today = timezone.localdate()
    context = {
        "rows": [_row(one, today) for one in rows],
        "show": shown,
        "views": _VIEWS,
        "scope": request.scope.value,
    }
    return render(request, "care/waiting.html", context)


def _row(one: HelpRequest, today: date) -> dict[str, Any]:
    needs = list(one.needs.all())
    waiting = [need for need in needs if need.started_on is None and need.ended_on is None]
    return {
        "request": one,
        "needs": waiting or needs,
        "days": (today - one.requested_on).days if waiting else None,
        "reason": why_waiting(one),
    }
