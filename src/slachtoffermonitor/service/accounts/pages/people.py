"""People, their roles and their way in, for the administrator."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.service.accounts.making import (
    close_person,
    give_role,
    make_person,
    reset_person,
    take_role,
)
from slachtoffermonitor.service.accounts.models import User
from slachtoffermonitor.service.accounts.pages.forms import PersonForm, RoleForm, tell
from slachtoffermonitor.service.accounts.permissions import visible_to

__all__ = ["close", "people", "person", "reset"]


@never_cache
@require_http_methods(["GET", "POST"])
def people(request: Any) -> HttpResponse:
    """Show everybody who has an account; make one."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            made, password = make_person(
                answers["email"],
                answers["name"],
                answers["organisation"].name,
                answers["roles"],
                actor=request.user,
            )
            context = {"secret": password, "about": made.name, "person": made}
            return render(request, "accounts/shown_once.html", context)
        except InputError as error:
            tell(form, error)
    rows = visible_to(request.user, User.objects.all(), request.scope)
    rows = rows.select_related("organisation").prefetch_related("assignments")
    return render(request, "accounts/people.html", {"form": form, "rows": rows})


@never_cache
@require_http_methods(["GET", "POST"])
def person(request: Any, person_id: Any) -> HttpResponse:
    """Show somebody's roles; give one, with a last day, or take one away."""
    found = _person(request, person_id)
    form = RoleForm(request.POST if request.POST.get("act") == "give" else None)
    try:
        if request.POST.get("act") == "take":
            take_role(found, request.POST.get("role", ""), actor=request.user)
            return _changed(request, found)
        if request.method == "POST" and form.is_valid():
            role, until = form.cleaned_data["role"], form.cleaned_data["until"]
            give_role(found, role, until=until, actor=request.user)
            return _changed(request, found)
    except InputError as error:
        if form.is_bound:
            tell(form, error)
        else:
            messages.error(request, _("Nobody changes their own roles."))
    context = {
        "person": found,
        "form": form,
        "assignments": found.assignments.all(),
        "today": timezone.localdate(),
    }
    return render(request, "accounts/person.html", context)


def _person(request: Any, key: Any) -> User:
    return get_object_or_404(visible_to(request.user, User.objects.all(), request.scope), pk=key)


def _changed(request: Any, found: User) -> HttpResponse:
    messages.success(request, _("It was changed."))
    return redirect("accounts:person", found.pk)


@never_cache
@require_POST
def reset(request: Any, person_id: Any) -> HttpResponse:
    """Give a new first password, shown once, and take the second factors away."""
    found = _person(request, person_id)
    context = {"secret": reset_person(found.email, actor=request.user), "about": found.name}
    return render(request, "accounts/shown_once.html", context | {"person": found})


@require_POST
def close(request: Any, person_id: Any) -> HttpResponse:
    """Close an account."""
    found = _person(request, person_id)
    try:
        close_person(found.email, actor=request.user)
        messages.success(request, _("The account is closed."))
    except InputError:
        messages.error(request, _("You cannot close your own account."))
    return redirect("accounts:person", found.pk)
