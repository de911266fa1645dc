"""The addresses of administration and of the audit trail."""

from django.urls import URLPattern, URLResolver, path

from slachtoffermonitor.service.accounts.pages import organisations, people, sessions, trail

__all__ = ["urlpatterns"]

app_name = "accounts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("administration/", organisations.organisations, name="organisations"),
    path(
        "administration/organisation/<uuid:organisation_id>/",
        organisations.organisation,
        name="organisation",
    ),
    path(
        "administration/organisation/<uuid:organisation_id>/close/",
        organisations.close,
        name="close_organisation",
    ),
    path(
        "administration/organisation/<uuid:organisation_id>/key/",
        organisations.make_key,
        name="make_key",
    ),
    path("administration/key/<uuid:key_id>/revoke/", organisations.revoke_key, name="revoke_key"),
    path("administration/people/", people.people, name="people"),
    path("administration/person/<uuid:person_id>/", people.person, name="person"),
    path("administration/person/<uuid:person_id>/reset/", people.reset, name="reset_person"),
    path("administration/person/<uuid:person_id>/close/", people.close, name="close_person"),
    path("account/sessions/", sessions.sessions, name="sessions"),
    path("audit/", trail.trail, name="trail"),
    path("audit/verify/", trail.verify, name="verify_trail"),
]
