"""Pages that belong to no desk: the start, the refusals, and what every page knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.debug import ExceptionReporter

from slachtoffermonitor.service.accounts.permissions import Scope, permission_table, scope_of

__all__ = ["SilentReporter", "form_expired", "home", "service_facts"]


def home(request: HttpRequest) -> HttpResponse:
    """Show the desks that this person's roles open."""
    return render(request, "service/home.html", {"entrances": entrances_of(request.user)})


def entrances_of(user: Any) -> list[tuple[str, str]]:
    """Which pages begin something for this person? Address and what it is called."""
    found = []
    for name, access in permission_table().items():
        if access.entrance and scope_of(user, name) is not Scope.NONE:
            try:
                found.append((reverse(name), _(access.entrance)))
            except NoReverseMatch:
                continue
    return found


def service_facts(request: HttpRequest) -> dict[str, Any]:
    """Give what every page says: whether this is a demo, and the way to the person's desks."""
    return {
        "is_demo": settings.CONFIGURATION.is_demo,
        "entrances": entrances_of(getattr(request, "user", None)),
    }


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Say in plain words that a form is too old, and that trying again helps."""
    return render(request, "service/form_expired.html", status=403)


class SilentReporter(ExceptionReporter):
    """Reports where an exception arose and nothing of what was in the request or in variables."""

    def get_traceback_data(self) -> dict[str, Any]:
        """Give the kind of the exception and its places."""
        return {"exception_type": getattr(self.exc_type, "__name__", "")}

    def get_traceback_text(self) -> SafeString:
        """Give the kind of the exception as text."""
        return SafeString(self.get_traceback_data()["exception_type"])

    def get_traceback_html(self) -> SafeString:
        """Give the kind of the exception as a page."""
        return self.get_traceback_text()
