import json

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from slachtoffermonitor.cli import root
from slachtoffermonitor.disclose import (
    Ledger,
    attack_microdata,
    check_ctdc,
    describe_synthetic,
    measure_utility,
    synthesise,
)
from slachtoffermonitor.disclose.synthetic.fields import ctdc_fields
from slachtoffermonitor.ground import InputError, ReleaseError

pytest.importorskip("mbi", reason="the extra 'synthetic' is not installed")


def records(number, seed):
    """Draw records in which form goes with gender, and hardly anybody is from one country."""
    draw = np.random.default_rng(seed)
    woman = draw.random(number) < 0.7
    sexual = np.where(woman, draw.random(number) < 0.9, draw.random(number) < 0.1)
    return pl.DataFrame(
        {
            "gender": np.where(woman, "Woman", "Man"),
            "citizenship": draw.choice(["NLD", "NGA", "POL"], number, p=[0.6, 0.399, 0.001]),
            "isForcedLabour": np.where(sexual, "0", "1"),
            "isSexualExploit": np.where(sexual, "1", "0"),
        }
    )


@pytest.fixture(scope="module")
def made():
    return synthesise(records(1500, seed=1), epsilon=2, source="simulated", seed=4)


def test_synthetic_records_have_the_counts_and_the_schema(made):
    assert made.frame.columns == [*ctdc_fields(), "synthetic"]
    assert abs(made.frame.height - 1500) < 100
    one, two = measure_utility(records(1500, seed=1), made.frame, ways=(1, 2))
    assert one.relative < 0.1
    assert two.relative < 0.2
    share = made.frame.filter(pl.col("gender") == "Woman")["isSexualExploit"].eq("1").mean()
    assert share == pytest.approx(0.9, abs=0.06)


def test_every_row_says_that_it_is_nobody(made):
    says = made.frame["synthetic"].unique().to_list()
    assert says == ["epsilon=2 delta=1e-06 source=simulated"]
    with pytest.raises(InputError, match="synthetic already"):
        check_ctdc(made.frame)


def test_fields_that_are_not_carried_and_rare_countries_stay_blank(made):
    assert made.frame["meansThreats"].unique().to_list() == [""]
    # The noise has no seed, and one release in twenty keeps a code that nobody has.
    codes = set(made.frame["citizenship"].unique()) - {""}
    assert {"NLD", "NGA"} <= codes and len(codes) <= 4
    assert 2 <= made.kept["citizenship"] <= 4


def test_attacks_find_nothing_in_them(made):
    found = attack_microdata(
        records(1500, seed=1),
        made.fields(),
        records(1500, seed=2),
        epsilon=made.epsilon,
        delta=made.delta,
        attacks=200,
    )
    assert found.standing() == ()


def test_the_description_says_what_the_file_is(made):
    told = describe_synthetic(made, file="slachtoffers 2024.csv")
    assert told["synthetic"] is True
    assert told["name"] == "slachtoffers-2024"
    assert told["records_behind"] == "simulated"
    assert told["privacy"]["epsilon"] == 2
    assert "no row is a person" in told["descriptions"]["en"]
    assert "geen enkele rij is een persoon" in told["descriptions"]["nl"]
    fields = told["resources"][0]["schema"]["fields"]
    assert [one["name"] for one in fields] == made.frame.columns
    assert fields[1]["constraints"]["enum"] == ["Woman", "Man", "Trans/NonConforming"]
    json.dumps(told)


def test_too_few_records_are_refused():
    with pytest.raises(ReleaseError, match="too few"):
        synthesise(records(4, seed=1), epsilon=0.01)


def test_one_attribute_is_its_own_noisy_count():
    flags = records(500, seed=5).select("isForcedLabour", "isSexualExploit")
    found = synthesise(flags, epsilon=1, delta=0, source="simulated")
    assert found.measured == (("exploitation",),)
    assert found.frame["isSexualExploit"].eq("1").mean() == pytest.approx(
        flags["isSexualExploit"].eq("1").mean(), abs=0.05
    )


def test_open_lists_alone_keep_the_number_of_records():
    years = np.random.default_rng(8).choice(["2020", "2021"], 900)
    frame = pl.DataFrame({"yearOfRegistration": years, "citizenship": "NLD"})
    found = synthesise(frame, epsilon=4, source="simulated")
    assert abs(found.frame.height - 900) < 200
    years = set(found.frame["yearOfRegistration"]) - {""}
    assert {"2020", "2021"} <= years and len(years) <= 4
    assert found.frame["yearOfRegistration"].eq("").mean() < 0.2


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "records.csv"
    records(800, seed=3).write_csv(path)
    return path


def run(*arguments):
    return CliRunner().invoke(root, ["synthesise", *map(str, arguments)])


def test_the_command_writes_the_file_its_description_and_the_ledger(file, tmp_path):
    out, ledger = tmp_path / "out.csv", tmp_path / "ledger.jsonl"
    found = run(
        *(file, "--epsilon", 3, "--out", out, "--ledger", ledger, "--no-attack"),
        *("--approve", "A. Bakker", "--approve", "C. Dekker", "--json", "-"),
    )
    assert found.exit_code == 0, found.output
    answer = json.loads(found.output)
    assert (answer["source"], answer["attack"]) == ("real", None)
    assert pl.read_csv(out, infer_schema=False).height == answer["rows"]
    told = json.loads((tmp_path / "out.datapackage.json").read_text())
    assert told["records_behind"] == "real"
    assert Ledger.read(ledger).spent == 3
    again = run(
        *(file, "--epsilon", 3, "--out", tmp_path / "more.csv", "--ledger", ledger),
        *("--approve", "A. Bakker", "--approve", "C. Dekker"),
    )
    assert isinstance(again.exception, ReleaseError)
    assert "3 of 4 is spent" in str(again.exception)
    assert not (tmp_path / "more.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--out", "x.txt"), "no kind of file"),
        (("--out", "x.csv"), "two different people"),
        (("--out", "x.csv", "--approve", "A", "--approve", "B"), "need a ledger"),
        (("--out", "x.csv", "--simulated", "--epsilon", "0"), "epsilon is wrong"),
    ],
)
def test_the_command_refuses_before_it_writes(file, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    found = run(file, "--epsilon", 1, *arguments)
    assert isinstance(found.exception, InputError | ReleaseError)
    assert message in str(found.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["records.csv"]


@pytest.mark.slow
def test_an_attacked_synthesis_of_a_nation_leaves(tmp_path):
    from slachtoffermonitor.simulate import simulate_nation

    nation = simulate_nation(seed=3, persons=8000)
    source = tmp_path / "notifications.parquet"
    nation.deliveries["notifications-POL"].write_parquet(source)
    out = tmp_path / "out.parquet"
    found = run(source, "--epsilon", 4, "--out", out, "--simulated", "--language", "nl")
    assert found.exit_code == 0, found.output
    assert "geen ervan slaagt" in found.output
    assert pl.read_parquet(out)["citizenship"].n_unique() > 2
