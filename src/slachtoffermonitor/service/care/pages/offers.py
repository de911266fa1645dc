"""The provider's side: what it can give, what it is asked, and its answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.service.accounts.permissions import visible_to
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.care.acts.offering import answer_offer, open_person
from slachtoffermonitor.service.care.forms.acting import AnswerForm, SupplyForm
from slachtoffermonitor.service.care.models import HelpRequest, Need, Offer
from slachtoffermonitor.service.care.pages.problems import tell_problems
from slachtoffermonitor.service.care.supply import say_places, supply_on
from slachtoffermonitor.service.register.pages.facts import shown_identity

__all__ = ["offer_page", "offers", "places", "supply"]

_SHOWN = 100
_KIND = ("care_type", "speciality", "age", "sex")


@never_cache
@require_safe
def offers(request: Any) -> HttpResponse:
    """Show what this provider is asked and what it holds, in codes."""
    found = visible_to(request.user, Offer.objects.select_related("supply"), request.scope)
    return render(request, "care/offers.html", {"offers": found[:_SHOWN]})


def _about(offer: Offer) -> tuple[HelpRequest, Need]:
    """Give the request and need of an offer, which was looked at to be the provider's own."""
    with as_service("care-offer", write=False):
        need = Need.objects.select_related("request").get(pk=offer.need_id)
    return need.request, need


@never_cache
@require_http_methods(["GET", "POST"])
def offer_page(request: Any, offer_id: int) -> HttpResponse:
    """Show a request in codes and take the answer; who it is about only after the victim's yes."""
    offer = get_object_or_404(
        visible_to(request.user, Offer.objects.all(), request.scope), pk=offer_id
    )
    form, name = AnswerForm(request.POST or None), request.POST.get("act", "")
    about, need = _about(offer)
    context: dict[str, Any] = {"offer": offer, "about": about, "need": need, "form": form}
    if name in ("yes", "no"):
        try:
            with transaction.atomic():
                reason = request.POST.get("reason", "")
                answer_offer(offer, gives=name == "yes", reason=reason, actor=request.user)
            messages.success(request, _("Your answer was written down."))
        except InputError as error:
            tell_problems(request, error)
        return redirect("care:offer", offer.pk)
    if name == "open":
        try:
            opened = open_person(about, actor=request.user, offer=offer)
            context["identity"] = shown_identity(opened)
        except InputError as error:
            tell_problems(request, error)
            return redirect("care:offer", offer.pk)
    return render(request, "care/offer.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def places(request: Any) -> HttpResponse:
    """Show the provider's own places of today; take a new word for a day."""
    organisation = request.user.organisation
    form = SupplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        say_places(
            organisation,
            {name: answers[name] for name in _KIND},
            answers["on"],
            places=answers["places"],
            taken=answers["taken"],
            actor=request.user,
        )
        messages.success(request, _("It was written down."))
        return redirect("care:places")
    own = [
        one
        for one in supply_on(timezone.localdate())
        if one.supply.organisation_id == organisation.pk
    ]
    return render(request, "care/places.html", {"form": form, "rows": own})


@never_cache
@require_safe
def supply(request: Any) -> HttpResponse:
    """Show the places of all providers today."""
    rows = supply_on(timezone.localdate())
    if "free" in request.GET:
        rows = [row for row in rows if row.free]
    return render(request, "care/supply.html", {"rows": rows})
