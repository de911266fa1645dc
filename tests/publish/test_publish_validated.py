"""Independent validators read the open data as their standards say."""

from __future__ import annotations

import json
import shutil
import warnings
from pathlib import Path

import polars as pl
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what the validators say of their own dependencies
    frictionless = pytest.importorskip("frictionless", reason="frictionless is not installed")
    csvw = pytest.importorskip("csvw", reason="csvw is not installed")


def _problems(folder: Path) -> list[str]:
    package = frictionless.Package(str(folder / "datapackage.json"))
    return [
        f"{task.name}: {error.message}"
        for task in package.validate().tasks
        for error in task.errors
    ]


def test_frictionless_finds_every_table_as_the_data_package_says(published):
    assert not _problems(published / "data")


def test_frictionless_would_find_a_wrong_value(published, tmp_path):
    shutil.copytree(published / "data", tmp_path, dirs_exist_ok=True)
    whole = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    name = next(one["name"] for one in whole["resources"] if one["rows"])
    file = tmp_path / f"{name}.csv"
    rows = file.read_text("utf-8").splitlines()
    rows[1] = ",".join(["nonsense", *rows[1].split(",")])
    file.write_text("\n".join(rows) + "\n", "utf-8")
    assert any(name in problem for problem in _problems(tmp_path))


def test_csvw_reads_every_table_with_its_types(published):
    folder = published / "data"
    group = csvw.TableGroup.from_file(folder / "csv-metadata.json")
    assert {table.url.string for table in group.tables} == {
        path.name for path in folder.glob("*.csv")
    }
    for table in group.tables:
        columns = [column.header for column in table.tableSchema.columns]
        rows = list(table.iterdicts())
        written = pl.read_parquet(folder / table.url.string.replace(".csv", ".parquet"))
        assert columns == written.columns
        assert len(rows) == written.height
        for name, dtype in written.schema.items():
            values = [row[name] for row in rows]
            if dtype.is_integer():
                assert all(isinstance(value, int | None) for value in values), name
            if dtype.is_float():
                assert sum(value is None for value in values) == written[name].null_count()
