"""The command: what it writes, says and refuses."""

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from slachtoffermonitor.cli import root

PROGRAM = Path(sys.executable).with_name("slachtoffermonitor")


def run(*arguments):
    return CliRunner().invoke(root, ["simulate", *map(str, arguments)])


def test_it_writes_deliveries_and_truth_and_says_that_they_are_simulated(tmp_path):
    result = run("--out", tmp_path / "nation", "--persons", 400, "--seed", 1)
    assert result.exit_code == 0, result.output
    assert "simulated" in result.output and "400" in result.output
    assert (tmp_path / "nation" / "deliveries" / "population.csv").is_file()
    assert (tmp_path / "nation" / "truth" / "persons.csv").is_file()
    assert (tmp_path / "nation" / "README.txt").is_file()


def test_it_speaks_dutch(tmp_path):
    result = run("--out", tmp_path / "nation", "--persons", 2000, "--language", "nl")
    assert "nagemaakt" in result.output and "2.000" in result.output


def test_json_is_one_object_and_nothing_else(tmp_path):
    result = run("--out", tmp_path / "nation", "--persons", 400, "--json", "-")
    counts = json.loads(result.stdout)
    assert counts["simulated"] is True and counts["persons"] == 400
    lines = (tmp_path / "nation" / "deliveries" / "events.csv").read_text().count("\n")
    assert counts["deliveries"]["events"] == lines - 1


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    result = subprocess.run(
        [PROGRAM, "simulate", "--out", tmp_path, "--persons", "10"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "not an empty folder" in result.stderr and "Traceback" not in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_bad_numbers_write_nothing(tmp_path):
    result = run("--out", tmp_path / "nation", "--persons", 0)
    assert result.exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_the_default_nation_has_the_published_totals_within_5_percent(tmp_path):
    result = run("--out", tmp_path / "nation", "--json", "-")
    assert json.loads(result.stdout)["persons"] == 62_500
    lists = pl.read_csv(tmp_path / "nation" / "truth" / "memberships.csv")
    counts = lists.group_by("year").agg(pl.col("person_id").n_unique()).sort("year")["person_id"]
    published = [1255, 1150, 952, 956, 668, 1334, 984, 791, 814, 868]
    assert counts.to_list() == pytest.approx(published, rel=0.05)
