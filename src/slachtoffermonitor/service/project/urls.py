"""The addresses of the whole service; each app brings its own."""

from importlib.util import find_spec

from allauth.account import views as account
from allauth.socialaccount import views as answers
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from slachtoffermonitor.service.accounts.signing_in import office
from slachtoffermonitor.service.project.pages import home

__all__ = ["urlpatterns"]

_OFFICE = "openid_connect_"
_ROOMS = ("operation", "register", "care", "residence", "desk", "ledger")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("language/", set_language, name="set_language"),
    # Of signing in only what is used: accounts are made by an administrator, so there is no way
    # to sign up, to change an address or to ask for a password by mail.
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/second-factor/", include("allauth.mfa.urls")),
    path(
        "account/office/cancelled/", answers.login_cancelled, name="socialaccount_login_cancelled"
    ),
    path("account/office/error/", answers.login_error, name="socialaccount_login_error"),
    path("account/office/oidc/<str:provider_id>/login/", office.login, name=_OFFICE + "login"),
    path(
        "account/office/oidc/<str:provider_id>/login/callback/",
        office.callback,
        name=_OFFICE + "callback",
    ),
    path("", include("slachtoffermonitor.service.accounts.pages.urls")),
    *(
        path("", include(f"slachtoffermonitor.service.{room}.urls"))
        for room in _ROOMS
        if find_spec(f"slachtoffermonitor.service.{room}")
        and find_spec(f"slachtoffermonitor.service.{room}.urls")
    ),
]
