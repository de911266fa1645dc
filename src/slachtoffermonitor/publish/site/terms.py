"""Which words of a table have a definition: shown on hover, on focus, and as cards."""

from __future__ import annotations

from dataclasses import dataclass

from slachtoffermonitor.disclose import ReleasedTable
from slachtoffermonitor.ground import Language
from slachtoffermonitor.vocabulary import code_list

__all__ = ["Term", "terms_of"]

_MOST = 10
_TOO_MANY = frozenset({"published_groups", "published_units"})  # read as they stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word with its definition and the place of its card (`LIST-CODE`)."""

    label: str
    definition: str
    anchor: str


def terms_of(table: ReleasedTable, language: Language, *, known: frozenset[str]) -> list[Term]:
    """Which words stand in the table, and what do they mean? At most ten, the first seen.

    `known` names the code lists that the page of definitions explains.
    """
    found: dict[str, Term] = {}
    for column in table.columns:
        if column.codes not in known - _TOO_MANY or column.role == "link":
            continue
        codes = code_list(column.codes)
        for code in table.frame[column.name].drop_nulls().unique(maintain_order=True).to_list():
            if code in codes and (definition := codes[code].definition.get(language, "")):
                anchor = f"{column.codes}-{code}"
                label = codes.label(code, language)
                found[anchor] = Term(label=label, definition=definition, anchor=anchor)
    return list(found.values())[:_MOST]
