"""Editions: which there are, what runs, who approved, what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.service.accounts.permissions import may, visible_to
from slachtoffermonitor.service.desk.acts import approve_run, ask_for_run, start_run, stop_run
from slachtoffermonitor.service.desk.folders import (
    EditionFolder,
    editions_folder,
    find_edition,
    list_editions,
)
from slachtoffermonitor.service.desk.models import EditionRun
from slachtoffermonitor.service.desk.running import Progress, progress_of

__all__ = ["approve", "ask", "edition_page", "editions", "start", "stop"]

_SHOWN = 20


@never_cache
@require_safe
def editions(request: Any) -> HttpResponse:
    """Show every edition, and where its last run stands."""
    runs = visible_to(request.user, EditionRun.objects.all(), request.scope)
    rows = []
    for edition in list_editions():
        last = runs.filter(edition=edition.name).first()
        rows.append((edition, last and _progress(last, edition)))
    context = {"rows": rows, "without_folder": editions_folder() is None}
    return render(request, "desk/editions.html", context)


@never_cache
@require_safe
def edition_page(request: Any, edition: str) -> HttpResponse:
    """Show an edition with its runs."""
    found = _edition(edition)
    runs = visible_to(request.user, EditionRun.objects.filter(edition=edition), request.scope)
    context = {
        "edition": found,
        "runs": [_told(run, found, request.user) for run in runs[:_SHOWN]],
        "may_ask": may(request.user, "desk:ask"),
        "may_start": may(request.user, "desk:start"),
    }
    return render(request, "desk/edition.html", context)


def _progress(run: EditionRun, edition: EditionFolder) -> Progress:
    return progress_of(edition, str(run.pk), began=run.started_at is not None)


def _edition(name: str) -> EditionFolder:
    found = find_edition(name)
    if found is None:
        raise Http404
    return found


def _told(run: EditionRun, edition: EditionFolder, user: Any) -> dict[str, Any]:
    progress = _progress(run, edition)
    approvals = list(run.approvals.select_related("by"))
    language = (get_language() or "nl")[:2]
    findings = progress.result.get("findings", [])
    return {
        "run": run,
        "progress": progress,
        "approvals": approvals,
        "approved": any(one.by_id == user.pk for one in approvals),
        "findings": [(one["sentence"][language], one["simulated"]) for one in findings],
    }


@require_POST
def ask(request: Any, edition: str) -> HttpResponse:
    """Ask for a run of an edition; of a simulated nation it may begin at once."""
    found = _edition(edition)
    return _done(request, edition, lambda: ask_for_run(found, actor=request.user), _("Asked for."))


def _done(request: Any, edition: str, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
        messages.success(request, said)
    except InputError as error:
        for problem in error.problems:
            messages.error(request, _(problem.what))
    return redirect("desk:edition", edition)


def _run(request: Any, edition: str, key: Any) -> tuple[EditionRun, EditionFolder]:
    runs = visible_to(request.user, EditionRun.objects.filter(edition=edition), request.scope)
    return get_object_or_404(runs, pk=key), _edition(edition)


@require_POST
def approve(request: Any, edition: str, run_id: Any) -> HttpResponse:
    """Approve a run, as one of two."""
    run, found = _run(request, edition, run_id)
    act = lambda: approve_run(run, found, actor=request.user)  # noqa: E731 - told by its name
    return _done(request, edition, act, _("You approved this run."))


@require_POST
def start(request: Any, edition: str, run_id: Any) -> HttpResponse:
    """Begin a run."""
    run, found = _run(request, edition, run_id)
    act = lambda: start_run(run, found, actor=request.user)  # noqa: E731 - told by its name
    return _done(request, edition, act, _("The run has begun."))


@require_POST
def stop(request: Any, edition: str, run_id: Any) -> HttpResponse:
    """End a run."""
    run, found = _run(request, edition, run_id)
    if stop_run(run, found, actor=request.user):
        messages.success(request, _("The run was stopped."))
    else:
        messages.error(request, _("This run is over."))
    return redirect("desk:edition", edition)
