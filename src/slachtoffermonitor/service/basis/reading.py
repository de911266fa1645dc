"""From `data/rules.toml` to `Rules`; a file with a fault is refused with all its faults."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from slachtoffermonitor.ground import LANGUAGES, InputError, Problem
from slachtoffermonitor.service.basis.checking import document_problems, rules_problems
from slachtoffermonitor.service.basis.rules import (
    Condition,
    Fact,
    Outcome,
    Purpose,
    Row,
    Rules,
    RuleSet,
    Source,
    WithdrawalEffect,
    Words,
)

__all__ = ["current_rules", "read_rules"]

_FILE = "rules.toml"


@cache
def current_rules() -> Rules:
    """Which rules does this version of the program hold?"""
    path = files("slachtoffermonitor.service.basis").joinpath("data", _FILE)
    return read_rules(path.read_text(encoding="utf-8"))


def read_rules(text: str) -> Rules:
    """Read rules from TOML.

    Raises:
        InputError: the text is no TOML; names a code, source or rule set that does not exist;
            lacks a text in a language; its rule sets overlap or leave days out; or a row gives
            data about a person without a basis, or takes consent from a suspect. All problems
            together.

    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(Problem(what=f"is not valid TOML ({error})", file=_FILE)) from error
    problems = document_problems(document, _FILE)
    if problems:
        raise InputError(problems)
    rules = _rules(document)
    problems = rules_problems(rules, _FILE)
    if problems:
        raise InputError(problems)
    return rules


def _rules(document: Mapping[str, Any]) -> Rules:
    sources = {name: Source(id=name, **entry) for name, entry in document["sources"].items()}
    return Rules(
        version=document["version"],
        sources=MappingProxyType(sources),
        facts=tuple(
            Fact(on=entry["on"], source=sources[entry["source"]], text=_words(entry))
            for entry in document["facts"]
        ),
        rule_sets=tuple(_rule_set(entry, sources) for entry in document["rule_sets"]),
        asks=MappingProxyType(
            {
                chosen: MappingProxyType({age: tuple(givers) for age, givers in ages.items()})
                for chosen, ages in document["asks"].items()
            }
        ),
        purposes=MappingProxyType(
            {
                name: Purpose(at_most=entry["at_most"], instead=tuple(entry["instead"]))
                for name, entry in document["purposes"].items()
            }
        ),
        rows=tuple(_row(entry, sources) for entry in document["rows"]),
        needs=MappingProxyType({name: _words(entry) for name, entry in document["needs"].items()}),
        withdrawals=tuple(
            WithdrawalEffect(
                bases=tuple(entry["bases"]),
                leaves=entry["leaves"],
                text=_words(entry),
                source=sources[entry["source"]],
            )
            for entry in document["withdrawals"]
        ),
    )


def _words(entry: Mapping[str, Any]) -> Words:
    return MappingProxyType({language: str(entry[language]) for language in LANGUAGES})


def _rule_set(entry: Mapping[str, Any], sources: Mapping[str, Source]) -> RuleSet:
    return RuleSet(
        id=entry["id"],
        valid_from=entry["valid_from"],
        valid_to=entry.get("valid_to"),
        sources=tuple(sources[name] for name in entry["sources"]),
        articles=MappingProxyType(entry.get("articles", {})),
    )


def _row(entry: Mapping[str, Any], sources: Mapping[str, Source]) -> Row:
    when: dict[str, Any] = {
        name: tuple(wanted) if isinstance(wanted, list) else wanted
        for name, wanted in entry.get("when", {}).items()
    }
    then = dict(entry["then"])
    return Row(
        id=entry["id"],
        when=Condition(**when),
        then=Outcome(**then | {"needs": tuple(then.get("needs", ()))}),
        reason=_words(entry),
        sources=tuple(sources[name] for name in entry["sources"]),
    )
