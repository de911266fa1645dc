"""Residence tracks page by page: events, alarms, cancelling, the end, and who sees them."""

from datetime import timedelta
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext, override
from tests._sentences import sentences_in

import slachtoffermonitor
from slachtoffermonitor.ground import InputError, SlachtoffermonitorError
from slachtoffermonitor.service import residence
from slachtoffermonitor.service.audit.models import AuditEntry
from slachtoffermonitor.service.care.acts.ending import withdraw_help
from slachtoffermonitor.service.care.acts.handing_over import answer_hand_over, offer_hand_over
from slachtoffermonitor.service.register.receiving.withdrawing import withdraw
from slachtoffermonitor.service.residence.models import Track, TrackEvent
from slachtoffermonitor.service.residence.retention import expire_due, retention_policy
from slachtoffermonitor.service.residence.tracking import (
    cancel_event,
    end_track,
    open_track,
    write_event,
)

pytestmark = pytest.mark.django_db
ROOM = Path(residence.__file__).parent
LOCALE = Path(slachtoffermonitor.__file__).parent / "locale" / "nl"


def text(answer):
    return answer.content.decode()


def page_of(track):
    return reverse("residence:track", args=[track.pk])


def test_a_track_is_opened_for_an_own_report_once(visitor, officer, police_report):
    browser, start = visitor(officer), reverse("residence:tracks")
    path = reverse("residence:begin", args=["report", police_report.pk])
    assert path in text(browser.get(start))
    for _ in range(2):
        answer = browser.post(path)
    track = Track.objects.get()
    assert answer.url == page_of(track)
    page = text(browser.get(start))
    assert track.short in page
    assert path not in page


def test_what_happened_starts_its_clock_and_tells_the_report(
    visitor, officer, track, police_report, today
):
    browser = visitor(officer)
    begun = today - timedelta(days=85)
    sent = {"kind": "BEDENKTIJD", "on": begun.isoformat()}
    assert browser.post(page_of(track), sent).status_code == 302
    page = text(browser.get(page_of(track)))
    assert "hoogstens 3 maanden" in page
    assert "Eindigt binnen twee weken" in page
    assert "B8/3" in page
    assert "niet helemaal gelezen" in page or "niet volledig" in page
    assert police_report.facts()["residence"] == "BEDENKTIJD"
    assert "Eindigt binnen twee weken" in text(browser.get(reverse("residence:tracks")))
    assert AuditEntry.objects.filter(act="track.event").count() == 1


def test_impossible_days_and_service_numbers_are_refused(visitor, officer, track, today):
    browser = visitor(officer)
    late = {"kind": "AANVRAAG", "on": (today + timedelta(days=1)).isoformat()}
    assert "toekomst" in text(browser.post(page_of(track), late))
    good = {"kind": "GEWEIGERD", "on": today.isoformat()}
    before = good | {"until": (today - timedelta(days=1)).isoformat()}
    assert "voor het begin" in text(browser.post(page_of(track), before))
    assert "burgerservicenummer" in text(
        browser.post(page_of(track), good | {"article": "111222333"})
    )
    assert not TrackEvent.objects.exists()
    until = (today + timedelta(days=28)).isoformat()
    browser.post(page_of(track), good | {"until": until, "article": "Vw 2000, art. 14"})
    assert "Laatste dag die het besluit noemt" in text(browser.get(page_of(track)))


def test_a_mistake_is_cancelled_and_stays_to_be_read(visitor, officer, track, police_report, today):
    write_event(track, "DUBLIN", today - timedelta(days=3), actor=officer)
    wrong = write_event(track, "TOEGEKEND", today, actor=officer)
    assert police_report.facts()["residence"] == "B8_3"
    browser = visitor(officer)
    path = reverse("residence:cancel", args=[track.pk, wrong.pk])
    for _ in range(2):
        browser.post(path)
    page = text(browser.get(page_of(track)))
    assert "doorgehaald" in page
    assert "4 werkweken" in page
    assert police_report.facts()["residence"] == "DUBLIN"
    with pytest.raises(InputError, match="cancelled before"):
        cancel_event(wrong, actor=officer)
    with pytest.raises(SlachtoffermonitorError):
        wrong.save()
    with pytest.raises(Exception, match="never changed"), transaction.atomic():
        TrackEvent.objects.filter(pk=wrong.pk).update(kind="DUBLIN")


