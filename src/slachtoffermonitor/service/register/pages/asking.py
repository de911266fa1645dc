"""May I report? Open to everybody; the answers are codes, about nobody."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from slachtoffermonitor.service.basis import (
    CONSENT_LANGUAGES,
    Verdict,
    consent_text,
    current_rules,
    may_report,
)
from slachtoffermonitor.service.register.forms.asking import AskForm
from slachtoffermonitor.service.register.forms.fields import spoken
from slachtoffermonitor.service.register.receiving.taking_in import chosen_policy
from slachtoffermonitor.vocabulary import code_list

__all__ = ["ask", "told"]

_SPOKEN = {
    "nl": gettext_lazy("Dutch"),
    "en": gettext_lazy("English"),
    "nl-plain": gettext_lazy("Dutch, plain"),
    "en-plain": gettext_lazy("English, plain"),
}


@never_cache
@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """Ask three questions and give the verdict under them."""
    reporter = _reporter_of(request)
    form = AskForm(request.GET or None, reporter=reporter)
    if not request.GET or not form.is_valid():
        return render(request, "register/ask.html", {"form": form})
    verdict = may_report(form.situation(), on=timezone.localdate(), policy=chosen_policy())
    return render(request, "register/ask.html", {"form": form, **told(verdict)})


def _reporter_of(request: HttpRequest) -> str:
    organisation = getattr(request.user, "organisation", None)
    return organisation.reporter if organisation is not None else ""


def told(verdict: Verdict) -> dict[str, Any]:
    """Give a verdict in the words of the reader's language, for a page."""
    language = spoken()
    givers, needs = code_list("consent_forms"), current_rules().needs
    return {
        "verdict": verdict,
        "reason": verdict.reason[language],
        "basis": code_list("legal_bases").label(verdict.basis, language),
        "may_send": code_list("report_contents").label(verdict.may_send, language),
        "needs": [needs[need][language] for need in verdict.needs],
        "ask": [givers.label(giver, language) for giver in verdict.ask],
        "texts": [
            (
                _SPOKEN[written],
                consent_text(giver, verdict.situation.purpose, written, on=verdict.on),
            )
            for giver in verdict.ask
            for written in CONSENT_LANGUAGES
        ],
        "instead": verdict.instead and code_list("purposes").label(verdict.instead, language),
    }
