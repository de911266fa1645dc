"""What stands beside a file of synthetic records, so that nobody takes a row for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slachtoffermonitor.disclose.synthetic.fields import BLANK, MARK, ctdc_fields, ctdc_values
from slachtoffermonitor.ground import LANGUAGES, Number, Text
from slachtoffermonitor.vocabulary import mapping_target

if TYPE_CHECKING:
    from slachtoffermonitor.disclose.synthetic.synthesis import SyntheticRecords

__all__ = ["describe_synthetic", "explain_synthetic"]

_LONG = ("yearOfRegistration", "citizenship", "CountryOfExploitation")
_KINDS = {".csv": ("csv", "text/csv"), ".parquet": ("parquet", "application/vnd.apache.parquet")}


def explain_synthetic(made: SyntheticRecords) -> tuple[Text, ...]:
    """What must a reader know of these records?"""
    origin = {
        "real": Text("The noisy counts are of real records."),
        "simulated": Text("The records behind it were simulated: nobody in them exists."),
    }
    chance = (
        Text("The promise holds without exception.")
        if made.delta == 0
        else Text(
            "The promise may fail with a chance of one in {times}.",
            {"times": Number(round(1 / made.delta))},
        )
    )
    return (
        Text("These records are synthetic: no row is a person."),
        origin[made.source],
        Text(
            "Every row was drawn from a model of noisy counts. Differential privacy with epsilon "
            "{epsilon} for a person who has at most {records} of the records limits what the file "
            "can say of anybody.",
            {"epsilon": Number(made.epsilon, "#,##0.###"), "records": Number(made.most_records)},
        ),
        chance,
        Text(
            "Counts of few people are mostly noise: a rare combination may be missing or made up. "
            "Codes that cannot be told from noise are blank."
        ),
    )


def describe_synthetic(made: SyntheticRecords, *, file: str) -> dict[str, Any]:
    """Which Data Package describes the file of these records?

    Args:
        made: the synthetic records.
        file: name of the file, without a folder; its ending says the format.

    Returns:
        A description that can be written as JSON: what the file is and promises in every language,
        and the fields with their values.

    Source: Frictionless Data, Data Package v2 (2024).

    """
    ending = f".{file.rpartition('.')[2].lower()}"
    kind, media = _KINDS.get(ending, _KINDS[".csv"])
    words = explain_synthetic(made)
    told = {name: " ".join(text.in_language(name) for text in words) for name in LANGUAGES}
    target = mapping_target("ctdc")
    name = "".join(one if one.isalnum() else "-" for one in file.rpartition(".")[0].lower())
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": name.strip("-") or "synthetic-records",
        "title": Text(
            "Synthetic records in the schema of the CTDC Global Synthetic Dataset"
        ).in_language("en"),
        "description": told["en"],
        "descriptions": told,
        "synthetic": True,
        "records_behind": made.source,
        "privacy": {
            "definition": "differential privacy, for adding or leaving out one person",
            "epsilon": made.epsilon,
            "delta": made.delta,
            "most_records_of_one_person": made.most_records,
        },
        "method": {
            "name": "AIM in three rounds, by Private-PGM and OpenDP",
            "measured_counts": [list(clique) for clique in made.measured],
            "codes_kept_of_open_lists": dict(made.kept),
        },
        "schema_source": {"title": target.source, "version": target.version},
        "resources": [
            {
                "name": "records",
                "path": file,
                "format": kind,
                "mediatype": media,
                "encoding": "utf-8",
                "rows": made.frame.height,
                "schema": {
                    "missingValues": [BLANK],
                    "fields": [
                        *(_field(one, carried=one in made.carried) for one in ctdc_fields()),
                        {"name": MARK, "type": "string", "description": told["en"]},
                    ],
                },
            }
        ],
    }


def _field(name: str, *, carried: bool) -> dict[str, Any]:
    labels = mapping_target("ctdc").codes
    found: dict[str, Any] = {"name": name, "type": "string", "carried": carried}
    if name in labels:
        found["title"] = labels[name]
    if name not in _LONG:
        found["constraints"] = {"enum": list(ctdc_values(name))}
    return found
