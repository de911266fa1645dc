"""What must hold of the rules before anybody is answered by them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from slachtoffermonitor.ground import LANGUAGES, Problem
from slachtoffermonitor.service.basis.rules import Condition, Row, Rules
from slachtoffermonitor.vocabulary import code_list

__all__ = ["document_problems", "rules_problems"]

_PARTS = {
    "sources": dict,
    "facts": list,
    "rule_sets": list,
    "asks": dict,
    "purposes": dict,
    "rows": list,
    "needs": dict,
    "withdrawals": list,
}
_KEYS: Mapping[str, tuple[set[str], set[str]]] = {
    "facts": ({"on", "source", *LANGUAGES}, set()),
    "rule_sets": ({"id", "valid_from", "sources"}, {"valid_to", "articles"}),
    "rows": ({"id", "sources", "then", *LANGUAGES}, {"when"}),
    "withdrawals": ({"bases", "leaves", "source", *LANGUAGES}, set()),
    "sources": ({"title", "reading"}, set()),
    "purposes": ({"at_most", "instead"}, set()),
    "needs": (set(LANGUAGES), set()),
}
_CODES_OF_CONDITIONS = {
    "reporters": "reporters",
    "classes": "reporter_classes",
    "purposes": "purposes",
    "ages": "age_bands_consent",
    "consents": "consent_forms",
}
_BY_SOMEBODY_ELSE = {"TOEST_OUDER": "OUDER", "TOEST_VOOGD": "VOOGD"}
_COUNT = "TELLING"
_NO_BASIS = "GEEN"


def document_problems(document: Mapping[str, Any], file: str) -> list[Problem]:
    """Find what keeps a document from being read as rules at all."""
    found = [] if isinstance(document.get("version"), str) else [_lacks("version", file)]
    for part, kind in _PARTS.items():
        if not isinstance(document.get(part), kind) or not document[part]:
            found.append(_lacks(part, file))
    if found:
        return found
    for part, (must, may) in _KEYS.items():
        entries = document[part]
        named = entries.items() if isinstance(entries, dict) else enumerate(entries, start=1)
        for name, entry in named:
            found += _key_problems(f"{part} {entry.get('id', name)}", entry, (must, may), file)
    if found:
        return found
    return [*_day_problems(document, file), *_reference_problems(document, file)]


def _lacks(what: str, file: str) -> Problem:
    return Problem(what=f"lacks '{what}'", file=file)


def _key_problems(
    where: str, entry: Mapping[str, Any], keys: tuple[set[str], set[str]], file: str
) -> list[Problem]:
    must, may = keys
    found = [
        Problem(what=f"{where} lacks '{key}'", file=file)
        for key in sorted(must)
        if entry.get(key) in (None, "")
    ]
    found += [
        Problem(what=f"{where} has an unknown key", file=file, found=key)
        for key in sorted(set(entry) - must - may)
    ]
    return found


def _day_problems(document: Mapping[str, Any], file: str) -> Iterator[Problem]:
    for entry in document["rule_sets"]:
        for key in ("valid_from", "valid_to"):
            if key in entry and type(entry[key]) is not date:
                yield Problem(what=f"rule set {entry['id']}: '{key}' is not a date", file=file)
    for entry in document["facts"]:
        if type(entry["on"]) is not date:
            yield Problem(what="a fact has no date", file=file)


def _reference_problems(document: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """Find names of sources and keys of rows that do not exist."""
    named = [
        *((entry["source"], "a fact") for entry in document["facts"]),
        *((entry["source"], "a withdrawal") for entry in document["withdrawals"]),
        *((name, entry["id"]) for entry in document["rule_sets"] for name in entry["sources"]),
        *((name, entry["id"]) for entry in document["rows"] for name in entry["sources"]),
    ]
    for name, where in named:
        if name not in document["sources"]:
            yield Problem(what=f"{where} names an unknown source", file=file, found=name)
    for name, entry in document["sources"].items():
        if entry["reading"] not in ("read", "cited"):
            yield Problem(what=f"source {name}: 'reading' is neither read nor cited", file=file)
    conditions = set(Condition.__slots__)
    for entry in document["rows"]:
        for name, wanted in entry.get("when", {}).items():
            if name not in conditions or not isinstance(wanted, list | bool):
                yield Problem(
                    what=f"row {entry['id']} has no such condition", file=file, found=name
                )
        if set(entry["then"]) - {"needs"} != {"basis", "may_send", "light"}:
            yield Problem(what=f"row {entry['id']} does not say what it decides", file=file)


def rules_problems(rules: Rules, file: str) -> list[Problem]:
    """Find codes that do not exist, days without one rule set, and rows that give too much."""
    found = [
        *_set_problems(rules),
        *_code_problems(rules),
        *(what for row in rules.rows for what in _row_problems(row, rules)),
    ]
    if rules.rows[-1].when.wanted():
        found.append("the last row has a condition, so that a question could stay unanswered")
    found += [
        f"row {row.id} has no condition, so that no row under it is ever reached"
        for row in rules.rows[:-1]
        if not row.when.wanted()
    ]
    names = [row.id for row in rules.rows]
    found += sorted({f"row {name} stands there twice" for name in names if names.count(name) > 1})
    return [Problem(what=what, file=file) for what in found]


def _set_problems(rules: Rules) -> Iterator[str]:
    sets = rules.rule_sets
    for before, after in pairwise(sets):
        if before.valid_to is None:
            yield f"rule set {before.id} has no end, but {after.id} follows"
        elif after.valid_from <= before.valid_to:
            yield f"rule sets {before.id} and {after.id} overlap"
        elif after.valid_from != before.valid_to + timedelta(days=1):
            yield f"between rule sets {before.id} and {after.id} days have no rules"
    for each in sets:
        if each.valid_to is not None and each.valid_to < each.valid_from:
            yield f"rule set {each.id} ends before it begins"
    if sets[-1].valid_to is not None:
        yield f"rule set {sets[-1].id} ends, and nothing follows"


def _code_problems(rules: Rules) -> Iterator[str]:
    ages, forms = set(code_list("age_bands_consent")), set(code_list("consent_forms"))
    if set(rules.asks) != set(code_list("minor_consent")):
        yield "asks: not one table for each code of the list 'minor_consent'"
    for chosen, by_age in rules.asks.items():
        if set(by_age) != ages:
            yield f"asks.{chosen}: not one line for each age"
        yield from (
            f"asks.{chosen}.{age}: unknown giver"
            for age in by_age
            if not forms.issuperset(by_age[age])
        )
    if set(rules.purposes) != set(code_list("purposes")):
        yield "purposes: not one entry for each purpose"
    for name, purpose in rules.purposes.items():
        if purpose.at_most not in code_list("report_contents"):
            yield f"purposes.{name}: unknown content"
        if not set(rules.purposes).issuperset(purpose.instead):
            yield f"purposes.{name}: unknown purpose instead"
    covered = [basis for effect in rules.withdrawals for basis in effect.bases]
    if sorted(covered) != sorted(code_list("legal_bases")):
        yield "withdrawals: not each legal basis exactly once"
    for each in rules.rule_sets:
        yield from _unknown(f"rule set {each.id}", each.articles, "legal_bases")


def _row_problems(row: Row, rules: Rules) -> Iterator[str]:
    for condition, listed in _CODES_OF_CONDITIONS.items():
        yield from _unknown(f"row {row.id}", getattr(row.when, condition) or (), listed)
    known = {each.id for each in rules.rule_sets}
    if not known.issuperset(row.when.rule_sets or ()):
        yield f"row {row.id}: unknown rule set"
    if not set(rules.needs).issuperset(row.then.needs):
        yield f"row {row.id}: unknown need"
    yield from _unknown(f"row {row.id}", (row.then.basis,), "legal_bases")
    yield from _unknown(f"row {row.id}", (row.then.may_send,), "report_contents")
    counts = row.then.may_send == _COUNT
    if (row.then.basis == _NO_BASIS) is not counts:
        yield f"row {row.id} gives more than a count without a basis, or a count with one"
    if (row.then.light == "red") is not counts or row.then.light not in ("green", "amber", "red"):
        yield f"row {row.id}: the light is red where only a count may be sent, and nowhere else"
    giver = _BY_SOMEBODY_ELSE.get(row.then.basis)
    if giver and (row.when.giver_suspected is not False or row.when.consents != (giver,)):
        yield f"row {row.id} takes consent from somebody who may be a suspect"


def _unknown(where: str, codes: Iterable[str], listed: str) -> Iterator[str]:
    for code in codes:
        if code not in code_list(listed):
            yield f"{where}: '{code}' is not a code of the list '{listed}'"
