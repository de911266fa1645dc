"""The victim's own access by code: see, correct, withdraw. No account, no cookie of ours.

The code goes by POST only, so it stands in no address and no log; the pages are not kept by the
browser. A wrong code and a code that was tried too often get the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.basis import withdrawal_effect
from slachtoffermonitor.service.register.forms.fields import OneCodeField, spoken
from slachtoffermonitor.service.register.models import AccessCode, Report
from slachtoffermonitor.service.register.pages.facts import shown_facts, shown_identity
from slachtoffermonitor.service.register.receiving.checking import looks_like_bsn
from slachtoffermonitor.service.register.receiving.codes import find_code
from slachtoffermonitor.service.register.receiving.withdrawing import correct, withdraw
from slachtoffermonitor.service.vault import open_identity, reseal

__all__ = ["own_report"]

_PURPOSE = "SUBJECT_ACCESS"


@dataclass(frozen=True, slots=True)
class _Holder:
    """Who holds the code: nothing more is known, and nothing more is asked."""

    audit_name: str = "service:victim-code"


class CorrectionForm(forms.Form):
    """What the victim may put right without anybody's leave."""

    given_name = forms.CharField(label=_("Given name"), max_length=100, required=False)
    surname = forms.CharField(label=_("Surname"), max_length=100, required=False)
    birth_date = forms.DateField(
        label=_("Day of birth"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    sex = OneCodeField("sexes", label=_("Sex"), required=False)
    citizenship = OneCodeField("countries", label=_("Nationality"), required=False)

    def clean(self) -> Any:
        """Refuse a citizen service number wherever it is typed."""
        for name in ("given_name", "surname"):
            if looks_like_bsn(self.cleaned_data.get(name, "")):
                self.add_error(name, _("Never a citizen service number."))
        return self.cleaned_data


@never_cache
@require_http_methods(["GET", "POST"])
def own_report(request: HttpRequest) -> HttpResponse:
    """Ask for the code; show the report, correct it, or withdraw it."""
    if request.method != "POST":
        return render(request, "register/own.html", {})
    with as_service("victim-code"):
        code = find_code(request.POST.get("code", ""), AccessCode.Kind.VICTIM)
        report = code.report if code is not None else None
        if report is None:
            return render(request, "register/own.html", {"wrong_code": True}, status=403)
        return _answered(request, report)


def _answered(request: HttpRequest, report: Report) -> HttpResponse:
    act, context = request.POST.get("act", ""), {"code": request.POST["code"], "report": report}
    if act == "withdraw":
        effect = withdrawal_effect(report.basis)
        withdraw(report, actor=_Holder())
        context |= {"withdrawn": effect.text[spoken()], "gone": effect.leaves == "TELLING"}
        if effect.leaves == "TELLING":
            return render(request, "register/own.html", context)
    form = CorrectionForm(request.POST if act == "correct" else None)
    if act == "correct" and form.is_valid():
        _correct(report, form.cleaned_data)
        context["corrected"] = True
        form = CorrectionForm()
    known = (
        open_identity(report.identity, actor=_Holder(), purpose=_PURPOSE)
        if report.identity is not None and report.identity.destroyed_at is None
        else {}
    )
    context |= {
        "form": form,
        "names": shown_identity({name: known[name] for name in form.fields if name in known}),
        "facts": shown_facts(report.facts(), spoken()),
        "effect": withdrawal_effect(report.basis).text[spoken()],
    }
    return render(request, "register/own.html", context)


def _correct(report: Report, answers: dict[str, Any]) -> None:
    names = {
        name: str(answers[name])
        for name in ("given_name", "surname", "birth_date")
        if answers.get(name)
    }
    facts: dict[str, str | None] = {
        name: answers[name] for name in ("sex", "citizenship") if answers.get(name)
    }
    if names and report.identity is not None:
        reseal(report.identity, names, actor=_Holder(), purpose=_PURPOSE)
    if facts:
        correct(report, facts, actor=_Holder())
