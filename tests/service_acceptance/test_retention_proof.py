"""The end of keeping on disk: what is due is in no file and no later backup, and it is proven."""

import json
import subprocess
import sys

import pytest
from tests._office import environment

STUDY = """
import json, sys
from datetime import date
from pathlib import Path
from slachtoffermonitor.service.operation.environment import demo_environment, set_up_django
folder = Path(sys.argv[1])
set_up_django(demo_environment(folder))
from django.conf import settings
from django.db import connection
from slachtoffermonitor.service.accounts.models import ClientKey, Organisation
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit import verify_chain
from slachtoffermonitor.service.audit.models import AuditEntry
from slachtoffermonitor.service.operation.backups import back_up
from slachtoffermonitor.service.operation.backups.copies import open_copy
from slachtoffermonitor.service.operation.keeping import expire_due
from slachtoffermonitor.service.operation.serving import prepare_database
from slachtoffermonitor.service.register.models import Report
from slachtoffermonitor.service.register.receiving.submission import Submission
from slachtoffermonitor.service.register.receiving.taking_in import receive_many
prepare_database()
FACTS = {"main_form": "ARB", "forms": "ARB", "route": "GRENS", "sex": "M",
         "municipality": "GM0599"}

def files_hold(places, texts):
    raw = b"".join(place.read_bytes() for place in places)
    return sum(text.encode() in raw for text in texts)

with as_service("study"):
    office = Organisation.objects.create(name="Study", reporter="POL")
    sender = ClientKey.objects.create(organisation=office, label="study", digest="0" * 64)
    received = receive_many(
        [Submission(content="VOLLEDIG", purpose="REGISTER", age="L18_PLUS",
                    reported_on=date(2019 if number < 20 else 2026, 1, 5), facts=FACTS,
                    identity={"surname": f"Verzonnen{number}", "contact_fragment": "0612"})
         for number in range(40)], actor=sender, organisation=office)
    keys = [one.report.pk for one in received]
    sealed = [text for one in received[:20] for text in one.report.identity.fields.values()]
files = lambda: sorted(folder.glob("monitor.db*"))
old = folder / "old.backup"
back_up(old)
told = {"before": files_hold(files(), sealed), "sealed": len(sealed)}
told["removed"] = dict(expire_due(date(2026, 6, 1)))
with connection.cursor() as cursor:
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
told["after"] = files_hold(files(), sealed)
ring = settings.CONFIGURATION.keys
back_up(folder / "new.backup")
open_copy(folder / "new.backup", folder / "plain-new", ring)
open_copy(old, folder / "plain-old", ring)
told["in_new_backup"] = files_hold([folder / "plain-new"], sealed)
told["in_old_backup"] = files_hold([folder / "plain-old"], sealed)
with as_service("study", write=False):
    due = Report.objects.filter(pk__in=keys[:20])
    told["expired"] = due.filter(status="EXPIRED", identity__fields={}).count()
    told["others"] = Report.objects.filter(pk__in=keys[20:], status="NEW").count()
    told["facts"] = sorted({name for report in due for name in report.facts()})
    proofs = set(AuditEntry.objects.filter(act="report.expired").values_list("subject", flat=True))
    told["proven"] = len(proofs & {f"report:{key}" for key in keys[:20]})
    told["runs"] = AuditEntry.objects.filter(act="retention.run").count()
    told["whole"] = verify_chain().is_whole
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("retention") / "office"
    done = subprocess.run(
        [sys.executable, "-c", STUDY, str(folder)],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_everything_due_is_gone_from_the_tables_and_nothing_else(told):
    assert told["removed"]["register.reports"] == told["expired"] == 20
    assert told["others"] == 20
    assert not {"municipality", "citizenship", "exploited_from"} & set(told["facts"])


def test_no_file_and_no_later_backup_holds_even_its_sealed_form(told):
    assert told["before"] == told["in_old_backup"] == told["sealed"] == 40
    assert told["after"] == 0
    assert told["in_new_backup"] == 0


def test_each_end_is_proven_in_the_trail(told):
    assert told["proven"] == 20
    assert told["runs"] == 1
    assert told["whole"]
