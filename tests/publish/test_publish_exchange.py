"""What others ask for: Eurostat's delivery, mappings, the catalogue entry."""

from __future__ import annotations

import hashlib
import io
import json
import tomllib
import warnings
from importlib.resources import files

import polars as pl
import pytest

from slachtoffermonitor.disclose import Column, Table, protect, release
from slachtoffermonitor.ground import Text
from slachtoffermonitor.publish.open_data import write_open_data
from slachtoffermonitor.publish.open_data.exchange import (
    catalogue_entry,
    eurostat_delivery,
    mapping_table,
    structure_message,
)
from slachtoffermonitor.vocabulary import mapping_target

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what the validators say of their own dependencies
    sdmx = pytest.importorskip("sdmx", reason="sdmx1 is not installed")
    rdflib = pytest.importorskip("rdflib", reason="rdflib is not installed")

DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
KEY = ["FORM", "SEX", "AGE", "CITIZENSHIP", "TIME_PERIOD", "LEGAL_STATUS"]


def _by_form(trait: str, codes: str, rows: list[tuple], name: str) -> Table:
    def column(key: str, role: str, of: str = "") -> Column:
        return Column(name=key, label=Text(key), role=role, codes=of)

    return Table(
        name=f"register_by_year_form_{name}",
        title=Text("Register"),
        frame=pl.DataFrame(rows, schema=["year", "form", trait, "persons"], orient="row"),
        columns=(
            column("year", "dimension"),
            column("form", "dimension", "forms"),
            column(trait, "dimension", codes),
            column("persons", "count"),
        ),
        origin="simulated",
        source=Text("Simulated nation; no real person is in it"),
    )


@pytest.fixture(scope="module")
def delivered(edition):
    from dataclasses import replace

    sexes = [
        (2016, "BSU", "V", 120),
        (2016, "GSU", "V", 60),
        (2016, "GSU", "ONB", 15),
        (2016, "ARB", "M", 80),
        (2016, "ORGAAN", "M", 1),
        (2016, "ONB", "V", 35),
        (2017, "BSU", "V", 100),
        (2017, "CRIM", "M", 45),
    ]
    groups = [(2016, "BSU", "NL", 120), (2016, "GSU", "EU", 75), (2017, "CRIM", "NIET_EU", 45)]
    tables = [
        _by_form("sex", "sexes", sexes, "sex"),
        _by_form("citizenship_group", "citizenship_groups", groups, "citizenship"),
    ]
    released = dict(release(protect(tables)))
    return replace(edition, window=(2016, 2017), tables=dict(edition.tables) | released)


@pytest.fixture(scope="module")
def folder(delivered, tmp_path_factory):
    place = tmp_path_factory.mktemp("delivery")
    write_open_data(delivered, place)
    return place


def _row(frame: pl.DataFrame, **wanted: str) -> dict:
    chosen = dict.fromkeys(("SEX", "AGE", "CITIZENSHIP", "FORM"), "_T")
    chosen |= {"LEGAL_STATUS": "victim"} | wanted
    (row,) = frame.filter(**chosen).iter_rows(named=True)
    return row


def test_sdmx1_reads_the_delivery_by_its_structure(folder):
    xml = (folder / "eurostat" / "structure.xml").read_bytes()
    structure = sdmx.read_sdmx(io.BytesIO(xml))
    described = structure.structure["THB_VICTIMS"]
    with (folder / "eurostat" / "thb_victims.csv").open("rb") as file:
        message = sdmx.reader.csv.Reader().convert(file, structure=described)
    (data,) = message.data
    written = pl.read_csv(folder / "eurostat" / "thb_victims.csv", infer_schema=False)
    assert len(data.obs) == written.height > 20
    lists = {
        one.id: set(one.local_representation.enumerated.items)
        for one in [*described.dimensions, *described.attributes]
        if one.local_representation.enumerated is not None
    }
    assert {"SEX", "AGE", "CITIZENSHIP", "FORM", "LEGAL_STATUS", "OBS_STATUS", "ORIGIN"} <= set(
        lists
    )
    for name, allowed in lists.items():
        assert set(written[name]) <= allowed, name
    assert written.select(KEY).is_unique().all()
    keys = {str(obs.dimension) for obs in data.obs}
    assert len(keys) == written.height


def test_zero_hidden_and_unknown_are_different(delivered):
    frame = eurostat_delivery(delivered)
    counted = _row(frame, TIME_PERIOD="2016", FORM="sexual", SEX="female")
    assert (counted["OBS_VALUE"], counted["OBS_STATUS"]) == (180, "A")
    none = _row(frame, TIME_PERIOD="2017", FORM="labour", SEX="male")
    assert (none["OBS_VALUE"], none["OBS_STATUS"]) == (0, "A")
    hidden = _row(frame, TIME_PERIOD="2016", FORM="organ_removal", SEX="male")
    made_zero = (hidden["OBS_VALUE"], hidden["OBS_STATUS"])
    assert made_zero in {(None, "Q"), (0, "N")}
    unknown = _row(frame, TIME_PERIOD="2016", LEGAL_STATUS="suspected")
    assert (unknown["OBS_VALUE"], unknown["OBS_STATUS"]) == (None, "O")
    assert set(frame["ORIGIN"]) == {"simulated"}
    text = frame.write_csv()
    assert ",,O,simulated" in text


