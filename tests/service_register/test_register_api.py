"""The interface: what it takes, what it refuses, and that nothing is done twice."""

import base64
import json

import polars as pl
import pytest
from django.test import Client
from django.urls import reverse

from slachtoffermonitor.service.accounts.clients import make_client_key
from slachtoffermonitor.service.audit.models import AuditEntry
from slachtoffermonitor.service.basis import consent_text
from slachtoffermonitor.service.register.models import Consent, Report, Tally, TokenRow
from slachtoffermonitor.service.register.receiving.codes import find_code
from slachtoffermonitor.service.register.receiving.tokens import frame_of
from slachtoffermonitor.service.vault.models import SealedIdentity

pytestmark = pytest.mark.django_db
REPORTS = "/api/v1/reports"


class Caller:
    def __init__(self, organisation, actor):
        self.key = make_client_key(organisation, "test", actor=actor)[1]
        self.client = Client()
        self.sent = 0

    def _headers(self, key=None):
        self.sent += 1
        return {
            "Authorization": f"Bearer {self.key}",
            "Idempotency-Key": key or f"request-{self.sent:04d}",
            "Accept-Language": "en",
        }

    def post(self, body, *, key=None, path=REPORTS):
        return self.client.post(
            path,
            json.dumps(body),
            content_type="application/json",
            headers=self._headers(key),
            secure=True,
        )

    def get(self, path):
        return self.client.get(path, headers=self._headers(), secure=True)


@pytest.fixture
def police_system(police, officer):
    return Caller(police, officer)


@pytest.fixture
def youth_system(youth_care, carer):
    return Caller(youth_care, carer)


def full(**changes):
    body = {
        "content": "VOLLEDIG",
        "purpose": "REGISTER",
        "age": "L18_PLUS",
        "facts": {"main_form": "ARB", "forms": ["ARB"], "route": "GRENS", "sex": "M"},
        "consent": {"form": "GEEN"},
        "identity": {"given_name": "Wiesje", "surname": "Zandbergen", "birth_date": "1999-04-05"},
    }
    return body | changes


def written(giver="ZELF", on="2026-03-01", purpose="REGISTER", today=None):
    text = consent_text(giver, purpose, "nl", on=today)
    said = {"form": giver, "given_on": on, "text_id": text.text_id}
    return said if giver == "ZELF" else said | {"giver_is_suspect": False}


def test_a_report_is_taken_in_and_its_standing_told(police_system):
    done = police_system.post(full(own_reference="PL-1"))
    assert done.status_code == 201, done.content
    said = done.json()
    assert said["verdict"]["basis"] == "WPG"
    assert said["code"] is None
    stands = police_system.get(f"{REPORTS}/{said['id']}").json()
    assert (stands["status"], stands["own_reference"]) == ("NEW", "PL-1")
    assert "Wiesje" not in done.content.decode()


def test_a_request_sent_again_does_nothing_twice(police_system):
    first = police_system.post(full(), key="the-same-key")
    again = police_system.post(full(), key="the-same-key")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["id"] == first.json()["id"]
    assert Report.objects.count() == 1
    other = police_system.post(full(age="L16_17"), key="the-same-key")
    assert other.status_code == 422


def test_a_refused_request_can_be_mended_under_the_same_key(youth_system, today):
    assert youth_system.post(full(), key="try-again-key").status_code == 409
    mended = full(consent=written(today=today))
    assert youth_system.post(mended, key="try-again-key").status_code == 201


def test_without_a_basis_the_answer_says_what_is_missing_and_nothing_is_kept(youth_system):
    done = youth_system.post(full())
    assert done.status_code == 409
    verdict = done.json()["verdict"]
    assert (verdict["may_send"], verdict["ask"], verdict["light"]) == ("TELLING", ["ZELF"], "red")
    assert not Report.objects.exists()
    assert not SealedIdentity.objects.exists()


def test_written_consent_needs_its_evidence_by_the_shape_alone(youth_system, today):
    for consent in (
        {"form": "ZELF"},
        {"form": "ZELF", "given_on": "2026-03-01"},
        {**written("OUDER", today=today), "giver_is_suspect": True},
        {"form": "OUDER", "given_on": "2026-03-01", "text_id": "x"},
        {"form": "GEEN", "text_id": "x"},
        {"form": "JA"},
    ):
        assert youth_system.post(full(consent=consent)).status_code == 422, consent
    done = youth_system.post(full(consent=written(today=today)))
    assert done.status_code == 201
    assert Consent.objects.get().form == "ZELF"


def test_a_count_holds_nothing_about_a_person(youth_system):
    count = {"content": "TELLING", "month": "2026-05", "age_band": "L00_17", "form": "BSU"}
    assert youth_system.post(count).status_code == 201
    assert Tally.objects.get().persons == 1
    with_name = count | {"identity": {"given_name": "Wiesje"}}
    refused = youth_system.post(with_name)
    assert refused.status_code == 422
    assert "Wiesje" not in refused.content.decode()


