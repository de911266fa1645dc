"""What stands before every page: encryption, the session's clock, and the permission table."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from typing import Any

from allauth.account.middleware import AccountMiddleware
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from slachtoffermonitor.service.accounts.clients import client_of
from slachtoffermonitor.service.accounts.permissions import Access, Scope, access_to, scope_of
from slachtoffermonitor.service.accounts.refusals import write_refusal
from slachtoffermonitor.service.accounts.rows import acting
from slachtoffermonitor.service.accounts.signing_in.first_password import owes_password
from slachtoffermonitor.service.accounts.signing_in.second_factor import (
    has_shown_second_factor,
    noticing_second_factor,
)

__all__ = ["InterfaceOverTls", "PermissionTable", "SessionClock"]

Answer = Callable[[HttpRequest], HttpResponse]
_BEGUN, _SEEN = "begun_at", "seen_at"
_REFRESH_SECONDS = 60
_READING = {"GET", "HEAD", "OPTIONS"}
_INTERFACE = "/api/"
# An object of somebody else is not found: to ask for it is written as a refusal too.
_REFUSED = {403, 404}
# Pages of who has only a first password: to set up the second factor, and to choose another one.
_WITH_FIRST_PASSWORD = {
    *("account_change_password", "account_reauthenticate", "mfa_reauthenticate"),
    *("mfa_activate_totp", "mfa_add_webauthn"),
}


class InterfaceOverTls:
    """Refuses a system that calls the interface by plain http, where a page would be led on.

    A redirect would hide from its maker that key and report went over the line in the clear.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the interface's place what came unencrypted; let the rest pass."""
        plain = settings.SECURE_SSL_REDIRECT and not request.is_secure()
        if plain and request.path.startswith(_INTERFACE):
            return JsonResponse({"detail": "https only"}, status=403)
        return self.get_response(request)


class SessionClock:
    """Ends a session after minutes without use, and after a working day in any case.

    The session is written again at most once a minute, so that reading pages does not make
    everybody wait for the database's one writer.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the clock, then let the page answer."""
        was_signed_in = SESSION_KEY in request.session
        if _SEEN in request.session or request.user.is_authenticated:
            now = timezone.now()
            begun = _moment(request.session.get(_BEGUN)) or now
            seen = _moment(request.session.get(_SEEN)) or now
            idle = (now - seen).total_seconds()
            if now - begun > settings.SESSION_LONGEST or idle > settings.SESSION_COOKIE_AGE:
                logout(request)
            elif request.session.get(_SEEN) is None or idle > _REFRESH_SECONDS:
                request.session[_BEGUN] = begun.isoformat()
                request.session[_SEEN] = now.isoformat()
                UserSession.objects.filter(session_key=request.session.session_key).update(
                    last_seen_at=now
                )
        response = self.get_response(request)
        if SESSION_KEY in request.session:
            # A page of somebody who is signed in lies in no cache, the library's pages included.
            add_never_cache_headers(response)
        if was_signed_in and SESSION_KEY not in request.session:
            # However the session ended, the browser forgets the pages that it kept.
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


class PermissionTable:
    """Lets a request reach its page only if the permission table says so; else it ends here.

    A page that is let through finds `request.scope`, how far its user sees on it, and runs in one
    transaction in which the database knows who acts. A page that fails leaves nothing behind.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; the page is known only once its address is."""
        return self.get_response(request)

    def process_view(
        self, request: Any, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Decide, and answer in the view's place where it may not be reached."""
        name, method = request.resolver_match.view_name, request.method
        access = access_to(name, method)
        client = client_of(request)
        if client is not None:
            request.user = client
        elif request.user.is_authenticated and not request.user.organisation.active:
            logout(request)
        request.scope = scope_of(request.user, name, method)
        if access is None:
            return _refused(request)
        if request.scope is Scope.NONE:
            return None if access.public else _turned_away(request)
        if client is not None:
            return _answered(request, view, lambda: view(request, *args, **kwargs))
        missing = _asked_for_second_factor(request, access)
        if missing is not None:
            request.scope = Scope.NONE
            return None if access.public else missing
        if not access.public and name not in _WITH_FIRST_PASSWORD and owes_password(request):
            return redirect("account_change_password")
        with noticing_second_factor(request) if access.before_second_factor else nullcontext():
            return _answered(request, view, lambda: view(request, *args, **kwargs))


def _answered(request: Any, view: Any, answer: Callable[[], Any]) -> HttpResponse:
    whole = request.method not in _READING and not getattr(view, "in_own_transactions", False)
    try:
        response = _acted(request, answer, write=whole)
    except (Http404, PermissionDenied):
        _write_refusal(request)
        raise
    except Exception as error:
        # A view called here is out of reach of the other middleware: signing in says by an
        # exception that it wants the password once more.
        asked: HttpResponse | None = _SIGNING_IN.process_exception(request, error)
        if asked is None:
            raise
        return asked
    if response.status_code in _REFUSED:
        _write_refusal(request)
    return response


def _write_refusal(request: Any) -> None:
    write_refusal(request.user, request.resolver_match.view_name, request.method)


def _never_called(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError(request.method)


_SIGNING_IN: Any = AccountMiddleware(_never_called)  # type: ignore[no-untyped-call]


def _acted(request: Any, answer: Callable[[], Any], *, write: bool) -> HttpResponse:
    with acting(request.user, request.scope, write=write):
        response: HttpResponse = answer()
        if hasattr(response, "render") and callable(response.render):
            response = response.render()
        return response


def _turned_away(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated or _wants_json(request):
        return _refused(request)
    return redirect_to_login(request.get_full_path())


def _refused(request: Any) -> HttpResponse:
    _write_refusal(request)
    if _wants_json(request):
        status = 403 if request.user.is_authenticated else 401
        return JsonResponse({"detail": "not allowed"}, status=status)
    return render(request, "service/refused.html", status=403)


def _wants_json(request: HttpRequest) -> bool:
    return request.path.startswith(_INTERFACE) or "HTTP_AUTHORIZATION" in request.META


def _asked_for_second_factor(request: Any, access: Access) -> HttpResponse | None:
    """Give the page of the second factor to who has not shown one; None if it was shown.

    A session that has not shown the factor of a person who has one is over: it began before the
    factor was there, perhaps with somebody else at the keys.
    """
    if has_shown_second_factor(request):
        return None
    if is_mfa_enabled(request.user):
        logout(request)
        return redirect_to_login(request.get_full_path())
    return None if access.before_second_factor else redirect("mfa_activate_totp")
