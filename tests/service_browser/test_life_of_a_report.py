"""The whole life of a report as people live it, in a browser, without JavaScript.

Asked, reported by police with a name and by youth care without consent by tokens, found to be one
person, helped, withdrawn by the victim, and delivered to the edition as the rules say.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from tests._office import environment

from slachtoffermonitor.commands.tokenise import command as tokenise
from slachtoffermonitor.records import Notification

pytestmark = pytest.mark.browser
PEOPLE = {
    "wiesje": ("Wiesje", "Zandbergen-Koper", "1999-04-05"),
    "misspelt": ("Wisje", "Zandberge Koper", "1999-04-05"),
    "hoa": ("Thi Hoa", "Nguyen", "2001-12-30"),
    "ade": ("Adebayo", "Okafor", "1988-07-07"),
    "irina": ("Irina", "Popescu", "1995-02-11"),
    "sem": ("Sem", "de Wit", "1990-10-21"),
}
ANSWERS = {
    "purpose": {"purpose": "REGISTER"},
    "age": {"age": "L18_PLUS"},
    "suspects": {},
    "consent": {"consent": "GEEN"},
    "verdict": {"go_on": "REPORT"},
    "forms": {"forms": "BSU", "main_form": "BSU"},
    "route": {"route": "BINNENLAND"},
    "sex": {"sex": "V"},
    "origin": {"citizenship": "NL"},
    "period": {"exploited_from": "2025-01-02", "municipality": "GM0344"},
    "recruitment": {"recruiter_relation": "VRIEND"},
    "identity": dict(zip(("given_name", "surname", "birth_date"), PEOPLE["wiesje"], strict=True)),
    "check": {"victim_code": "on"},
}
DELIVERED = """
import json, sys
from pathlib import Path
from slachtoffermonitor.service.operation.environment import demo_environment, set_up_django
set_up_django(demo_environment(Path(sys.argv[1])))
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.register.delivering import deliver
from slachtoffermonitor.service.register.models import Report
from slachtoffermonitor.service.operation.acts import verify_audit
with as_service("tests"):
    frames = deliver(actor="service:tests")
    print(json.dumps({
        "names": frames["notifications"].select("reporter", "surname").rows(),
        "counted": frames["tallies"].select("reporter", "persons").rows(),
        "tokens": {name: frame.height for name, frame in frames.items() if ":" in name},
        "persons": sorted(
            [one.reporter, str(one.person_id), one.status] for one in Report.objects.all()
        ),
        "whole": verify_audit().is_whole,
    }))
"""


class Tab:
    """One person at a page."""

    def __init__(self, chromium, office, who=""):
        window = chromium.new_context(java_script_enabled=False, locale="nl")
        window.set_default_timeout(60_000)
        self.page, self.address = window.new_page(), office.address
        if who:
            person = office.people[who]
            self.open("/account/login/")
            self.send({"login": person["email"], "password": person["password"]})
            self.send({"code": person["codes"][0]})
            self.page.wait_for_url(self.address + "/")

    def open(self, path):
        self.page.goto(self.address + path)

    def fill(self, answers, within="main"):
        for name, value in answers.items():
            asked = self.page.locator(f"{within} [name='{name}']")
            kind = asked.first.get_attribute("type") or ""
            if kind in ("radio", "checkbox"):
                one = (
                    asked if value == "on" else asked.and_(self.page.locator(f"[value='{value}']"))
                )
                one.check()
            elif kind == "file":
                asked.set_input_files(value)
            elif asked.evaluate("field => field.tagName") == "SELECT":
                asked.select_option(value)
            else:
                asked.fill(value)

    def send(self, answers, within="main form"):
        form = self.page.locator(within).first
        self.fill(answers)
        form.locator("button").first.click()

    def act(self, path_end, answers=None):
        """Send the form that goes to an address with this end."""
        within = f"main form[action$='{path_end}']"
        opened = self.page.locator(f"details:not([open]):has(form[action$='{path_end}']) > summary")
        if opened.count():
            opened.first.click()
        self.fill(answers or {}, within)
        self.page.locator(f"{within} button").first.click()

    def text(self):
        return self.page.locator("main").inner_text()

    def withdraw(self, code):
        """Withdraw by a victim's code; give what was shown before and after."""
        self.open("/my-report/")
        self.send({"code": code})
        before = self.text()
        self.page.locator("form:has(input[value=withdraw]) button").click()
        return before, self.text()

    def report(self, answers):
        """Go through the questions, one a page; give the codes of the receipt."""
        self.open("/report/")
        self.act("/report/begin/")
        while True:
            name = self.page.url.rstrip("/").rsplit("/", 1)[1]
            self.send(answers[name])
            if name == "check":
                return self.page.locator(".service-code").all_inner_texts()


@pytest.fixture(scope="module")
def token_files(tmp_path_factory):
    """Tokens of one key, made by the command as each organisation would."""
    folder = tmp_path_factory.mktemp("tokens")

    def run(*words):
        tokenise.main([str(word) for word in words], standalone_mode=False)

    run("--new-key", folder / "register.key")
    yesterday = date.today() - timedelta(days=1)
    found = {}
    for name, who in {
        "police": ["wiesje"],
        "others": ["hoa", "ade", "irina", "sem"],
        "youth": ["misspelt"],
    }.items():
        rows = [
            dict.fromkeys(Notification.columns())
            | {
                "notification_id": f"{name}-{number}",
                "reporter": "JEUGD" if name == "youth" else "POL",
                "reported_on": yesterday,
                "basis": "GERECHTV" if name == "youth" else "WPG",
                "purpose": "REGISTER",
                "given_name": PEOPLE[one][0],
                "surname": PEOPLE[one][1],
                "birth_date": PEOPLE[one][2],
                "sex": "V",
                "citizenship": "NL",
                "main_form": "BSU",
                "forms": "BSU",
                "route": "ONB",
            }
            for number, one in enumerate(who)
        ]
        pl.DataFrame(rows).write_csv(folder / f"{name}.csv")
        found[name] = folder / f"{name}.parquet"
        key = folder / "register.key"
        run(folder / f"{name}.csv", "--key", key, "--out", found[name])
    return found