def test_no_value_of_identity_comes_back_in_a_refusal(police_system):
    wrong = full(identity={"given_name": "Wiesje\u0007", "birth_date": "05-04-1999"})
    refused = police_system.post(wrong)
    assert refused.status_code == 422
    assert {found["column"].rsplit(".", 1)[-1] for found in refused.json()["problems"]} == {
        "given_name",
        "birth_date",
    }
    assert "Wiesje" not in refused.content.decode()
    assert "1999" not in refused.content.decode()


def test_a_code_is_given_when_asked_for_and_only_once(police_system):
    path = f"{REPORTS}?with_code=true"
    code = police_system.post(full(), key="with-a-code", path=path).json()["code"]
    assert find_code(code, "REPORTER").report == Report.objects.get()
    assert police_system.post(full(), key="with-a-code", path=path).json()["code"] is None


def test_a_withdrawal_leaves_a_count(youth_system, today):
    made = youth_system.post(full(consent=written(today=today))).json()
    left = youth_system.post({}, path=f"{REPORTS}/{made['id']}/withdrawal")
    assert left.json() == {"leaves": "TELLING"}
    assert youth_system.get(f"{REPORTS}/{made['id']}").json()["status"] == "WITHDRAWN"


def test_another_organisation_sees_nothing(police_system, youth_system):
    made = police_system.post(full()).json()
    assert youth_system.get(f"{REPORTS}/{made['id']}").status_code == 404
    left = youth_system.post({}, path=f"{REPORTS}/{made['id']}/withdrawal")
    assert left.status_code == 404
    assert "consent.withdrawn" not in AuditEntry.objects.values_list("act", flat=True)


def test_without_a_key_nothing_is_answered_but_the_schema(client, officer):
    assert client.get(f"{REPORTS}/{officer.pk}", secure=True).status_code == 401
    client.force_login(officer)
    assert client.post(REPORTS, "{}", "application/json", secure=True).status_code in (401, 403)
    schema = client.get(reverse("register:register-api:openapi-json"), secure=True)
    assert schema.status_code == 200
    assert schema.json()["openapi"].startswith("3.1")


def test_the_schema_shows_the_rule_of_consent(client):
    schema = client.get("/api/v1/openapi.json", secure=True).json()
    parts = schema["components"]["schemas"]
    consent = parts["FullReport"]["properties"]["consent"]
    assert consent["discriminator"]["propertyName"] == "form"
    assert set(consent["discriminator"]["mapping"]) == {
        *("GEEN", "MONDELING", "INGETROKKEN", "ZELF", "OUDER", "VOOGD")
    }
    assert {"given_on", "text_id", "giver_is_suspect"} <= set(parts["ParentConsent"]["required"])
    body = schema["paths"][REPORTS]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert set(body["discriminator"]["mapping"]) == {"VOLLEDIG", "PSEUDONIEM", "TELLING"}


def test_the_verdict_and_the_texts_can_be_asked(youth_system):
    said = youth_system.get("/api/v1/may-report?age=L00_15&consent=OUDER&suspects=OUDER").json()
    assert (said["rules"]["rule"], said["ask"]) == ("suspected-giver", ["VOOGD"])
    assert youth_system.get("/api/v1/may-report?age=99").status_code == 422
    path = "/api/v1/consent-texts?giver=VOOGD&purpose=ZORG&language=nl-plain"
    assert youth_system.get(path).json()["text_id"].endswith("VOOGD/ZORG/nl-plain")


def test_tokens_take_the_place_of_a_name(police_system, tmp_path):
    from slachtoffermonitor.link.private import new_key, tokenise, write_tokens
    from slachtoffermonitor.records import Notification

    row = {name: None for name in Notification.columns()} | {
        "notification_id": "N-1",
        "reporter": "POL",
        "basis": "WPG",
        "purpose": "REGISTER",
        "given_name": "Wiesje",
        "surname": "Zandbergen",
        "sex": "V",
        "main_form": "BSU",
        "forms": "BSU",
        "route": "ONB",
    }
    frame = pl.DataFrame([row]).with_columns(reported_on=pl.date(2026, 5, 1))
    frame = frame.cast(dict(Notification.create_empty().schema))
    path = tmp_path / "tokens.parquet"
    write_tokens(tokenise(frame, new_key(purpose="register")), path)
    sent = full(content="PSEUDONIEM", tokens=base64.b64encode(path.read_bytes()).decode())
    del sent["identity"]
    assert police_system.post(sent).status_code == 201
    kept = TokenRow.objects.get()
    assert frame_of(kept.row)["notification_id"].to_list() == ["N-1"]
    assert b"Wiesje" not in kept.row
    assert Report.objects.get().identity is None
    for wrong in ("no base64!", base64.b64encode(b"PAR1 nothing").decode()):
        assert police_system.post(sent | {"tokens": wrong}).status_code == 422
