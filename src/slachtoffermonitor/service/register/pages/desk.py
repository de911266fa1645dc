"""The registrar's desk: what came in, what is missing, what may be one person, what is ended."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.service.accounts.permissions import visible_to
from slachtoffermonitor.service.accounts.rows import in_own_transactions
from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.basis import withdrawal_effect
from slachtoffermonitor.service.register.forms.fields import choices_of, spoken
from slachtoffermonitor.service.register.matching.merging import decide, unmerge
from slachtoffermonitor.service.register.matching.searching import look_for_duplicates
from slachtoffermonitor.service.register.models import (
    MatchCandidate,
    Merge,
    Report,
    ReportVersion,
)
from slachtoffermonitor.service.register.pages.facts import missing_in, shown_facts, shown_identity
from slachtoffermonitor.service.register.receiving.withdrawing import withdraw
from slachtoffermonitor.service.vault import open_identity
from slachtoffermonitor.vocabulary import code_list

__all__ = ["accept", "case", "end_consent", "inbox", "pair", "seek", "undo"]

_SHOWN = 100
_OPEN = (Report.Status.NEW, Report.Status.ACCEPTED)


def _reports(request: Any) -> Any:
    newest = ReportVersion.objects.order_by("-number")
    return (
        visible_to(request.user, Report.objects.all(), request.scope)
        .select_related("organisation", "identity")
        .prefetch_related(Prefetch("versions", queryset=newest, to_attr="newest_first"))
    )


@never_cache
@require_safe
def inbox(request: Any) -> HttpResponse:
    """Show reports by where they stand, with the light of their basis and what is missing."""
    status = request.GET.get("status", "NEW")
    if status not in Report.Status.values:
        status = "NEW"
    undecided = Q(candidates__verdict="OPEN")
    found = _reports(request).filter(status=status).annotate(pairs=Count("candidates", undecided))
    rows = [(report, missing_in(_facts(report))) for report in found[:_SHOWN]]
    if "missing" in request.GET:
        rows = [row for row in rows if row[1]]
    context = {
        "rows": rows,
        "status": status,
        "statuses": Report.Status.choices,
        "pairs": MatchCandidate.objects.filter(verdict="OPEN").select_related("report", "other")[
            :_SHOWN
        ],
        "merges": Merge.objects.filter(undone_at=None)[:20],
    }
    return render(request, "register/inbox.html", context)


def _facts(report: Any) -> dict[str, Any]:
    return dict(report.newest_first[0].facts) if report.newest_first else {}


@never_cache
@require_http_methods(["GET", "POST"])
def case(request: Any, report_id: Any) -> HttpResponse:
    """Show a report in codes; by POST, with a purpose, also who it is about."""
    report = get_object_or_404(_reports(request), pk=report_id)
    context = {
        "report": report,
        "facts": shown_facts(_facts(report), spoken()),
        "basis": code_list("legal_bases").label(report.basis, spoken()),
        "missing": missing_in(_facts(report)),
        "effect": withdrawal_effect(report.basis).text[spoken()],
        "consents": report.consents.all(),
        "versions": report.versions.all(),
        "purposes": choices_of("purposes"),
        "pairs": MatchCandidate.objects.filter(Q(report=report) | Q(other=report)),
    }
    if request.method == "POST":
        context["identity"] = _opened(report, request)
    return render(request, "register/case.html", context)


def _opened(report: Report, request: Any) -> list[tuple[str, str]]:
    purpose = request.POST.get("purpose", "")
    if (
        report.identity is None
        or report.identity.destroyed_at
        or purpose not in code_list("purposes")
    ):
        return []
    known = open_identity(report.identity, actor=request.user, purpose=purpose)
    return shown_identity(known)


@require_POST
def accept(request: Any, report_id: Any) -> HttpResponse:
    """Accept a new report; accepted ones stay as they are."""
    with transaction.atomic():
        report = get_object_or_404(
            visible_to(request.user, Report.objects.select_for_update(), request.scope),
            pk=report_id,
        )
        if report.status == Report.Status.NEW:
            report.status = Report.Status.ACCEPTED
            report.save(update_fields=["status"])
            record("report.accepted", actor=request.user, subject=report)
    return redirect("register:case", report.pk)


@require_POST
def end_consent(request: Any, report_id: Any) -> HttpResponse:
    """Withdraw the consent of a report, as its victim asked."""
    report = get_object_or_404(
        visible_to(request.user, Report.objects.all(), request.scope), pk=report_id
    )
    left = withdraw(report, actor=request.user)
    messages.success(request, code_list("report_contents").definition(left.leaves, spoken()))
    return redirect("register:case", report.pk)


@in_own_transactions
@require_POST
def seek(request: Any) -> HttpResponse:
    """Look for reports that may be about one person."""
    found = look_for_duplicates(actor=request.user)
    messages.success(request, _("New pairs: %(found)d") % {"found": found})
    return redirect("register:inbox")


@never_cache
@require_http_methods(["GET", "POST"])
def pair(request: Any, pair_id: int) -> HttpResponse:
    """Show two reports side by side, and take the decision about them."""
    found = get_object_or_404(MatchCandidate.objects.select_related("report", "other"), pk=pair_id)
    sides = [
        get_object_or_404(_reports(request), pk=key) for key in (found.report_id, found.other_id)
    ]
    context: dict[str, Any] = {"pair": found, "sides": sides}
    decision = request.POST.get("decision")
    if decision in ("same", "different"):
        try:
            decide(found, same=decision == "same", actor=request.user)
        except InputError:
            messages.error(request, _("Somebody decided about this pair before."))
        return redirect("register:inbox")
    opened = [_opened(report, request) if request.method == "POST" else [] for report in sides]
    context["rows"] = _side_by_side([_facts(report) for report in sides])
    context["names"] = _beside([dict(side) for side in opened])
    return render(request, "register/pair.html", context)


def _side_by_side(facts: list[dict[str, Any]]) -> list[tuple[str, list[str], bool]]:
    told = [dict(shown_facts(one, spoken())) for one in facts]
    return _beside(told)


def _beside(sides: list[dict[str, str]]) -> list[tuple[str, list[str], bool]]:
    names = list(dict.fromkeys(name for side in sides for name in side))
    cells = [(name, [side.get(name, "") for side in sides]) for name in names]
    return [(name, values, len(set(values)) == 1) for name, values in cells]


@require_POST
def undo(request: Any, merge_id: int) -> HttpResponse:
    """Undo a merge; the two are two persons again."""
    try:
        unmerge(get_object_or_404(Merge, pk=merge_id), actor=request.user)
        messages.success(request, _("The two are two persons again."))
    except InputError:
        messages.error(request, _("This merge was undone before."))
    return redirect("register:inbox")