def test_the_end_stops_the_clocks_and_nothing_is_added_after(visitor, officer, track, today):
    write_event(track, "DUBLIN", today, actor=officer)
    browser, path = visitor(officer), reverse("residence:end", args=[track.pk])
    browser.post(path, {"reason": "x"})
    track.refresh_from_db()
    assert track.ended_on is None
    browser.post(path, {"reason": "OVERGEDRAGEN"})
    page = text(browser.get(page_of(track)))
    assert "Overgedragen volgens Dublin" in page
    assert "Gestopt op" in page
    with pytest.raises(InputError, match="has ended"):
        write_event(track, "AANVRAAG", today, actor=officer)
    assert "Er loopt geen klok" in text(browser.get(reverse("residence:tracks")))


def test_others_see_nothing_and_the_registrar_reads_only(  # noqa: PLR0917
    visitor, coordinator, neighbour, other_shelter, registrar, track
):
    for person in (coordinator, neighbour, other_shelter):
        browser = visitor(person)
        assert browser.get(page_of(track)).status_code == 404
        assert browser.post(page_of(track), {"kind": "AANVRAAG"}).status_code == 404
        end = reverse("residence:end", args=[track.pk])
        assert browser.post(end, {"reason": "ANDERS"}).status_code == 404
        begin = reverse("residence:begin", args=["report", track.report_id])
        assert browser.post(begin).status_code == 404
    browser = visitor(registrar)
    page = text(browser.get(page_of(track)))
    assert "Leg vast wat er is gebeurd" not in page
    assert browser.post(page_of(track), {"kind": "AANVRAAG"}).status_code == 403
    assert track.short in text(browser.get(reverse("residence:tracks")))


def test_a_track_of_a_request_goes_with_it_to_another_municipality(
    visitor, coordinator, neighbour, help_request
):
    path = reverse("residence:begin", args=["request", help_request.pk])
    assert visitor(neighbour).post(path).status_code == 404
    visitor(coordinator).post(path)
    track = Track.objects.get()
    assert visitor(coordinator).get(page_of(track)).status_code == 200
    offered = offer_hand_over(help_request, "VERHUISD", municipality="GM0599", actor=coordinator)
    assert visitor(neighbour).get(page_of(track)).status_code == 404
    answer_hand_over(offered, accepts=True, actor=neighbour)
    assert visitor(neighbour).get(page_of(track)).status_code == 200
    assert visitor(coordinator).get(page_of(track)).status_code == 404


def test_what_is_withdrawn_takes_its_track_along(officer, coordinator, help_request, track):
    of_help = open_track(request=help_request, actor=coordinator)
    withdraw_help(help_request, actor=coordinator)
    assert not Track.objects.filter(pk=of_help.pk).exists()
    withdraw(track.report, actor=officer)
    assert Track.objects.filter(pk=track.pk).exists()  # the police registers without consent
    with pytest.raises(InputError, match="has ended"):
        open_track(request=help_request, actor=coordinator)
    with pytest.raises(InputError, match="of a report or of a request"):
        open_track(actor=coordinator)


def test_a_track_is_destroyed_some_time_after_its_end(officer, track, today):
    end_track(track, "ASIEL", actor=officer)
    months = retention_policy()["ended_months"]
    assert expire_due(today + timedelta(days=28 * months)) == {"tracks": 0}
    assert expire_due(today + timedelta(days=32 * months)) == {"tracks": 1}
    assert AuditEntry.objects.filter(act="track.destroyed").count() == 1


def sentences():
    return sentences_in(ROOM)


def test_every_sentence_of_residence_is_known_in_dutch_and_nothing_else_is_catalogued():
    with override("nl"):
        assert not {one for one in sentences() if gettext(one) == one} - {"Status"}
    with LOCALE.joinpath("residence.po").open("rb") as file:
        catalogued = {message.id for message in read_po(file) if message.id}
    assert catalogued <= sentences()
