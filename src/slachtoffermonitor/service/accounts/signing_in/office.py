"""Signing in at an office's own provider, checked more strictly than the library does.

The provider is the one that was configured (its issuer is compared, in its description and in its
answer), its word is signed and meant for this very sign-in, and what it says about how somebody
signed in is read.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from requests import RequestException

from slachtoffermonitor.service.project._offices import SignInOffice

__all__ = [
    "OfficeProvider",
    "callback",
    "login",
    "office_named",
    "shows_two_factors",
    "word_is_for",
]

_ALGORITHMS = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"}
_LEEWAY = 60
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


def office_named(provider_id: str) -> SignInOffice | None:
    """Give the configured office of a provider; None when there is none."""
    return next((one for one in settings.CONFIGURATION.offices if one.id == provider_id), None)


class OfficeMetadata(OpenIDConnectOAuth2Adapter):
    """What the provider says of itself and in its ID token, taken only as it was configured."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """Give the description of the provider, if it is of the issuer that was configured."""
        found: dict[str, Any] = super().openid_config
        office = office_named(self.provider_id)
        if office is None or found.get("issuer") != office.server:
            raise OAuth2Error("the issuer is not the one that was configured")
        if any(urlsplit(str(found.get(name, ""))).scheme != "https" for name in _ENDPOINTS):
            raise OAuth2Error("an address of the provider is not reached by https")
        return found

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any
    ) -> Any:
        """Go on only with an ID token: without one nobody said for whom the answer is."""
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("there is no ID token")
        return super().complete_login(request, app, token, **kwargs)

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwtkit.verify_and_decode(
                credential=id_token,
                keys_url=self.openid_config["jwks_uri"],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                lookup_kid=_key,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise OAuth2Error("the ID token cannot be read") from error
        return claims


def _key(found: Mapping[str, Any], kid: str) -> Any:
    """Give the public key of this name, for an algorithm with a pair of keys; None if none."""
    usable = [
        one
        for one in found["keys"]
        if one.get("kid") and one.get("alg", "RS256") in _ALGORITHMS and one.get("kty") != "oct"
    ]
    return jwtkit.lookup_kid_jwk({"keys": usable}, kid)  # type: ignore[no-untyped-call]


class OfficeProvider(OpenIDConnectProvider):
    """Asks for a sign-in of this moment, and lets an address add nothing to what is asked."""

    oauth2_adapter_class = OfficeMetadata

    def redirect_from_request(self, request: HttpRequest) -> HttpResponse:
        """Send the browser to the provider, with a number that its answer has to repeat."""
        kwargs = self.get_redirect_from_request_kwargs(request)
        asked = {
            "nonce": secrets.token_urlsafe(32),
            "max_age": str(int(settings.SESSION_LONGEST.total_seconds())),
        }
        office = office_named(self.app.provider_id)
        if office is not None and office.acr:
            asked["acr_values"] = office.acr
        response: HttpResponse = self.redirect(
            request,
            AuthProcess.LOGIN,
            kwargs.get("next_url"),
            auth_params=asked,
            scope=self.get_scope(),  # type: ignore[no-untyped-call]
            nonce=asked["nonce"],
        )
        return response


def word_is_for(claims: Mapping[str, Any], nonce: str, subject: str) -> bool:
    """Whether an ID token answers this very sign-in, of this person, and is fresh enough.

    A provider that was asked for a sign-in within a working day has to say when it was.
    """
    at = claims.get("auth_time")
    oldest = time.time() - settings.SESSION_LONGEST.total_seconds() - _LEEWAY
    return (
        bool(nonce)
        and secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode())
        and claims.get("sub") == subject
        and isinstance(at, int | float)
        and at >= oldest
    )


def shows_two_factors(claims: Mapping[str, Any], office: SignInOffice) -> bool:
    """Whether the provider says that somebody showed two factors.

    By `amr` (`mfa`, RFC 8176), or by the value of `acr` that the office promised. Says it
    neither, a password alone is assumed, and the second factor is asked for here.
    """
    methods = claims.get("amr")
    told = isinstance(methods, list) and "mfa" in methods
    return told or (bool(office.acr) and claims.get("acr") == office.acr)


def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the provider of an office."""
    return _answered(request, provider_id, OAuth2LoginView)


def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take the answer of a provider, if it names itself as the one that was asked."""
    return _answered(request, provider_id, OAuth2CallbackView, checked=_refuse_another_issuer)


def _refuse_another_issuer(request: HttpRequest, metadata: OfficeMetadata) -> None:
    told = request.GET.get("iss")
    names_itself = metadata.openid_config.get("authorization_response_iss_parameter_supported")
    if told != metadata.openid_config["issuer"] and (names_itself or told is not None):
        raise OAuth2Error("the answer is of another issuer")


def _answered(
    request: HttpRequest,
    provider_id: str,
    view: Any,
    *,
    checked: Callable[[HttpRequest, OfficeMetadata], None] | None = None,
) -> HttpResponse:
    """Answer by a view of the library; whatever the provider does wrong refuses the sign-in."""
    metadata = _metadata(request, provider_id)
    try:
        if checked is not None:
            checked(request, metadata)
        response: HttpResponse = view.adapter_view(metadata)(request)
    except (OAuth2Error, RequestException) as error:
        return _failed(request, metadata, error)
    return response


def _metadata(request: HttpRequest, provider_id: str) -> OfficeMetadata:
    metadata = OfficeMetadata(request, provider_id)
    try:
        metadata.get_provider()  # type: ignore[no-untyped-call]
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return metadata


def _failed(request: HttpRequest, metadata: OfficeMetadata, error: Exception) -> HttpResponse:
    provider = get_adapter().get_provider(request, metadata.provider_id)
    response: HttpResponse = render_authentication_error(request, provider, exception=error)
    return response
