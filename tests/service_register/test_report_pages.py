"""The pages: asked, answered one by one without JavaScript, kept, sent, returned to."""

import re

import pytest
from django.urls import reverse

from slachtoffermonitor.service.audit.models import AuditEntry
from slachtoffermonitor.service.register.models import Consent, Draft, Report, Tally
from slachtoffermonitor.service.vault import open_identity
from slachtoffermonitor.service.vault.models import SealedIdentity

pytestmark = pytest.mark.django_db

ADULT = {
    "purpose": {"purpose": "REGISTER"},
    "age": {"age": "L18_PLUS"},
    "suspects": {},
    "consent": {"consent": "GEEN"},
    "verdict": {"go_on": "REPORT"},
    "forms": {"forms": ["BSU", "CRIM"], "main_form": "BSU"},
    "route": {"route": "BINNENLAND"},
    "sex": {"sex": "V"},
    "origin": {"citizenship": "NL"},
    "period": {"exploited_from": "2025-01-02", "municipality": "GM0599"},
    "recruitment": {"recruiter_relation": "PARTNER", "platforms": ["SNAPCHAT"]},
    "identity": {"given_name": "Wiesje", "birth_date": "1999-04-05"},
    "check": {"victim_code": "on"},
}
CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}")


def begun(browser):
    answer = browser.post(reverse("register:begin"))
    assert answer.status_code == 302
    return answer.url.rsplit("/", 2)[0]


def walk(browser, answers):
    """Answer page after page, wherever the service leads; give the last answer and the way."""
    base, name, way = begun(browser), "purpose", []
    while True:
        way.append(name)
        shown = browser.get(f"{base}/{name}/")
        assert shown.status_code == 200
        answer = browser.post(f"{base}/{name}/", answers[name])
        if answer.status_code != 302:
            return answer, way
        name = answer.url.rstrip("/").rsplit("/", 1)[1]


def test_the_question_is_open_to_everybody_and_keeps_nothing(visitor, db):
    path = reverse("register:ask")
    assert b"<form" in visitor().get(path).content
    asked = "?reporter=JEUGD&purpose=REGISTER&age=L00_15&consent=OUDER&suspects=OUDER"
    page = visitor().get(path + asked, headers={"accept-language": "en"}).content.decode()
    assert "This consent does not count" in page
    assert "Written, by a guardian or mentor" in page
    assert "Consent of a guardian or mentor" in page
    assert "I am a parent with custody" not in page
    page = visitor().get(path + asked).content.decode()
    assert "Deze toestemming telt niet" in page
    assert not AuditEntry.objects.exists()


def test_an_error_is_told_on_top_with_a_link_to_its_question(visitor, db):
    page = visitor().get(reverse("register:ask") + "?reporter=JEUGD&age=42").content.decode()
    assert 'role="alert"' in page
    target = re.search(r'href="#(id_age[^"]*)"', page)
    assert f'id="{target.group(1)}"' in page


def test_a_police_report_from_begin_to_receipt(visitor, officer):
    browser = visitor(officer)
    sent, way = walk(browser, ADULT)
    assert sent.status_code == 200
    assert way == list(ADULT)
    report = Report.objects.get()
    assert (report.basis, report.content, report.status) == ("WPG", "VOLLEDIG", "NEW")
    assert report.facts()["forms"] == "BSU;CRIM"
    opened = open_identity(report.identity, actor=officer, purpose="REGISTER")
    assert opened == {"given_name": "Wiesje", "birth_date": "1999-04-05"}
    codes = CODE.findall(sent.content.decode())
    assert len(codes) == 2
    assert report.codes.count() == 2
    assert not Draft.objects.exists()
    assert SealedIdentity.objects.filter(destroyed_at=None).count() == 1
    returned = browser.post(reverse("register:start"), {"code": codes[0]})
    assert returned.url == reverse("register:report", args=[report.pk])
    assert browser.get(returned.url).status_code == 200


def test_youth_care_without_consent_is_led_to_a_count(visitor, carer):
    answers = ADULT | {
        "verdict": {"go_on": "COUNT"},
        "count": {"age_band": "L23_PLUS", "main_form": "ARB"},
        "check": {},
    }
    sent, way = walk(visitor(carer), answers)
    assert way == ["purpose", "age", "suspects", "consent", "verdict", "count", "check"]
    assert sent.status_code == 200
    tally = Tally.objects.get()
    assert (tally.form, tally.age_band, tally.region) == ("ARB", "L23_PLUS", "Noord")
    assert not Report.objects.exists()


def test_without_a_basis_reporting_is_no_answer(visitor, carer):
    sent, way = walk(visitor(carer), ADULT)
    assert way[-1] == "verdict"
    assert not Report.objects.exists()
    assert b"utrecht-form-field--invalid" in sent.content


