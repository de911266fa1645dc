"""Two organisations and the register's own office, made up, in a database of the test's own."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from slachtoffermonitor.service.accounts.models import Organisation, RoleAssignment, User
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.basis import consent_text
from slachtoffermonitor.service.register.receiving.submission import GivenConsent, Submission

FACTS = {
    "sex": "V",
    "citizenship": "NL",
    "municipality": "GM0599",
    "main_form": "BSU",
    "forms": "BSU",
    "route": "BINNENLAND",
    "exploited_from": "2025-03-01",
    "exploited_until": "2025-09-01",
    "residence": "NEDERLANDER",
    "recruiter_relation": "PARTNER",
    "platforms": "SNAPCHAT",
}
IDENTITY = {"given_name": "Wiesje", "surname": "Zandbergen-Koper", "birth_date": "1999-04-05"}


@pytest.fixture(autouse=True)
def acting_for_the_service(db):
    """See every row where a test looks by itself; pages and calls act for whom they are asked."""
    with as_service("tests"):
        yield


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def police(db):
    return Organisation.objects.create(name="Politie Oost", reporter="POL", region="Oost")


@pytest.fixture
def youth_care(db):
    return Organisation.objects.create(name="Jeugd Noord", reporter="JEUGD", region="Noord")


def person_of(organisation, email, *roles):
    user = User.objects.create_user(
        email, "a long sentence for tests", name=email.split("@")[0], organisation=organisation
    )
    for role in roles:
        RoleAssignment.objects.create(user=user, role=role)
    return user


@pytest.fixture
def officer(police):
    return person_of(police, "agent@politie.example", "reporter")


@pytest.fixture
def carer(youth_care):
    return person_of(youth_care, "hulp@jeugd.example", "reporter")


@pytest.fixture
def registrar(db):
    office = Organisation.objects.create(name="Meldpunt", reporter="OVERIG")
    return person_of(office, "registrar@meldpunt.example", "registrar")


def signed(giver="ZELF", purpose="REGISTER", on=None):
    text = consent_text(giver, purpose, "nl", on=on or date(2026, 1, 1))
    return GivenConsent(
        form=giver,
        given_on=on or date(2026, 1, 1),
        text_id=text.text_id,
        document_sha256="ab" * 32,
        giver_name="Wiesje Zandbergen",
    )


@pytest.fixture
def a_report(today):
    """Give a function that makes a submission; what is not named is as in a good report."""

    def make(**changes):
        asked = {
            "content": "VOLLEDIG",
            "purpose": "REGISTER",
            "age": "L18_PLUS",
            "reported_on": today,
            "facts": dict(FACTS),
            "identity": dict(IDENTITY),
        }
        return Submission(**(asked | changes))

    return make