def test_a_hidden_part_hides_its_total_and_no_person_is_lost(delivered):
    frame = eurostat_delivery(delivered)
    table = delivered.tables["register_by_year_form_sex"].frame
    of_year = table.filter(pl.col("year") == 2016)
    total = _row(frame, TIME_PERIOD="2016")
    if of_year["persons"].null_count():
        assert (total["OBS_VALUE"], total["OBS_STATUS"]) == (None, "Q")
    shown = of_year.filter(form="ONB")["persons"].sum()
    assert _row(frame, TIME_PERIOD="2016", FORM="_U")["OBS_VALUE"] == shown
    nobody = _row(frame, TIME_PERIOD="2016", FORM="sexual", SEX="_U")
    assert nobody["OBS_VALUE"] == of_year.filter(form="GSU", sex="ONB")["persons"].sum()


def test_an_edition_without_a_register_delivers_nothing(small_edition):
    assert eurostat_delivery(small_edition).is_empty()


def test_the_structure_says_that_it_is_ours_and_not_eurostats(delivered):
    text = structure_message(delivered.made_on)
    assert 'agencyID="SLACHTOFFERMONITOR"' in text
    assert "ESTAT" not in text


@pytest.mark.parametrize("target", ["htcds_2_0", "ctdc", "eurostat"])
def test_every_mapping_leads_to_a_field_that_the_target_has(target):
    table = mapping_table(target)
    raw = files("slachtoffermonitor.vocabulary").joinpath("data", "targets", f"{target}.toml")
    fields = tomllib.loads(raw.read_text("utf-8"))["fields"]
    for row in table.iter_rows(named=True):
        if not row["field"]:
            continue
        assert row["field"] in fields
        if row["value"]:
            assert row["value"] in fields[row["field"]]["values"]
    assert set(table["version"]) == {mapping_target(target).version}
    lost = table.filter(field="")
    assert lost.height < table.height
    assert table.filter(code="CRIM")["note"][0] or target == "eurostat"


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib, of itself
def test_the_catalogue_entry_has_what_dcat_ap_nl_demands(folder, delivered):
    graph = rdflib.Graph()
    graph.parse(folder / "catalogue.jsonld", format="json-ld")
    demanded = {
        "Catalog": [
            DCT + "title",
            DCT + "description",
            DCT + "publisher",
            DCAT + "contactPoint",
            DCT + "license",
            DCAT + "dataset",
        ],
        "Dataset": [
            DCT + "title",
            DCT + "description",
            DCT + "identifier",
            DCT + "publisher",
            DCT + "creator",
            DCT + "accessRights",
            DCT + "language",
            DCAT + "contactPoint",
            DCAT + "theme",
            DCAT + "distribution",
        ],
        "Distribution": [DCAT + "accessURL", DCT + "license"],
    }
    for kind, properties in demanded.items():
        found = list(graph.subjects(rdflib.RDF.type, rdflib.URIRef(DCAT + kind)))
        assert len(found) == {"Catalog": 1, "Dataset": len(delivered.tables) + 2}.get(
            kind, len(found)
        )
        for subject in found:
            for one in properties:
                assert list(graph.objects(subject, rdflib.URIRef(one))), (subject, one)
            contacts = list(graph.objects(subject, rdflib.URIRef(DCAT + "contactPoint")))
            assert len(contacts) <= 1
    titles = {title.language for title in graph.objects(None, rdflib.URIRef(DCT + "title"))}
    assert {"nl", "en"} <= titles


def test_the_catalogue_knows_the_checksum_of_each_file(folder):
    entry = json.loads((folder / "catalogue.jsonld").read_text("utf-8"))
    seen = 0
    for dataset in entry["dcat:dataset"]:
        for one in dataset["dcat:distribution"]:
            path = folder / one["dcat:accessURL"]["@id"].partition("/data/")[2]
            known = one["spdx:checksum"]["spdx:checksumValue"]["@value"]
            assert hashlib.sha256(path.read_bytes()).hexdigest() == known
            seen += 1
    assert seen > 20
    assert {"eurostat/thb_victims.csv", "mappings/ctdc.csv"} <= {
        line.split("  ")[1] for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    }


def test_the_publisher_is_the_one_of_the_settings(delivered, folder):
    from dataclasses import replace

    said = {"publisher": "Office", "address": "https://example.net/e/"}
    provenance = replace(delivered.provenance, settings={"publication": said})
    entry = catalogue_entry(replace(delivered, provenance=provenance), folder)
    assert entry["dct:publisher"]["foaf:name"] == "Office"
    assert entry["@id"] == "https://example.net/e/#catalogue"
