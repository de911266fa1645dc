"""Editions: which there are, what runs, who approved, what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.service.accounts.permissions import may, visible_to
from slachtoffermonitor.service.accounts.rows import in_own_transactions
from slachtoffermonitor.service.desk.acts import (
    approve_run,
    ask_for_run,
    is_approved,
    start_run,
    stop_run,
)
from slachtoffermonitor.service.desk.delivering import deliver_register, delivery_of, is_behind
from slachtoffermonitor.service.desk.folders import (
    EditionFolder,
    editions_folder,
    find_edition,
    list_editions,
)
from slachtoffermonitor.service.desk.models import EditionRun
from slachtoffermonitor.service.desk.running import Progress, State, progress_of

__all__ = ["approve", "ask", "deliver", "edition_page", "editions", "start", "stop"]

_SHOWN = 20
# What a run and its settings call these, and what a reader does; a name that is new stays itself.
_STAGES = {
    "Deliveries": later("Reading the deliveries"),
    "Published figures": later("Gathering published figures"),
    "Linkage": later("Linking reports to persons"),
    "Register": later("Counting registered victims"),
    "Hidden number": later("Estimating the hidden number"),
    "Follow-up": later("Following people"),
    "Change and silence": later("Change and silence"),
    "Synthetic records": later("Making synthetic records"),
    "Disclosure control": later("Protecting and attacking all tables"),
    "Publishing": later("Website, factsheets and data"),
}
_METHODS = {
    "suppression": later("counts are hidden"),
    "rounding": later("counts are rounded"),
    "cell-key": later("noise by cell keys"),
    "noise": later("noise with a privacy budget"),
    "minimum-and-rounding": later("small counts are hidden, others rounded"),
}


@never_cache
@require_safe
def editions(request: Any) -> HttpResponse:
    """Show every edition, and where its last run stands."""
    runs = visible_to(request.user, EditionRun.objects.all(), request.scope)
    rows = []
    for edition in list_editions():
        progress = _latest(runs.filter(edition=edition.name), edition)
        rows.append((edition, progress, _stages(progress)[-1:] if progress else []))
    context = {"rows": rows, "without_folder": editions_folder() is None}
    return render(request, "desk/editions.html", context)


def _latest(runs: QuerySet[EditionRun], edition: EditionFolder) -> Progress | None:
    """Where does the run stand that goes on, or else the one that was asked for last?"""
    begun = runs.exclude(started_at=None).order_by("-started_at").first()
    if begun is not None and (going := _progress(begun, edition)).state is State.RUNNING:
        return going
    last = runs.first()
    return None if last is None else _progress(last, edition)


@never_cache
@require_safe
def edition_page(request: Any, edition: str) -> HttpResponse:
    """Show an edition with its runs."""
    found = _edition(edition)
    runs = visible_to(request.user, EditionRun.objects.filter(edition=edition), request.scope)
    delivery = delivery_of(found)
    context = {
        "edition": found,
        "method": _method(found),
        "delivery": delivery,
        "behind": delivery is not None and is_behind(delivery),
        "runs": [_told(run, found, request.user) for run in runs[:_SHOWN]],
        "may_ask": may(request.user, "desk:ask"),
        "may_start": may(request.user, "desk:start"),
    }
    return render(request, "desk/edition.html", context)


def _stages(progress: Progress) -> list[tuple[str, datetime]]:
    return [(str(_STAGES.get(one.name, one.name)), one.at) for one in progress.stages]


def _method(edition: EditionFolder) -> str:
    method = edition.settings.disclosure.method if edition.settings is not None else ""
    return str(_METHODS.get(method, method))


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
        "stages": _stages(progress),
        "approvals": approvals,
        "complete": is_approved(run),
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


@in_own_transactions
@require_POST
def deliver(request: Any, edition: str) -> HttpResponse:
    """Put the register's delivery in the folder of an edition: tokens, and nobody's name."""
    found = _edition(edition)
    act = lambda: deliver_register(found, actor=request.user)  # noqa: E731 - told by its name
    return _done(request, edition, act, _("The register's delivery is in the folder."))


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
