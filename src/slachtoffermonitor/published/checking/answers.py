"""Check a number that somebody quotes against everything that was published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from slachtoffermonitor.ground import InputError, Problem, Text
from slachtoffermonitor.published.checking.comparing import Placed, Relation, place, relate
from slachtoffermonitor.published.checking.explaining import (
    differences,
    joined,
    relation_text,
    statement_text,
)
from slachtoffermonitor.published.checking.numbers import NumberKind, number_from
from slachtoffermonitor.published.checking.questions import Question, read_quote
from slachtoffermonitor.published.checking.rules import check_rules
from slachtoffermonitor.published.checking.statements import Statement, group_facets
from slachtoffermonitor.published.claims import claim
from slachtoffermonitor.vocabulary import code_list

__all__ = [
    "NUMBERLESS",
    "OTHERS",
    "SUMMARIES",
    "UNREAD",
    "YEARLESS",
    "Answer",
    "NumberCheck",
    "Verdict",
    "check_number",
]

Verdict = Literal["match", "other_definition", "contradiction", "unknown"]

_KINDS: dict[str, NumberKind] = {
    "count": "count",
    "share": "percent",
    "change": "change",
    "rate": "rate",
    "age_lowest": "count",
    "age_highest": "count",
}
_SHOWN = 6
SUMMARIES: Mapping[Verdict, str] = {
    "match": "“{written}” matches what was published.",
    "other_definition": "“{written}” fits only by another definition than the usual one.",
    "contradiction": "“{written}” contradicts what was published.",
    "unknown": "Nothing reliable that was published speaks to “{written}”.",
}
NUMBERLESS = "There is no number in the quote that can be checked."
OTHERS = "Not checked, also in the quote: {numbers}."
UNREAD = "Not understood in the quote: {words}."
YEARLESS = "The quote names no year; look at the year of each figure."


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One statement that speaks to the quoted number, how it stands to it, and where it is from.

    `relation`: `match`; `other_definition` (it fits, of another series, group, denominator or
    period that holds the year); `contradiction`; `disputed` (it was printed and is wrong or called
    unreliable); `other_year` (it fits in another year only); `context` (a different number by
    another definition or edition, to compare).
    """

    relation: Relation
    statement: Statement
    explanation: Text
    note: Text
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberCheck:
    """What the published figures say of a quoted number.

    `verdict` is `unknown` when nothing speaks to it, which is not the same as wrong. `summary` is
    the verdict in a sentence, `remarks` say what the reader must know of the quote itself, and
    `explanation` is all of it in one text, with the answers that decide and their notes.
    """

    verdict: Verdict
    question: Question
    answers: tuple[Answer, ...]
    summary: Text
    remarks: tuple[Text, ...]

    @property
    def explanation(self) -> Text:
        """The summary, the answers that decide with their notes, and the remarks, in one text."""
        telling = {"match": {"match"}, "other_definition": {"other_definition", "contradiction"}}
        shown = telling.get(self.verdict, {"contradiction", "disputed"})
        parts = [self.summary]
        for answer in self.answers:
            if answer.relation in shown:
                parts.append(answer.explanation)
                if answer.note.message and answer.note not in parts:
                    parts.append(answer.note)
        return joined([*parts, *self.remarks], "{first} {rest}")

    @property
    def citations(self) -> tuple[str, ...]:
        """The sources of all answers, each once."""
        return tuple(dict.fromkeys(c for answer in self.answers for c in answer.citations))


def check_number(
    quote: str | None = None,
    *,
    value: float | None = None,
    measure: str | None = None,
    year: int | tuple[int, int] | None = None,
    group: str | None = None,
) -> NumberCheck:
    """Does a quoted number agree with what was published?

    A match says that the number was published or follows from published numbers, of the same
    year, group and definition; it does not say that the number is right. What is given next to a
    quote replaces what was read in it.

    Args:
        quote: A sentence in Dutch or English that holds the number.
        value: The number itself, as it was written (11 as a share stands for 10.5 to 11.5).
        measure: A code of `published_measures`.
        year: A year, or the first and last year of a period.
        group: A code of `published_groups`.

    Returns:
        The verdict, the statements that speak to the number with their computed values and
        sources, and an explanation in both languages.

    Raises:
        InputError: neither a quote nor a value was given, or a code is not in its list.

    Example:
        >>> check_number("11% sexual exploitation 2020").verdict
        'contradiction'

    """
    question = _question(quote, measure=measure, year=year, group=group)
    if value is None:
        if quote is None:
            raise InputError(
                Problem(what="nothing to check", allowed="a quote with a number, or a value")
            )
        return _checked(question)
    if question.quantity:
        kind = _KINDS.get(question.quantity, "count")
        return _checked(replace(question, number=number_from(value, kind)))
    # A bare value may be a count or a share: the reading that finds more to say is the one meant.
    kinds: list[NumberKind] = ["count", "percent"]
    if group is not None and 0 < value <= 100:
        kinds.reverse()
    readings = [_checked(replace(question, number=number_from(value, kind))) for kind in kinds]
    order = ["match", "other_definition", "contradiction", "unknown"]
    return min(readings, key=lambda reading: order.index(reading.verdict))


