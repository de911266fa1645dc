"""Everybody's own sessions: seen, and ended after showing once more who it is."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from slachtoffermonitor.service.accounts.signing_in.sessions import (
    browser_named,
    end_sessions,
    open_sessions,
)

__all__ = ["sessions"]


@never_cache
@require_http_methods(["GET", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def sessions(request: Any) -> HttpResponse:
    """Show where one is signed in; end one of the other sessions, or all of them."""
    here = request.session.session_key
    found = open_sessions(request.user)
    if request.method == "POST":
        wanted = request.POST.get("session", "")
        others = [one for one in found if one.session_key != here]
        ended = [one for one in others if wanted in ("others", str(one.pk))]
        if end_sessions(ended, actor=request.user, reason="BY_OWNER"):
            messages.success(request, _("Signed out there."))
        return redirect("accounts:sessions")
    rows = [(one, browser_named(one.user_agent), one.session_key == here) for one in found]
    return render(request, "accounts/sessions.html", {"rows": rows})
