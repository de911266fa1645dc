"""Opening a track, writing down what happened, cancelling a mistake, and the end."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.basis import withdrawal_effect
from slachtoffermonitor.service.care.acts.ending import person_forgotten
from slachtoffermonitor.service.care.acts.writing import require_code
from slachtoffermonitor.service.care.models import HelpRequest
from slachtoffermonitor.service.register.models import Report
from slachtoffermonitor.service.register.receiving.checking import looks_like_bsn
from slachtoffermonitor.service.register.receiving.withdrawing import consent_withdrawn, correct
from slachtoffermonitor.service.residence.clocks import Happened
from slachtoffermonitor.service.residence.models import Track, TrackEvent
from slachtoffermonitor.vocabulary import code_list

__all__ = [
    "cancel_event",
    "end_track",
    "happened_in",
    "hear_of_forgetting",
    "open_track",
    "write_event",
]

_OPEN = (Report.Status.NEW, Report.Status.ACCEPTED)


def open_track(
    *, actor: Any, report: Report | None = None, request: HelpRequest | None = None
) -> Track:
    """Open a track for a report or for a request for help; one that is open is given.

    Raises:
        InputError: There is not exactly one of them, or it has ended.

    """
    about = report or request
    if about is None or (report is not None and request is not None):
        raise InputError(Problem(what="a track is of a report or of a request for help"))
    if (report is not None and report.status not in _OPEN) or (
        request is not None and request.ended_on is not None
    ):
        raise InputError(Problem(what="what this track would be about has ended"))
    with transaction.atomic():
        known = Track.objects.filter(report=report, request=request, ended_on=None).first()
        if known is not None:
            return known
        track = Track.objects.create(
            organisation_id=about.organisation_id,
            report=report,
            request=request,
            opened_on=timezone.localdate(),
        )
        record("track.opened", actor=actor, subject=track)
    return track


def write_event(
    track: Track,
    kind: str,
    on: date,
    *,
    until: date | None = None,
    article: str = "",
    actor: Any,
) -> TrackEvent:
    """Write down what happened on a day; the report says the right to stay that follows from it.

    Raises:
        InputError: The track has ended, the kind is no code, a day cannot be, or the article
            looks like a citizen service number.

    """
    require_code("residence_events", kind, column="kind")
    problems = []
    if on > timezone.localdate():
        problems.append(Problem(what="lies in the future", column="on"))
    if until is not None and until < on:
        problems.append(Problem(what="lies before the beginning", column="until"))
    if looks_like_bsn(article):
        problems.append(
            Problem(what="may be a citizen service number, which is not kept", column="article")
        )
    if problems:
        raise InputError(problems)
    with transaction.atomic():
        held = _held(track)
        event = TrackEvent.objects.create(
            track=held,
            kind=kind,
            on=on,
            until=until,
            article=article,
            made_by=actor.audit_name,
        )
        record("track.event", actor=actor, subject=held, detail={"kind": kind, "on": str(on)})
        _tell_report(held, actor)
    return event


def cancel_event(event: TrackEvent, *, actor: Any) -> None:
    """Cancel an event that was written down by mistake; both stay to be read.

    Raises:
        InputError: It was cancelled before, or the track has ended.

    """
    with transaction.atomic():
        held = _held(event.track)
        if event.cancels_id or TrackEvent.objects.filter(cancels=event).exists():
            raise InputError(Problem(what="this event was cancelled before"))
        TrackEvent.objects.create(
            track=held, kind=event.kind, on=event.on, cancels=event, made_by=actor.audit_name
        )
        record("track.event_cancelled", actor=actor, subject=held, detail={"kind": event.kind})
        _tell_report(held, actor)


def end_track(track: Track, reason: str, *, actor: Any) -> None:
    """End a track with its reason; its clocks stop.

    Raises:
        InputError: It ended before, or the reason is no code.

    """
    require_code("residence_ends", reason, column="reason")
    with transaction.atomic():
        held = _held(track)
        held.ended_on, held.end_reason = timezone.localdate(), reason
        held.save(update_fields=["ended_on", "end_reason"])
        record("track.ended", actor=actor, subject=held, detail={"reason": reason})
    track.ended_on, track.end_reason = held.ended_on, held.end_reason


def _held(track: Track) -> Track:
    held = Track.objects.select_for_update().get(pk=track.pk)
    if held.ended_on is not None:
        raise InputError(Problem(what="this track has ended"))
    return held


def happened_in(track: Track) -> list[Happened]:
    """Give what happened in a track and was not cancelled."""
    events = list(track.events.all())
    gone = {event.cancels_id for event in events}
    return [
        Happened(kind=event.kind, on=event.on, until=event.until)
        for event in events
        if event.cancels_id is None and event.pk not in gone
    ]


def _tell_report(track: Track, actor: Any) -> None:
    """Put the right to stay that follows from the newest event in the report's facts."""
    kinds = code_list("residence_events")
    found = [
        str(kinds[event.kind].attributes["residence"])
        for event in happened_in(track)
        if "residence" in kinds[event.kind].attributes
    ]
    if not found or track.report_id is None:
        return
    with as_service("residence"):
        report = Report.objects.get(pk=track.report_id)
        if report.status in _OPEN and report.facts().get("residence") != found[-1]:
            correct(report, {"residence": found[-1]}, actor=actor)


def hear_of_forgetting() -> None:
    """Destroy tracks with what they are about."""
    consent_withdrawn.connect(_report_withdrawn, dispatch_uid="residence")
    person_forgotten.connect(_person_forgotten, dispatch_uid="residence")


def _report_withdrawn(*, report: Report, actor: Any, **_: Any) -> None:
    if withdrawal_effect(report.basis).leaves == "TELLING":
        _destroy(Track.objects.filter(report=report), actor)


def _person_forgotten(*, request: HelpRequest, actor: Any, **_: Any) -> None:
    _destroy(Track.objects.filter(request=request), actor)


def _destroy(tracks: Any, actor: Any) -> None:
    with as_service("residence"):
        for track in list(tracks):
            record("track.destroyed", actor=actor, subject=track)
            track.delete()
