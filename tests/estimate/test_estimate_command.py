"""`slachtoffermonitor estimate`: options, JSON, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from slachtoffermonitor.commands.estimate import command
from slachtoffermonitor.ground import InputError

TABLE = """A,B,C,count
1,0,0,40
0,1,0,30
0,0,1,20
1,1,0,6
1,0,1,4
0,1,1,3
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "table.csv").write_text(TABLE)
    return tmp_path / "table.csv"


def run(*arguments: str) -> str:
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def as_json(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--json", "-"))


def test_json_holds_the_keys_of_the_contract(path: Path) -> None:
    found = as_json(str(path), "--bootstrap", "50", "--seed", "4")
    assert found["lists"] == ["A", "B", "C"]
    assert found["observed"] == 103
    assert found["estimate"] == pytest.approx(found["observed"] + found["hidden"])
    assert found["models_considered"] == 8
    assert set(found["models_failed"]) == {"existence", "identifiability"}
    assert found["intervals"]["method"] == "bca"
    low, high = found["intervals"]["95"]
    inner_low, inner_high = found["intervals"]["80"]
    assert low <= inner_low <= inner_high <= high
    assert found["models"][0]["model"] == found["model"]
    assert {"criterion", "deviance", "parameters", "max_order", "method", "seconds"} <= set(found)
    assert found["verdict"] in ("publish", "publish as range", "do not publish")


def test_the_same_seed_gives_the_same_interval(path: Path) -> None:
    first = as_json(str(path), "--bootstrap", "40", "--seed", "4")
    again = as_json(str(path), "--bootstrap", "40", "--seed", "4")
    other = as_json(str(path), "--bootstrap", "40", "--seed", "5")
    assert first["intervals"] == again["intervals"] != other["intervals"]


def test_fixed_model_and_check(path: Path) -> None:
    found = as_json(str(path), "--select", "fixed", "--model", "[12,3]")
    assert found["model"] == "[12,3]"
    assert found["parameters"] == 5
    check = as_json(str(path), "--check-model", "[12,13]")
    assert check["exists"] is True
    assert check["identifiable"] is True
    assert check["minus_infinity"] == []
    assert "exists and is unique" in run(str(path), "--check-model", "[12,13]")


@pytest.fixture
def two_years(tmp_path: Path) -> str:
    lines = TABLE.splitlines()
    rows = [f"{line},{year}" for year in (2019, 2020) for line in lines[1:]]
    (tmp_path / "t.csv").write_text("\n".join([lines[0] + ",year", *rows]))
    return str(tmp_path / "t.csv")


def test_by_gives_groups_that_add_up_to_one_total(two_years: str) -> None:
    found = as_json(two_years, "--by", "year")
    assert [group["year"] for group in found["groups"]] == ["2019", "2020"]
    assert sum(group["estimate"] for group in found["groups"]) == pytest.approx(found["estimate"])
    assert "2020" in run(two_years, "--by", "year")


def test_separate_gives_a_model_of_its_own_to_every_group(two_years: str) -> None:
    found = as_json(two_years, "--by", "year", "--separate")
    assert [group["year"] for group in found["groups"]] == ["2019", "2020"]
    assert found["groups"][0]["estimate"] == found["groups"][1]["estimate"]
    assert "year 2020" in run(two_years, "--by", "year", "--separate")


def test_the_robustness_report_says_what_may_be_published(path: Path, tmp_path: Path) -> None:
    found = as_json(str(path), "--robustness")
    assert found["verdict"] in ("publish", "publish as range", "do not publish")
    text = run(str(path), "--robustness", "--plots", str(tmp_path / "plots"))
    assert "Verdict:" in text
    drawn = sorted(file.name for file in (tmp_path / "plots").iterdir())
    assert drawn == [
        "model-set.svg",
        "overlap.svg",
        "robustness.svg",
        "sensitivity.svg",
        "trajectories.svg",
    ]


def test_a_posterior_prints_as_every_other_estimate(path: Path) -> None:
    found = as_json(str(path), "--select", "graphical")
    assert found["intervals"]["method"] == "posterior"
    assert found["criterion"] is None
    assert "Verdict:" in run(str(path), "--select", "graphical")


def test_report_shows_the_model_set_before_the_number(path: Path) -> None:
    text = run(str(path))
    assert text.index("[1,2,3]") < text.index("Estimate:")
    assert "Verdict:" in text


def test_report_is_also_there_in_dutch(path: Path) -> None:
    text = run(str(path), "--language", "nl")
    assert "Schatting:" in text
    assert "Oordeel:" in text
    assert "Estimate" not in text
    assert "bestaat" in run(str(path), "--check-model", "[12,13]", "--language", "nl")


@pytest.mark.parametrize("method", ["bic", "aic", "aicc", "stepwise", "average"])
@pytest.mark.parametrize("interval", ["bca", "percentile"])
def test_every_method_runs_with_and_without_bootstrap(
    path: Path, method: str, interval: str
) -> None:
    bare = as_json(str(path), "--select", method)
    assert bare["intervals"]["method"] == ("mixture" if method == "average" else "profile")
    drawn = as_json(str(path), "--select", method, "--bootstrap", "30", "--interval", interval)
    assert drawn["intervals"]["method"] == interval
    assert drawn["estimate"] == bare["estimate"]
    for found in (bare, drawn):
        low, high = found["intervals"]["95"]
        assert found["observed"] <= low <= high


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--select", "fixed"], "goes with the method 'fixed'"),
        (["--model", "[1,2,3]"], "goes with the method 'fixed'"),
        (["--select", "fixed", "--model", "[12]"], "leaves out a list"),
        (["--select", "fixed", "--model", "12,3"], "is not a model"),
        (["--select", "fixed", "--model", "[14,2,3]"], "is not a model"),
        (["--max-order", "3"], "order 3 with 3 lists"),
        (["--count", "persons"], "column 'persons'"),
        (["--lists", "A,B,X"], "column 'X'"),
        (["--by", "year"], "column 'year'"),
        (["--robustness", "--select", "graphical"], "by a rule"),
    ],
)
def test_bad_input_is_one_clear_error(path: Path, arguments: list[str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        CliRunner().invoke(command, [str(path), *arguments], catch_exceptions=False)


@pytest.mark.parametrize(
    ("asked", "idle"),
    [
        (("--folder", "x"), "--folder"),
        (("--plots", "x"), "--plots"),
        (("--gap", "A:year=2020"), "--gap"),
        (("--robustness", "--interval", "bca"), "--interval with --robustness"),
    ],
)
def test_an_option_that_would_do_nothing_is_refused(
    path: Path, asked: tuple[str, ...], idle: str
) -> None:
    with pytest.raises(InputError, match="does nothing here") as caught:
        run(str(path), *asked)
    assert idle in str(caught.value)
