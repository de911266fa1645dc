"""`slachtoffermonitor estimate --study`: its JSON, its words and its refusals."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from slachtoffermonitor.commands import _estimate_study
from slachtoffermonitor.commands.estimate import command
from slachtoffermonitor.estimate import study
from slachtoffermonitor.ground import InputError, translate

TABLE = """A,B,C,year,count
1,0,0,2024,300
0,1,0,2024,290
0,0,1,2024,310
1,1,0,2024,150
1,0,1,2024,145
0,1,1,2024,155
1,1,1,2024,75
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "table.csv").write_text(TABLE)
    return tmp_path / "table.csv"


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stay in this process; the cores have their own test."""
    whole = study.study_coverage
    monkeypatch.setattr(study, "study_coverage", lambda *a, **k: whole(*a, **{**k, "cores": 1}))


def run(*arguments: str) -> str:
    asked = [*arguments, "--study", "--lists", "A,B,C"]
    result = CliRunner().invoke(command, asked, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_json_is_the_report_and_the_folder_goes_on(path: Path, tmp_path: Path) -> None:
    asked = (str(path), "--bootstrap", "10", "--folder", str(tmp_path / "study"), "--json", "-")
    first = json.loads(run(*asked, "--populations", "1"))
    more = json.loads(run(*asked, "--populations", "2"))
    assert first["study"]["populations"] == 1
    assert more["study"]["populations"] == 2
    assert more["study"]["bootstrap"] == 10
    assert {line["method"] for line in more["lines"]} == set(study.METHODS)
    assert len((tmp_path / "study" / "outcomes.jsonl").read_text().splitlines()) == 8


def test_words_and_numbers_are_in_the_language(path: Path) -> None:
    english = run(str(path), "--bootstrap", "10", "--populations", "1")
    dutch = run(str(path), "--bootstrap", "10", "--populations", "1", "--language", "nl")
    assert "1,425 persons on 3 lists" in english
    assert "1.425 personen op 3 lijsten" in dutch
    for method in study.METHODS:
        assert len(re.findall(rf"^  {method} ", dutch, flags=re.MULTILINE)) == len(study.TRUTHS)


def test_every_word_of_the_study_has_its_dutch() -> None:
    for words in (*_estimate_study._TRUTHS.values(), *_estimate_study._HEADS):
        assert translate(words, "nl") != words
    assert set(_estimate_study._TRUTHS) == set(study.TRUTHS)


@pytest.mark.parametrize("other", [("--by", "year"), ("--select", "aic"), ("--model", "[12,3]")])
def test_a_study_goes_with_no_other_choice(path: Path, other: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match="tries every method"):
        run(str(path), *other)


@pytest.mark.parametrize(
    "other",
    [("--interval", "percentile"), ("--threshold", "0.02"), ("--criterion", "aic")],
)
def test_an_option_that_a_study_does_not_read_is_refused(
    path: Path, other: tuple[str, ...]
) -> None:
    with pytest.raises(InputError, match="does nothing here") as caught:
        run(str(path), *other)
    assert f"{other[0]} with --study" in str(caught.value)
