"""A filled database of every earlier state of the register, brought up to date: nothing is lost."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests import _postgres
from tests._office import environment

import slachtoffermonitor

PACKAGE = Path(slachtoffermonitor.__file__).parent

# Every migration of the register and of accounts is a state that a release may have had. In each,
# rows are written by the models of that time; then the tables are brought up to date, and the rows
# are looked at by the models of today.
UPGRADE = """
import json, sys
from pathlib import Path
from slachtoffermonitor.service.operation.environment import demo_environment, set_up_django
set_up_django(demo_environment(Path(sys.argv[1])))
from datetime import date
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit import record, verify_chain
from slachtoffermonitor.service.operation.serving import prepare_database
from slachtoffermonitor.service.vault import open_identity, seal
from slachtoffermonitor.service.vault.models import SealedIdentity
FACTS = {"main_form": "ARB", "forms": "ARB", "route": "GRENS", "sex": "M"}

def fill(state, count=5):
    models = state.apps.get_model
    with as_service("test"):
        office = models("accounts", "Organisation").objects.create(name="Old", reporter="POL")
        for number in range(count):
            sealed = seal({"surname": f"Verzonnen{number}"}, organisation=office.pk)
            report = models("register", "Report").objects.create(
                organisation_id=office.pk, person=models("register", "Person").objects.create(),
                identity_id=sealed.pk, reporter="POL", own_reference=f"R{number}",
                reported_on=date(2025, 3, 1 + number), purpose="REGISTER", content="VOLLEDIG",
                age="L18_PLUS", basis="WPG", light="green", rules_version="2026.1",
                rule_set="2026", rule="police", minors="ALL")
            if ("register", "reportversion") in state.models:
                models("register", "ReportVersion").objects.create(
                    report=report, number=1, made_by="user:1", facts=FACTS)
            record("report.received", actor="service:test", subject=f"report:{report.pk}")

def looked_at():
    from slachtoffermonitor.service.register.models import Report
    with as_service("test"):
        rows = list(Report.objects.select_related("identity").order_by("own_reference"))
        names = [open_identity(row.identity, actor="service:test", purpose="REGISTER")["surname"]
                 for row in rows]
        days = [row.reported_on.isoformat() for row in rows]
        return {"names": names, "days": days, "facts": [row.facts() for row in rows],
                "entries": verify_chain().entries, "whole": verify_chain().is_whole}

app, name = sys.argv[2:]
loader = MigrationExecutor(connection).loader
leaves = dict(loader.graph.leaf_nodes())
first = min(found for of, found in loader.disk_migrations if of == "register")
targets = [("audit", leaves["audit"]), ("vault", leaves["vault"]), (app, name)]
if app != "register":
    targets.append(("register", first))
for target in targets:
    call_command("migrate", *target, verbosity=0, interactive=False)
loader = MigrationExecutor(connection).loader
state = loader.project_state(list(loader.applied_migrations))
fill(state)
prepare_database()
print(json.dumps(looked_at()))
"""


FIRST, SECOND = ("register", "0001_reports"), ("register", "0002_evidence")
STATES = [
    (app, path.stem)
    for app in ("accounts", "register")
    for path in sorted((PACKAGE / "service" / app / "migrations").glob("0*.py"))[:-1]
]


def brought_up(folder, state, **variables):
    """Fill a database of that state and bring it up to date; give what is found in it then."""
    done = subprocess.run(
        [sys.executable, "-c", UPGRADE, str(folder / "office"), *state],
        env=environment(**variables),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    found["main_forms"] = [facts.get("main_form") for facts in found.pop("facts")]
    return found


def expected(state):
    """Give what was put into a database of that state: the facts stood in versions, or did not."""
    return {
        "names": [f"Verzonnen{number}" for number in range(5)],
        "days": [f"2025-03-0{1 + number}" for number in range(5)],
        "main_forms": ["ARB" if state >= SECOND else None] * 5,
        "entries": 10,
        "whole": True,
    }


def test_an_early_state_is_brought_up_to_date_whole(tmp_path):
    assert {FIRST, SECOND} <= set(STATES)
    assert brought_up(tmp_path, SECOND) == expected(SECOND)


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES, ids="-".join)
def test_every_earlier_state_is_brought_up_to_date_whole(tmp_path, state):
    assert brought_up(tmp_path, state) == expected(state)


@pytest.mark.slow
@pytest.mark.skipif(_postgres.binaries() is None, reason=_postgres.MISSING)
def test_every_earlier_state_is_brought_up_to_date_whole_on_postgresql(tmp_path):
    with _postgres.started() as server:
        for number, state in enumerate(STATES):
            server.sql(f"CREATE DATABASE state{number} OWNER {_postgres.OWNER}", "postgres")
            address = server.address(_postgres.OWNER, f"state{number}")
            found = brought_up(tmp_path / str(number), state, DATABASE_URL=address)
            assert found == expected(state)
