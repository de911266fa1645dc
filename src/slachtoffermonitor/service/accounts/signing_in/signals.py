"""What happens around signing in is written in the audit trail."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed
from allauth.account.signals import user_logged_in as let_in
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from slachtoffermonitor.service.accounts.signing_in.first_password import end_first_password
from slachtoffermonitor.service.accounts.signing_in.office import office_named, shows_two_factors
from slachtoffermonitor.service.accounts.signing_in.second_factor import SECOND_FACTOR_SHOWN
from slachtoffermonitor.service.accounts.signing_in.sessions import keep_newest
from slachtoffermonitor.service.audit import record

__all__: list[str] = []


def _write(act: str, actor: Any, subject: Any, **detail: str) -> None:
    with transaction.atomic():
        record(act, actor=actor, subject=subject, detail=detail)


@receiver(user_logged_in)
def _signed_in(user: Any, **_: Any) -> None:
    _write("session.begun", user, user)


@receiver(let_in)
def _one_session_more(request: Any, user: Any, sociallogin: Any = None, **_: Any) -> None:
    keep_newest(user)
    office = office_named(sociallogin.account.provider) if sociallogin is not None else None
    if office is not None:
        claims = sociallogin.account.extra_data.get("id_token", {})
        request.session[SECOND_FACTOR_SHOWN] = shows_two_factors(claims, office)


@receiver(password_changed)
def _own_password(user: Any, **_: Any) -> None:
    end_first_password(user)
    _write("password.changed", user, user)


@receiver(user_logged_out)
def _signed_out(user: Any, **_: Any) -> None:
    if user is not None and user.is_authenticated:
        _write("session.ended", user, user)


@receiver(user_login_failed)
def _refused(**_: Any) -> None:
    # Whose name was tried is not written: people type passwords in the wrong field.
    _write("session.refused", "service:sign-in", "session:none")


@receiver(post_save, sender=Authenticator)
def _factor_added(instance: Authenticator, created: bool, **_: Any) -> None:
    if created:
        _write("second_factor.added", instance.user, instance.user, kind=instance.type)


@receiver(post_delete, sender=Authenticator)
def _factor_removed(instance: Authenticator, **_: Any) -> None:
    _write("second_factor.removed", instance.user, instance.user, kind=instance.type)
