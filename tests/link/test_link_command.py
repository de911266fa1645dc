"""The command `link`: two files or none, and nothing of identity on the screen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result

from slachtoffermonitor.cli import root
from slachtoffermonitor.ground import InputError


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory, register: Any) -> Path:
    folder = tmp_path_factory.mktemp("deliveries")
    made = register(persons=120, bystanders=100, seed=4)
    police = pl.col("reporter") == "POL"
    made.notifications.filter(police).write_csv(folder / "police.csv")
    made.notifications.filter(~police).write_parquet(folder / "others.parquet")
    made.population.write_csv(folder / "population.csv")
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(root, ["link", *map(str, arguments)])


def test_two_files_and_the_counts(deliveries: Path, tmp_path: Path) -> None:
    out = tmp_path / "persons.csv"
    reports = (deliveries / "police.csv", deliveries / "others.parquet")
    result = run(
        *reports, "--population", deliveries / "population.csv", "--out", out, "--json", "-"
    )
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    persons = pl.read_csv(out)
    ties = pl.read_csv(tmp_path / "persons-reports.csv")
    assert told["persons"] == persons.height
    assert told["reports"] == ties.height
    assert told["in_register"] == persons["register_id"].count() > 50
    assert told["threshold_chosen_by"] == "balance"
    assert told["expected"]["precision"] > 0.9
    assert told["files"] == [str(out), str(tmp_path / "persons-reports.csv")]
    assert set(ties["person_id"]) == set(persons["person_id"])
    assert {"given_name", "surname", "contact_fragment"}.isdisjoint(persons.columns + ties.columns)
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "persons-reports.csv",
        "persons.csv",
    ]


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "reports are about"), ("nl", "meldingen gaan over")]
)
def test_it_says_so_in_both_languages(
    deliveries: Path, tmp_path: Path, language: str, sentence: str
) -> None:
    out = tmp_path / "persons.parquet"
    result = run(deliveries / "police.csv", "--out", out, "--language", language)
    assert result.exit_code == 0, result.output
    assert sentence in result.stdout
    assert pl.read_parquet(out).height > 0
    given = pl.read_csv(deliveries / "police.csv")["given_name"].drop_nulls()
    words = set(result.stdout.split())
    assert not words & set(given)


def test_nothing_is_overwritten(deliveries: Path, tmp_path: Path) -> None:
    out = tmp_path / "persons.csv"
    (tmp_path / "persons-reports.csv").write_text("kept", encoding="utf-8")
    result = run(deliveries / "police.csv", "--out", out)
    assert isinstance(result.exception, InputError)
    assert "nothing is overwritten" in str(result.exception)
    assert not out.exists()
    assert (tmp_path / "persons-reports.csv").read_text(encoding="utf-8") == "kept"


def test_the_problems_of_all_files_are_told_and_nothing_is_written(
    deliveries: Path, tmp_path: Path
) -> None:
    out = tmp_path / "persons.csv"
    broken = tmp_path / "broken.csv"
    pl.read_csv(deliveries / "police.csv", infer_schema=False).with_columns(
        reporter=pl.lit("NOBODY")
    ).head(1).write_csv(broken)
    result = run(broken, tmp_path / "missing.csv", "--out", out)
    assert isinstance(result.exception, InputError)
    assert {problem.file for problem in result.exception.problems} == {
        str(broken),
        str(tmp_path / "missing.csv"),
    }
    assert not out.exists()


def test_another_kind_of_file_is_refused(deliveries: Path, tmp_path: Path) -> None:
    result = run(deliveries / "police.csv", "--out", tmp_path / "persons.txt")
    assert isinstance(result.exception, InputError)
    assert "of a kind that is not written" in str(result.exception)


def test_a_threshold_is_a_probability(deliveries: Path, tmp_path: Path) -> None:
    result = run(deliveries / "police.csv", "--out", tmp_path / "p.csv", "--threshold", "2")
    assert result.exit_code == 2
