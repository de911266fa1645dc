"""One request: what is asked, where it stands, what happened, and the coordinator's acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.service.accounts.permissions import Scope, scope_of, visible_to
from slachtoffermonitor.service.care.acts import ending, handing_over, offering, waiting
from slachtoffermonitor.service.care.forms import acting
from slachtoffermonitor.service.care.models import HandOver, HelpRequest, Offer
from slachtoffermonitor.service.care.pages.problems import tell_problems
from slachtoffermonitor.service.care.supply import supply_on
from slachtoffermonitor.service.register.forms.fields import spoken
from slachtoffermonitor.service.register.pages.facts import shown_identity
from slachtoffermonitor.vocabulary import code_list

__all__ = ["act", "act_on_offer", "case", "open_name", "withdraw"]


def _found(request: Any, request_id: Any) -> HelpRequest:
    requests = visible_to(request.user, HelpRequest.objects.all(), request.scope)
    found: HelpRequest = get_object_or_404(requests.select_related("organisation"), pk=request_id)
    return found


@never_cache
@require_safe
def case(request: Any, request_id: Any) -> HttpResponse:
    """Show a request in codes."""
    return _shown(request, _found(request, request_id))


def _shown(
    request: Any, found: HelpRequest, bound: Mapping[str, Any] | None = None, **more: Any
) -> HttpResponse:
    may_act = scope_of(request.user, "care:act", "POST") is not Scope.NONE
    offers = list(found.offers.select_related("need", "organisation"))
    context: dict[str, Any] = {
        "request_for_help": found,
        "ground": getattr(found, "ground", None),
        "basis": code_list("legal_bases").label(found.ground.basis, spoken()),
        "needs": found.needs.all(),
        "offers": offers,
        "events": [(event, _listed(event.kind)) for event in found.events.all()],
        "days": (timezone.localdate() - found.requested_on).days,
        "offered_to": found.hand_overs.filter(answer=HandOver.Answer.OPEN)
        .select_related("to_organisation")
        .first(),
        "may_act": may_act and found.ended_on is None,
        "may_open": scope_of(request.user, "care:open_name", "POST") is not Scope.NONE
        and found.identity_id is not None
        and not _forgotten(found),
        "may_withdraw": scope_of(request.user, "care:withdraw", "POST") is not Scope.NONE,
        **more,
    }
    if context["may_act"]:
        context["forms"] = {**_forms(found), **(bound or {})}
        context["no_provider"] = len(context["forms"]["provider"].fields["supply"].choices) == 1
        context["decline_form"] = acting.AnswerForm(auto_id="id_refuse_%s")
        context["stop_form"] = acting.EndForm(auto_id="id_stop_%s")
    return render(request, "care/case.html", context)


def _listed(kind: str) -> str:
    """Which list are the reasons of this kind of event from?"""
    lists = {
        "TRIAGED": "urgency_reasons",
        "WAITING": "waiting_reasons",
        "HANDED": "hand_over_reasons",
        "STOPPED": "care_ends",
        "ENDED": "care_ends",
    }
    return lists.get(kind, "decline_reasons")


def _forgotten(found: HelpRequest) -> bool:
    return bool(found.ground.withdrawn_at) or found.end_reason == "BEWAARTIJD"


def _forms(found: HelpRequest) -> dict[str, Any]:
    waits = [need.care_type for need in found.needs.all() if not need.started_on]
    supplies = supply_on(timezone.localdate(), care_types=waits)
    month = {"turns_18_in": found.turns_18_in}
    now = {"urgency": found.urgency, "urgency_reason": found.urgency_reason}
    return {
        "urgency": acting.UrgencyForm(initial=now, auto_id="id_urgent_%s"),
        "waiting": acting.WaitingForm(),
        "turns_18": acting.Turns18Form(initial=month),
        "provider": acting.OfferForm(request=found, supplies=supplies),
        "hand_over": acting.HandOverForm(),
        "end": acting.EndForm(auto_id="id_end_%s"),
    }


def _judged(found: HelpRequest, form: Any, actor: Any) -> None:
    answers = form.cleaned_data
    waiting.judge_urgency(found, answers["urgency"], answers["urgency_reason"], actor=actor)


def _waits(found: HelpRequest, form: Any, actor: Any) -> None:
    waiting.say_why_it_waits(found, form.cleaned_data["waiting_reason"], actor=actor)


def _turns_18(found: HelpRequest, form: Any, actor: Any) -> None:
    waiting.say_turns_18(found, form.cleaned_data["turns_18_in"], actor=actor)


def _asked(found: HelpRequest, form: Any, actor: Any) -> None:
    chosen = form.cleaned_data["supply"]
    supply = next(one.supply for one in supply_on(timezone.localdate()) if one.supply.pk == chosen)
    need = found.needs.get(care_type=supply.care_type)
    offering.ask_provider(need, supply, actor=actor)


def _handed(found: HelpRequest, form: Any, actor: Any) -> None:
    reason = form.cleaned_data["hand_over_reason"]
    handing_over.offer_hand_over(found, reason, actor=actor, **form.receivers())


def _ended(found: HelpRequest, form: Any, actor: Any) -> None:
    ending.end_request(found, form.cleaned_data["reason"], actor=actor)


_ACTS: Mapping[str, Callable[[HelpRequest, Any, Any], None]] = {
    "urgency": _judged,
    "waiting": _waits,
    "turns_18": _turns_18,
    "provider": _asked,
    "hand_over": _handed,
    "end": _ended,
}


@never_cache
@require_POST
def act(request: Any, request_id: Any, name: str) -> HttpResponse:
    """Do one of the coordinator's acts to a request."""
    found = _found(request, request_id)
    if name not in _ACTS or found.ended_on is not None:
        raise Http404
    empty = _forms(found)[name]
    more: dict[str, Any] = {}
    if name == "provider":
        waits = [need.care_type for need in found.needs.all()]
        more = {"request": found, "supplies": supply_on(timezone.localdate(), care_types=waits)}
    form = type(empty)(request.POST, auto_id=empty.auto_id, **more)
    if not form.is_valid():
        return _shown(request, found, {name: form})
    try:
        with transaction.atomic():
            _ACTS[name](found, form, request.user)
        messages.success(request, _("It was written down."))
    except InputError as error:
        tell_problems(request, error)
    return redirect("care:case", found.pk)


