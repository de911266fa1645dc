"""The analyst's way in: an edition opened from Python, and the notebook that shows how."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import slachtoffermonitor as sm
from slachtoffermonitor.ground import InputError

NOTEBOOK = Path(__file__).parents[2] / "docs" / "analyst.ipynb"


@pytest.fixture(scope="module")
def opened(published):
    return sm.open_edition(published)


def test_the_tables_are_those_that_were_published(opened, edition):
    assert set(opened.tables) == set(edition.tables)
    for name, table in edition.tables.items():
        found = opened.tables[name]
        assert found.origin == table.origin
        assert found.title["nl"] == table.title.in_language("nl")
        for column in table.columns:
            assert found.frame[column.name].equals(table.frame[column.name], null_equal=True)
            assert found.meanings[column.name] == column.label.in_language("en")


def test_a_hidden_count_is_told_from_a_zero(opened):
    found = opened.tables["register_by_year_form"]
    hidden = found.frame.filter(persons_status="hidden")
    assert hidden.height == found.protection["hidden"] == 1
    assert hidden["persons"].null_count() == 1
    assert found.frame.filter(persons=0)["persons_status"].to_list() == ["number"]


def test_claims_findings_and_provenance_come_along(opened, edition):
    assert opened.claims.height == len(edition.claims)
    assert opened.claims.filter(id="nr.registered_victims.total.2018")["value"].to_list() == [668]
    assert [one["key"] for one in opened.findings] == [one.key for one in edition.findings]
    assert opened.findings[0]["sentence"]["nl"] == edition.findings[0].sentence.in_language("nl")
    assert opened.findings[0]["numbers"][0] == 668
    assert opened.provenance["seed"] == edition.provenance.seed
    assert repr(opened) == f"OpenedEdition('2014-2018', {len(edition.tables)} tables)"


def test_a_file_that_was_changed_or_is_gone_is_named(published, tmp_path):
    shutil.copytree(published / "data", tmp_path / "data")
    (tmp_path / "data" / "claims.json").unlink()
    with (tmp_path / "data" / "key_figures.csv").open("a") as file:
        file.write("one more row\n")
    with pytest.raises(InputError) as refused:
        sm.open_edition(tmp_path)
    message = str(refused.value)
    assert "claims.json: is missing from the edition" in message
    assert "key_figures.csv: is not the file that was published" in message
    with pytest.raises(InputError, match="folder of an edition"):
        sm.open_edition(tmp_path / "nowhere")


def test_a_table_that_is_not_there_is_refused_with_those_that_are(opened):
    with pytest.raises(InputError, match="registered_by_year"):
        opened.table("no_such_table")


def test_importing_the_package_loads_no_heavy_room():
    code = (
        "import sys, slachtoffermonitor as sm; "
        "heavy = {'polars', 'numpy', 'splink', 'duckdb'} & set(sys.modules); "
        "assert not heavy, heavy; assert callable(sm.open_edition)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_cell_of_the_notebook_runs(published, monkeypatch):
    monkeypatch.setenv("EDITION", str(published))
    notebook = json.loads(NOTEBOOK.read_text("utf-8"))
    assert notebook["nbformat"] == 4
    assert all(not cell["outputs"] for cell in notebook["cells"] if cell["cell_type"] == "code")
    names: dict[str, object] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), cell["id"], "exec"), names)  # noqa: S102
    assert isinstance(names["newest"], pl.DataFrame)
    assert dict(names["newest"].select("year", "victims").rows())[2018] == 668
    assert names["findings"].height == 5
    by_table = names["statuses"].group_by("table").agg(pl.col("hidden").sum())
    told = names["overview"].filter(pl.col("table").is_in(by_table["table"].implode()))
    assert dict(by_table.rows()) == dict(told.select("table", "hidden").rows())
    assert by_table["hidden"].sum() > 1
