"""What happens around signing in is written in the audit trail."""

from __future__ import annotations

from typing import Any

from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from slachtoffermonitor.service.accounts.signing_in.second_factor import mark_second_factor
from slachtoffermonitor.service.audit import record

__all__: list[str] = []


def _write(act: str, actor: Any, subject: Any, **detail: str) -> None:
    with transaction.atomic():
        record(act, actor=actor, subject=subject, detail=detail)


@receiver(user_logged_in)
def _signed_in(user: Any, **_: Any) -> None:
    _write("session.begun", user, user)


@receiver(user_logged_out)
def _signed_out(user: Any, **_: Any) -> None:
    if user is not None and user.is_authenticated:
        _write("session.ended", user, user)


@receiver(user_login_failed)
def _refused(**_: Any) -> None:
    # Whose name was tried is not written: people type passwords in the wrong field.
    _write("session.refused", "service:sign-in", "session:none")


@receiver(authenticator_added)
def _factor_added(request: HttpRequest, user: Any, authenticator: Any, **_: Any) -> None:
    mark_second_factor(request)
    _write("second_factor.added", user, user, kind=str(authenticator.type))


@receiver(authenticator_removed)
def _factor_removed(user: Any, authenticator: Any, **_: Any) -> None:
    _write("second_factor.removed", user, user, kind=str(authenticator.type))
