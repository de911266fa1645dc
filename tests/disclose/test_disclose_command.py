"""`disclose` and `attack` on the command line."""

import json

import pytest
from click.testing import CliRunner

from slachtoffermonitor.cli import root
from slachtoffermonitor.ground import InputError, ReleaseError

FORM = "form,count\nA,40\nB,60\nC,7\nD,22\n"
SEX = "sex,count\nV,80\nM,49\n"
APPROVED = ["--approve", "Ann", "--approve", "Bob"]


@pytest.fixture
def files(tmp_path):
    (tmp_path / "form.csv").write_text(FORM, encoding="utf-8")
    (tmp_path / "sex.csv").write_text(SEX, encoding="utf-8")
    return [str(tmp_path / "form.csv"), str(tmp_path / "sex.csv")]


def run(*arguments):
    return CliRunner().invoke(root, [*arguments], standalone_mode=False)


def test_tables_are_protected_released_and_remembered(files, tmp_path):
    ledger, out = tmp_path / "ledger.jsonl", tmp_path / "out"
    result = run(
        "disclose",
        *files,
        "--method",
        "suppression",
        "--out",
        str(out),
        "--ledger",
        str(ledger),
        "--released-on",
        "2024-10-18",
        *APPROVED,
        "--json",
        "-",
    )
    assert result.exception is None, result.exception
    answer = json.loads(result.stdout)
    assert answer["broken"] == 0
    assert answer["figures"]["suppressed"] == 2
    assert "C,\n" in (out / "form.csv").read_text(encoding="utf-8")
    assert "Ann" in ledger.read_text(encoding="utf-8")
    words = json.loads((out / "protection.json").read_text(encoding="utf-8"))
    assert words["form"]["method"] == "suppression"
    safe = run("attack", str(out / "form.csv"), str(out / "sex.csv"), "--json", "-")
    assert json.loads(safe.stdout) == {"broken": 0, "breaches": []}


def test_a_count_that_can_be_worked_out_is_found(files, tmp_path):
    (tmp_path / "form.csv").write_text(FORM.replace("C,7", "C,"), encoding="utf-8")
    result = run("attack", *files)
    assert "form C: from 7 to 7, by form, sex" in result.stdout
    dutch = run("attack", *files, "--language", "nl")
    assert "te nauwkeurig" in dutch.stdout


def test_rules_come_from_a_file(files, tmp_path):
    rules = tmp_path / "rules.toml"
    rules.write_text(
        "[disclosure]\nmethod = 'rounding'\nbase = 10\n[hierarchies.form]\nX = ['A', 'B']\n"
        "Y = ['C', 'D']\n",
        encoding="utf-8",
    )
    out = tmp_path / "out"
    result = run("disclose", *files, "--rules", str(rules), "--out", str(out), *APPROVED)
    assert result.exception is None, result.exception
    assert all(line[-1] == "0" for line in (out / "form.csv").read_text().split()[1:])


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[disclosure]\nmethod = 'magic'\n", "unknown method"),
        ("[disclosure]\nnumber = 3\n", "unknown rule"),
        ("[disclosure\n", "not valid TOML"),
    ],
)
def test_bad_rules_are_refused(files, tmp_path, text, what):
    rules = tmp_path / "rules.toml"
    rules.write_text(text, encoding="utf-8")
    result = run("disclose", *files, "--rules", str(rules), "--out", str(tmp_path / "o"), *APPROVED)
    assert isinstance(result.exception, InputError)
    assert what in str(result.exception)


def test_one_person_cannot_release(files, tmp_path):
    result = run("disclose", *files, "--out", str(tmp_path / "o"), "--approve", "Ann")
    assert isinstance(result.exception, ReleaseError)
    assert not (tmp_path / "o").exists()
