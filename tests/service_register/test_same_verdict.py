"""Web, upload and interface give the same verdict for every cell of the matrix of consent."""

import csv
import io
import json
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from slachtoffermonitor.service.accounts.clients import make_client_key
from slachtoffermonitor.service.accounts.models import Organisation
from slachtoffermonitor.service.basis import Policy, all_situations, consent_text, may_report
from slachtoffermonitor.service.register.models import Report
from slachtoffermonitor.service.register.uploads.rows import COLUMNS, read_sheet
from slachtoffermonitor.vocabulary import code_list

pytestmark = pytest.mark.django_db
# 7 kinds of reporters x 3 purposes x 4 ages x 3 forms of consent: 252 cells over the real web.
REPORTERS = ("POL", "KMAR", "NLA", "JEUGD", "NIDOS", "OPVANG", "ZELF")
CONSENTS = ("GEEN", "ZELF", "VOOGD")
RULE = re.compile(r"2026\.1/\d{4}/[a-z0-9-]+")


def cells():
    return [
        cell for cell in all_situations() if cell.reporter in REPORTERS and cell.consent in CONSENTS
    ]


def told(cell, today):
    verdict = may_report(cell, on=today, policy=Policy())
    return verdict.basis, verdict.may_send, verdict.light, verdict.rule


def written(cell, today):
    if code_list("consent_forms")[cell.consent].attributes.get("written") != "yes":
        return {}
    text = consent_text(cell.consent, cell.purpose, "nl", on=today)
    return {"given_on": today.isoformat(), "text_id": text.text_id}


def test_the_page_gives_the_verdict_of_the_rules(today):
    browser, path = Client(), reverse("register:ask")
    assert len(cells()) == 252
    for cell in cells():
        asked = {"reporter": cell.reporter, "purpose": cell.purpose}
        asked |= {"age": cell.age, "consent": cell.consent}
        page = browser.get(path, asked, secure=True).content.decode()
        _, _, light, rule = told(cell, today)
        assert RULE.search(page).group().endswith(f"/{rule}"), cell
        shown = {"green": "--ok", "amber": "--warning", "red": "--error"}[light]
        assert f"utrecht-alert{shown}" in page, cell


def test_the_interface_takes_in_and_refuses_as_the_rules_say(officer, today):
    browser, facts = Client(), {"main_form": "ARB", "forms": ["ARB"]}
    keys = {}
    for code in REPORTERS:
        office = Organisation.objects.create(name=f"Office {code}", reporter=code)
        keys[code] = make_client_key(office, "test", actor=officer)[1]
    taken = 0
    for number, cell in enumerate(cells()):
        consent = {"form": cell.consent, **written(cell, today)}
        if cell.consent == "VOOGD":
            consent["giver_is_suspect"] = False
        body = {"content": "VOLLEDIG", "purpose": cell.purpose, "age": cell.age, "facts": facts}
        body |= {"consent": consent, "identity": {"surname": "Zandbergen"}}
        answer = browser.post(
            reverse("register:register-api:reports"),
            json.dumps(body),
            "application/json",
            secure=True,
            headers={
                "Authorization": f"Bearer {keys[cell.reporter]}",
                "Idempotency-Key": f"cell-{number:05d}",
            },
        )
        said = answer.json()["verdict"]
        found = (said["basis"], said["may_send"], said["light"], said["rules"]["rule"])
        assert found == told(cell, today), cell
        assert answer.status_code == (201 if said["may_send"] == "VOLLEDIG" else 409), cell
        taken += answer.status_code == 201
    assert Report.objects.count() == taken > 60


def test_the_upload_gives_the_verdict_of_the_rules_for_all_1008_cells(today):
    for reporter in code_list("reporters"):
        asked = [cell for cell in all_situations() if cell.reporter == reporter]
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, restval="")
        writer.writeheader()
        for number, cell in enumerate(asked):
            evidence = {f"consent_{name}": said for name, said in written(cell, today).items()}
            row = {"own_reference": f"R{number}", "reported_on": today, "surname": "Zandbergen"}
            row |= {"purpose": cell.purpose, "age": cell.age, "consent": cell.consent}
            row |= {"sex": "V", "main_form": "ARB", "forms": "ARB", "route": "ONB"} | evidence
            writer.writerow(row)
        sheet = read_sheet(
            text.getvalue().encode(), "cells.csv", reporter=reporter, policy=Policy()
        )
        for row, cell in zip(sheet.rows, asked, strict=True):
            assert row.problems == (), cell
            verdict = row.verdict
            found = (verdict.basis, verdict.may_send, verdict.light, verdict.rule)
            assert found == told(cell, today), cell
            assert row.may_be_sent == (verdict.may_send == "VOLLEDIG")


@pytest.fixture
def today():
    return timezone.localdate()
