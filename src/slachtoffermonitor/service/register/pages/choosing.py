"""What the register's jurist chose where the sources differ: shown, and chosen anew by name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.basis import current_rules
from slachtoffermonitor.service.register.forms.fields import OneCodeField, spoken
from slachtoffermonitor.service.register.models import RuleChoice

__all__ = ["choose_rules"]


class ChoiceForm(forms.Form):
    """The two choices, and who answers for them."""

    minors = OneCodeField(
        "minor_consent", label=_("Up to which age does a parent or guardian consent?")
    )
    contested_ground = forms.BooleanField(
        label=_("Legitimate interest may be a basis, without a name (lawyers do not agree)"),
        required=False,
    )
    jurist = forms.CharField(label=_("Name of the jurist who answers for this"), max_length=120)


@never_cache
@require_http_methods(["GET", "POST"])
def choose_rules(request: Any) -> HttpResponse:
    """Show the choice that holds and those before it; take a new one, from today."""
    newest = RuleChoice.objects.first()
    start = {"minors": "TOT_16"} if newest is None else {"minors": newest.minors}
    form = ChoiceForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            choice = RuleChoice.objects.create(
                **form.cleaned_data,
                chosen_on=timezone.localdate(),
                chosen_by=request.user.audit_name,
            )
            record(
                "rules.chosen",
                actor=request.user,
                subject=choice,
                detail={"minors": choice.minors, "contested_ground": choice.contested_ground},
            )
        return redirect("register:choose_rules")
    facts = [(fact.on, fact.text[spoken()], fact.source) for fact in current_rules().facts]
    context = {"form": form, "choices": RuleChoice.objects.all()[:20], "facts": facts}
    return render(request, "register/choose_rules.html", context)
