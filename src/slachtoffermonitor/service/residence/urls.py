"""The addresses of residence."""

from django.urls import URLPattern, URLResolver, path

from slachtoffermonitor.service.residence import pages

__all__ = ["urlpatterns"]

app_name = "residence"
urlpatterns: list[URLPattern | URLResolver] = [
    path("residence/", pages.tracks, name="tracks"),
    path("residence/begin/<slug:kind>/<uuid:key>/", pages.begin, name="begin"),
    path("residence/<uuid:track_id>/", pages.track_page, name="track"),
    path("residence/<uuid:track_id>/end/", pages.end, name="end"),
    path("residence/<uuid:track_id>/cancel/<int:event_id>/", pages.cancel, name="cancel"),
]
