"""The edition as open data: CSV, Parquet, one Excel workbook, and what is needed to trust them.

What goes wrong when it is misused: an empty count in a file is not a zero. Columns ending in
`_status` say for each count whether it is a number or was hidden; add nothing up over hidden ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from io import BytesIO
from pathlib import Path

from slachtoffermonitor.disclose import Origin, SyntheticRecords, describe_synthetic
from slachtoffermonitor.edition import Edition
from slachtoffermonitor.ground import LANGUAGES, Text, write_bytes, write_text
from slachtoffermonitor.publish.open_data.csvw import csvw_metadata
from slachtoffermonitor.publish.open_data.exchange import (
    catalogue_entry,
    eurostat_delivery,
    mapping_table,
    structure_message,
)
from slachtoffermonitor.publish.open_data.files import as_json, digest
from slachtoffermonitor.publish.open_data.frames import open_frame
from slachtoffermonitor.publish.open_data.package import data_package
from slachtoffermonitor.publish.open_data.workbook import workbook
from slachtoffermonitor.vocabulary import mapping_target, mapping_target_names

__all__ = ["write_open_data"]

_READING_GUIDE: tuple[Text, ...] = (
    Text(
        "Each table is one CSV file (UTF-8, comma, decimal point) and the same table as "
        "Parquet. `datapackage.json` says what every column means; `edition.xlsx` holds all "
        "tables and a sheet of notes."
    ),
    Text(
        "An empty count is not zero: the column that ends in `_status` says that it was "
        "hidden to protect persons. Rows with `simulated` in the column `origin` come from a "
        "nation that does not exist."
    ),
    Text(
        "`eurostat/` holds the yearly delivery as SDMX-CSV with its structure; `mappings/` says "
        "how our codes read in HTCDS, CTDC and Eurostat; `catalogue.jsonld` is the entry for a "
        "catalogue of open data (DCAT-AP-NL)."
    ),
    Text("Check the files with `sha256sum -c SHA256SUMS`."),
)
_SYNTHETIC = Text(
    "`synthetic/records.csv` holds synthetic records: no row is a person. Its description beside "
    "it says what they promise and what they cannot tell."
)
_ORIGINS: Mapping[Origin, Text] = {
    "published": Text("published"),
    "register": Text("register"),
    "simulated": Text("simulated"),
}


def write_open_data(edition: Edition, folder: Path) -> None:
    """Write every table, the descriptions, the workbook, the provenance and the checksums."""
    for table in edition.tables.values():
        frame = open_frame(table)
        write_text(folder / f"{table.name}.csv", frame.write_csv())
        parquet = BytesIO()
        frame.write_parquet(parquet, compression="zstd")
        write_bytes(folder / f"{table.name}.parquet", parquet.getvalue())
    write_bytes(folder / "edition.xlsx", workbook(edition))
    write_text(folder / "claims.json", as_json([asdict(claim) for claim in edition.claims]))
    write_text(folder / "findings.json", as_json(findings_as_data(edition)))
    write_text(folder / "provenance.json", as_json(asdict(edition.provenance)))
    write_text(folder / "README.md", _readme(edition))
    write_text(folder / "datapackage.json", as_json(data_package(edition, folder)))
    write_text(folder / "csv-metadata.json", as_json(csvw_metadata(edition)))
    _write_exchange(edition, folder)
    if edition.synthetic is not None:
        _write_synthetic(edition.synthetic, folder / "synthetic")
    names = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS"
    )
    sums = [f"{digest(folder / name)}  {name}\n" for name in names]
    write_text(folder / "SHA256SUMS", "".join(sums))


def _write_exchange(edition: Edition, folder: Path) -> None:
    """Write what others ask for: the delivery to Eurostat, the mappings, the catalogue entry."""
    delivery = eurostat_delivery(edition)
    if not delivery.is_empty():
        write_text(folder / "eurostat" / "thb_victims.csv", delivery.write_csv())
        write_text(folder / "eurostat" / "structure.xml", structure_message(edition.made_on))
    for target in mapping_target_names():
        if mapping_target(target).obtained:
            mapped = mapping_table(target).write_csv()
            write_text(folder / "mappings" / f"{target}.csv", mapped)
    write_text(folder / "catalogue.jsonld", as_json(catalogue_entry(edition, folder)))


def _write_synthetic(made: SyntheticRecords, folder: Path) -> None:
    write_text(folder / "records.csv", made.frame.write_csv())
    said = as_json(describe_synthetic(made, file="records.csv"))
    write_text(folder / "records.datapackage.json", said)


def findings_as_data(edition: Edition) -> list[dict[str, object]]:
    """Give the findings with their words in every language, and the numbers in them."""
    return [
        {
            "key": finding.key,
            "simulated": finding.simulated,
            "table": finding.table,
            "claims": list(finding.claims),
            "numbers": [number.value for number in finding.sentence.numbers()],
            **{
                name: {one: getattr(finding, name).in_language(one) for one in LANGUAGES}
                for name in ("headline", "sentence", "how_we_know", "recommendation")
            },
        }
        for finding in edition.findings
    ]


def _readme(edition: Edition) -> str:
    parts: list[str] = []
    for language in LANGUAGES:
        parts.append(f"# {edition.title.in_language(language)}\n")
        guide = (*_READING_GUIDE, *([] if edition.synthetic is None else [_SYNTHETIC]))
        parts.extend(text.in_language(language) + "\n" for text in guide)
        for table in edition.tables.values():
            title = table.title.in_language(language)
            origin = _ORIGINS[table.origin].in_language(language)
            parts.append(f"- `{table.name}.csv`: {title} ({origin})")
        parts.append("")
    return "\n".join(parts)
