"""The fields of the CTDC Global Synthetic Dataset, and which of their values go together.

A group of flags that are answered together is one attribute of the model, whose values are the
combinations that can exist: what cannot exist (a structural zero) then never gets noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product

from slachtoffermonitor.vocabulary import code_list, mapping_target

__all__ = [
    "BLANK",
    "MARK",
    "SECTORS",
    "Attribute",
    "ctdc_attributes",
    "ctdc_fields",
    "ctdc_values",
]

BLANK = ""
"""A field without a value: CTDC has no code for unknown."""
MARK = "synthetic"
"""The column that says in the file itself that no row of it is a person."""

_YEARS = range(1990, 2101)
_COUNTRIES = ("citizenship", "CountryOfExploitation")
_TOGETHER = {
    "exploitation": ("isForcedLabour", "isSexualExploit", "isOtherExploit"),
    "recruiterRelation": (
        "recruiterRelationIntimatePartner",
        "recruiterRelationFriend",
        "recruiterRelationFamily",
        "recruiterRelationOther",
    ),
    "sectorOfLabour": (
        "sectorOfLabourAgriculture",
        "sectorOfLabourConstruction",
        "sectorOfLabourDomesticWork",
        "sectorOfLabourHospitality",
    ),
    "sectorOfSex": ("sectorOfSexProstitution", "sectorOfSexPornography"),
}
SECTORS = {"sectorOfLabour": "isForcedLabour", "sectorOfSex": "isSexualExploit"}
"""A sector can be answered only where the form is 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """What the model sees as one variable: a field, or fields that are answered together.

    `values` are all combinations that can exist, the blank one first. They are declared and never
    learnt from records: which codes occur would itself say something of people. `open` marks
    lists so long that rare codes are made blank.
    """

    name: str
    fields: tuple[str, ...]
    values: tuple[tuple[str, ...], ...] = field(repr=False)
    open: bool = False


@cache
def ctdc_fields() -> tuple[str, ...]:
    """Which fields does the schema have, in its order?"""
    return tuple(dict.fromkeys(code.split(":")[0] for code in mapping_target("ctdc").codes))


def ctdc_values(name: str) -> tuple[str, ...]:
    """Which values can one field have, besides being blank?"""
    if name == "yearOfRegistration":
        return tuple(str(year) for year in _YEARS)
    if name in _COUNTRIES:
        countries = code_list("countries").values()
        codes = {str(one.attributes["alpha_3"]) for one in countries if "alpha_3" in one.attributes}
        return tuple(sorted(codes))
    listed = [code.split(":") for code in mapping_target("ctdc").codes]
    values = tuple(parts[1] for parts in listed if parts[0] == name and len(parts) == 2)
    return values or ("0", "1")


def ctdc_attributes(carried: Sequence[str]) -> tuple[Attribute, ...]:
    """Which attributes does the model need for the fields that the records carry?

    What goes wrong if misused: leave a field out because its header is not there, never because it
    happens to be blank in every record.
    """
    found: dict[str, Attribute] = {}
    for name in (one for one in ctdc_fields() if one in carried):
        family = next((key for key, fields in _TOGETHER.items() if name in fields), None)
        key = family or name
        if key in found:
            continue
        fields = tuple(one for one in _TOGETHER[family] if one in carried) if family else (name,)
        blank = (BLANK,) * len(fields)
        values = tuple(product(*(ctdc_values(one) for one in fields)))
        found[key] = Attribute(
            name=key,
            fields=fields,
            values=(blank, *values),
            open=name in _COUNTRIES or name == "yearOfRegistration",
        )
    return tuple(found.values())
