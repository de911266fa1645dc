"""Organisations and the keys of their systems, for the administrator."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.service.accounts.clients import make_client_key, revoke_client_key
from slachtoffermonitor.service.accounts.making import (
    change_organisation,
    close_organisation,
    make_organisation,
)
from slachtoffermonitor.service.accounts.models import ClientKey, Organisation
from slachtoffermonitor.service.accounts.pages.forms import KeyForm, OrganisationForm, tell
from slachtoffermonitor.service.accounts.permissions import visible_to

__all__ = ["close", "make_key", "organisation", "organisations", "revoke_key"]


@never_cache
@require_http_methods(["GET", "POST"])
def organisations(request: Any) -> HttpResponse:
    """Show every organisation; make one."""
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = make_organisation(**form.cleaned_data, actor=request.user)
            return redirect("accounts:organisation", made.pk)
        except InputError as error:
            tell(form, error)
    people = Count("people", Q(people__is_active=True), distinct=True)
    keys = Count("client_keys", Q(client_keys__revoked_at=None), distinct=True)
    rows = visible_to(request.user, Organisation.objects.all(), request.scope)
    context = {"form": form, "rows": rows.annotate(people_count=people, key_count=keys)}
    return render(request, "accounts/organisations.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def organisation(request: Any, organisation_id: Any) -> HttpResponse:
    """Show one organisation with its people and keys; change it."""
    found = _organisation(request, organisation_id)
    start = {name: getattr(found, name) for name in OrganisationForm.base_fields}
    form = OrganisationForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            change_organisation(found, actor=request.user, **form.cleaned_data)
            messages.success(request, _("It was changed."))
            return redirect("accounts:organisation", found.pk)
        except InputError as error:
            tell(form, error)
    return _shown(request, found, form=form)


def _organisation(request: Any, key: Any) -> Organisation:
    return get_object_or_404(
        visible_to(request.user, Organisation.objects.all(), request.scope), pk=key
    )


def _shown(request: Any, found: Organisation, **context: Any) -> HttpResponse:
    start = {name: getattr(found, name) for name in OrganisationForm.base_fields}
    shown = {
        "form": OrganisationForm(initial=start),
        "key_form": KeyForm(),
        "organisation": found,
        "keys": found.client_keys.all(),
        "people": found.people.all(),
    }
    return render(request, "accounts/organisation.html", shown | context)


@require_POST
def close(request: Any, organisation_id: Any) -> HttpResponse:
    """Close an organisation, or open it again."""
    found = _organisation(request, organisation_id)
    try:
        close_organisation(found, closed=found.active, actor=request.user)
        messages.success(request, _("It was changed."))
    except InputError:
        messages.error(request, _("You cannot close the organisation that you work for."))
    return redirect("accounts:organisation", found.pk)


@never_cache
@require_POST
def make_key(request: Any, organisation_id: Any) -> HttpResponse:
    """Make a key for a system; it is shown in this answer and never again."""
    found = _organisation(request, organisation_id)
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _shown(request, found, key_form=form)
    made, key = make_client_key(found, form.cleaned_data["label"], actor=request.user)
    context = {"secret": key, "about": f"{found}: {made}", "organisation": found}
    return render(request, "accounts/shown_once.html", context)


@require_POST
def revoke_key(request: Any, key_id: Any) -> HttpResponse:
    """Take a key back."""
    found = get_object_or_404(
        visible_to(request.user, ClientKey.objects.filter(revoked_at=None), request.scope),
        pk=key_id,
    )
    revoke_client_key(found, actor=request.user)
    messages.success(request, _("The key opens nothing any more."))
    return redirect("accounts:organisation", found.organisation_id)