def _known(kind: str, code: str) -> str:
    """Give the code back, or refuse it with all codes that there are."""
    codes = code_list(f"published_{kind}s")
    if code not in codes:
        allowed = ", ".join(codes)
        raise InputError(Problem(what=f"no such {kind}", found=repr(code), allowed=allowed))
    return code


def _question(
    quote: str | None,
    *,
    measure: str | None,
    year: int | tuple[int, int] | None,
    group: str | None,
) -> Question:
    changes: dict[str, Any] = {}
    if measure is not None:
        attributes = code_list("published_measures")[_known("measure", measure)].attributes
        changes = {key: str(attributes[key]) for key in ("subject", "quantity", "base")}
    if group is not None:
        changes["facets"] = group_facets(_known("group", group))
    if year is not None:
        changes["years"] = (year, year) if isinstance(year, int) else year
    question = replace(read_quote(quote or ""), **changes)
    kind = _KINDS.get(question.quantity or "")
    if question.number and kind and kind != question.number.kind:
        number = replace(number_from(question.number.value, kind), written=question.number.written)
        question = replace(question, number=number)
    return question


def _checked(question: Question) -> NumberCheck:
    if question.number is None:
        text = Text(NUMBERLESS)
        return NumberCheck(
            verdict="unknown", question=question, answers=(), summary=text, remarks=()
        )
    related = relate(question, place(question))
    if question.unread and not question.says_of_what:
        # Nobody knows what is counted, so nothing may be said of it.
        related = []
    verdict = _verdict(related)
    if verdict == "match":
        related = [
            replace(entry, relation="context") if entry.relation == "contradiction" else entry
            for entry in related
        ]
    order: list[Relation] = [
        "match",
        "other_definition",
        "contradiction",
        "disputed",
        "other_year",
        "context",
    ]
    related.sort(key=lambda entry: order.index(entry.relation))
    answers = tuple(_answer(entry) for entry in related[:_SHOWN])
    return NumberCheck(
        verdict=verdict,
        question=question,
        answers=answers,
        summary=_summary(question, verdict),
        remarks=_remarks(question, verdict),
    )


def _verdict(related: Iterable[Placed]) -> Verdict:
    rules = check_rules()["rules"]["verdict"]
    present = {entry.relation for entry in related}
    for relation in rules["order"]:
        if relation in present:
            verdict: Verdict = rules["disputed"] if relation == "disputed" else relation
            return verdict
    return "unknown"


def _answer(entry: Placed) -> Answer:
    statement = entry.statement
    why = differences(statement, set(entry.differs))
    sources = (claim(name).source for name in statement.claims)
    return Answer(
        relation=entry.relation,
        statement=statement,
        explanation=Text(
            "{statement} {relation}",
            {
                "statement": statement_text(statement),
                "relation": relation_text(entry.relation, why),
            },
        ),
        note=Text(statement.note),
        citations=tuple(dict.fromkeys(sources)),
    )


def _summary(question: Question, verdict: Verdict) -> Text:
    written = question.number.written if question.number else ""
    return Text(SUMMARIES[verdict], {"written": written})


def _remarks(question: Question, verdict: Verdict) -> tuple[Text, ...]:
    remarks = []
    if question.other_numbers:
        numbers = ", ".join(question.other_numbers)
        remarks.append(Text(OTHERS, {"numbers": numbers}))
    if question.unread:
        words = ", ".join(question.unread)
        remarks.append(Text(UNREAD, {"words": words}))
    if verdict != "unknown" and question.years is None:
        remarks.append(Text(YEARLESS))
    return tuple(remarks)
