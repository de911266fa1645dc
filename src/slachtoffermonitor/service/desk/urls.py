"""The addresses of the analyst's desk."""

from django.urls import URLPattern, URLResolver, path

from slachtoffermonitor.service.desk.pages import comparing, editions, reviewing

__all__ = ["urlpatterns"]

app_name = "desk"
_RUN = "editions/<slug:edition>/run/<uuid:run_id>"
urlpatterns: list[URLPattern | URLResolver] = [
    path("editions/", editions.editions, name="editions"),
    path("editions/compare/", comparing.compare, name="compare"),
    path("editions/pairs/", reviewing.reviews, name="reviews"),
    path("editions/<slug:edition>/", editions.edition_page, name="edition"),
    path("editions/<slug:edition>/ask/", editions.ask, name="ask"),
    path("editions/<slug:edition>/deliver/", editions.deliver, name="deliver"),
    path("editions/<slug:edition>/pairs/", reviewing.review, name="review"),
    path("editions/<slug:edition>/pairs/judge/", reviewing.judge, name="judge"),
    path(f"{_RUN}/approve/", editions.approve, name="approve"),
    path(f"{_RUN}/start/", editions.start, name="start"),
    path(f"{_RUN}/stop/", editions.stop, name="stop"),
]
