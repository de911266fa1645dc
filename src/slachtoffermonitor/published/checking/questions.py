"""From a sentence that quotes a number to a question that the catalogue can answer."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from slachtoffermonitor.published.checking.numbers import QuotedNumber, masked, quoted_numbers
from slachtoffermonitor.published.checking.rules import check_rules, compiled

__all__ = ["Question", "read_quote"]

Years = tuple[int, int]

_YEAR = r"(?<![\d.,_])(20(?:0[5-9]|[1-3]\d))(?![\d_]|[.,]\d)"
_OLD_YEAR = r"(?<![\d.,_])(19\d\d|200[0-4])(?![\d_%]|[.,]\d)"
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
_QUOTES = dict.fromkeys(map(ord, "‘’ʼ`´"), "'") | dict.fromkeys(map(ord, "\u00a0\u2009\u202f"), "_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a quote says: a number, and of what, of whom, of when, in whose series.

    Everything but the number may be absent. `compared_with` holds the years that a change is
    measured from. `other_numbers` are numbers of the sentence that are not the one in question,
    `unread` the words that no rule understood.
    """

    number: QuotedNumber | None
    years: Years | None = None
    compared_with: Years | None = None
    months: Years | None = None
    subject: str | None = None
    quantity: str | None = None
    base: str | None = None
    series: str | None = None
    facets: Mapping[str, str] = field(default_factory=dict)
    other_numbers: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def says_of_what(self) -> bool:
        """Whether the quote names anything that the catalogue counts."""
        return bool(self.facets or self.subject or self.base or self.quantity or self.series)


def read_quote(quote: str) -> Question:
    """What does the sentence say: which number, of what, of whom and when?

    Reads Dutch and English. A word that is not in the rules is not understood and says nothing.

    Example:
        >>> question = read_quote("ruim 1.300 slachtoffers in 2019")
        >>> (question.number.low, question.number.high, question.years)
        (1300.0, 1430.0, (2019, 2019))

    """
    text = _plain(quote)
    meanings, rest, counted = _keywords(text)
    unread = _unread(rest)
    place = _place(quote, unread)
    if place:
        meanings["facets"]["place"] = place
    years, counted = _years(counted)
    found = list(quoted_numbers(counted, rest))
    first = next((number for number in found if number.kind != "count"), None)
    number = first or (found[0] if found else None)
    target, earlier = _periods(years, number)
    return Question(
        number=number,
        years=target,
        compared_with=earlier,
        months=_months(text) if target else None,
        other_numbers=tuple(other.written for other in found if other is not number),
        unread=unread,
        **meanings,
    )


def _unread(rest: str) -> tuple[str, ...]:
    words = check_rules()["keywords"]
    ignored = {*words["unread"]["ignored"].split(), *words["words"]["small"]}
    found = dict.fromkeys(match[0] for match in compiled(r"[a-z]{4,}").finditer(rest))
    return tuple(word for word in found if word not in ignored)


def _place(quote: str, unread: tuple[str, ...]) -> str | None:
    """Find a name that narrows the quote to a part ("in Amsterdam") that no rule knows."""
    pattern = check_rules()["keywords"]["unread"]["place"]
    names = (match[1].lower() for match in compiled(pattern).finditer(_ascii(quote)))
    return next((name for name in names if name in unread), None)


def _ascii(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.translate(_DASHES | _QUOTES))
    return "".join(letter for letter in letters if letter.isascii())


def _plain(text: str) -> str:
    return _ascii(text).lower()


def _keywords(text: str) -> tuple[dict[str, Any], str, str]:
    """Take the words of the rules out of the text.

    Returns the meanings, the text without all those words, and the text without only those that
    hold a digit (an age, a horizon), in which the numbers are then looked for.
    """
    rest, counted = text, text
    facets: dict[str, str] = {}
    subjects: list[str] = []
    named: dict[str, str] = {}
    for entry in check_rules()["keywords"]["keyword"]:
        spans = [m.span() for p in entry["patterns"] for m in compiled(p).finditer(rest)]
        if not spans:
            continue
        for start, end in spans:
            if any(letter.isdigit() for letter in text[start:end]):
                counted = masked(counted, start, end)
            rest = masked(rest, start, end)
        if "facet" in entry:
            facets.setdefault(*entry["facet"])
        if "subject" in entry:
            subjects.append(entry["subject"])
        for key in ("series", "base", "quantity"):
            if key in entry:
                named.setdefault(key, entry[key])
    return {"facets": facets, "subject": _subject(subjects), **named}, rest, counted


def _subject(subjects: list[str]) -> str | None:
    for entry in check_rules()["keywords"]["combined"]:
        if set(entry["subjects"]) <= set(subjects):
            return str(entry["subject"])
    return subjects[0] if subjects else None


def _years(text: str) -> tuple[list[Years], str]:
    words = check_rules()["keywords"]["words"]
    span = rf"{_YEAR}\s*(?:{words['range']}\s*(?:in\s+)?{_YEAR}|[-/]\s*(\d\d)(?!\d))"
    found: list[tuple[int, Years]] = []
    for match in list(compiled(span).finditer(text)):
        first = int(match[1])
        last = int(match[2]) if match[2] else first // 100 * 100 + int(match[3])
        if first < last:
            found.append((match.start(), (first, last)))
            text = masked(text, *match.span())
    for match in list(compiled(_YEAR + rf"(?!\s*{words['percent']})").finditer(text)):
        found.append((match.start(), (int(match[1]), int(match[1]))))
        text = masked(text, *match.span())
    if not found and len(compiled(r"(?<![\d.,_])\d+").findall(text)) > 1:
        # A year long ago looks like a count (1977 victims), unless it is all that dates the quote.
        old = next(iter(reversed(list(compiled(_OLD_YEAR).finditer(text)))), None)
        if old:
            found.append((old.start(), (int(old[1]), int(old[1]))))
            text = masked(text, *old.span())
    return [years for _, years in sorted(found)], text


def _periods(years: list[Years], number: QuotedNumber | None) -> tuple[Years | None, Years | None]:
    """Say which period the number is of, and which it is compared with."""
    if not years:
        return None, None
    if number is None or number.kind not in {"change", "difference"}:
        return years[0], None
    if len(years) == 1:
        first, last = years[0]
        return ((last, last), (first, first)) if first < last else (years[0], None)
    ordered = sorted(years[:2], key=lambda period: (period[1], period[0]))
    return ordered[1], ordered[0]


def _months(text: str) -> Years | None:
    names = check_rules()["keywords"]["words"]["months"]
    pattern = rf"\b({'|'.join(names)})[a-z]*\b"
    found = sorted(names[match[1]] for match in compiled(pattern).finditer(text))
    return (found[0], found[-1]) if found else None
