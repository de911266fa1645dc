"""Whether a session has shown a second factor: a code, a passkey, or the office's word for one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest

__all__ = [
    "SECOND_FACTOR_SHOWN",
    "has_shown_second_factor",
    "noticing_second_factor",
    "signed_in_by_password",
    "signed_in_just_now",
]

SECOND_FACTOR_SHOWN = "second_factor"


def has_shown_second_factor(request: HttpRequest) -> bool:
    """Whether the one who is signed in has done more than type a password.

    A sign-in at an office's own provider counts only where the provider said that two factors
    were shown; then the session was marked when it began.
    """
    if request.session.get(SECOND_FACTOR_SHOWN):
        return True
    methods = {record.get("method") for record in _records(request)}
    return "mfa" in methods


def signed_in_by_password(request: HttpRequest) -> bool:
    """Whether the one who is signed in typed a password to begin this session."""
    return any(record.get("method") == "password" for record in _records(request))


def signed_in_just_now(request: HttpRequest) -> bool:
    """Whether the one who is signed in did so within the time that a sign-in counts as fresh."""
    records = _records(request)
    return (
        bool(records)
        and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    )


def _records(request: HttpRequest) -> list[dict[str, Any]]:
    return list(get_authentication_records(request, request.user))  # type: ignore[arg-type]


@contextmanager
def noticing_second_factor(request: HttpRequest) -> Iterator[None]:
    """Remember that the second factor was shown, if the block is what sets one up.

    Only the very request that sets up somebody's first factor counts: another session of the same
    person, begun with the password alone, stays outside.
    """
    user: Any = request.user
    had_none = not is_mfa_enabled(user)
    yield
    if had_none and is_mfa_enabled(user):
        request.session[SECOND_FACTOR_SHOWN] = True
