"""Editions side by side: nothing differs when nothing did, and every difference is found."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from slachtoffermonitor.commands._comparing import told_changes
from slachtoffermonitor.commands.compare import command as compare
from slachtoffermonitor.commands.reproduce import command as reproduce
from slachtoffermonitor.edition import (
    Change,
    Comparison,
    Settings,
    compare_editions,
    read_edition,
    render_settings,
    reproduce_edition,
    run_edition,
)
from slachtoffermonitor.ground import InputError, write_text
from slachtoffermonitor.publish.open_data import write_open_data


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    settings = Settings()
    settings = replace(
        settings,
        deliveries=replace(settings.deliveries, persons=6_000),
        estimate=replace(settings.estimate, bootstrap=50, lists=3),
    )
    folder = tmp_path_factory.mktemp("made") / "edition"
    folder.mkdir()
    write_open_data(run_edition(settings, folder), folder / "data")
    write_text(folder / "monitor.toml", render_settings(settings))
    return folder


@pytest.fixture
def other(published: Path, tmp_path: Path) -> Path:
    shutil.copytree(published / "data", tmp_path / "edition" / "data")
    shutil.copy(published / "monitor.toml", tmp_path / "edition")
    return tmp_path / "edition"


def _edit(path: Path, change) -> None:
    content = json.loads(path.read_text("utf-8"))
    change(content)
    path.write_text(json.dumps(content), "utf-8")


def test_an_edition_comes_out_the_same_again(published):
    again = reproduce_edition(published)
    assert again.same and not (again.data or again.method or again.revision)
    assert again.compared > 1000


def test_an_edition_is_the_same_as_itself(published, other):
    assert compare_editions(read_edition(published), read_edition(other)).same
    told = CliRunner().invoke(compare, [str(published), str(other)])
    assert told.output == "Every published value is the same.\n"


def test_one_changed_number_is_found_and_named(published, other):
    path = other / "data" / "register_by_year_sex.csv"
    frame = read_edition(other).tables["register_by_year_sex"].frame
    number = next(value for value in frame["persons"].to_list() if value)
    text = path.read_text("utf-8")
    assert f",{number}," in text
    path.write_text(text.replace(f",{number},", f",{number + 5},", 1), "utf-8")
    found = compare_editions(read_edition(published), read_edition(other))
    (change,) = found.changes
    assert (change.table, change.kind) == ("register_by_year_sex", "changed")
    assert change.cells >= 1 and not (change.rows_added or change.rows_removed)
    assert ("persons", str(number), str(number + 5)) in {one[1:] for one in change.examples}


def test_rows_and_tables_that_came_or_went_are_told(published, other):
    path = other / "data" / "register_by_year_sex.csv"
    path.write_text("\n".join(path.read_text("utf-8").splitlines()[:-2]) + "\n", "utf-8")
    _edit(
        other / "data" / "datapackage.json",
        lambda package: package.update(
            resources=[one for one in package["resources"] if one["name"] != "key_figures"]
        ),
    )
    found = compare_editions(read_edition(published), read_edition(other))
    assert {(one.table, one.kind) for one in found.changes} == {
        ("key_figures", "removed"),
        ("register_by_year_sex", "changed"),
    }
    assert next(one for one in found.changes if one.kind == "changed").rows_removed == 2


def test_data_method_and_revision_are_told_apart(published, other):
    def provenance(content):
        content["seed"] += 1
        content["inputs"]["notifications-pol.csv"] = "0" * 64
        content["settings"]["estimate"]["bootstrap"] = 999
        content["libraries"]["polars"] = "0.0"

    _edit(other / "data" / "provenance.json", provenance)
    _edit(other / "data" / "claims.json", lambda claims: claims[0].update(value=1.5))
    found = compare_editions(read_edition(published), read_edition(other))
    assert found.data[0] == "notifications-pol.csv" and found.data[1].startswith("seed 19")
    assert any("[estimate] bootstrap 50 -> 999" in one for one in found.method)
    assert any(one.startswith("polars ") for one in found.method)
    assert len(found.revision) == 1
    told = CliRunner().invoke(compare, [str(published), str(other), "--language", "nl"])
    assert "Methode die verschilt" in told.output
    as_json = CliRunner().invoke(compare, [str(published), str(other), "--json", "-"])
    assert json.loads(as_json.output)["reasons"]["revision"] == list(found.revision)


def test_a_changed_input_is_named_before_anything_runs(other):
    toml = other / "monitor.toml"
    text = toml.read_text("utf-8").replace('source = "simulated"', 'source = "files"')
    toml.write_text(text, "utf-8")
    deliveries = other.parent / "deliveries"
    deliveries.mkdir()
    for name in ("notifications-pol.csv", "events.csv", "tallies-new.csv"):
        (deliveries / name).write_text(name, "utf-8")
    same = hashlib.sha256(b"events.csv").hexdigest()
    inputs = {"notifications-pol.csv": "a" * 64, "events.csv": same, "presences.csv": "b" * 64}
    _edit(other / "data" / "provenance.json", lambda content: content.update(inputs=inputs))
    with pytest.raises(InputError) as refused:
        reproduce_edition(other)
    message = str(refused.value)
    assert "notifications-pol.csv: is not the file that the edition was made of" in message
    assert "presences.csv: is missing" in message
    assert "tallies-new.csv: was not there" in message
    assert "events.csv" not in message


@pytest.mark.parametrize("run", [compare, reproduce])
def test_a_folder_that_is_no_edition_is_refused_with_every_missing_file(tmp_path, run):
    arguments = [str(tmp_path)] * (2 if run is compare else 1)
    error = CliRunner().invoke(run, arguments).exception
    assert isinstance(error, InputError)
    for name in ("datapackage.json", "claims.json", "provenance.json"):
        assert name in str(error)


def test_numbers_are_told_with_as_few_figures_as_tell_them_apart():
    change = Change(
        table="t",
        kind="changed",
        cells=3,
        examples=(
            ("a", "share", "0.39594248422953016", "0.3933716912653092"),
            ("b", "share", "0.5000001", "0.5000002"),
            ("c", "verdict", "None", "FALL"),
        ),
    )
    comparison = Comparison(changes=(change,), data=(), method=(), revision=(), compared=3)
    told = [text.in_language("en") for text in told_changes(comparison)]
    assert told[1:] == [
        "    a: share 0.3959 -> 0.3934",
        "    b: share 0.5000001 -> 0.5000002",
        "    c: verdict None -> FALL",
    ]
