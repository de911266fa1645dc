"""From a TOML file of `data/` to a `CodeList`; everything that is wrong is said at once.

A list is one file, `data/NAME.toml`: `version`, `title` (nl, en), `source`, `parent_list` when the
parents of its codes stand in another list, and a table `[codes.CODE]` per code with `label` and
`definition` (nl, en), and where they apply `valid_from`, `valid_to` with their `validity_source`,
`parent`, `mappings` (target = list of target codes) and `attributes`. After a change run
`python scripts/glossary.py`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from slachtoffermonitor.ground import LANGUAGES, InputError, Problem
from slachtoffermonitor.vocabulary._codes import Code, CodeList, UnknownCodeError
from slachtoffermonitor.vocabulary._countries import COUNTRIES, country_list

__all__ = ["code_list", "code_list_names", "read_code_list"]

_OF_A_LIST = frozenset({"version", "title", "source", "codes"})
_MAY_HAVE = frozenset({"parent_list"})
_OF_A_CODE = frozenset(
    {
        "label",
        "definition",
        "valid_from",
        "valid_to",
        "validity_source",
        "parent",
        "mappings",
        "attributes",
    }
)


def _folder() -> Traversable:
    return files("slachtoffermonitor.vocabulary").joinpath("data")


@cache
def code_list_names() -> tuple[str, ...]:
    """Which code lists are there?"""
    names = {
        file.name.removesuffix(".toml")
        for file in _folder().iterdir()
        if file.name.endswith(".toml")
    }
    return tuple(sorted(names | {COUNTRIES}))


@cache
def code_list(name: str) -> CodeList:
    """Which codes may stand in a column, and what do they mean?

    A code value is a contract with everybody who delivers files: it is never reused for another
    meaning. What changes over time is in `valid_from` and `valid_to`; ask `codes(on=…)`.

    Returns:
        The list, read once and the same object ever after.

    Raises:
        InputError: no such list.

    Example:
        >>> code_list("forms").label("ARB", "en")
        'Labour exploitation'

    """
    if name not in code_list_names():
        raise UnknownCodeError(
            Problem(
                what="no such code list", found=repr(name), allowed=", ".join(code_list_names())
            )
        )
    if name == COUNTRIES:
        return country_list()
    return read_code_list(name, _folder().joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def read_code_list(name: str, text: str) -> CodeList:
    """Read a code list from TOML.

    Raises:
        InputError: the text is no TOML, or lacks something, or has what a list does not have;
            all problems together.

    """
    file = f"{name}.toml"
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(Problem(what=f"is not valid TOML ({error})", file=file)) from error
    problems = _problems(document, file)
    if problems:
        raise InputError(problems)
    return CodeList(
        name=name,
        version=document["version"],
        title=MappingProxyType(document["title"]),
        source=document["source"],
        parent_list=document.get("parent_list", name),
        entries=MappingProxyType(
            {code: _code(code, entry) for code, entry in document["codes"].items()}
        ),
    )


def _code(code: str, entry: Mapping[str, Any]) -> Code:
    return Code(
        code=code,
        label=MappingProxyType(entry["label"]),
        definition=MappingProxyType(entry["definition"]),
        valid_from=entry.get("valid_from"),
        valid_to=entry.get("valid_to"),
        validity_source=entry.get("validity_source", ""),
        parent=entry.get("parent"),
        mappings=MappingProxyType(
            {target: tuple(codes) for target, codes in entry.get("mappings", {}).items()}
        ),
        attributes=MappingProxyType(entry.get("attributes", {})),
    )


def _problems(document: Mapping[str, Any], file: str) -> list[Problem]:
    found = [
        Problem(what=f"lacks '{key}'", file=file) for key in sorted(_OF_A_LIST - set(document))
    ]
    found += [
        Problem(what="a code list has no such key", file=file, found=key)
        for key in sorted(set(document) - _OF_A_LIST - _MAY_HAVE)
    ]
    found += _language_problems(document.get("title", {}), "the title", file)
    for code, entry in document.get("codes", {}).items():
        found += _code_problems(code, entry, file)
    return found


def _code_problems(code: str, entry: Mapping[str, Any], file: str) -> list[Problem]:
    found = [
        Problem(what=f"a code has no such key, at {code}", file=file, found=key)
        for key in sorted(set(entry) - _OF_A_CODE)
    ]
    for key in ("label", "definition"):
        found += _language_problems(entry.get(key, {}), f"the {key} of {code}", file)
    dates = [entry[key] for key in ("valid_from", "valid_to") if key in entry]
    if any(type(day) is not date for day in dates):
        found.append(Problem(what=f"a validity of {code} is not a date", file=file))
    elif dates != sorted(dates):
        found.append(Problem(what=f"{code} ends before it begins", file=file))
    if dates and not entry.get("validity_source"):
        found.append(Problem(what=f"{code} has a validity without its source", file=file))
    return found


def _language_problems(texts: Mapping[str, Any], what: str, file: str) -> list[Problem]:
    return [
        Problem(what=f"{what} is missing or empty in '{language}'", file=file)
        for language in LANGUAGES
        if not str(texts.get(language, "")).strip()
    ]
