"""What the timer does every night: acts that exist, duplicates among them."""

import re
from pathlib import Path

import pytest
from django.utils import timezone

from slachtoffermonitor.commands.manage import command
from slachtoffermonitor.service.accounts.models import Organisation
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit.models import AuditEntry
from slachtoffermonitor.service.operation.acts import find_duplicates
from slachtoffermonitor.service.register.matching.searching import forget_registers
from slachtoffermonitor.service.register.models import MatchCandidate
from slachtoffermonitor.service.register.receiving.submission import Submission
from slachtoffermonitor.service.register.receiving.taking_in import receive

DEPLOY = Path(__file__).parents[2] / "deploy"
NAMES = [
    ("Wiesje", "Zandbergen-Koper", "1999-04-05"),
    ("Wisje", "Zandbergen Koper", "1999-04-05"),
    ("Thi Hoa", "Nguyen", "2001-12-30"),
    ("Adebayo", "Okafor", "1988-07-07"),
    ("Irina", "Popescu", "1995-02-11"),
]


def test_the_timer_calls_acts_that_exist():
    unit = (DEPLOY / "slachtoffermonitor-daily.service").read_text(encoding="utf-8")
    called = re.findall(r"slachtoffermonitor manage ([a-z-]+)", unit)
    wanted = ["anchor-audit", "verify-audit", "retention", "find-duplicates", "backup"]
    assert called == wanted
    assert set(called) <= set(command.commands)


@pytest.mark.django_db
def test_looking_for_duplicates_is_written_down_also_when_there_is_nothing():
    assert find_duplicates() == 0
    with as_service("tests"):
        assert AuditEntry.objects.get().actor == "service:find-duplicates"


@pytest.mark.slow
@pytest.mark.django_db
def test_duplicates_are_found_at_night_and_written_down(organisations):
    forget_registers()
    police = Organisation.objects.get(name="Police North")
    with as_service("tests") as standing:
        actor = type("Sender", (), {"audit_name": standing.actor, "actor": standing.actor})()
        for given_name, surname, birth_date in NAMES:
            receive(
                Submission(
                    content="VOLLEDIG",
                    purpose="REGISTER",
                    age="L18_PLUS",
                    reported_on=timezone.localdate(),
                    facts={"main_form": "BSU", "forms": "BSU", "route": "ONB", "sex": "V"},
                    identity={
                        "given_name": given_name,
                        "surname": surname,
                        "birth_date": birth_date,
                    },
                ),
                actor=actor,
                organisation=police,
            )
    assert find_duplicates() == 1
    assert find_duplicates() == 0
    with as_service("tests"):
        assert MatchCandidate.objects.get().verdict == "OPEN"
        sought = AuditEntry.objects.filter(act="duplicates.sought")
        assert {entry.actor for entry in sought} == {"service:find-duplicates"}
        openings = AuditEntry.objects.filter(act="identity.opened", purpose="DUPLICATES")
        assert openings.count() == len(NAMES)
    forget_registers()
