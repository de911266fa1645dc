"""Asking for help: whom the organisation asked for, and the two pages of a new request."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.service.accounts.permissions import visible_to
from slachtoffermonitor.service.care.acts.asking import ask_for_help, rests_on_report
from slachtoffermonitor.service.care.forms.asking import AskForm, FirstForm
from slachtoffermonitor.service.care.models import HelpRequest
from slachtoffermonitor.service.care.pages.problems import add_problems
from slachtoffermonitor.service.register.models import Report
from slachtoffermonitor.service.register.pages.asking import told
from slachtoffermonitor.service.register.receiving.taking_in import NoBasisError

__all__ = ["ask", "own"]

_SHOWN = 50
_OPEN = (Report.Status.NEW, Report.Status.ACCEPTED)


@never_cache
@require_safe
def own(request: Any) -> HttpResponse:
    """Show for whom this organisation asked for help, and for which reports it can."""
    requests = visible_to(request.user, HelpRequest.objects.all(), request.scope)
    asked = list(requests.filter(ended_on=None).values_list("report_id", flat=True))
    reports = visible_to(request.user, Report.objects.all(), request.scope).filter(
        status__in=_OPEN, organisation=request.user.organisation
    )
    context = {
        "requests": requests.prefetch_related("needs").order_by("-requested_on", "pk")[:_SHOWN],
        "reports": reports.exclude(pk__in=[key for key in asked if key])[:_SHOWN],
    }
    return render(request, "care/own.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: Any, report_id: Any = None) -> HttpResponse:
    """Ask age and suspects, then the rest; keep a request that the rules allow."""
    report = _report(request, report_id)
    first = FirstForm(request.GET or None)
    if not request.GET or not first.is_valid():
        start = {} if report is None else {"age": report.age}
        first = FirstForm(request.GET or None, initial=start)
        return render(request, "care/ask_first.html", {"form": first, "report": report})
    form = AskForm(
        request.POST or None,
        request.FILES or None,
        age=first.cleaned_data["age"],
        suspects=first.suspected(),
        has_ground=report is not None and rests_on_report(report),
        is_known=report is not None and report.identity_id is not None,
        initial=_known(request, report),
    )
    context: dict[str, Any] = {"form": form, "report": report}
    if request.method == "POST" and form.is_valid():
        try:
            made = ask_for_help(
                form.asked(),
                actor=request.user,
                organisation=request.user.organisation,
                report=report,
            )
        except NoBasisError as refused:
            context |= told(refused.verdict)
            return render(request, "care/ask.html", context, status=409)
        except InputError as error:
            add_problems(form, error)
            return render(request, "care/ask.html", context, status=422)
        messages.success(request, _("Help was requested."))
        return redirect("care:case", made.pk)
    return render(request, "care/ask.html", context)


def _report(request: Any, report_id: Any) -> Report | None:
    if report_id is None:
        return None
    reports = visible_to(request.user, Report.objects.all(), request.scope)
    found: Report = get_object_or_404(reports.filter(status__in=_OPEN), pk=report_id)
    return found


def _known(request: Any, report: Report | None) -> dict[str, Any]:
    """Give what is known already, to be looked over."""
    start = {
        "municipality": request.user.organisation.municipality,
        "wanted_place": "GEEN_VOORKEUR",
        "speciality": "ALGEMEEN",
    }
    if report is not None:
        facts = report.facts()
        start["sex"] = facts.get("sex") or ""
        start["municipality"] = facts.get("municipality") or start["municipality"]
    return start
