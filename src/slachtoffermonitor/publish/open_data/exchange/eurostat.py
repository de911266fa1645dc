"""The yearly delivery to Eurostat on victims of trafficking, as SDMX-CSV.

What goes wrong if misused: an empty value is not a zero. `OBS_STATUS` says of every row whether the
number is one (`A`), is a zero that protection made (`N`), was hidden to protect persons (`Q`), or
is not known to this edition (`O`).

The codes of Eurostat's own dimensions could not be obtained, so the dimensions hold the categories
of its reference metadata under the names of the vocabulary; `_T`, `_U` and the statuses are the
codes that SDMX gives to all domains.

Source: SDMX-CSV 2.0 (SDMX technical working group); SDMX cross-domain code list CL_OBS_STATUS 2.0;
Eurostat, Trafficking in human beings (crim_thb), reference metadata (ESMS), 24 January 2024.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from slachtoffermonitor.disclose import ReleasedTable
from slachtoffermonitor.edition import Edition
from slachtoffermonitor.vocabulary import code_list

__all__ = [
    "COLUMNS",
    "DIMENSIONS",
    "STATUSES",
    "STRUCTURE_ID",
    "categories",
    "eurostat_delivery",
]

STRUCTURE_ID = "SLACHTOFFERMONITOR:THB_VICTIMS(1.0)"
DIMENSIONS = (
    "FREQ",
    "REF_AREA",
    "LEGAL_STATUS",
    "SEX",
    "AGE",
    "CITIZENSHIP",
    "FORM",
    "TIME_PERIOD",
)
COLUMNS = (
    "STRUCTURE",
    "STRUCTURE_ID",
    "ACTION",
    *DIMENSIONS,
    "OBS_VALUE",
    "OBS_STATUS",
    "ORIGIN",
)
STATUSES = {
    "A": "Normal value",
    "N": "Not significant",
    "O": "Missing value",
    "Q": "Missing value; suppressed",
}
_ALL, _UNKNOWN = "_T", "_U"
_TRAITS = {
    "SEX": ("register_by_year_form_sex", "sex", "sexes"),
    "AGE": ("register_by_year_form_age", "age_band", "age_bands"),
    "CITIZENSHIP": (
        "register_by_year_form_citizenship",
        "citizenship_group",
        "citizenship_groups",
    ),
}
_NOT_HELD = ("suspected", "convicted")


def eurostat_delivery(edition: Edition) -> pl.DataFrame:
    """Which numbers of this edition does Eurostat's yearly question ask for?

    Victims by year and form, and by each of sex, age and citizenship; suspected and convicted
    persons as rows without a value, because no register of this edition holds them. Age is that at
    registration, in the bands of the monitor.

    Returns:
        One row per combination, with the columns of `COLUMNS`; strings, but `OBS_VALUE` (Int64).
        Without rows where the edition has no tables of a register.

    """
    rows = [
        row
        for dimension, (name, column, codes) in _TRAITS.items()
        if name in edition.tables
        for row in _victims(edition.tables[name], dimension, column, codes)
    ]
    if rows:
        origin = str(rows[0]["ORIGIN"])
        years = range(edition.window[0], edition.window[1] + 1)
        rows += [_row(year, origin, status, {}) for status in _NOT_HELD for year in years]
    kinds = {name: pl.Int64 if name == "OBS_VALUE" else pl.String for name in COLUMNS}
    frame = pl.DataFrame(rows, schema=kinds)
    return frame.unique(DIMENSIONS, keep="first", maintain_order=True).sort(DIMENSIONS)


def _victims(
    table: ReleasedTable, dimension: str, column: str, codes: str
) -> Iterator[dict[str, object]]:
    """Add the counts of one table up to the categories, and to those of all its codes."""
    mapped = table.frame.with_columns(
        FORM=_categories("form", "forms"), trait=_categories(column, codes)
    )
    traits = [*_names(codes), _UNKNOWN]
    for year in sorted(table.frame["year"].unique().to_list()):
        of_year = mapped.filter(pl.col("year") == year)
        for form in (_ALL, *_names("forms"), _UNKNOWN):
            of_form = of_year if form == _ALL else of_year.filter(pl.col("FORM") == form)
            for trait in (_ALL, *traits):
                part = of_form if trait == _ALL else of_form.filter(pl.col("trait") == trait)
                value, status = _added(part["persons"], table.method)
                yield _row(year, table.origin, "victim", {"FORM": form, dimension: trait}) | {
                    "OBS_VALUE": value,
                    "OBS_STATUS": status,
                }


def _added(counts: pl.Series, method: str) -> tuple[int | None, str]:
    """Add counts up, and say what kind of number it is."""
    if counts.null_count():
        return None, "Q"
    total = int(counts.sum())
    if total == 0 and counts.len() and method != "suppression":
        return 0, "N"  # somebody may stand behind a zero that protection made
    return total, "A"


def _row(year: int, origin: str, status: str, parts: Mapping[str, str]) -> dict[str, object]:
    return {
        "STRUCTURE": "datastructure",
        "STRUCTURE_ID": STRUCTURE_ID,
        "ACTION": "I",
        "FREQ": "A",
        "REF_AREA": "NL",
        "LEGAL_STATUS": status,
        **{name: parts.get(name, _ALL) for name in ("SEX", "AGE", "CITIZENSHIP", "FORM")},
        "TIME_PERIOD": str(year),
        "OBS_VALUE": None,
        "OBS_STATUS": "O",
        "ORIGIN": origin,
    }


def _categories(column: str, codes: str) -> pl.Expr:
    """Give the category of each code; `_U` for codes that say that it is not known."""
    known = {code: _category(codes, code) for code in code_list(codes)}
    return pl.col(column).replace_strict(known, default=_UNKNOWN, return_dtype=pl.String)


def _category(codes: str, code: str) -> str:
    if codes == "age_bands":  # Eurostat's bands were not obtained, so ours are delivered
        return _UNKNOWN if code == "ONB" else code
    found = code_list(codes).mapped(code, "eurostat")
    return found[0].split(":")[1] if found else _UNKNOWN


def _names(codes: str) -> list[str]:
    found = (_category(codes, code) for code in code_list(codes))
    return [name for name in dict.fromkeys(found) if name != _UNKNOWN]


def categories(dimension: str) -> Mapping[str, str]:
    """Which codes can stand in a dimension of the delivery, and what do they mean?"""
    if dimension in {"FREQ", "REF_AREA"}:
        return {"A": "Annual"} if dimension == "FREQ" else {"NL": "Netherlands"}
    whole = {_ALL: "Total", _UNKNOWN: "Unknown"}
    if dimension == "LEGAL_STATUS":
        return {
            "victim": "Victim",
            "suspected": "Suspected person",
            "convicted": "Convicted person",
        }
    codes = {"FORM": "forms"} | {name: codes for name, (_, _, codes) in _TRAITS.items()}
    known = code_list(codes[dimension])
    if dimension == "AGE":
        return whole | {code: known.label(code, "en") for code in _names("age_bands")}
    return whole | {name: name.replace("_", " ").capitalize() for name in _names(codes[dimension])}