def delivered(office):
    told = subprocess.run(
        [sys.executable, "-c", DELIVERED, str(office.folder)],
        cwd=Path(__file__).parents[2],
        env=environment(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(told.stdout)


def test_a_report_lives_from_the_question_to_the_edition(token_files, chromium, own_office):
    office = own_office
    asked = Tab(chromium, office)
    asked.open("/may-i-report/?reporter=POL&purpose=REGISTER&age=L18_PLUS&consent=GEEN")
    assert asked.page.locator("#verdict").inner_text() == "Ja"

    assert "gerechtvaardigd belang" in what_the_jurist_chose(chromium, office)

    police = Tab(chromium, office, "agent")
    police.open("/report/many/")
    police.send({"file": token_files["others"]})
    assert police.page.locator(".utrecht-alert--ok").count() == 1
    identity = ANSWERS["identity"] | {"tokens": token_files["police"]}
    codes = police.report(ANSWERS | {"identity": identity})
    assert len(codes) == 2

    youth_care = Tab(chromium, office, "jeugdzorg")
    youth_care.open("/report/many/")
    youth_care.send({"file": token_files["youth"]})
    assert youth_care.page.locator(".utrecht-alert--ok").count() == 1

    registrar = Tab(chromium, office, "registrator")
    registrar.open("/register/")
    registrar.act("/register/duplicates/")
    registrar.page.locator("main a[href*='/register/pair/']").first.click()
    assert "Wiesje" not in registrar.text()
    assert "Zandberg" not in registrar.text()
    registrar.page.locator("button[value=same]").click()

    shelter = Tab(chromium, office, "opvang")
    written = {"given_on": "2026-02-03", "text_language": "nl-plain", "giver_name": "W. Zandbergen"}
    consent = {"consent": {"consent": "ZELF"}, "evidence": written}
    _, victims_code = shelter.report(ANSWERS | consent)
    coordinator, waiting = help_is_asked_for(chromium, office, shelter, written)
    assert "Wacht" in waiting
    assert "Wiesje" not in waiting
    help_is_offered_and_begins(coordinator, shelter)
    assert "Geplaatst" in coordinator.text()
    assert "Wiesje" not in coordinator.text()

    before = delivered(office)
    assert sorted(name for name, _ in before["names"]) == ["OPVANG", "POL"]
    seen, gone = Tab(chromium, office).withdraw(victims_code)
    assert "Wiesje" in seen
    assert "gewist" in gone
    Tab(chromium, office).withdraw(codes[1])

    after = delivered(office)
    assert [tuple(row) for row in after["names"]] == [("POL", "Zandbergen-Koper")]
    assert [tuple(row) for row in after["counted"]] == [("OPVANG", 1)]
    assert sum(after["tokens"].values()) == 5
    assert after["whole"]
    one = {person for reporter, person, _ in after["persons"] if reporter == "JEUGD"}
    assert len([row for row in after["persons"] if row[1] in one]) == 2
    assert {row[0] for row in after["persons"] if row[1] in one} == {"JEUGD", "POL"}


def what_the_jurist_chose(chromium, office):
    """The privacy officer opens the contested ground; give the page."""
    privacy = Tab(chromium, office, "privacy")
    privacy.open("/register/rules/")
    privacy.send({"minors": "TOT_16", "contested_ground": "on", "jurist": "M. Jurist"})
    return privacy.text()


def help_is_asked_for(chromium, office, shelter, written):
    """The shelter asks for help, and it waits; give the coordinator's desk and what it said."""
    shelter.open("/care/places/")
    kind = {"care_type": "BEGELEID_WONEN", "speciality": "SEKSUEEL"}
    shelter.send({**kind, "places": "5", "taken": "0"})
    shelter.open("/care/ask/?age=L18_PLUS")
    needed = {"needs": "BEGELEID_WONEN", "municipality": "GM0344", "sex": "V"}
    judged = {"urgency": "HOOG", "urgency_reason": "PLEK_EINDIGT", "speciality": "SEKSUEEL"}
    name = {"given_name": "Wiesje", "surname": "Zandbergen-Koper"}
    shelter.send({**needed, **judged, "consent": "ZELF", **written, **name})
    request = re.search(r"/care/([0-9a-f-]{36})/", shelter.page.url)[0]
    coordinator = Tab(chromium, office, "zorgcoordinator")
    coordinator.open("/care/")
    coordinator.page.locator(f"a[href='{request}']").click()
    coordinator.act("/act/waiting/", {"waiting_reason": "GEEN_PLEK"})
    return coordinator, coordinator.text()


def help_is_offered_and_begins(coordinator, shelter):
    """A place of the shelter is offered, accepted and taken."""
    request = coordinator.page.url
    offered = coordinator.page.locator("main [name=supply] option:not([value=''])")
    mine = next(one for one in offered.all() if "Demo Opvang" in one.text_content())
    coordinator.act("/act/provider/", {"supply": mine.get_attribute("value")})
    shelter.open("/care/offers/")
    shelter.page.locator("main a[href*='/care/offers/']").first.click()
    shelter.page.locator("button[value=yes]").click()
    coordinator.page.goto(request)
    coordinator.act("/take/")
    coordinator.act("/begin/")
