"""The registrar's desk and the victim's own access, page by page."""

from datetime import timedelta

import pytest
from django.urls import reverse

from slachtoffermonitor.service.audit.models import AuditEntry
from slachtoffermonitor.service.register.matching.searching import forget_registers
from slachtoffermonitor.service.register.models import MatchCandidate, Merge, Report, Tally
from slachtoffermonitor.service.register.receiving.codes import make_code
from slachtoffermonitor.service.register.receiving.taking_in import receive
from slachtoffermonitor.service.vault import open_identity
from slachtoffermonitor.service.vault.models import SealedIdentity

from .conftest import IDENTITY, signed

pytestmark = pytest.mark.django_db


def acts(act):
    return AuditEntry.objects.filter(act=act)


@pytest.fixture
def by_police(a_report, officer, police):
    return receive(a_report(), actor=officer, organisation=police).report


@pytest.fixture
def by_consent(a_report, carer, youth_care):
    facts = a_report().facts | {"recruiter_relation": None}
    return receive(
        a_report(consent=signed(), facts=facts), actor=carer, organisation=youth_care
    ).report


def test_the_inbox_shows_basis_and_what_is_missing_and_no_name(
    visitor, registrar, by_police, by_consent
):
    page = visitor(registrar).get(reverse("register:inbox")).content.decode()
    assert "Groen<br>Wet politiegegevens" in page
    assert "Groen<br>Toestemming van het slachtoffer" in page
    assert "Wiesje" not in page
    chased = visitor(registrar).get(reverse("register:inbox"), {"missing": 1}).content.decode()
    assert "Wet politiegegevens" not in chased
    assert "Werver" in chased


def test_a_name_is_opened_for_a_purpose_only_and_that_is_written_down(
    visitor, registrar, by_police
):
    browser, path = visitor(registrar), reverse("register:case", args=[by_police.pk])
    assert "Wiesje" not in browser.get(path).content.decode()
    assert "Wiesje" not in browser.post(path, {"purpose": "CURIOUS"}).content.decode()
    assert not acts("identity.opened").exists()
    assert "Wiesje" in browser.post(path, {"purpose": "ZORG"}).content.decode()
    entry = acts("identity.opened").get()
    assert (entry.purpose, entry.actor) == ("ZORG", f"user:{registrar.pk}")


def test_a_report_is_accepted_once(visitor, registrar, by_police):
    path = reverse("register:accept", args=[by_police.pk])
    for _ in range(2):
        visitor(registrar).post(path)
    by_police.refresh_from_db()
    assert by_police.status == "ACCEPTED"
    assert acts("report.accepted").count() == 1


def test_a_consent_is_withdrawn_at_the_desk(visitor, registrar, by_consent):
    browser = visitor(registrar)
    browser.post(reverse("register:end_consent", args=[by_consent.pk]))
    by_consent.refresh_from_db()
    assert by_consent.status == "WITHDRAWN"
    assert Tally.objects.get().origin == "WITHDRAWN"
    page = browser.get(reverse("register:case", args=[by_consent.pk]))
    assert page.status_code == 200
    assert "2026.1/ZELF/REGISTER/nl" in page.content.decode()


def test_a_pair_is_found_looked_at_decided_and_undone(visitor, registrar, by_police, by_consent):
    forget_registers()
    browser = visitor(registrar)
    browser.post(reverse("register:seek"))
    pair = MatchCandidate.objects.get()
    path = reverse("register:pair", args=[pair.pk])
    assert "Wiesje" not in browser.get(path).content.decode()
    assert browser.post(path, {"purpose": "REGISTER"}).content.decode().count("Wiesje") >= 2
    browser.post(path, {"decision": "same"})
    assert Report.objects.values("person").distinct().count() == 1
    browser.post(path, {"decision": "different"})
    pair.refresh_from_db()
    assert pair.verdict == "SAME"
    undo = reverse("register:undo", args=[Merge.objects.get().pk])
    for _ in range(2):
        assert browser.post(undo).status_code == 302
    assert Report.objects.values("person").distinct().count() == 2
    assert acts("persons.unmerged").count() == 1
    forget_registers()


def test_only_a_registrar_reaches_the_desk(visitor, officer, by_consent):
    browser = visitor(officer)
    for name in ("inbox", "seek"):
        assert browser.get(reverse(f"register:{name}")).status_code == 403
    for name in ("case", "accept", "end_consent"):
        path = reverse(f"register:{name}", args=[by_consent.pk])
        assert browser.post(path).status_code == 403
    by_consent.refresh_from_db()
    assert by_consent.status == "NEW"


