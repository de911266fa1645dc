"""A first password: it counts for a few days, opens one page, and is not to be kept."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from slachtoffermonitor.service.accounts.models import User
from slachtoffermonitor.service.accounts.signing_in.second_factor import signed_in_by_password

__all__ = ["FirstPasswordBackend", "begin_first_password", "end_first_password", "owes_password"]


class FirstPasswordBackend(AuthenticationBackend):
    """Lets nobody in by a first password whose days are over; the answer is that of a wrong one."""

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, **credentials: Any
    ) -> Any:
        """Give whose password this is, if it still counts."""
        user = super().authenticate(request, **credentials)
        until = getattr(user, "first_password_until", None)
        return None if until is not None and until < timezone.now() else user


def begin_first_password(user: User, password: str) -> None:
    """Give somebody a password that others have seen: it has to be changed within its days."""
    user.set_password(password)
    user.first_password_until = timezone.now() + settings.FIRST_PASSWORD
    user.save(update_fields=["password", "first_password_until"])


def end_first_password(user: User) -> None:
    """Note that somebody has a password of their own."""
    User.objects.filter(pk=user.pk).update(first_password_until=None)


def owes_password(request: Any) -> bool:
    """Whether who is signed in came by a first password, and has not chosen another one yet."""
    return request.user.first_password_until is not None and signed_in_by_password(request)