@never_cache
@require_POST
def act_on_offer(request: Any, request_id: Any, offer_id: int, name: str) -> HttpResponse:
    """Take the victim's answer to an offer, or say when the help began or ended."""
    found = _found(request, request_id)
    offer = get_object_or_404(found.offers.select_related("need", "request"), pk=offer_id)
    if name not in ("take", "refuse", "take_back", "begin", "stop"):
        raise Http404
    try:
        with transaction.atomic():
            _done(offer, name, request)
        messages.success(request, _("It was written down."))
    except InputError as error:
        tell_problems(request, error)
    return redirect("care:case", found.pk)


def _done(offer: Offer, name: str, request: Any) -> None:
    sent, actor = request.POST, request.user
    if name == "take_back":
        offering.take_back(offer, actor=actor)
    elif name == "begin":
        day = acting.DayForm(sent)
        on = day.cleaned_data["on"] if day.is_valid() else timezone.localdate()
        offering.begin_help(offer, on, actor=actor)
    elif name == "stop":
        offering.end_help(offer, timezone.localdate(), sent.get("reason", ""), actor=actor)
    else:
        takes = name == "take"
        offering.decide_offer(offer, takes=takes, reason=sent.get("reason", ""), actor=actor)


@never_cache
@require_POST
def open_name(request: Any, request_id: Any) -> HttpResponse:
    """Show who a request is about, for the help; that is written down."""
    found = _found(request, request_id)
    try:
        identity = offering.open_person(found, actor=request.user)
    except InputError as error:
        tell_problems(request, error)
        return redirect("care:case", found.pk)
    return _shown(request, found, identity=shown_identity(identity))


@require_POST
def withdraw(request: Any, request_id: Any) -> HttpResponse:
    """Withdraw the consent to help, as the victim asked."""
    found = _found(request, request_id)
    ending.withdraw_help(found, actor=request.user)
    messages.success(request, _("The consent was withdrawn; who it was about was destroyed."))
    return redirect("care:case", found.pk)
