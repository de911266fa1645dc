"""Whether this session has shown a second factor: a code, a passkey, or the office's word."""

from __future__ import annotations

from typing import Any

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

__all__ = ["SECOND_FACTOR_SHOWN", "has_shown_second_factor", "mark_second_factor"]

SECOND_FACTOR_SHOWN = "second_factor"


def has_shown_second_factor(request: HttpRequest) -> bool:
    """Whether the one who is signed in has done more than type a password.

    A sign-in at an office's own provider counts: that office answers for its second factor, by
    the agreement under which its provider was admitted.
    """
    if request.session.get(SECOND_FACTOR_SHOWN):
        return True
    methods: set[Any] = {entry.get("method") for entry in get_authentication_records(request)}
    return bool(methods & {"mfa", "socialaccount"})


def mark_second_factor(request: HttpRequest) -> None:
    """Remember that a second factor was set up in this very session."""
    request.session[SECOND_FACTOR_SHOWN] = True
