"""Help asked for, waiting, offered, placed, ended: page by page, as each of its people sees it."""

import pytest
from django.urls import reverse

from slachtoffermonitor.service.audit.models import AuditEntry
from slachtoffermonitor.service.care.models import CareEvent, HelpRequest, Offer

from .conftest import IDENTITY, asked

pytestmark = pytest.mark.django_db
FIRST = "?age=L18_PLUS"
GOOD = {
    "needs": ["OPVANG", "JURIDISCH"],
    "municipality": "GM0344",
    "urgency": "SPOED",
    "urgency_reason": "GEEN_SLAAPPLEK",
    "wanted_place": "VER",
    "speciality": "ALGEMEEN",
    "sex": "V",
    "consent": "ZELF",
    "given_on": "2026-01-01",
    "text_language": "nl",
    "giver_name": "Wiesje Zandbergen",
}


def acts(name):
    return AuditEntry.objects.filter(act=name)


def text(answer):
    return answer.content.decode()


def act(request, name):
    return reverse("care:act", args=[request.pk, name])


def on_offer(offer, name):
    return reverse("care:act_on_offer", args=[offer.request_id, offer.pk, name])


def test_help_is_asked_for_about_the_person_of_a_report(visitor, officer, police_report):
    browser = visitor(officer)
    page = text(browser.get(reverse("care:own")))
    path = reverse("care:ask_for_report", args=[police_report.pk])
    assert path in page
    assert "Hoe oud is het slachtoffer" in text(browser.get(path))
    page = text(browser.get(path + FIRST))
    assert "Voornaam" not in page
    answer = browser.post(path + FIRST, GOOD)
    made = HelpRequest.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("care:case", args=[made.pk]))
    assert made.report == police_report
    assert sorted(made.needs.values_list("care_type", flat=True)) == ["JURIDISCH", "OPVANG"]
    assert (made.ground.basis, made.ground.text_id) == ("TOEST_ZELF", "2026.1/ZELF/ZORG/nl")
    assert made.identity_id != police_report.identity_id
    page = text(browser.get(answer.url))
    assert "Geen veilige slaapplek" in page
    assert "Wiesje" not in page
    assert path not in text(browser.get(reverse("care:own")))
    assert browser.post(path + FIRST, GOOD).status_code == 422


def test_without_consent_to_help_nothing_is_kept_or_opened(visitor, officer, police_report):
    path = reverse("care:ask_for_report", args=[police_report.pk]) + FIRST
    answer = visitor(officer).post(path, GOOD | {"consent": "GEEN"})
    assert answer.status_code == 409
    assert "Er is niets over de persoon bewaard" in text(answer)
    assert not HelpRequest.objects.exists()
    assert not acts("identity.opened").exists()


def test_a_suspected_parent_is_no_answer_and_no_ground(visitor, officer):
    path = reverse("care:ask") + "?age=L00_15&suspects=OUDER"
    browser = visitor(officer)
    assert 'value="OUDER"' not in text(browser.get(path))
    answer = browser.post(path, GOOD | {"consent": "OUDER", "given_name": "Wiesje"})
    assert answer.status_code == 200
    assert not HelpRequest.objects.exists()


def test_help_for_somebody_unknown_asks_who_it_is_and_refuses_a_service_number(visitor, officer):
    browser, path = visitor(officer), reverse("care:ask") + FIRST
    answer = browser.post(path, GOOD)
    assert answer.status_code == 422
    assert "wie het slachtoffer is" in text(answer)
    answer = browser.post(path, GOOD | {"surname": "111222333"})
    assert "burgerservicenummer" in text(answer)
    child = text(browser.post(path, GOOD | {"birth_date": "2020-01-01"}))
    assert "past niet bij de leeftijd" in child
    assert browser.post(path, GOOD | {"given_name": "Wiesje"}).status_code == 302
    assert HelpRequest.objects.get().report is None


