"""The trail tells of every act that was kept, of none that was not, and of every tampering."""

import json
import random
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit import AuditError, record, verify_chain, write_anchor
from slachtoffermonitor.service.audit.anchors import read_anchors
from slachtoffermonitor.service.audit.models import AuditEntry, AuditHead

pytestmark = pytest.mark.django_db


def write(count, **changes):
    with transaction.atomic():
        for number in range(count):
            record(
                "report.received",
                actor="service:test",
                subject=f"report:{number}",
                **{"purpose": "REGISTER", "detail": {"rows": number}, **changes},
            )


@pytest.fixture
def everything():
    with as_service("test"):
        yield


@pytest.fixture
def open_gate(everything):
    """Let a superuser tamper: the triggers are away, as they would be for who owns the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER audit_no_update")
            cursor.execute("DROP TRIGGER audit_no_delete")
        else:
            cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER audit_append_only")
            cursor.execute("ALTER TABLE audit_auditentry NO FORCE ROW LEVEL SECURITY")


def test_an_untouched_trail_is_whole(everything):
    write(25)
    found = verify_chain()
    assert found.is_whole
    assert found.entries == AuditHead.objects.get().position == 25


def test_an_act_that_is_undone_leaves_no_entry(everything):
    write(1)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("report.received", actor="service:test", subject="report:2")
        raise ZeroDivisionError
    assert AuditEntry.objects.count() == 1
    assert verify_chain().is_whole


def test_outside_a_transaction_nothing_is_written_down(monkeypatch):
    outside = SimpleNamespace(in_atomic_block=False)
    monkeypatch.setattr("slachtoffermonitor.service.audit.trail.connection", outside)
    with pytest.raises(AuditError, match="inside the transaction"):
        record("report.received", actor="service:test", subject="report:1")


@pytest.mark.parametrize(
    "telling",
    [
        {"detail": {"name": "Jo Jansen"}},
        {"detail": {"address": "jo@example.org"}},
        {"purpose": "because she asked"},
        {"detail": {"with spaces": 1}},
    ],
)
def test_a_value_that_could_be_a_persons_is_refused(telling):
    with pytest.raises(AuditError, match="code without spaces") as refused:
        write(1, **telling)
    assert "Jansen" not in str(refused.value)


@pytest.mark.parametrize("act", ["UPDATE audit_auditentry SET act = 'x'", "DELETE FROM {}"])
def test_the_database_itself_refuses_changes(act, everything):
    write(2)
    with (
        pytest.raises(DatabaseError, match="appended to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act.format("audit_auditentry"))


def _edit(entry, chance):
    field = chance.choice(["act", "actor", "subject", "purpose", "organisation", "detail"])
    value = {"rows": -1} if field == "detail" else "changed"
    AuditEntry.objects.filter(pk=entry).update(**{field: value})


def _delete(entry, chance):
    AuditEntry.objects.filter(pk=entry).delete()


def _insert(entry, chance):
    row = AuditEntry.objects.get(pk=entry)
    row.position, row.act = AuditHead.objects.get().position + 1, "inserted"
    row.save(force_insert=True)


def _swap(entry, chance):
    other = 1 + entry % AuditHead.objects.get().position
    rows = {row.pk: row for row in AuditEntry.objects.filter(pk__in=[entry, other])}
    for pk, source in ((entry, other), (other, entry)):
        AuditEntry.objects.filter(pk=pk).update(subject=rows[source].subject)


def _restamp(entry, chance):
    """Edit and give the entry a digest without the key: the best that the keeper can do."""
    AuditEntry.objects.filter(pk=entry).update(act="changed", digest="ab" * 32)


def _cut_tail(entry, chance):
    AuditEntry.objects.filter(pk__gte=entry).delete()


TAMPERINGS = [_edit, _delete, _insert, _swap, _restamp, _cut_tail]


def test_every_tampering_by_the_keeper_of_the_database_is_found(open_gate):
    write(40)
    chance = random.Random(8)  # noqa: S311
    for number in range(60):
        tamper = TAMPERINGS[number % len(TAMPERINGS)]
        place = transaction.savepoint()
        tamper(chance.randint(1, 40), chance)
        assert not verify_chain().is_whole, tamper.__name__
        transaction.savepoint_rollback(place)
    assert verify_chain().is_whole


def test_a_tail_cut_off_with_its_head_set_back_is_found_by_the_anchor(open_gate, tmp_path):
    write(10)
    anchor = write_anchor(tmp_path / "anchors.jsonl")
    write(3)
    AuditEntry.objects.filter(pk__gt=8).delete()
    last = AuditEntry.objects.get(pk=8)
    AuditHead.objects.update(position=8, digest=last.digest)
    assert verify_chain().is_whole
    found = verify_chain(read_anchors(tmp_path / "anchors.jsonl"))
    assert [fault.position for fault in found.faults] == [anchor.position]


def test_a_chain_begun_anew_is_found_by_the_anchor(open_gate, tmp_path):
    write(5)
    write_anchor(tmp_path / "anchors.jsonl")
    AuditEntry.objects.all().delete()
    AuditHead.objects.update(position=0, digest="0" * 64)
    write(5)
    assert verify_chain().is_whole
    assert not verify_chain(read_anchors(tmp_path / "anchors.jsonl")).is_whole


def test_anchors_hold_a_time_a_position_and_a_digest_alone(everything, tmp_path):
    write(2)
    write_anchor(tmp_path / "anchors.jsonl")
    write_anchor(tmp_path / "anchors.jsonl")
    lines = (tmp_path / "anchors.jsonl").read_text().splitlines()
    assert [set(json.loads(line)) for line in lines] == [{"at", "position", "digest"}] * 2


def test_a_broken_line_of_anchors_is_named(tmp_path):
    (tmp_path / "anchors.jsonl").write_text("{}\n")
    with pytest.raises(InputError, match="row 1"):
        read_anchors(tmp_path / "anchors.jsonl")


def test_a_trail_without_its_head_takes_nothing_more(open_gate):
    AuditHead.objects.all().delete()
    with pytest.raises(AuditError, match="lost its head"):
        write(1)
    assert [fault.what for fault in verify_chain().faults] == ["the head of the chain is gone"]
