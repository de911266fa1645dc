"""How the codes of the monitor read in the systems of others: HTCDS 2.0, CTDC, Eurostat."""

from __future__ import annotations

import polars as pl

from slachtoffermonitor.vocabulary import code_list, code_list_names, mapping_target

__all__ = ["mapping_table"]

_COLUMNS = (
    "code_list",
    "code",
    "label_nl",
    "label_en",
    "field",
    "value",
    "target_label",
    "version",
    "note",
)
_EVERY_CODE = frozenset({"countries"})


def mapping_table(target: str) -> pl.DataFrame:
    """Which field and value of the target does each code of ours map to?

    A code that maps to nothing stands with an empty field: it is lost on the way.

    Args:
        target: a name of `vocabulary.mapping_target_names()`.

    Returns:
        One row per code and target code, of every code list of which a code maps to the target:
        `code_list`, `code`, `label_nl`, `label_en`, `field`, `value`, `target_label`, `version`,
        `note`; strings.

    Raises:
        InputError: no such target.

    """
    known = mapping_target(target)
    rows = []
    for name in code_list_names():
        codes = code_list(name)
        if name in _EVERY_CODE or not any(target in one.mappings for one in codes.values()):
            continue
        for code, one in codes.items():
            for mapped in one.mappings.get(target, ("",)):
                field, _, value = mapped.partition(":")
                note = str(one.attributes.get("mapping_note", ""))
                labels = (one.label["nl"], one.label["en"])
                words = known.codes.get(mapped, "")
                rows.append((name, code, *labels, field, value, words, known.version, note))
    return pl.DataFrame(rows, schema=dict.fromkeys(_COLUMNS, pl.String), orient="row")
