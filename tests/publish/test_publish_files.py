"""Factsheets and open data: what leaves as a file can be read, checked and trusted."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import fastexcel
import polars as pl
import pypdf
import pytest

from slachtoffermonitor.ground import ReleaseError, Text
from slachtoffermonitor.publish import publish_edition


@pytest.mark.parametrize("language", ["nl", "en"])
def test_factsheets_are_two_tagged_pages_with_embedded_fonts(published, language):
    reader = pypdf.PdfReader(published / f"factsheet-{language}.pdf")
    assert len(reader.pages) == 2
    root = reader.trailer["/Root"]
    assert root["/Lang"] == language
    assert bool(root["/MarkInfo"]["/Marked"].value)
    assert root["/StructTreeRoot"]
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"].value)
    assert "2014-2018" in (reader.metadata.title or "")
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            (descendant,) = font.get_object()["/DescendantFonts"]
            descriptor = descendant.get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(descriptor), font
            assert "PublicSans" in descriptor["/FontName"]


def _alternatives(node: object, found: list[str]) -> list[str]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for child in node:
            _alternatives(child, found)
    elif isinstance(node, dict):
        if "/Alt" in node:
            found.append(str(node["/Alt"]))
        if "/K" in node:
            _alternatives(node["/K"], found)
    return found


def test_the_factsheet_has_the_order_of_the_published_one(published):
    reader = pypdf.PdfReader(published / "factsheet-en.pdf")
    text = " ".join(page.extract_text() for page in reader.pages)
    order = ["668 victims", "The research", "An approach that hangs together", "Finding 1"]
    order += ["Recommendation 1", "Finding 5", "Recommendation 5", "In charts", "Read with care"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert text.count("Simulated") == 1  # finding 3; all three charts are published figures


def test_charts_of_the_factsheet_have_alternatives(published):
    reader = pypdf.PdfReader(published / "factsheet-nl.pdf")
    found = _alternatives(reader.trailer["/Root"]["/StructTreeRoot"], [])
    assert len(found) == 3
    assert all(len(words) > 60 for words in found)


def test_findings_that_do_not_fit_two_pages_are_refused(small_edition, edition, tmp_path):
    from dataclasses import replace

    long = replace(edition.findings[0], sentence=Text("word " * 2500))
    with pytest.raises(ReleaseError, match="does not fit on 2 pages"):
        publish_edition(replace(small_edition, findings=(long,)), tmp_path)


def test_every_table_is_there_in_every_form(published, edition):
    data = published / "data"
    package = json.loads((data / "datapackage.json").read_text("utf-8"))
    resources = {resource["name"]: resource for resource in package["resources"]}
    assert set(resources) == set(edition.tables)
    for name, table in edition.tables.items():
        csv = pl.read_csv(data / f"{name}.csv", infer_schema=False)
        parquet = pl.read_parquet(data / f"{name}.parquet")
        fields = [field["name"] for field in resources[name]["schema"]["fields"]]
        assert csv.height == parquet.height == table.frame.height == resources[name]["rows"]
        assert csv.columns == parquet.columns == fields
        assert parquet["origin"].unique().to_list() == [table.origin]
        for column in table.columns:
            assert parquet[column.name].equals(table.frame[column.name], null_equal=True)


def test_codes_come_with_labels_in_both_languages(published):
    frame = pl.read_csv(published / "data" / "register_by_year_form.csv")
    row = frame.filter(pl.col("form") == "BSU").row(0, named=True)
    assert row["form_nl"] == "Binnenlandse seksuele uitbuiting"
    assert row["form_en"] == "Domestic sexual exploitation"


def test_hidden_and_zero_are_different_in_the_files(published):
    frame = pl.read_csv(published / "data" / "register_by_year_form.csv")
    hidden = frame.filter(pl.col("persons").is_null())
    assert hidden.height == 1 and hidden["persons_status"].to_list() == ["hidden"]
    zero = frame.filter(pl.col("persons") == 0)
    assert zero.height and set(zero["persons_status"]) == {"number"}


def test_checksums_are_those_of_the_files(published):
    data = published / "data"
    listed = {}
    for line in (data / "SHA256SUMS").read_text("utf-8").splitlines():
        digest, name = line.split("  ")
        listed[name] = digest
    files = {path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file()}
    assert set(listed) == files - {"SHA256SUMS"}
    for name, digest in listed.items():
        assert hashlib.sha256((data / name).read_bytes()).hexdigest() == digest


def test_the_package_knows_the_digest_and_the_protection_of_each_table(published, edition):
    package = json.loads((published / "data" / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        path = published / "data" / resource["path"]
        assert resource["hash"] == f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
        assert resource["bytes"] == path.stat().st_size
        assert resource["protection"]["hidden"] == edition.tables[resource["name"]].hidden
        assert resource["origin"] == edition.tables[resource["name"]].origin


def test_the_workbook_has_all_tables_and_a_sheet_of_notes(published, edition):
    book = fastexcel.read_excel(published / "data" / "edition.xlsx")
    assert book.sheet_names[0] == "notes"
    assert len(book.sheet_names) == len(edition.tables) + 1
    notes = book.load_sheet("notes").to_polars()
    assert notes["table"].to_list() == list(edition.tables)
    marks = dict(zip(notes["table"], notes["origin"], strict=True))
    assert marks["repeat_victimisation"] == "SIMULATED" and marks["key_figures"] == "published"
    sheet = book.load_sheet("registered_by_year").to_polars()
    assert sheet.height == edition.tables["registered_by_year"].frame.height


def test_the_provenance_is_what_the_edition_says(published: Path, edition):
    found = json.loads((published / "data" / "provenance.json").read_text("utf-8"))
    assert found["seed"] == edition.provenance.seed
    assert found["inputs"] == dict(edition.provenance.inputs)
