"""The checking of numbers as data, so that a web page applies the same rules without a network."""

from __future__ import annotations

from typing import Any

from slachtoffermonitor.ground import Language, Text, translate
from slachtoffermonitor.published.checking.answers import (
    NUMBERLESS,
    OTHERS,
    SUMMARIES,
    UNREAD,
    YEARLESS,
)
from slachtoffermonitor.published.checking.explaining import (
    AND,
    BECAUSE,
    DIFFERENCES,
    PLUS,
    RELATIONS,
    SUM,
    differences,
    part_text,
    series_text,
    statement_text,
    what_text,
)
from slachtoffermonitor.published.checking.rules import check_rules
from slachtoffermonitor.published.checking.statements import Statement, statements
from slachtoffermonitor.published.claims import claim, claims, find_claims

__all__ = ["check_as_data"]


def check_as_data(language: Language) -> dict[str, Any]:
    """What must another program know to check a number just as `check_number` does?

    Args:
        language: of every sentence; the rules read Dutch and English alike.

    Returns:
        Plain values for JSON. `keywords` and `rules`: how a quote is read and compared.
        `statements`: every number that the catalogue can say, with its sentence, its sources and
        how it can differ from a question. `yearly`: the yearly totals of each series by year, and
        `mixture`: the statement that a sum of both would be. `words`: the sentences of the
        verdicts, with placeholders in braces. Sentences that recur stand once in `phrases` and are
        named elsewhere by their place in it.

    """
    rules, phrases = check_rules(), _Phrases()
    first, last = min(c.first_year for c in claims()), max(c.last_year for c in claims())
    return {
        "language": language,
        "keywords": rules["keywords"],
        "rules": rules["rules"],
        "statements": [_statement(entry, language, phrases) for entry in statements()],
        "yearly": {str(year): _totals(year, language, phrases) for year in range(first, last + 1)},
        "mixture": _mixture(language, phrases),
        "words": _words(language),
        "phrases": list(phrases.places),
    }


class _Phrases:
    """Every sentence once, each with its place."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def place(self, phrase: str) -> int:
        return self.places.setdefault(phrase, len(self.places))


def _statement(entry: Statement, language: Language, phrases: _Phrases) -> dict[str, Any]:
    told = {
        name: phrases.place(differences(entry, {name})[0].in_language(language))
        for name in DIFFERENCES
    }
    if entry.compared_with is None:
        told.pop("compared_with")
    return {
        "quantity": entry.quantity,
        "subject": entry.subject,
        "base": entry.base,
        "facets": dict(entry.facets),
        "years": entry.years,
        "period": entry.period,
        "comparedWith": entry.compared_with,
        "low": entry.low,
        "high": entry.high,
        "yearly": entry.yearly,
        "series": entry.series,
        "standing": entry.standing,
        "text": statement_text(entry).in_language(language),
        "note": phrases.place(translate(entry.note, language) if entry.note else ""),
        "citations": [
            phrases.place(source)
            for source in dict.fromkeys(claim(name).source for name in entry.claims)
        ],
        "differences": told,
    }


def _totals(year: int, language: Language, phrases: _Phrases) -> list[dict[str, Any]]:
    return [
        {
            "series": entry.series,
            "value": entry.value,
            "part": part_text(entry.id, mixed=True).in_language(language),
            "citations": [phrases.place(entry.source)],
        }
        for entry in find_claims(measure="registered_victims", group="total", year=year)
        if entry.first_year == entry.last_year
    ]


def _mixture(language: Language, phrases: _Phrases) -> dict[str, Any]:
    """The statement of a mixed sum, but for its period, its parts and its value."""
    model = next(entry for entry in statements() if entry.origin == "sum")
    mixed = series_text("mixed")
    sentence = translate(SUM, language)
    shown = {"what": what_text(model).in_language(language), "series": mixed.in_language(language)}
    for name, words in shown.items():
        sentence = sentence.replace(f"{{{name}}}", words)
    other = Text(DIFFERENCES["series"], {"series": mixed}).in_language(language)
    return _statement(model, language, phrases) | {
        "facets": {},
        "yearly": False,
        "series": "mixed",
        "standing": "computed",
        "text": sentence,
        "differences": {
            "series": phrases.place(other),
            "base": phrases.place(differences(model, {"base"})[0].in_language(language)),
        },
    }


def _words(language: Language) -> dict[str, Any]:
    def say(message: str) -> str:
        return translate(message, language)

    return {
        "summaries": {verdict: say(message) for verdict, message in SUMMARIES.items()},
        "relations": {relation: say(message) for relation, message in RELATIONS.items()},
        "differences": list(DIFFERENCES),
        "because": say(BECAUSE),
        "and": say(AND),
        "plus": say(PLUS),
        "numberless": say(NUMBERLESS),
        "others": say(OTHERS),
        "unread": say(UNREAD),
        "yearless": say(YEARLESS),
    }
