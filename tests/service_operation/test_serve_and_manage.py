"""The commands as an office runs them: serve, sign in, back up, rotate, verify, restore."""

import http.cookiejar
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

import pytest
from click.testing import CliRunner
from tests._office import environment, served

from slachtoffermonitor.cli import root
from slachtoffermonitor.ground import InputError

NAMES = ("Verzonnen-Achternaam", "Bedachte-Voornaam")


SEVERAL = """
import json, sys
from click.testing import CliRunner
from slachtoffermonitor.cli import root
told = []
for arguments in json.loads(sys.argv[1]):
    done = CliRunner().invoke(root, arguments, standalone_mode=False)
    code = done.return_value or 0
    text = done.output + (f"{type(done.exception).__name__}: {done.exception}"
                          if done.exception else "")
    told.append([code if not done.exception else 1, text])
print(json.dumps(told))
"""


def manage(folder, *commands):
    """Run several commands of one office in one process: each its exit code and its text."""
    lines = [["manage", "--folder", str(folder), *map(str, command)] for command in commands]
    done = subprocess.run(
        [sys.executable, "-c", SEVERAL, json.dumps(lines)],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A demo office being served; its folder and its address."""
    folder = tmp_path_factory.mktemp("served") / "office"
    with served(folder) as address:
        yield folder, address


class Browser:
    """A browser with cookies and no JavaScript."""

    def __init__(self, address):
        self.address = address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)
        self.text, self.url = "", ""

    def open(self, path, fields=None):
        body = None
        if fields is not None:
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.text).group(1)
            body = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
        try:
            answer = self.opener.open(self.address + path, body, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            self.text, self.url = answer.read().decode(), answer.url
            return answer.status


def test_a_person_of_the_demo_office_signs_in_with_two_steps_and_without_javascript(office):
    folder, address = office
    people = {row["role"]: row for row in json.loads((folder / "demo-people.json").read_text())}
    who, browser = people["registrar"], Browser(address)
    assert browser.open("/") == 200
    assert "/account/login/" in browser.url
    browser.open("/account/login/", {"login": who["email"], "password": who["password"]})
    assert browser.url.endswith("/account/second-factor/authenticate/")
    browser.open("/account/second-factor/authenticate/", {"code": who["codes"][0]})
    assert browser.url == f"{address}/"
    assert "Uitloggen" in browser.text
    again = Browser(address)
    again.open("/account/login/")
    again.open("/account/login/", {"login": who["email"], "password": who["password"]})
    again.open("/account/second-factor/authenticate/", {"code": who["codes"][0]})
    assert "Uitloggen" not in again.text, "a one-time code works once"


def test_styles_are_served_and_unknown_addresses_are_not(office):
    _, address = office
    browser = Browser(address)
    assert browser.open("/static/service/service.css") == 200
    assert browser.open("/nowhere/") == 404
    assert browser.open("/health/metrics/") == 404


def test_files_of_the_office_are_its_owners_alone(office):
    folder, _ = office
    assert folder.stat().st_mode & 0o077 == 0
    for name in ("keys/vault.json", "keys/secret", "demo-people.json"):
        assert (folder / name).stat().st_mode & 0o077 == 0


def invoke(monkeypatch, *arguments, **changes):
    for name in [name for name in os.environ if name.startswith(("MONITOR_", "DATABASE_URL"))]:
        monkeypatch.delenv(name)
    for name, value in changes.items():
        monkeypatch.setenv(name, value)
    return CliRunner().invoke(root, [*map(str, arguments)])


def test_a_demo_office_listens_on_this_machine_only(tmp_path, monkeypatch):
    done = invoke(monkeypatch, "serve", "--address", "0.0.0.0", "--folder", tmp_path / "office")  # noqa: S104
    assert done.exit_code == 2
    assert "this machine only" in done.output


def test_an_unsafe_configuration_is_not_served(monkeypatch):
    unsafe = {"MONITOR_HOSTS": "*", "DATABASE_URL": "sqlite:///x.db", "MONITOR_SECRET_KEY": "x"}
    done = invoke(monkeypatch, "serve", **unsafe)
    assert isinstance(done.exception, InputError)
    for name in ("HOSTS", "SECRET_KEY", "VAULT_KEYS", "AUDIT_ANCHORS"):
        assert f"MONITOR_{name}" in str(done.exception)


FILL = """
from pathlib import Path
import sys
from click.testing import CliRunner
from slachtoffermonitor.cli import root
folder = sys.argv[1]
CliRunner().invoke(root, ["manage", "--folder", folder, "migrate"], catch_exceptions=False)
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.vault import open_identity, seal
with as_service("test"):
    for number in range(40):
        row = seal({"family_name": sys.argv[2], "given_name": sys.argv[3]})
        open_identity(row, actor="service:test", purpose="REGISTER")
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """An office with sealed identities and an audit trail, not being served; and its backup."""
    folder = tmp_path_factory.mktemp("filled") / "office"
    subprocess.run([sys.executable, "-c", FILL, str(folder), *NAMES], env=environment(), check=True)
    return folder


@pytest.fixture(scope="module")
def copied(filled):
    """A backup of that office: its file, what was said, and what a second one says."""
    copy = filled.parent / "copy.backup"
    first, second = manage(filled, ["backup", copy], ["backup", copy])
    assert first[0] == 0, first
    return copy, first[1], second


def test_a_stolen_database_shows_no_name(filled):
    raw = b"".join(path.read_bytes() for path in filled.glob("monitor.db*"))
    with sqlite3.connect(filled / "monitor.db") as database:
        dump = "\n".join(database.iterdump())
    assert "identity.opened" in dump
    for name in NAMES:
        for form in (name, name.lower(), name.encode("utf-16-le").decode("latin-1")):
            assert form.encode() not in raw
            assert form not in dump


def test_a_backup_holds_every_row_shows_nothing_and_restores(filled, copied, tmp_path):
    copy, told, twice = copied
    assert "no backup is overwritten" in twice[1]
    assert copy.stat().st_mode & 0o077 == 0
    assert b"identity" not in copy.read_bytes()
    assert b"SQLite" not in copy.read_bytes()
    other = tmp_path / "other"
    shutil.copytree(filled / "keys", other / "keys")
    restored, verified, again = manage(
        other, ["restore", copy], ["verify-audit"], ["restore", copy]
    )
    assert restored == [0, told]
    assert verified[1].startswith("40 entries, 0 anchors, 0 faults")
    assert "a database already" in again[1]


def test_a_backup_that_was_touched_is_refused(filled, copied, tmp_path):
    content = copied[0].read_bytes()
    middle = len(content) // 2
    harmed = {
        "flipped": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
        "cut": content[:-40],
        "foreign": b"{}\n" + content,
        "empty": b"",
    }
    for name, changed in harmed.items():
        (tmp_path / name).write_bytes(changed)
    for code, text in manage(filled, *(["restore", tmp_path / name] for name in harmed)):
        assert code == 1
        assert re.search("InputError: .*(altered or cut off|is no backup)", text)


def test_keys_are_rotated_and_the_old_one_can_go(filled):
    ring = filled / "keys" / "vault.json"
    assert CliRunner().invoke(root, ["manage", "new-keys", str(ring), "--name", "n"]).exit_code == 0
    assert manage(filled, ["rotate-keys"])[0][1].startswith("40 identities")
    told = json.loads(ring.read_text())
    assert told["current"] == "n"
    del told["keys"]["demo-1"]
    ring.write_text(json.dumps(told))
    rotated, verified = manage(filled, ["rotate-keys"], ["verify-audit"])
    assert rotated[1].startswith("0 identities")
    assert verified[0] == 0


def test_a_trail_that_was_touched_is_found_by_the_command(filled):
    anchored = manage(filled, ["anchor-audit"])[0]
    assert anchored[0] == 0
    with sqlite3.connect(filled / "monitor.db") as database:
        database.execute("DROP TRIGGER audit_no_update")
        database.execute("UPDATE audit_auditentry SET purpose = 'ZORG' WHERE position = 7")
    (found,) = manage(filled, ["verify-audit"])
    assert found[0] == 1
    assert "entry 7: was altered" in found[1]
    with sqlite3.connect(filled / "monitor.db") as database:
        database.execute("UPDATE audit_auditentry SET purpose = 'REGISTER' WHERE position = 7")


def test_people_are_made_mistakes_explained_and_old_sessions_removed(filled):
    with sqlite3.connect(filled / "monitor.db") as database:
        database.execute("INSERT INTO django_session VALUES ('a', 'b', '2020-01-01 00:00:00')")
    person = ["--name", "A", "--organisation", "Test", "--role", "reporter"]
    wrong = ["--name", "A", "--organisation", "None", "--role", "king"]
    organisation, made, refused, removed, none = manage(
        filled,
        ["add-organisation", "Test", "--reporter", "POL"],
        ["add-person", "A@Example.org", *person],
        ["add-person", "a@example.org", *wrong],
        ["retention"],
        ["retention"],
    )
    assert organisation[0] == 0
    assert re.match(r"a@example.org: \S{15,}", made[1])
    assert "3 problems" in refused[1]
    assert "sessions: 1" in removed[1]
    assert "sessions: 0" in none[1]