@pytest.fixture
def code(by_consent, youth_care):
    return make_code("VICTIM", organisation=youth_care, report=by_consent)


def test_a_victim_sees_what_is_kept_by_code_alone(visitor, code, by_consent):
    browser, path = visitor(), reverse("register:own_report")
    assert browser.get(path).status_code == 200
    answer = browser.post(path, {"code": code})
    page = answer.content.decode()
    assert "Wiesje" in page
    assert "Binnenlandse seksuele uitbuiting" in page
    assert "no-store" in answer["Cache-Control"]
    assert acts("identity.opened").get().purpose == "SUBJECT_ACCESS"
    assert browser.post(path, {"code": code[:-1]}).status_code == 403


def test_a_victim_puts_right_what_is_wrong(visitor, code, by_consent, carer):
    path = reverse("register:own_report")
    sent = {"code": code, "act": "correct", "given_name": "Wies", "sex": "X"}
    page = visitor().post(path, sent).content.decode()
    assert "Het is verbeterd" in page
    opened = open_identity(by_consent.identity.__class__.objects.get(), actor=carer, purpose="x")
    assert opened["given_name"] == "Wies"
    assert opened["surname"] == IDENTITY["surname"]
    assert by_consent.facts()["sex"] == "X"
    wrong = {"code": code, "act": "correct", "surname": "111222333"}
    assert "burgerservicenummer" in visitor().post(path, wrong).content.decode()


def test_a_victim_withdraws_and_the_code_opens_nothing_any_more(visitor, code, by_consent):
    path = reverse("register:own_report")
    page = visitor().post(path, {"code": code, "act": "withdraw"}).content.decode()
    assert "worden gewist" in page
    assert "Wiesje" not in page
    by_consent.refresh_from_db()
    assert by_consent.status == "WITHDRAWN"
    assert SealedIdentity.objects.get().fields == {}
    assert acts("consent.withdrawn").get().actor == "service:victim-code"
    assert visitor().post(path, {"code": code}).status_code == 403


def test_a_reporters_code_does_not_open_the_victims_page(visitor, by_consent, youth_care):
    receipt = make_code("REPORTER", organisation=youth_care, report=by_consent)
    assert visitor().post(reverse("register:own_report"), {"code": receipt}).status_code == 403


def test_the_withdrawal_of_consent_leaves_a_report_of_the_police(visitor, by_police, police):
    code = make_code("VICTIM", organisation=police, report=by_police)
    page = visitor().post(reverse("register:own_report"), {"code": code, "act": "withdraw"})
    assert "rust niet op toestemming" in page.content.decode()
    by_police.refresh_from_db()
    assert by_police.status == "NEW"


def test_the_choice_of_the_jurist_is_made_by_name_and_holds_at_once(visitor, police, registrar):
    from slachtoffermonitor.service.register.receiving.taking_in import chosen_policy

    from .conftest import person_of

    browser = visitor(person_of(police, "fg@meldpunt.example", "privacy_officer"))
    path = reverse("register:choose_rules")
    assert "25 mei 2018" in browser.get(path).content.decode()
    assert browser.post(path, {"minors": "TOT_18"}).status_code == 200
    assert chosen_policy().minors == "TOT_16"
    sent = {"minors": "TOT_18", "contested_ground": "on", "jurist": "J. Recht"}
    assert browser.post(path, sent).status_code == 302
    assert (chosen_policy().minors, chosen_policy().contested_ground) == ("TOT_18", True)
    assert "J. Recht" in browser.get(path).content.decode()
    assert acts("rules.chosen").count() == 1
    assert visitor(registrar).get(path).status_code == 403


def weekly(organisation, first, weeks):
    """Make three reports a week, without a person, from a day on."""
    Report.objects.bulk_create(
        Report(
            organisation=organisation,
            reporter=organisation.reporter,
            reported_on=first + timedelta(weeks=number, days=day),
            purpose="REGISTER",
            content="PSEUDONIEM",
            age="ONB",
            basis="WPG",
            light="green",
        )
        for number in range(weeks)
        for day in (0, 2, 4)
    )


def test_a_silent_organisation_is_named_and_a_lively_one_is_not(
    visitor, registrar, police, youth_care, today
):
    path, browser = reverse("register:silence"), visitor(registrar)
    assert "minder dan een jaar" in browser.get(path).content.decode()
    first = today - timedelta(weeks=100)
    weekly(police, first, 100)
    weekly(youth_care, first, 85)
    page = browser.get(path).content.decode()
    alarms = page[page.index("<h1") : page.index("<table")]
    assert "Jeugd Noord" in alarms
    assert "Politie Oost" not in alarms
