"""The catalogue entry of an edition: DCAT-AP-NL 3.0 as JSON-LD, with its context inside.

Source: Geonovum, DCAT-AP-NL 3.0 (2024): what is mandatory for a catalogue, a dataset and a
distribution; W3C, Data Catalog Vocabulary 3 (2024); SPDX for checksums.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from slachtoffermonitor.disclose import ReleasedTable
from slachtoffermonitor.edition import Edition, PublicationSettings
from slachtoffermonitor.ground import LANGUAGES, Text
from slachtoffermonitor.publish.open_data.files import digest

__all__ = ["catalogue_entry"]

_AUTHORITY = "http://publications.europa.eu/resource/authority"
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_KINDS: Mapping[str, tuple[str, str]] = {
    ".csv": ("text/csv", "CSV"),
    ".json": ("application/json", "JSON"),
    ".parquet": ("application/vnd.apache.parquet", ""),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"),
    ".xml": ("application/xml", "XML"),
}
_WHOLE = (
    "edition.xlsx",
    "datapackage.json",
    "csv-metadata.json",
    "claims.json",
    "findings.json",
)
_EUROSTAT = ("eurostat/thb_victims.csv", "eurostat/structure.xml")


def catalogue_entry(edition: Edition, folder: Path) -> dict[str, object]:
    """How does a catalogue of open data list this edition?

    Publisher, contact, address and licence are those of `[publication]` in the settings.

    Args:
        edition: the edition.
        folder: holds its files, of which the entry names those that are there.

    Returns:
        A JSON-LD document: one catalogue with a dataset for the edition as a whole, one for the
        delivery to Eurostat, and one for each table.

    """
    said = _publication(edition)
    shelf = _Shelf(edition, folder, said)
    datasets = [
        shelf.dataset("edition", edition.title, _ABOUT, _WHOLE),
        shelf.dataset("eurostat", _DELIVERY, _DELIVERY_ABOUT, _EUROSTAT),
        *(shelf.table(table) for table in edition.tables.values()),
    ]
    return {
        "@context": _CONTEXT,
        "@id": f"{said.address}#catalogue",
        "@type": "dcat:Catalog",
        "dct:title": _both(edition.title),
        "dct:description": _both(_ABOUT),
        "dct:publisher": shelf.publisher(),
        "dct:creator": {"@id": said.publisher_id},
        "dcat:contactPoint": shelf.contact(),
        "dct:license": {"@id": said.licence},
        "dct:language": _languages(),
        "dct:issued": _day(edition),
        "dcat:themeTaxonomy": {"@id": f"{_AUTHORITY}/data-theme"},
        "dcat:dataset": [one for one in datasets if one["dcat:distribution"]],
    }


_ABOUT = Text(
    "Figures on victims of human trafficking in the Netherlands: those published before, each with "
    "its source, and tables that are protected so that nobody can be recognised."
)
_DELIVERY = Text("Delivery to Eurostat on victims of human trafficking")
_DELIVERY_ABOUT = Text(
    "Registered victims by year, form, sex, age and citizenship, as SDMX-CSV with its structure. "
    "The status of each number tells a zero from what is not known."
)


def _publication(edition: Edition) -> PublicationSettings:
    found = edition.provenance.settings.get("publication")
    return PublicationSettings(**found) if isinstance(found, Mapping) else PublicationSettings()


class _Shelf:
    """The parts of the entry that every dataset repeats."""

    def __init__(self, edition: Edition, folder: Path, said: PublicationSettings) -> None:
        self.edition, self.folder, self.said = edition, folder, said

    def publisher(self) -> dict[str, object]:
        return {
            "@id": self.said.publisher_id,
            "@type": "foaf:Agent",
            "foaf:name": self.said.publisher,
        }

    def contact(self) -> dict[str, object]:
        return {
            "@id": f"{self.said.address}#contact",
            "@type": "vcard:Organization",
            "vcard:fn": self.said.publisher,
            "vcard:hasEmail": {"@id": f"mailto:{self.said.email}"},
        }

    def table(self, table: ReleasedTable) -> dict[str, object]:
        files = tuple(f"{table.name}{kind}" for kind in (".csv", ".parquet"))
        found = self.dataset(table.name, table.title, table.explanation, files)
        return found | {"dct:provenance": _statement(table.source)}

    def dataset(
        self, name: str, title: Text, about: Text, files: tuple[str, ...]
    ) -> dict[str, object]:
        first, last = self.edition.window
        there = [file for file in files if (self.folder / file).is_file()]
        return {
            "@id": f"{self.said.address}#{name}",
            "@type": "dcat:Dataset",
            "dct:identifier": f"{self.said.address}#{name}",
            "dct:title": _both(title),
            "dct:description": _both(about),
            "dct:publisher": {"@id": self.said.publisher_id},
            "dct:creator": {"@id": self.said.publisher_id},
            "dcat:contactPoint": {"@id": f"{self.said.address}#contact"},
            "dcat:theme": {"@id": f"{_AUTHORITY}/data-theme/JUST"},
            "dct:accessRights": {"@id": f"{_AUTHORITY}/access-right/PUBLIC"},
            "dct:language": _languages(),
            "dct:issued": _day(self.edition),
            "dct:accrualPeriodicity": {"@id": f"{_AUTHORITY}/frequency/ANNUAL"},
            "dct:spatial": {"@id": f"{_AUTHORITY}/country/NLD"},
            "dct:temporal": {
                "@type": "dct:PeriodOfTime",
                "dcat:startDate": {"@type": "xsd:date", "@value": f"{first}-01-01"},
                "dcat:endDate": {"@type": "xsd:date", "@value": f"{last}-12-31"},
            },
            "dcat:distribution": [self.distribution(file) for file in there],
        }

    def distribution(self, file: str) -> dict[str, object]:
        path = self.folder / file
        media, kind = _KINDS[path.suffix]
        address = f"{self.said.address}data/{file}"
        found: dict[str, object] = {
            "@id": address,
            "@type": "dcat:Distribution",
            "dct:title": path.name,
            "dcat:accessURL": {"@id": address},
            "dcat:downloadURL": {"@id": address},
            "dct:license": {"@id": self.said.licence},
            "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media}"},
            "dcat:byteSize": {
                "@type": "xsd:nonNegativeInteger",
                "@value": str(path.stat().st_size),
            },
            "spdx:checksum": {
                "@type": "spdx:Checksum",
                "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
                "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": digest(path)},
            },
        }
        return found | ({"dct:format": {"@id": f"{_AUTHORITY}/file-type/{kind}"}} if kind else {})


def _both(text: Text) -> list[dict[str, str]]:
    return [{"@value": text.in_language(one), "@language": one} for one in LANGUAGES]


def _statement(text: Text) -> dict[str, object]:
    return {
        "@type": "dct:ProvenanceStatement",
        "http://www.w3.org/2000/01/rdf-schema#label": _both(text),
    }


def _languages() -> list[dict[str, str]]:
    return [{"@id": f"{_AUTHORITY}/language/{one}"} for one in ("NLD", "ENG")]


def _day(edition: Edition) -> dict[str, str]:
    return {"@type": "xsd:date", "@value": edition.made_on.isoformat()}
