"""The command line as a user meets it: help, exit codes, one clear message, nothing half-made."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from slachtoffermonitor import commands
from slachtoffermonitor.cli import root

COMMANDS = sorted(
    path.stem.replace("_", "-") for path in Path(commands.__file__).parent.glob("[a-z]*.py")
)
NED = "I,K,O,P,R,Z,count\n"


def call(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from slachtoffermonitor.cli import main; main()"]
        + [str(argument) for argument in arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
    )


def refused(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("Error: ")
    return done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name):
    command = root.get_command(None, name)
    assert command is not None
    assert command.name == name
    assert command.help
    for parameter in command.params:
        if parameter.param_type_name == "option":
            assert parameter.help, f"{name} {parameter.name} has no help"


def test_help_lists_all_commands_and_wrong_usage_ends_in_2():
    done = call("--help")
    assert done.returncode == 0
    for name in COMMANDS:
        assert f"  {name} " in done.stdout
    assert call("no-such-command").returncode == 2
    assert call("run").returncode == 2
    assert call("demo", "--persons", "many").returncode == 2


def test_a_quoted_number_is_explained():
    done = call("check", "11% sexual exploitation 2020")
    assert done.returncode == 0
    assert "408" in done.stdout
    assert "984" in done.stdout
    assert "41" in done.stdout


def test_the_independence_model_of_the_dutch_lists(tmp_path):
    from slachtoffermonitor.published import capture_table

    path = tmp_path / "ned.csv"
    capture_table("netherlands").frame.write_csv(path)
    done = call("estimate", path, "--select", "fixed", "--model", "[1,2,3,4,5,6]", "--json", "-")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["observed"] == 8234
    assert result["estimate"] == pytest.approx(52_823.5, abs=0.05)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"A;B;count\n1;0;3\n", "semicolons"),
        ("A,B,count\n1,0,3\n# é\n".encode("latin-1"), "UTF-8"),
        (b"\xef\xbb\xbfA,B,count\n1,0,3\n", "byte order mark"),
        (b"A,B,count\n1,0,-3\n0,1,4\n", "found -3"),
        (b'A,B,count\n1,0,"3,5"\n0,1,4\n', "3,5"),
        (b"A,B,count\n2,0,3\n0,1,4\n", "2"),
    ],
)
def test_a_bad_table_is_refused_with_one_message(tmp_path, content, said):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    message = refused(call("estimate", path))
    assert said in message
    assert "table.csv" in message


def test_missing_files_and_full_folders_are_refused(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    for arguments in (
        ("demo", "--out", tmp_path / "full"),
        ("simulate", "--out", tmp_path / "full"),
        ("new", tmp_path / "full"),
    ):
        assert "not an empty folder" in refused(call(*arguments))
    assert "does not exist" in refused(call("run", tmp_path / "none"))
    assert "does not exist" in refused(call("estimate", tmp_path / "none.csv"))
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["full", "mine.txt"]


def test_a_delivery_with_faults_leaves_the_folder_as_it_was(tmp_path):
    folder = tmp_path / "edition"
    assert call("new", folder, "--first-year", 2016, "--last-year", 2017).returncode == 0
    header = (folder / "templates" / "tallies.csv").read_text()
    bad = folder / "deliveries" / "tallies-ZC.csv"
    bad.write_text(header + "t1,ZC,2016-02-30,L00_17,BSU,,4\nt1,XX,2016-02-01,L00_17,BSU,,-4\n")
    message = refused(call("run", folder))
    for part in ("4 problems", "row 1", "row 2", "2016-02-30", "'XX'", "occurs more than once"):
        assert part in message or part == "4 problems"
    assert not (folder / "edition").exists()
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]
