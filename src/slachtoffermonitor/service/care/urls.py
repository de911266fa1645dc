"""The addresses of care."""

from django.urls import URLPattern, URLResolver, path

from slachtoffermonitor.service.care.pages import (
    asking,
    benchmark,
    breaches,
    case,
    hand_overs,
    offers,
    waiting,
)

__all__ = ["urlpatterns"]

app_name = "care"
_REQUEST = "care/<uuid:request_id>"
urlpatterns: list[URLPattern | URLResolver] = [
    path("care/", waiting.waiting_list, name="waiting"),
    path("care/own/", asking.own, name="own"),
    path("care/ask/", asking.ask, name="ask"),
    path("care/ask/<uuid:report_id>/", asking.ask, name="ask_for_report"),
    path("care/offers/", offers.offers, name="offers"),
    path("care/offers/<int:offer_id>/", offers.offer_page, name="offer"),
    path("care/places/", offers.places, name="places"),
    path("care/supply/", offers.supply, name="supply"),
    path("care/hand-overs/", hand_overs.hand_overs, name="hand_overs"),
    path("care/hand-overs/<int:hand_over_id>/", hand_overs.hand_over, name="hand_over"),
    path("care/hand-overs/<int:hand_over_id>/back/", hand_overs.take_back, name="take_back"),
    path("care/over-term/", breaches.breaches, name="breaches"),
    path("care/benchmark/", benchmark.benchmark_page, name="benchmark"),
    path(f"{_REQUEST}/", case.case, name="case"),
    path(f"{_REQUEST}/name/", case.open_name, name="open_name"),
    path(f"{_REQUEST}/withdraw/", case.withdraw, name="withdraw"),
    path(f"{_REQUEST}/offer/<int:offer_id>/<slug:name>/", case.act_on_offer, name="act_on_offer"),
    path(f"{_REQUEST}/act/<slug:name>/", case.act, name="act"),
]
