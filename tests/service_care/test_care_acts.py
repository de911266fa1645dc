"""Hand-overs, turning 18, withdrawal, the end of keeping, and what an edition gets."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from slachtoffermonitor.ground import InputError, SlachtoffermonitorError
from slachtoffermonitor.records import CareRequest, check
from slachtoffermonitor.service.audit import verify_chain
from slachtoffermonitor.service.audit.models import AuditEntry
from slachtoffermonitor.service.care.acts.asking import ask_for_help
from slachtoffermonitor.service.care.acts.ending import end_request, withdraw_help
from slachtoffermonitor.service.care.acts.handing_over import answer_hand_over, offer_hand_over
from slachtoffermonitor.service.care.acts.offering import (
    answer_offer,
    ask_provider,
    begin_help,
    decide_offer,
    end_help,
    open_person,
    take_back,
)
from slachtoffermonitor.service.care.acts.waiting import say_turns_18, say_why_it_waits
from slachtoffermonitor.service.care.models import CareEvent, HandOver, HelpRequest, Offer
from slachtoffermonitor.service.care.pages.hand_overs import turning_18
from slachtoffermonitor.service.care.retention import expire_due, retention_policy
from slachtoffermonitor.service.care.supply import fits, free_on, say_places
from slachtoffermonitor.service.register.delivering import deliver
from slachtoffermonitor.service.register.receiving.submission import OfficersWord, Submission
from slachtoffermonitor.service.register.receiving.taking_in import receive
from slachtoffermonitor.service.register.receiving.withdrawing import withdraw
from slachtoffermonitor.service.vault.models import SealedIdentity

from .conftest import IDENTITY, SHELTER, asked, signed

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


def ask(officer, **changes):
    return ask_for_help(asked(**changes), actor=officer, organisation=officer.organisation)


def offered(request, supply, actor):
    offer = ask_provider(request.needs.get(), supply, actor=actor)
    answer_offer(offer, gives=True, actor=actor)
    return offer


def test_a_hand_over_stays_with_the_giver_until_the_receiver_accepts(
    visitor, coordinator, neighbour, help_request
):
    giver, receiver = visitor(coordinator), visitor(neighbour)
    path = reverse("care:act", args=[help_request.pk, "hand_over"])
    sent = {"hand_over_reason": "VERHUISD", "receiver": "place:GM0599"}
    assert giver.post(path, sent).status_code == 302
    case = reverse("care:case", args=[help_request.pk])
    assert "blijft hij hier" in text(giver.get(case))
    assert receiver.get(case).status_code == 404
    found = HandOver.objects.get()
    answer = reverse("care:hand_over", args=[found.pk])
    assert answer in text(receiver.get(reverse("care:hand_overs")))
    page = text(receiver.get(answer))
    assert "Geen veilige slaapplek" in page
    assert "Wiesje" not in page
    assert giver.post(answer, {"act": "yes"}).status_code == 404
    receiver.post(answer, {"act": "no", "reason": "NIET_ONZE"})
    help_request.refresh_from_db()
    assert help_request.municipality == "GM0344"
    assert "Geen veilige slaapplek" not in text(receiver.get(answer))
    giver.post(path, sent)
    newest = HandOver.objects.first()
    receiver.post(reverse("care:hand_over", args=[newest.pk]), {"act": "yes"})
    assert receiver.get(case).status_code == 200
    assert giver.get(case).status_code == 404
    kinds = set(CareEvent.objects.values_list("kind", flat=True))
    assert {"HANDED", "HAND_OVER_DECLINED", "HAND_OVER_TAKEN"} <= kinds


def test_a_hand_over_to_an_organisation_takes_the_identity_along(
    coordinator, neighbour, help_request
):
    organisation = neighbour.organisation
    found = offer_hand_over(
        help_request, "ANDERE_HULP", organisation=organisation, actor=coordinator
    )
    with pytest.raises(InputError, match="being offered already"):
        offer_hand_over(help_request, "VERHUISD", municipality="GM0014", actor=coordinator)
    answer_hand_over(found, accepts=True, actor=neighbour)
    help_request.refresh_from_db()
    assert help_request.organisation == organisation
    assert help_request.identity.organisation == organisation
    with pytest.raises(InputError, match="answered before"):
        answer_hand_over(found, accepts=True, actor=neighbour)
    with pytest.raises(InputError, match="has this request"):
        offer_hand_over(help_request, "VERHUISD", organisation=organisation, actor=neighbour)


def test_a_hand_over_is_taken_back_by_the_giver_alone(
    visitor, coordinator, neighbour, help_request
):
    found = offer_hand_over(help_request, "VERHUISD", municipality="GM0599", actor=coordinator)
    path = reverse("care:take_back", args=[found.pk])
    assert visitor(neighbour).post(path).status_code == 404
    assert visitor(coordinator).post(path).status_code == 302
    found.refresh_from_db()
    assert found.answer == "CANCELLED"


def test_who_turns_18_within_half_a_year_is_listed_and_who_is_not_known_last(
    visitor, coordinator, officer, today
):
    child = {"age": "L16_17", "identity": {"surname": "Kind"}}
    soon = ask(officer, **child, turns_18_in=today + timedelta(days=100))
    unknown = ask(officer, **child)
    later = ask(officer, **child, turns_18_in=today + timedelta(days=400))
    ask(officer)
    assert turning_18(HelpRequest.objects.all(), today) == [soon, unknown]
    say_turns_18(later, today, actor=coordinator)
    assert later in turning_18(HelpRequest.objects.all(), today)
    page = text(visitor(coordinator).get(reverse("care:hand_overs")))
    assert soon.short in page
    assert "maand niet bekend" in page
    with pytest.raises(InputError):
        say_turns_18(later, date(today.year + 40, 1, 1), actor=coordinator)


def test_a_withdrawal_ends_the_help_and_destroys_who_it_was_about(
    visitor, coordinator, help_request, place
):
    offer = offered(help_request, place, coordinator)
    path = reverse("care:withdraw", args=[help_request.pk])
    for _ in range(2):
        assert visitor(coordinator).post(path).status_code == 302
    help_request.refresh_from_db()
    offer.refresh_from_db()
    assert (help_request.end_reason, help_request.report) == ("INGETROKKEN", None)
    assert help_request.identity.fields == {}
    assert offer.status == "CANCELLED"
    assert free_on(place, help_request.ended_on) == 1
    assert AuditEntry.objects.filter(act="help.consent_withdrawn").count() == 1
    assert deliver(actor=coordinator).keys() == {"notifications", "tallies"}
    assert "Over wie het gaat" not in text(
        visitor(coordinator).get(reverse("care:case", args=[help_request.pk]))
    )


def report_for_help(organisation, actor, today):
    submission = Submission(
        content="VOLLEDIG",
        purpose="ZORG",
        age="L18_PLUS",
        reported_on=today,
        facts={"sex": "V", "main_form": "BSU", "forms": "BSU", "route": "BINNENLAND"},
        identity=IDENTITY,
        consent=signed(),
    )
    return receive(submission, actor=actor, organisation=organisation).report


def test_a_report_for_help_is_a_ground_by_itself_and_its_withdrawal_ends_the_help(officer, today):
    report = report_for_help(officer.organisation, officer, today)
    plain = asked(consent=signed("OUDER"), identity={})
    made = ask_for_help(plain, actor=officer, organisation=officer.organisation, report=report)
    assert made.ground.of_the_report
    assert (made.ground.form, made.ground.basis) == ("ZELF", "TOEST_ZELF")
    withdraw(report, actor=officer)
    made.refresh_from_db()
    assert (made.end_reason, made.report) == ("INGETROKKEN", None)
    assert SealedIdentity.objects.filter(destroyed_at=None).count() == 0


def test_withdrawing_the_registration_leaves_help_with_a_consent_of_its_own(
    officer, police_report, help_request
):
    withdraw(police_report, actor=officer)
    help_request.refresh_from_db()
    assert help_request.ended_on is None
    assert not help_request.ground.of_the_report


def test_an_officer_can_decide_on_a_vital_interest_by_name(officer, today):
    decision = OfficersWord(officer="F. Gerritsen", office="FG Politie", decided_on=today)
    plain = asked()
    made = ask(officer, consent=type(plain.consent)(), decision=decision)
    assert made.ground.basis == "VITAAL"
    assert made.ground.officer == "F. Gerritsen"


def test_an_edition_gets_requests_by_type_of_care_with_the_persons_of_the_register(  # noqa: PLR0917
    coordinator, officer, police_report, help_request, place, today
):
    ask(officer, needs=("JURIDISCH", "MEDISCH"), requested_on=today - timedelta(days=40))
    offer = offered(help_request, place, coordinator)
    decide_offer(offer, takes=True, actor=coordinator)
    begin_help(offer, today, actor=coordinator)
    frame = check(deliver(actor=coordinator)["care_requests"], CareRequest)
    rows = {row["care_type"]: row for row in frame.to_dicts()}
    assert set(rows) == {"OPVANG", "JURIDISCH", "MEDISCH"}
    assert rows["OPVANG"]["person_id"] == str(police_report.person_id)
    assert rows["OPVANG"]["started_on"] == today
    assert rows["MEDISCH"]["person_id"] is None
    assert rows["MEDISCH"]["requested_on"] == today - timedelta(days=40)
    assert AuditEntry.objects.filter(act="care.delivered").count() == 1


def test_the_last_place_is_held_once_and_is_free_again(coordinator, officer, place, today):
    first, second = ask(officer), ask(officer)
    held = offered(first, place, coordinator)
    waits = ask_provider(second.needs.get(), place, actor=coordinator)
    assert free_on(place, today) == 0
    with pytest.raises(InputError, match="no free place"):
        answer_offer(waits, gives=True, actor=coordinator)
    take_back(held, actor=coordinator)
    answer_offer(waits, gives=True, actor=coordinator)
    assert free_on(place, today) == 0


def test_the_database_gives_a_need_one_place(coordinator, help_request, place):
    need = help_request.needs.get()
    offer = offered(help_request, place, coordinator)
    decide_offer(offer, takes=True, actor=coordinator)
    with pytest.raises(InputError, match="has a place"):
        ask_provider(need, place, actor=coordinator)
    fields = {
        "request": help_request,
        "need": need,
        "organisation": place.organisation,
        "asked_on": help_request.requested_on,
        "status": "TAKEN",
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.create(supply=place, **fields)


def test_a_yes_of_the_victim_takes_back_what_others_offered(
    coordinator, other_shelter, help_request, place, today
):
    kind = SHELTER | {"sex": "V"}
    organisation = other_shelter.organisation
    said = say_places(organisation, kind, today, places=2, taken=0, actor=other_shelter)
    chosen, other = (offered(help_request, one, coordinator) for one in (place, said.supply))
    decide_offer(chosen, takes=True, actor=coordinator)
    other.refresh_from_db()
    assert other.status == "CANCELLED"
    assert free_on(said.supply, today) == 2
    with pytest.raises(InputError):
        begin_help(chosen, today + timedelta(days=1), actor=coordinator)
    with pytest.raises(InputError):
        end_help(chosen, today, "AFGEROND", actor=coordinator)


def test_places_hold_from_their_day_until_the_next_word(shelter, today):
    tell = {"organisation": shelter.organisation, "kind": SHELTER, "actor": shelter}
    supply = say_places(on=today, places=5, taken=2, **tell).supply
    say_places(on=today + timedelta(days=10), places=1, taken=0, **tell)
    say_places(on=today, places=5, taken=4, **tell)
    days = [today - timedelta(days=1), today, today + timedelta(days=10)]
    assert [free_on(supply, day) for day in days] == [0, 1, 1]


@pytest.mark.parametrize(
    ("changes", "fit"),
    [
        ({}, True),
        ({"age": "L16_17"}, False),
        ({"sex": "M"}, False),
        ({"sex": "V", "age": "L18_PLUS"}, True),
        ({"speciality": "ARBEID"}, True),
    ],
)
def test_a_place_fits_by_age_sex_and_speciality(help_request, place, changes, fit):
    for name, value in changes.items():
        setattr(place, name, value)
    assert fits(place, help_request) is fit
    help_request.speciality = "LVB"
    assert not fits(place, help_request)


def test_what_has_ended_is_done_with(coordinator, help_request, place):
    end_request(help_request, "GESTOPT", actor=coordinator)
    for act in (
        lambda: end_request(help_request, "GESTOPT", actor=coordinator),
        lambda: say_why_it_waits(help_request, "GEEN_PLEK", actor=coordinator),
        lambda: ask_provider(help_request.needs.get(), place, actor=coordinator),
    ):
        with pytest.raises(InputError, match="has ended"):
            act()


def test_events_are_never_changed(coordinator, help_request):
    event = help_request.events.get()
    with pytest.raises(SlachtoffermonitorError):
        event.save()
    with pytest.raises(Exception, match="never changed"), transaction.atomic():
        CareEvent.objects.filter(pk=event.pk).update(kind="ENDED")


def test_after_its_time_who_it_was_about_is_gone_and_codes_stay(
    coordinator, help_request, officer, today
):
    end_request(help_request, "AFGEROND", actor=coordinator)
    still_open = ask(officer)
    months = retention_policy()["identity_months"]
    assert expire_due(today + timedelta(days=30 * (months - 1)))["identities"] == 0
    done = expire_due(today + timedelta(days=31 * months + 31))
    assert (done["identities"], done["open_requests"]) == (1, 0)
    help_request.refresh_from_db()
    assert help_request.identity.fields == {}
    with pytest.raises(InputError, match="not kept"):
        open_person(help_request, actor=coordinator)
    assert expire_due(today + timedelta(days=31 * 70))["open_requests"] == 1
    still_open.refresh_from_db()
    assert (still_open.end_reason, still_open.report) == ("BEWAARTIJD", None)
    assert verify_chain().faults == ()


def test_withdrawing_twice_changes_nothing(coordinator, help_request):
    for _ in range(2):
        withdraw_help(help_request, actor=coordinator)
    assert AuditEntry.objects.filter(act="help.person_forgotten").count() == 1
