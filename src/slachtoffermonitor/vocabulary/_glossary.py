"""The glossary: the terms of the field and every code, in both languages, with where they live."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from slachtoffermonitor.vocabulary._codes import CodeList
from slachtoffermonitor.vocabulary._countries import COUNTRIES
from slachtoffermonitor.vocabulary._reading import code_list, code_list_names

__all__ = ["GlossaryTerm", "glossary_code_lists", "glossary_terms", "render_glossary"]

_HEADER = "| Term | Term in Dutch | Definition | Where it lives |\n|---|---|---|---|\n"
_CODE_HEADER = (
    "| Code | Term | Term in Dutch | Definition | Where it lives |\n|---|---|---|---|---|\n"
)
_INTRODUCTION = """# Glossary

The words of the monitor: what people see in Dutch and English, and where it lives in the code.
This page is written by `python scripts/glossary.py` from `src/slachtoffermonitor/vocabulary/data/`;
change the words there. Left out: `countries` (ISO 3166) and the lists of the catalogue of
published claims (`published_*`).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryTerm:
    """A term of the field: its name and its meaning per language, and where to look for it."""

    key: str
    label: Mapping[str, str]
    definition: Mapping[str, str]
    lives: str


@cache
def glossary_terms() -> tuple[GlossaryTerm, ...]:
    """Which terms of the field does the monitor use, and what do they mean?

    Returns:
        The terms that are no codes, in the order of their English names.

    """
    path = files("slachtoffermonitor.vocabulary").joinpath("data", "glossary", "terms.toml")
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    terms = (
        GlossaryTerm(
            key=key,
            label=MappingProxyType(entry["label"]),
            definition=MappingProxyType(entry["definition"]),
            lives=entry["lives"],
        )
        for key, entry in document.items()
    )
    return tuple(sorted(terms, key=lambda term: term.label["en"].casefold()))


def glossary_code_lists() -> tuple[str, ...]:
    """Which code lists stand in the glossary (all but the countries and the published claims)?"""
    return tuple(
        name
        for name in code_list_names()
        if name != COUNTRIES and not name.startswith("published_")
    )


def render_glossary() -> str:
    """Write the whole glossary as Markdown; the same vocabulary gives the same text."""
    terms = "".join(
        _row((term.label["en"], term.label["nl"], term.definition["en"], term.lives))
        for term in glossary_terms()
    )
    lists = "".join(_section(code_list(name)) for name in glossary_code_lists())
    return f"{_INTRODUCTION}\n## Terms of the field\n\n{_HEADER}{terms}{lists}"


def _section(codes: CodeList) -> str:
    rows = "".join(
        _row(
            (
                f"`{code}`",
                entry.label["en"],
                entry.label["nl"],
                entry.definition["en"] + _validity(codes, code),
                f"`{codes.name}`",
            )
        )
        for code, entry in codes.items()
    )
    title = f"{codes.title['en']} / {codes.title['nl']} (`{codes.name}`)"
    return f"\n## {title}\n\nSource: {codes.source}.\n\n{_CODE_HEADER}{rows}"


def _validity(codes: CodeList, code: str) -> str:
    entry = codes[code]
    parts = [
        f"{word} {day.isoformat()}"
        for word, day in (("from", entry.valid_from), ("until", entry.valid_to))
        if day is not None
    ]
    return f" (Holds {' '.join(parts)}: {entry.validity_source}.)" if parts else ""


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"
