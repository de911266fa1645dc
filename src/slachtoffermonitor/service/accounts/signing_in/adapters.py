"""Where signing in differs from the library's own way."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import render

from slachtoffermonitor.service.accounts.models import User
from slachtoffermonitor.service.accounts.signing_in.office import office_named, word_is_for
from slachtoffermonitor.service.accounts.signing_in.second_factor import signed_in_just_now
from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.vault.keys import decrypt, encrypt

__all__ = ["AccountAdapter", "OfficeAdapter", "SecondFactorAdapter"]

_BOUND = b"second-factor"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator; nobody signs up, no message is mailed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Nobody makes an account for themselves."""
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask for the password again before a change, but not of who has just typed it.

        Somebody who signs in for the first time is led to setting up a second factor at once.
        """
        request = self.request
        if not is_mfa_enabled(request.user) and signed_in_just_now(request):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing: a mailbox may be read by somebody else."""


class OfficeAdapter(DefaultSocialAccountAdapter):
    """Sign-in by an office's provider, for people whose account exists and is of that office."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002
        """No provider makes accounts here."""
        return False

    def get_requests_session(self) -> Any:
        """Give the session in which a provider is called: it follows no redirect."""
        session = super().get_requests_session()  # type: ignore[no-untyped-call]
        session.max_redirects = 0
        return session

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Join the provider's word to the account, if the provider may speak for its address.

        Its word counts for this sign-in alone: what was meant for another one is refused, also
        for somebody who was joined before.
        """
        claims = sociallogin.account.extra_data.get("id_token", {})
        nonce = (sociallogin.state or {}).get("nonce", "")
        if not word_is_for(claims, nonce, sociallogin.account.uid):
            with transaction.atomic():
                record("session.refused", actor="service:sign-in", subject="session:none")
            raise ImmediateHttpResponse(render(request, "service/refused.html", status=403))
        if sociallogin.is_existing:
            return
        user = self._known(sociallogin)
        if user is None:
            raise ImmediateHttpResponse(render(request, "service/refused.html", status=403))
        sociallogin.connect(request, user)

    def _known(self, sociallogin: Any) -> User | None:
        office = office_named(sociallogin.account.provider)
        claims = sociallogin.account.extra_data
        claims = claims.get("userinfo", claims)
        email = str(claims.get("email", "")).strip().lower()
        if office is None or not email.endswith("@" + office.domain.lower()):
            return None
        if claims.get("email_verified") is False:
            return None
        return User.objects.filter(email=email, is_active=True, organisation__active=True).first()


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps the secrets of second factors under the key-encryption keys, as identities are."""

    def encrypt(self, text: str) -> str:
        """Seal a secret; the name of its key stands before it."""
        ring = settings.CONFIGURATION.keys
        sealed = encrypt(ring.keys[ring.current], text.encode(), _BOUND)
        return f"{ring.current}:{base64.b64encode(sealed).decode()}"

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret that `encrypt` sealed."""
        key_id, _, sealed = encrypted_text.partition(":")
        return decrypt(
            settings.CONFIGURATION.keys.keys[key_id], base64.b64decode(sealed), _BOUND
        ).decode()
