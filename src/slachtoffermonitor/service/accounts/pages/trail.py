"""The audit trail as the privacy officer reads it: by act, subject, actor and day.

It names people who work here, and nobody whom a report is about: a subject is a kind and a key.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from slachtoffermonitor.service.accounts.models import ClientKey, User
from slachtoffermonitor.service.accounts.pages.acts import called_act
from slachtoffermonitor.service.accounts.permissions import visible_to
from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.audit.models import AuditEntry
from slachtoffermonitor.service.operation.acts import verify_audit

__all__ = ["trail", "verify"]

_PAGE = 50
_FAULTS = 20


def _acts() -> list[tuple[str, str]]:
    found = AuditEntry.objects.order_by("act").values_list("act", flat=True).distinct()
    named = sorted((called_act(act), act) for act in found)
    return [("", ""), *((act, name) for name, act in named)]


class FilterForm(forms.Form):
    """Which part of the trail to read."""

    act = forms.ChoiceField(label=gettext_lazy("Act"), choices=_acts, required=False)
    actor = forms.CharField(
        label=gettext_lazy("Who did it"),
        help_text=gettext_lazy("Part of a name, or a key such as service:retention."),
        max_length=90,
        required=False,
    )
    subject = forms.CharField(
        label=gettext_lazy("About what"),
        help_text=gettext_lazy("A kind, or a kind with its key, such as report:…"),
        max_length=90,
        required=False,
    )
    first = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last = forms.DateField(
        label=gettext_lazy("Up to and including"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


@never_cache
@require_safe
def trail(request: Any) -> HttpResponse:
    """Show what was done, the newest first."""
    form = FilterForm(request.GET or None)
    entries = visible_to(request.user, AuditEntry.objects.all(), request.scope)
    if form.is_valid():
        entries = _filtered(entries, form.cleaned_data)
    pages = Paginator(entries.order_by("-position"), _PAGE)
    shown = pages.get_page(request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        "form": form,
        "page": shown,
        "rows": _named(list(shown)),
        "asked": asked.urlencode(),
    }
    return render(request, "accounts/trail.html", context)


def _filtered(entries: QuerySet[AuditEntry], asked: dict[str, Any]) -> QuerySet[AuditEntry]:
    if asked.get("act"):
        entries = entries.filter(act=asked["act"])
    if asked.get("subject"):
        entries = entries.filter(subject__startswith=asked["subject"])
    if asked.get("actor"):
        people = User.objects.filter(name__icontains=asked["actor"])[:_PAGE]
        keys = [person.audit_name for person in people]
        entries = entries.filter(actor__in=[*keys, asked["actor"]])
    if asked.get("first"):
        entries = entries.filter(at__gte=_start(asked["first"]))
    if asked.get("last"):
        entries = entries.filter(at__lte=_start(asked["last"], time.max))
    return entries


def _start(day: Any, moment: time = time.min) -> datetime:
    return timezone.make_aware(datetime.combine(day, moment))


def _named(entries: list[AuditEntry]) -> list[tuple[AuditEntry, str, str, str]]:
    """Put what was done, who did it, and the detail as text, beside each entry."""
    keys = {entry.actor.partition(":")[2] for entry in entries if ":" in entry.actor}
    known = {key for key in keys if len(key) == len("00000000-0000-0000-0000-000000000000")}
    names = {person.audit_name: person.name for person in User.objects.filter(pk__in=known)}
    names |= {key.audit_name: str(key) for key in ClientKey.objects.filter(pk__in=known)}
    return [
        (
            entry,
            called_act(entry.act),
            names.get(entry.actor, entry.actor),
            ", ".join(f"{name}: {value}" for name, value in entry.detail.items()),
        )
        for entry in entries
    ]


@require_POST
def verify(request: Any) -> HttpResponse:
    """Check the whole trail, and write down that and with what result it was checked."""
    found = verify_audit()
    record(
        "audit.verified",
        actor=request.user,
        subject="audit:trail",
        detail={"entries": found.entries, "faults": len(found.faults)},
    )
    counts = {"entries": found.entries, "anchors": found.anchors}
    if found.is_whole:
        told = _("The trail is whole: %(entries)d entries, %(anchors)d anchors.") % counts
        messages.success(request, told)
    else:
        places = ", ".join(str(fault.position) for fault in found.faults[:_FAULTS])
        messages.error(
            request,
            _("The trail was changed. Look at these entries: %(places)s") % {"places": places},
        )
    return redirect("accounts:trail")