def test_a_written_consent_needs_its_evidence_and_an_urgency_its_own_reason(visitor, officer):
    browser, path = visitor(officer), reverse("care:ask") + FIRST
    page = text(browser.post(path, GOOD | {"given_on": "", "given_name": "Wiesje"}))
    assert "nodig bij een schriftelijke toestemming" in page
    wrong = GOOD | {"urgency_reason": "VEILIG_NU", "given_name": "Wiesje"}
    assert "geen reden voor deze spoed" in text(browser.post(path, wrong))
    assert not HelpRequest.objects.exists()


def test_the_waiting_list_is_in_the_order_of_urgency_and_then_of_the_day(
    visitor, coordinator, officer, help_request, today
):
    from slachtoffermonitor.service.care.acts.asking import ask_for_help

    office = officer.organisation
    ordinary = asked(urgency="GEWOON", urgency_reason="VEILIG_NU")
    late = ask_for_help(ordinary, actor=officer, organisation=office)
    HelpRequest.objects.filter(pk=late.pk).update(requested_on=today.replace(year=2025))
    page = text(visitor(coordinator).get(reverse("care:waiting")))
    assert page.index(help_request.short) < page.index(late.short)
    assert "Wiesje" not in page
    assert "nog niet beoordeeld" in page


def test_a_request_is_judged_and_says_why_it_waits(visitor, coordinator, help_request):
    browser = visitor(coordinator)
    sent = {"urgency": "HOOG", "urgency_reason": "GEZONDHEID"}
    assert browser.post(act(help_request, "urgency"), sent).status_code == 302
    for reason in ("GEEN_PLEK", "NIET_TOE"):
        browser.post(act(help_request, "waiting"), {"waiting_reason": reason})
    help_request.refresh_from_db()
    assert (help_request.urgency, help_request.urgency_reason) == ("HOOG", "GEZONDHEID")
    assert help_request.triaged_on is not None
    page = text(browser.get(reverse("care:waiting")))
    assert "er niet aan toe" in page
    page = text(browser.get(reverse("care:case", args=[help_request.pk])))
    assert "Geen plek vrij" in page
    assert CareEvent.objects.filter(kind="WAITING").count() == 2
    wrong = {"urgency": "SPOED", "urgency_reason": "GEZONDHEID"}
    page = text(browser.post(act(help_request, "urgency"), wrong, follow=True))
    assert "geen reden voor deze spoed" in page.lower()
    bad = browser.post(act(help_request, "waiting"), {"waiting_reason": "x"})
    assert bad.status_code == 200
    assert CareEvent.objects.filter(kind="WAITING").count() == 2


def test_from_an_offer_to_a_placement_and_its_end(  # noqa: PLR0917
    visitor, coordinator, shelter, help_request, place, today
):
    desk, provider = visitor(coordinator), visitor(shelter)
    desk.post(act(help_request, "provider"), {"supply": place.pk})
    offer = Offer.objects.get()
    path = reverse("care:offer", args=[offer.pk])
    page = text(provider.get(path))
    assert "Geen veilige slaapplek" in page
    assert "Wiesje" not in text(provider.post(path, {"act": "open"}, follow=True))
    assert not acts("identity.opened").filter(actor=f"user:{shelter.pk}").exists()
    provider.post(path, {"act": "yes"})
    desk.post(on_offer(offer, "take"))
    page = text(provider.post(path, {"act": "open"}))
    assert IDENTITY["surname"] in page
    opened = acts("identity.opened").get(actor=f"user:{shelter.pk}")
    assert opened.purpose == "ZORG"
    desk.post(on_offer(offer, "begin"), {"on": today.isoformat()})
    need = help_request.needs.get()
    assert need.started_on == today
    assert help_request.short not in text(desk.get(reverse("care:waiting")))
    assert help_request.short in text(desk.get(reverse("care:waiting"), {"show": "helped"}))
    assert "VOL" not in text(desk.get(reverse("care:supply"), {"free": 1}))
    desk.post(on_offer(offer, "stop"), {"reason": "AFGEROND"})
    need.refresh_from_db()
    assert (need.ended_on, need.end_reason) == (today, "AFGEROND")
    offer.refresh_from_db()
    assert offer.status == "ENDED"
    assert "Wiesje" not in text(provider.post(path, {"act": "open"}, follow=True))


