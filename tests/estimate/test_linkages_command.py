"""`slachtoffermonitor estimate --linkages`: many imputed linkages, one answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from slachtoffermonitor.commands.estimate import command
from slachtoffermonitor.estimate import Selection, combine_linkages, tabulate_linkages
from slachtoffermonitor.ground import InputError

COUNTS = {
    "POL": 90,
    "ZC": 70,
    "IND": 60,
    "POL ZC": 25,
    "POL IND": 18,
    "ZC IND": 12,
    "POL ZC IND": 9,
}


def memberships(missed: float, seed: int, year: int = 2024) -> pl.DataFrame:
    """Give persons × lists when some links are missed: the person becomes two."""
    rng = np.random.default_rng(seed)
    rows = []
    person = 0
    for history, number in COUNTS.items():
        for _ in range(number):
            person += 1
            for place, name in enumerate(history.split()):
                person += int(place > 0 and rng.random() < missed)
                rows.append((f"p{person}", name, year))
    return pl.DataFrame(rows, schema=["person_id", "reporter", "year"], orient="row")


@pytest.fixture
def frames() -> list[pl.DataFrame]:
    return [memberships(0.05 * k, seed=k) for k in range(4)]


@pytest.fixture
def files(tmp_path: Path, frames: list[pl.DataFrame]) -> list[str]:
    for number, frame in enumerate(frames):
        frame.write_csv(tmp_path / f"linkage-{number}.csv")
    return [str(tmp_path / f"linkage-{number}.csv") for number in range(len(frames))]


@pytest.fixture
def one_file(tmp_path: Path, frames: list[pl.DataFrame]) -> str:
    """All linkages in one Parquet file, the tenth-numbered one before the second as text."""
    numbered = [
        frame.with_columns(imputation=pl.lit(number, pl.Int64))
        for number, frame in zip((1, 2, 10, 11), frames, strict=True)
    ]
    pl.concat(numbered).write_parquet(tmp_path / "linkages.parquet")
    return str(tmp_path / "linkages.parquet")


def run(*arguments: str) -> str:
    result = CliRunner().invoke(command, ["--linkages", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def as_json(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--json", "-"))


def test_files_and_one_file_say_the_same(files: list[str], one_file: str) -> None:
    apart = as_json(*files, "--bootstrap", "30", "--seed", "5")
    together = as_json(one_file, "--bootstrap", "30", "--seed", "5")
    assert {**apart, "seconds": 0} == {**together, "seconds": 0}
    assert apart["linkage"]["linkages"] == 4


def test_json_is_the_contract_and_the_part_of_linkage(
    files: list[str], frames: list[pl.DataFrame]
) -> None:
    found = as_json(*files, "--bootstrap", "40", "--seed", "5", "--select", "aic")
    tables = tabulate_linkages(frames)
    expected = combine_linkages(tables, selection=Selection(rule="aic"), bootstrap=40, seed=5)
    assert found["lists"] == ["IND", "POL", "ZC"]
    assert found["method"] == "aic"
    assert found["observed"] == pytest.approx(np.mean([table.observed for table in tables]))
    assert found["estimate"] == pytest.approx(found["observed"] + found["hidden"])
    assert found["estimate"] == pytest.approx(expected.estimate)
    assert found["intervals"]["95"] == pytest.approx(list(expected.intervals["95"]))
    assert found["intervals"]["method"] == "rubin"
    assert found["models_considered"] == 4 * 8
    assert found["model"] == found["models"][0]["model"]
    assert sum(line["linkages"] for line in found["models"]) == 4
    assert found["bootstrap"] == {"replicates": 40, "refused": 0}
    assert found["verdict"] in ("publish", "publish as range", "do not publish")
    linkage = found["linkage"]
    assert linkage["share"] == pytest.approx(expected.linkage_share)
    assert 0 < linkage["share"] < 1
    assert linkage["widening"] > 1
    assert [each["observed"] for each in linkage["estimates"]] == [t.observed for t in tables]
    assert set(linkage["mixed"]) == {"95", "80"}
    reasons = found["verdict_reasons"]
    assert any("Who is who" in reason for reason in reasons["en"])
    assert any("wie wie is" in reason for reason in reasons["nl"])
    assert {"criterion", "deviance", "parameters", "max_order", "seconds"} <= set(found)


def test_a_fixed_model_is_the_model_of_every_linkage(files: list[str]) -> None:
    found = as_json(*files, "--select", "fixed", "--model", "[12,3]")
    assert found["method"] == "fixed"
    assert {each["model"] for each in found["linkage"]["estimates"]} == {"[12,3]"}
    assert found["parameters"] == 5
    stepped = as_json(*files, "--select", "stepwise", "--criterion", "aic")
    assert stepped["step_by"] == "aic"


def test_lists_may_be_chosen(files: list[str]) -> None:
    found = as_json(*files, "--lists", "POL,ZC")
    assert found["lists"] == ["POL", "ZC"]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_reader_sees_models_before_the_number(files: list[str], language: str) -> None:
    said = run(*files, "--bootstrap", "20", "--language", language)
    first, number = {"en": ("4 linkages", "Estimate:"), "nl": ("4 koppelingen", "Schatting:")}[
        language
    ]
    assert said.startswith(first)
    assert said.index("[") < said.index(number)
    assert ("bootstrap samples" if language == "en" else "bootstrapsteekproeven") in said


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (("--study",), "whole table alone"),
        (("--by", "year"), "whole table alone"),
        (("--check-model", "[12,3]"), "whole table alone"),
        (("--select", "latent-class"), "by a model in each"),
        (("--select", "fixed"), "goes with the method"),
        (("--interval", "percentile"), "does nothing here"),
    ],
)
def test_what_does_not_go_with_linkages_is_refused(
    files: list[str], option: tuple[str, ...], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        run(*files, *option)


def test_more_files_without_the_flag_is_a_mistake(files: list[str]) -> None:
    result = CliRunner().invoke(command, files)
    assert result.exit_code == 2
    assert "--linkages" in result.output


def test_one_linkage_says_nothing_of_linkage(files: list[str]) -> None:
    with pytest.raises(InputError, match="one linkage only"):
        run(files[0])


def test_problems_name_file_and_row_but_no_person(tmp_path: Path) -> None:
    good = memberships(0.0, 1)
    rows = good.with_columns(imputation=pl.lit("1"))
    broken = rows.with_columns(
        imputation=pl.when(pl.int_range(pl.len()) == 3).then(None).otherwise("imputation")
    )
    broken.write_csv(tmp_path / "broken.csv")
    good.drop("reporter").write_csv(tmp_path / "short.csv")
    with pytest.raises(InputError) as caught:
        run(str(tmp_path / "broken.csv"), str(tmp_path / "short.csv"))
    said = str(caught.value)
    assert "broken.csv" in said
    assert "row 4" in said
    assert "reporter" in said
    holed = good.with_columns(
        reporter=pl.when(pl.int_range(pl.len()) == 1).then(None).otherwise("reporter")
    )
    with pytest.raises(InputError, match="has no value") as caught:
        tabulate_linkages([good, holed], files=["a.csv", "b.csv"])
    assert "b.csv" in str(caught.value)
    assert "p2" not in str(caught.value)
