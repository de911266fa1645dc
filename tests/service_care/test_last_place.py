"""Two providers' answers at once for one last place: it is given once, on a database of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests import _postgres

ROOT = Path(__file__).parents[2]
SCRIPT = """
import json, threading
import django
django.setup()
from django.core.management import call_command
from django.db import connections
call_command("migrate", verbosity=0)
from django.utils import timezone
from slachtoffermonitor.ground import InputError
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.accounts.models import Organisation
from slachtoffermonitor.service.care.acts.offering import answer_offer, ask_provider
from slachtoffermonitor.service.care.models import HelpRequest, Need, Offer
from slachtoffermonitor.service.care.supply import free_on, say_places
today = timezone.localdate()
class Actor:
    audit_name, organisation_id = "service:test", ""
with as_service("test"):
    shelter = Organisation.objects.create(name="Haven", reporter="OPVANG")
    kind = {"care_type": "OPVANG", "speciality": "ALGEMEEN", "age": "", "sex": ""}
    supply = say_places(shelter, kind, today, places=1, taken=0, actor=Actor()).supply
    offers = []
    for number in range(4):
        request = HelpRequest.objects.create(
            organisation=shelter, municipality="GM0344", age="ONB", sex="ONB",
            wanted_place="VER", speciality="ALGEMEEN", requested_on=today,
            urgency="HOOG", urgency_reason="GEZONDHEID")
        need = Need.objects.create(request=request, care_type="OPVANG")
        offers.append(ask_provider(need, supply, actor=Actor()))
start, said = threading.Barrier(len(offers)), []
def answer(offer):
    start.wait()
    try:
        answer_offer(offer, gives=True, actor=Actor())
        said.append("given")
    except InputError as error:
        said.append(error.problems[0].what)
    finally:
        connections.close_all()
threads = [threading.Thread(target=answer, args=(offer,)) for offer in offers]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
with as_service("test"):
    held = Offer.objects.filter(status="OFFERED").count()
    print(json.dumps([sorted(said), held, free_on(supply, today)]))
"""


def answers(address):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={
            **os.environ,
            "MONITOR_TEST_DATABASE": address,
            "DJANGO_SETTINGS_MODULE": "tests.service_settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


EXPECTED = [["given", *["there is no free place of this kind"] * 3], 1, 0]


def test_the_last_place_is_given_once_on_sqlite(tmp_path):
    assert answers(f"sqlite:///{tmp_path}/own.db") == EXPECTED


@pytest.mark.slow
@pytest.mark.skipif(_postgres.binaries() is None, reason=_postgres.MISSING)
def test_the_last_place_is_given_once_on_postgresql():
    with _postgres.started() as server:
        assert answers(server.address(_postgres.OWNER)) == EXPECTED
