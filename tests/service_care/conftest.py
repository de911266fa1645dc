"""A municipality's coordinator, another municipality's, two providers and a police report."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from slachtoffermonitor.service.accounts.models import Organisation, RoleAssignment, User
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.basis import consent_text
from slachtoffermonitor.service.care.acts.asking import Asked, ask_for_help
from slachtoffermonitor.service.care.supply import say_places
from slachtoffermonitor.service.register.receiving.submission import GivenConsent, Submission
from slachtoffermonitor.service.register.receiving.taking_in import receive

IDENTITY = {"given_name": "Wiesje", "surname": "Zandbergen-Koper", "birth_date": "1999-04-05"}
SHELTER = {"care_type": "OPVANG", "speciality": "ALGEMEEN", "age": "", "sex": ""}


@pytest.fixture(autouse=True)
def acting_for_the_service(db):
    """See every row where a test looks by itself; pages and calls act for whom they are asked."""
    with as_service("tests"):
        yield


@pytest.fixture
def today():
    return timezone.localdate()


def person_of(organisation, email, *roles):
    user = User.objects.create_user(
        email, "a long sentence for tests", name=email.split("@")[0], organisation=organisation
    )
    for role in roles:
        RoleAssignment.objects.create(user=user, role=role)
    return user


def office(name, reporter, municipality=""):
    return Organisation.objects.create(name=name, reporter=reporter, municipality=municipality)


@pytest.fixture
def officer(db):
    return person_of(office("Politie Oost", "POL", "GM0363"), "agent@politie.example", "reporter")


@pytest.fixture
def coordinator(db):
    place = office("Zorgcoördinatie Utrecht", "ZC", "GM0344")
    return person_of(place, "zorg@utrecht.example", "care_coordinator")


@pytest.fixture
def neighbour(db):
    place = office("Zorgcoördinatie Rotterdam", "ZC", "GM0599")
    return person_of(place, "zorg@rotterdam.example", "care_coordinator")


@pytest.fixture
def shelter(db):
    return person_of(office("Opvang De Haven", "OPVANG"), "opvang@haven.example", "reporter")


@pytest.fixture
def other_shelter(db):
    return person_of(office("Opvang Het Anker", "OPVANG"), "opvang@anker.example", "reporter")


@pytest.fixture
def registrar(db):
    return person_of(office("Meldpunt", "OVERIG"), "registrar@meldpunt.example", "registrar")


def signed(giver="ZELF", purpose="ZORG", on=None):
    text = consent_text(giver, purpose, "nl", on=on or date(2026, 1, 1))
    return GivenConsent(
        form=giver,
        given_on=on or date(2026, 1, 1),
        text_id=text.text_id,
        document_sha256="ab" * 32,
        giver_name="Wiesje Zandbergen",
    )


@pytest.fixture
def police_report(officer, today):
    submission = Submission(
        content="VOLLEDIG",
        purpose="REGISTER",
        age="L18_PLUS",
        reported_on=today,
        facts={"sex": "V", "main_form": "BSU", "forms": "BSU", "route": "BINNENLAND"},
        identity=IDENTITY,
    )
    return receive(submission, actor=officer, organisation=officer.organisation).report


def asked(**changes):
    known = {
        "municipality": "GM0344",
        "needs": ("OPVANG",),
        "urgency": "SPOED",
        "urgency_reason": "GEEN_SLAAPPLEK",
        "age": "L18_PLUS",
        "sex": "V",
        "consent": signed(),
        "identity": IDENTITY,
    }
    return Asked(**(known | changes))


@pytest.fixture
def help_request(police_report, officer):
    return ask_for_help(
        asked(identity={}), actor=officer, organisation=officer.organisation, report=police_report
    )


@pytest.fixture
def place(shelter, today):
    said = say_places(shelter.organisation, SHELTER, today, places=1, taken=0, actor=shelter)
    return said.supply
