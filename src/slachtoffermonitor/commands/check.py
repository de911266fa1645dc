"""`slachtoffermonitor check`: does a quoted number agree with what was published?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from slachtoffermonitor.commands._options import json_option, language_option
from slachtoffermonitor.ground import (
    InputError,
    Language,
    Problem,
    translate,
)

if TYPE_CHECKING:
    from slachtoffermonitor.published import Answer, NumberCheck

__all__ = ["command"]

_VERDICTS = {
    "match": "match",
    "other_definition": "other definition",
    "contradiction": "contradiction",
    "unknown": "unknown",
    "disputed": "disputed",
    "other_year": "other year",
    "context": "context",
}
_COLOURS = {
    "match": "green",
    "other_definition": "yellow",
    "contradiction": "red",
    "disputed": "red",
}


@click.command("check")
@click.argument("quote", required=False)
@click.option("--value", type=float, help="The number itself, instead of a sentence that holds it.")
@click.option("--measure", help="What is counted: a code of the list published_measures.")
@click.option("--year", help="A year (2020) or a period (2016-2020).")
@click.option("--group", help="Of whom: a code of the list published_groups.")
@language_option
@json_option
def command(
    quote: str | None,
    *,
    value: float | None,
    measure: str | None,
    year: str | None,
    group: str | None,
    language: Language,
    as_json: str | None,
) -> None:
    """Check a number that somebody quotes against the published figures.

    QUOTE is a sentence in Dutch or English, such as "11% sexual exploitation 2020". What the
    options say replaces what was read in it. The answer is "match", "other definition",
    "contradiction" or "unknown"; each comes with its sources.
    """
    if value is None and not (quote or "").strip():
        raise click.UsageError("Give a sentence with a number, or --value with --year.")
    from slachtoffermonitor.published import check_number

    check = check_number(quote, value=value, measure=measure, year=_period(year), group=group)
    if as_json:
        click.echo(json.dumps(_as_json(check, language), ensure_ascii=False))
        return
    _show(check, language)


def _period(year: str | None) -> tuple[int, int] | None:
    if year is None:
        return None
    first, _, last = year.partition("-")
    if not (first.isdecimal() and (last or first).isdecimal()) or int(first) > int(last or first):
        raise InputError(
            Problem(what="not a year", column="--year", found=repr(year), allowed="2020, 2016-2020")
        )
    return int(first), int(last or first)


def _show(check: NumberCheck, language: Language) -> None:
    verdict = translate(_VERDICTS[check.verdict], language)
    click.echo(f"{translate('Verdict', language)}: ", nl=False)
    click.secho(verdict, bold=True, fg=_COLOURS.get(check.verdict))
    click.echo(check.summary.in_language(language))
    for remark in check.remarks:
        click.echo(remark.in_language(language))
    if check.answers:
        click.echo(f"\n{translate('What was published', language)}:")
    shown: set[str] = set()
    for answer in check.answers:
        relation = translate(_VERDICTS[answer.relation], language)
        click.echo(f"  [{relation}] {answer.explanation.in_language(language)}")
        note = answer.note.in_language(language)
        if note and note not in shown:
            shown.add(note)
            click.echo(f"      {note}")
    if check.citations:
        click.echo(f"\n{translate('Sources', language)}:")
    for citation in check.citations:
        click.echo(f"  {citation}")


def _as_json(check: NumberCheck, language: Language) -> dict[str, Any]:
    question, number = check.question, check.question.number
    return {
        "verdict": check.verdict,
        "explanation": check.explanation.in_language(language),
        "question": {
            "written": number.written if number else None,
            "value": number.value if number else None,
            "low": number.low if number else None,
            "high": number.high if number else None,
            "kind": number.kind if number else None,
            "years": question.years,
            "compared_with": question.compared_with,
            "subject": question.subject,
            "base": question.base,
            "series": question.series,
            "facets": dict(question.facets),
            "other_numbers": question.other_numbers,
            "not_understood": question.unread,
        },
        "statements": [_answer_as_json(answer, language) for answer in check.answers],
        "citations": check.citations,
    }


def _answer_as_json(answer: Answer, language: Language) -> dict[str, Any]:
    statement, formula = answer.statement, answer.statement.formula
    return {
        "relation": answer.relation,
        "origin": statement.origin,
        "measure": statement.measure,
        "group": statement.group,
        "period": statement.period,
        "value": statement.value,
        "unit": statement.unit,
        "series": statement.series,
        "numerator": formula.top() if formula and formula.base else None,
        "denominator": formula.bottom() if formula and formula.base else None,
        "claims": statement.claims,
        "explanation": answer.explanation.in_language(language),
        "note": answer.note.in_language(language),
        "citations": answer.citations,
    }