def test_written_consent_is_asked_for_its_evidence(visitor, carer):
    from django.core.files.uploadedfile import SimpleUploadedFile

    evidence = {
        "given_on": "2026-02-03",
        "text_language": "nl-plain",
        "giver_name": "Wiesje Z",
        "document": SimpleUploadedFile("signed.pdf", b"scan"),
    }
    answers = ADULT | {"consent": {"consent": "ZELF"}, "evidence": evidence}
    sent, way = walk(visitor(carer), answers)
    assert sent.status_code == 200
    assert way[4] == "evidence"
    consent = Consent.objects.get()
    assert consent.text_id == "2026.1/ZELF/REGISTER/nl-plain"
    assert len(consent.document_sha256) == 64
    assert Report.objects.get().basis == "TOEST_ZELF"


def test_a_suspect_is_no_answer_to_the_question_of_consent(visitor, carer):
    browser = visitor(carer)
    base = begun(browser)
    browser.post(f"{base}/age/", {"age": "L00_15"})
    browser.post(f"{base}/suspects/", {"suspects": ["OUDER"]})
    page = browser.get(f"{base}/consent/").content.decode()
    assert 'value="VOOGD"' in page
    assert 'value="OUDER"' not in page


def test_an_officer_decides_by_name(visitor, carer):
    answers = ADULT | {
        "age": {"age": "L00_15"},
        "suspects": {"suspects": ["OUDER", "VOOGD"]},
        "verdict": {"go_on": "OFFICER"},
        "officer": {"officer": "M. Vos", "office": "Jeugd", "decided_on": "2026-05-05"},
        "identity": {"given_name": "Bo"},
    }
    sent, way = walk(visitor(carer), answers)
    assert sent.status_code == 200
    assert "officer" in way
    report = Report.objects.get()
    assert (report.basis, report.light, report.decision.officer) == ("VITAAL", "amber", "M. Vos")


def test_a_draft_is_never_lost_and_a_colleague_goes_on_by_code(visitor, carer, youth_care):
    from .conftest import person_of

    browser = visitor(carer)
    base = begun(browser)
    browser.post(f"{base}/purpose/", {"purpose": "ZORG"})
    browser.post(f"{base}/age/", {"age": "wrong"})
    page = browser.post(f"{base}/later/").content.decode()
    colleague = visitor(person_of(youth_care, "collega@jeugd.example", "reporter"))
    code = CODE.search(page).group()
    led = colleague.post(reverse("register:start"), {"code": code}, follow=True)
    assert led.redirect_chain[-1][0].endswith("/age/")
    assert 'value="ZORG"' in colleague.get(f"{base}/purpose/").content.decode()
    assert colleague.post(f"{base}/destroy/").status_code == 302
    assert not Draft.objects.exists()
    assert not SealedIdentity.objects.filter(destroyed_at=None).exists()


def test_another_organisation_finds_no_draft_and_no_report(visitor, carer, officer):
    mine, theirs = visitor(carer), visitor(officer)
    base = begun(mine)
    code = CODE.search(mine.post(f"{base}/later/").content.decode()).group()
    for path in ("/purpose/", "/check/"):
        assert theirs.get(base + path).status_code == 404
    assert theirs.post(f"{base}/destroy/").status_code == 404
    assert b'role="alert"' in theirs.post(reverse("register:start"), {"code": code}).content


def test_a_changed_answer_asks_the_rules_again(visitor, carer):
    browser = visitor(carer)
    base = begun(browser)
    for name in ("purpose", "age", "suspects"):
        browser.post(f"{base}/{name}/", ADULT[name])
    browser.post(f"{base}/consent/", {"consent": "GEEN"})
    browser.post(f"{base}/verdict/", {"go_on": "COUNT"})
    led = browser.post(f"{base}/age/", {"age": "L00_15"})
    assert led.url.endswith("/suspects/")
    assert browser.get(f"{base}/check/").url.endswith("/verdict/")


def test_wrong_days_and_forms_are_told(visitor, officer):
    browser = visitor(officer)
    base = begun(browser)
    for name in ("purpose", "age", "suspects", "consent", "verdict"):
        browser.post(f"{base}/{name}/", ADULT[name])
    wrong = {"forms": ["ARB"], "main_form": "BSU"}
    assert browser.post(f"{base}/forms/", wrong).status_code == 200
    days = {"exploited_from": "2025-05-05", "exploited_until": "2025-01-01"}
    assert browser.post(f"{base}/period/", days).status_code == 200
    for identity in ({}, {"given_name": "Bo", "birth_date": "2019-01-01"}):
        assert browser.post(f"{base}/identity/", identity).status_code == 200