def test_a_provider_and_a_victim_decline_with_a_reason(
    visitor, coordinator, shelter, help_request, place
):
    desk, provider = visitor(coordinator), visitor(shelter)
    desk.post(act(help_request, "provider"), {"supply": place.pk})
    first = Offer.objects.get()
    path = reverse("care:offer", args=[first.pk])
    provider.post(path, {"act": "no", "reason": ""})
    first.refresh_from_db()
    assert first.status == "ASKED"
    provider.post(path, {"act": "no", "reason": "SPECIALISME"})
    desk.post(act(help_request, "provider"), {"supply": place.pk})
    second = Offer.objects.exclude(pk=first.pk).get()
    provider.post(reverse("care:offer", args=[second.pk]), {"act": "yes"})
    desk.post(on_offer(second, "refuse"), {"reason": "TE_VER"})
    kinds = list(CareEvent.objects.values_list("kind", "reason"))
    assert ("DECLINED", "SPECIALISME") in kinds
    assert ("REFUSED", "TE_VER") in kinds


def test_a_provider_says_its_places(visitor, shelter, coordinator, today):
    browser, path = visitor(shelter), reverse("care:places")
    sent = {
        "care_type": "OPVANG",
        "speciality": "SEKSUEEL",
        "age": "L18_PLUS",
        "sex": "V",
        "on": today.isoformat(),
        "places": 4,
        "taken": 5,
    }
    assert "niet zoveel plekken" in text(browser.post(path, sent))
    assert browser.post(path, sent | {"taken": 1}).status_code == 302
    assert "Seksuele uitbuiting" in text(browser.get(path))
    page = text(visitor(coordinator).get(reverse("care:supply")))
    assert "Opvang De Haven" in page
    assert "<td>4</td><td>3</td>" in page


def test_a_foreign_municipality_sees_and_does_nothing(  # noqa: PLR0917
    visitor, neighbour, coordinator, shelter, other_shelter, help_request, place
):
    visitor(coordinator).post(act(help_request, "provider"), {"supply": place.pk})
    offer = Offer.objects.get()
    browser = visitor(neighbour)
    assert help_request.short not in text(browser.get(reverse("care:waiting")))
    for name in ("case",):
        assert browser.get(reverse(f"care:{name}", args=[help_request.pk])).status_code == 404
    for name in ("open_name", "withdraw"):
        assert browser.post(reverse(f"care:{name}", args=[help_request.pk])).status_code == 404
    assert browser.post(act(help_request, "end"), {"reason": "AFGEROND"}).status_code == 404
    assert browser.post(on_offer(offer, "take_back")).status_code == 404
    foreign = visitor(other_shelter)
    assert foreign.get(reverse("care:offer", args=[offer.pk])).status_code == 404
    assert foreign.get(reverse("care:case", args=[help_request.pk])).status_code == 404
    provider = visitor(shelter)
    assert provider.get(reverse("care:case", args=[help_request.pk])).status_code == 404
    help_request.refresh_from_db()
    assert help_request.ended_on is None


def test_the_registrar_sees_all_in_codes_and_opens_nothing(visitor, registrar, help_request):
    browser = visitor(registrar)
    assert help_request.short in text(browser.get(reverse("care:waiting")))
    page = text(browser.get(reverse("care:case", args=[help_request.pk])))
    assert "Wiesje" not in page
    assert "Open de naam" not in page
    assert browser.post(reverse("care:open_name", args=[help_request.pk])).status_code == 403
    assert browser.post(act(help_request, "end"), {"reason": "AFGEROND"}).status_code == 403


def test_the_name_is_opened_for_the_help_and_that_is_written_down(
    visitor, coordinator, help_request
):
    path = reverse("care:open_name", args=[help_request.pk])
    assert IDENTITY["surname"] in text(visitor(coordinator).post(path))
    entry = acts("identity.opened").get(actor=f"user:{coordinator.pk}")
    assert entry.purpose == "ZORG"
