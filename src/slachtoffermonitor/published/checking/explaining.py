"""Sentences about a check, in both languages: what a statement says, and why it fits or not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from slachtoffermonitor.ground import Language, Number, Text
from slachtoffermonitor.published.checking.statements import Statement
from slachtoffermonitor.published.claims import claim
from slachtoffermonitor.vocabulary import code_list

__all__ = [
    "AND",
    "BECAUSE",
    "DIFFERENCES",
    "PLUS",
    "RELATIONS",
    "SUM",
    "differences",
    "joined",
    "part_text",
    "relation_text",
    "series_text",
    "statement_text",
    "value_text",
    "what_text",
]

_SERIES = {
    "NR": "National Rapporteur",
    "CoMensha": "reporting point (CoMensha)",
    "both": "National Rapporteur and reporting point",
    "mixed": "two series mixed",
    "newspaper": "newspaper",
    "MSE": "multiple systems estimation",
    "other estimate": "another estimate",
    "CBS linkage": "linkage by Statistics Netherlands",
    "CKM/Fier": "chat of CKM and Fier",
    "UK NRM": "Home Office of the United Kingdom",
    "police": "police",
    "prosecution": "prosecution service",
    "municipal": "municipalities",
    "policy": "government policy",
}
_BASES = {
    "visitors": "it counts all visitors of the chat",
    "sum_of_forms": "it adds up the forms of exploitation, and a victim can have several",
    "sum_of_reporters": "it adds up the reporters, and a victim can have several",
    "estimate_file": "it counts the input file of the estimate",
}
# In what a statement can differ from a question, in the order in which it is told.
DIFFERENCES = {
    "series": "it is of another series: {series}",
    "base": "it is a number of something else: {measure}",
    "subject": "it is a number of something else: {measure}",
    "group": "it is of another group: {group}",
    "period": "it is of another period: {period}",
    "compared_with": "it is compared with {earlier}",
    "standing": "the base that it was compared with was not published",
}
BECAUSE, AND = "The number fits, but {why}.", "{first}, and {rest}"
RELATIONS = {
    "match": "The number fits.",
    "other_definition": "The number fits another definition.",
    "contradiction": "The number does not fit.",
    "disputed": "The number was printed, but it is disputed.",
    "other_year": "The number fits, but in another year.",
    "context": "To compare, by another definition or edition.",
}
SUM, PLUS = "{what}, {period}: {parts} makes {value} ({series}).", "{first} + {rest}"


@dataclass(frozen=True, slots=True)
class _Label(Text):
    """The label of a code of a published list; `message` is the list, `code` the code."""

    code: str = ""

    def in_language(self, language: Language) -> str:
        return code_list(self.message).label(self.code, language)


def _label(kind: str, code: str) -> Text:
    return _Label(f"published_{kind}s", {}, code)


def series_text(series: str) -> Text:
    """Name a series for a reader."""
    return Text(_SERIES.get(series, series))


def value_text(statement: Statement, value: float | None = None) -> Text:
    """Write the value of a statement (or another value of its kind) with its unit."""
    signed = statement.quantity in {"change", "difference"}
    pattern = "+#,##0.#;-#,##0.#" if signed else "#,##0.#"
    if value is None and statement.high - statement.low > 0.3 * statement.value > 0:
        ends = {"low": Number(statement.low, pattern), "high": Number(statement.high, pattern)}
        return Text("{low} to {high}", ends)
    shown = {"n": Number(statement.value if value is None else value, pattern)}
    if statement.one_in:
        return Text("one in {n}", {"n": Number(100 / statement.value, "#,##0.#")})
    if statement.unit == "percent":
        return Text("{n}%", shown)
    if statement.unit == "persons_per_year":
        return Text("{n} a year", shown)
    return Text("{n}", shown)


def what_text(statement: Statement) -> Text:
    """Name what a statement counts, and of which group."""
    measure = _label("measure", statement.measure)
    if statement.group == "total":
        return measure
    group = _label("group", statement.group)
    return Text("{measure}, {group}", {"measure": measure, "group": group})


def _amount(value: float) -> Number:
    return Number(value, "#,##0.#")


def _period(years: tuple[int, int]) -> str:
    return str(years[0]) if years[0] == years[1] else f"{years[0]}-{years[1]}"


def statement_text(statement: Statement) -> Text:
    """Say in a sentence what a statement says, with its numerator and denominator."""
    shown: dict[str, Number | Text | str | int] = {
        "what": what_text(statement),
        "period": statement.period,
        "value": value_text(statement),
        "series": series_text(statement.series),
    }
    if statement.origin == "published" or statement.formula is None:
        message = "{what}, {period}: published as {value} ({series})."
        if statement.approximate:
            message = "{what}, {period}: published as about {value} ({series})."
        return Text(message, shown)
    formula = statement.formula
    shown |= {"top": _amount(formula.top()), "bottom": _amount(formula.bottom())}
    if formula.kind == "share":
        return Text("{what}, {period}: {top} of {bottom} is {value} ({series}).", shown)
    if statement.compared_with:
        shown["earlier"] = _period(statement.compared_with)
        if statement.origin == "difference":
            shown["top"] = part_text(formula.plus[0], mixed=False)
            shown["bottom"] = part_text(formula.minus[0], mixed=False)
        message = "{what}: from {bottom} in {earlier} to {top} in {period} is {value} ({series})."
        return Text(message, shown)
    shown["parts"] = _parts(statement)
    return Text(SUM, shown)


def _parts(statement: Statement) -> Text:
    formula = statement.formula
    if formula is None:
        return Text("")
    mixed = statement.series == "mixed"
    shown = [part_text(name, mixed=mixed) for name in formula.plus]
    text = joined(shown, PLUS)
    for name in formula.minus:
        text = Text("{first} - {rest}", {"first": text, "rest": part_text(name, mixed=False)})
    return text


def part_text(name: str, *, mixed: bool) -> Text:
    """Write a term of a sum; where series are `mixed`, with its period and series."""
    entry = claim(name)
    shown: dict[str, Number | Text | str | int] = {"n": _amount(entry.value or 0.0)}
    if not mixed:
        return Text("{n}", shown)
    shown |= {"period": entry.period, "series": series_text(entry.series)}
    return Text("{n} ({period}, {series})", shown)


def joined(texts: Iterable[Text], pattern: str) -> Text:
    """Join texts by a pattern with `{first}` and `{rest}`; an empty text when there are none."""
    result: Text | None = None
    for text in reversed(list(texts)):
        result = text if result is None else Text(pattern, {"first": text, "rest": result})
    return result or Text("")


def differences(statement: Statement, reading: set[str]) -> tuple[Text, ...]:
    """Say in what a statement differs from what was asked.

    `reading` holds what the comparison found to differ: series, base, group, subject, period,
    compared_with, standing.
    """
    shown: dict[str, Number | Text | str | int] = {
        "series": series_text(statement.series),
        "measure": _label("measure", statement.measure),
        "group": _label("group", statement.group),
        "period": statement.period,
        "earlier": _period(statement.compared_with or (0, 0)),
    }
    messages = DIFFERENCES | {"base": _BASES.get(statement.base, DIFFERENCES["base"])}
    chosen = {messages[name]: None for name in messages if name in reading}
    return tuple(Text(message, shown) for message in chosen)


def relation_text(relation: str, why: tuple[Text, ...]) -> Text:
    """Say how a statement stands to the quoted number."""
    if relation == "other_definition" and why:
        return Text(BECAUSE, {"why": joined(why, AND)})
    return Text(RELATIONS[relation])
