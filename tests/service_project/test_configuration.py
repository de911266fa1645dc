"""What is missing or unsafe stops the service before it serves, all of it said at once."""

import json

import pytest

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.service import read_configuration
from slachtoffermonitor.service.vault.keys import new_key_ring

GOOD = {
    "MONITOR_HOSTS": "meldpunt.example.org",
    "MONITOR_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP",
    "MONITOR_VAULT_KEYS": new_key_ring("k1"),
    "MONITOR_AUDIT_ANCHORS": "anchors.jsonl",
    "DATABASE_URL": "postgresql://app:secret@db.example.org/monitor?sslmode=verify-full",
}
OFFICE = {
    "id": "police",
    "name": "Police",
    "server": "https://login.example.org",
    "client_id": "monitor",
    "secret": "hush-hush",
    "domain": "politie.example.org",
}


def refused(**changes):
    with pytest.raises(InputError) as error:
        read_configuration({**GOOD, **changes})
    return {problem.column for problem in error.value.problems}, str(error.value)


def test_a_complete_configuration_is_taken_as_it_is():
    found = read_configuration(GOOD)
    assert (found.mode, found.is_demo, found.hosts) == (
        "production",
        False,
        ("meldpunt.example.org",),
    )
    assert found.database["ENGINE"] == "django.db.backends.postgresql"
    assert (found.idle_minutes, found.session_hours) == (20, 10)


def test_everything_missing_is_said_at_once():
    with pytest.raises(InputError) as error:
        read_configuration({})
    assert {problem.column for problem in error.value.problems} == set(GOOD)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MONITOR_MODE", "debug"),
        ("MONITOR_HOSTS", "*"),
        ("MONITOR_HOSTS", ".example.org"),
        ("MONITOR_HOSTS", "https://example.org"),
        ("MONITOR_SECRET_KEY", "short"),
        ("MONITOR_SECRET_KEY", "a" * 60),
        ("MONITOR_VAULT_KEYS", "{}"),
        ("MONITOR_VAULT_KEYS", new_key_ring("k1").replace("k1", "k2", 1)),
        ("MONITOR_AUDIT_ANCHORS", ""),
        ("DATABASE_URL", "mysql://app:secret@localhost/monitor"),
        ("DATABASE_URL", "postgresql://app:secret@db.example.org/monitor"),
        ("DATABASE_URL", "postgresql://app:secret@db.example.org/monitor?sslmode=require"),
        ("DATABASE_URL", "sqlite://relative.db"),
        ("MONITOR_IDLE_MINUTES", "600"),
        ("MONITOR_IDLE_MINUTES", "soon"),
        ("MONITOR_SESSION_HOURS", "0"),
        ("MONITOR_METRICS_TOKEN", "short"),
        ("MONITOR_OIDC", "{}"),
        ("MONITOR_OIDC", json.dumps([{**OFFICE, "server": "http://login.example.org"}])),
        ("MONITOR_OIDC", json.dumps([OFFICE, OFFICE])),
        ("MONITOR_OIDC", json.dumps([{"id": "police"}])),
    ],
)
def test_an_unsafe_value_is_refused_by_its_name_and_not_repeated(name, value):
    columns, message = refused(**{name: value})
    assert columns == {name}
    assert "secret@" not in message
    assert "hush-hush" not in message


def test_a_demo_office_is_not_reachable_from_elsewhere():
    assert refused(MONITOR_MODE="demo")[0] == {"MONITOR_HOSTS"}
    found = read_configuration({**GOOD, "MONITOR_MODE": "demo", "MONITOR_HOSTS": "127.0.0.1"})
    assert found.is_demo


def test_secrets_come_from_files_that_others_cannot_read(tmp_path):
    file = tmp_path / "secret"
    file.write_text(GOOD["MONITOR_SECRET_KEY"])
    file.chmod(0o600)
    rest = {key: value for key, value in GOOD.items() if key != "MONITOR_SECRET_KEY"}
    found = read_configuration({**rest, "MONITOR_SECRET_KEY_FILE": str(file)})
    assert found.secret_key == GOOD["MONITOR_SECRET_KEY"]
    file.chmod(0o644)
    assert refused(MONITOR_SECRET_KEY_FILE=str(file))[0] == {"MONITOR_SECRET_KEY_FILE"}
    gone = refused(MONITOR_SECRET_KEY_FILE=str(tmp_path / "gone"))[0]
    assert gone == {"MONITOR_SECRET_KEY", "MONITOR_SECRET_KEY_FILE"}


def test_offices_are_read_and_their_secrets_not_shown():
    found = read_configuration({**GOOD, "MONITOR_OIDC": json.dumps([OFFICE])})
    assert found.offices[0].domain == "politie.example.org"
    shown = repr(found)
    assert "hush-hush" not in shown
    assert GOOD["MONITOR_SECRET_KEY"] not in shown
    assert "secret" not in shown.replace("secret_key", "")


def test_sqlite_waits_its_turn_and_erases_what_it_deletes():
    found = read_configuration({**GOOD, "DATABASE_URL": "sqlite:///monitor.db"}).database
    assert found["NAME"] == "monitor.db"
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    for word in ("wal", "secure_delete = on", "synchronous = full"):
        assert word in found["OPTIONS"]["init_command"]
