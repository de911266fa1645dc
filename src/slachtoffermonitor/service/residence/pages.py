"""The pages of residence: clocks of all tracks, and one track with what happened in it."""

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
from slachtoffermonitor.service.accounts.permissions import Scope, scope_of, visible_to
from slachtoffermonitor.service.care.models import HelpRequest
from slachtoffermonitor.service.care.pages.problems import add_problems, tell_problems
from slachtoffermonitor.service.register.forms.fields import spoken
from slachtoffermonitor.service.register.models import Report
from slachtoffermonitor.service.residence.clocks import Clock, clocks_of
from slachtoffermonitor.service.residence.forms import EndForm, EventForm
from slachtoffermonitor.service.residence.models import Track, TrackEvent
from slachtoffermonitor.service.residence.tracking import (
    cancel_event,
    end_track,
    happened_in,
    open_track,
    write_event,
)

__all__ = ["begin", "cancel", "end", "track_page", "tracks"]

_SHOWN = 200
_OPEN = (Report.Status.NEW, Report.Status.ACCEPTED)


def _tracks(request: Any) -> Any:
    tracks = visible_to(request.user, Track.objects.all(), request.scope)
    return tracks.select_related("organisation").prefetch_related("events")


def _clocks(track: Track) -> list[Clock]:
    return clocks_of(happened_in(track), on=timezone.localdate(), ended_on=track.ended_on)


@never_cache
@require_safe
def tracks(request: Any) -> HttpResponse:
    """Show every clock that runs, the first to end in front; and what can get a track."""
    found = list(_tracks(request).filter(ended_on=None)[:_SHOWN])
    clocks = [(clock, one) for one in found for clock in _clocks(one) if clock.state != "stopped"]
    context: dict[str, Any] = {
        "clocks": [(clock, one, _named(clock)) for clock, one in sorted(clocks, key=_first_to_end)],
        "tracks": found,
        "ended": _tracks(request).exclude(ended_on=None)[:50],
    }
    if scope_of(request.user, "residence:begin", "POST") is not Scope.NONE:
        reports = visible_to(request.user, Report.objects.all(), request.scope)
        requests = visible_to(request.user, HelpRequest.objects.all(), request.scope)
        context["reports"] = reports.filter(status__in=_OPEN).exclude(
            pk__in=[one.report_id for one in found if one.report_id]
        )[:50]
        context["requests"] = requests.filter(ended_on=None).exclude(
            pk__in=[one.request_id for one in found if one.request_id]
        )[:50]
    return render(request, "residence/tracks.html", context)


def _first_to_end(row: tuple[Clock, Track]) -> tuple[date, str]:
    return row[0].due_on, str(row[1].pk)


def _named(clock: Clock) -> str:
    if clock.rule is None:
        return _("Last day named in the decision")
    return clock.rule.label[spoken()]


@require_POST
def begin(request: Any, kind: str, key: Any) -> HttpResponse:
    """Open a track for a report or a request for help that may be seen."""
    if kind == "report":
        reports = visible_to(request.user, Report.objects.all(), request.scope)
        about: dict[str, Any] = {"report": get_object_or_404(reports, pk=key)}
    else:
        requests = visible_to(request.user, HelpRequest.objects.all(), request.scope)
        about = {"request": get_object_or_404(requests, pk=key)}
    try:
        with transaction.atomic():
            track = open_track(actor=request.user, **about)
    except InputError as error:
        tell_problems(request, error)
        return redirect("residence:tracks")
    return redirect("residence:track", track.pk)


@never_cache
@require_http_methods(["GET", "POST"])
def track_page(request: Any, track_id: Any) -> HttpResponse:
    """Show a track with its clocks; take what happened."""
    track = get_object_or_404(_tracks(request), pk=track_id)
    form = EventForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            with transaction.atomic():
                write_event(
                    track,
                    answers["kind"],
                    answers["on"],
                    until=answers["until"],
                    article=answers["article"],
                    actor=request.user,
                )
            messages.success(request, _("It was written down."))
            return redirect("residence:track", track.pk)
        except InputError as error:
            add_problems(form, error)
    events = list(track.events.all())
    may_write = scope_of(request.user, "residence:end", "POST") is not Scope.NONE
    context = {
        "track": track,
        "clocks": [(clock, _named(clock)) for clock in _clocks(track)],
        "events": [event for event in events if event.cancels_id is None],
        "cancelled": {event.cancels_id for event in events},
        "may_write": may_write and track.ended_on is None,
        "form": form,
        "end_form": EndForm(auto_id="id_end_%s"),
    }
    return render(request, "residence/track.html", context)


@require_POST
def cancel(request: Any, track_id: Any, event_id: int) -> HttpResponse:
    """Cancel an event that was written down by mistake."""
    track = get_object_or_404(_tracks(request), pk=track_id)
    event = get_object_or_404(TrackEvent.objects.filter(track=track), pk=event_id)
    try:
        with transaction.atomic():
            cancel_event(event, actor=request.user)
        messages.success(request, _("It was written down."))
    except InputError as error:
        tell_problems(request, error)
    return redirect("residence:track", track.pk)


@require_POST
def end(request: Any, track_id: Any) -> HttpResponse:
    """End a track with its reason."""
    track = get_object_or_404(_tracks(request), pk=track_id)
    try:
        with transaction.atomic():
            end_track(track, request.POST.get("reason", ""), actor=request.user)
        messages.success(request, _("It was written down."))
    except InputError as error:
        tell_problems(request, error)
    return redirect("residence:track", track.pk)
