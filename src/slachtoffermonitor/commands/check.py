"""`slachtoffermonitor check`: does a quoted number agree with what was published?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from slachtoffermonitor.ground import (
    LANGUAGES,
    InputError,
    Language,
    Problem,
    translate,
    write_text,
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
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("--json", "json_to", help="Write one JSON object to this file; '-' is the screen.")
def command(
    quote: str | None,
    *,
    value: float | None,
    measure: str | None,
    year: str | None,
    group: str | None,
    lang: Language,
    json_to: str | None,
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
    if json_to is not None:
        text = json.dumps(_as_json(check, lang), ensure_ascii=False, indent=2)
        if json_to == "-":
            click.echo(text)
            return
        write_text(Path(json_to), text + "\n")
    _show(check, lang)


def _period(year: str | None) -> tuple[int, int] | None:
    if year is None:
        return None
    first, _, last = year.partition("-")
    if not (first.isdecimal() and (last or first).isdecimal()) or int(first) > int(last or first):
        raise InputError(
            Problem(what="not a year", column="--year", found=repr(year), allowed="2020, 2016-2020")
        )
    return int(first), int(last or first)


def _show(check: NumberCheck, lang: Language) -> None:
    verdict = translate(_VERDICTS[check.verdict], lang)
    click.echo(f"{translate('Verdict', lang)}: ", nl=False)
    click.secho(verdict, bold=True, fg=_COLOURS.get(check.verdict))
    click.echo(check.summary.in_language(lang))
    for remark in check.remarks:
        click.echo(remark.in_language(lang))
    if check.answers:
        click.echo(f"\n{translate('What was published', lang)}:")
    shown: set[str] = set()
    for answer in check.answers:
        relation = translate(_VERDICTS[answer.relation], lang)
        click.echo(f"  [{relation}] {answer.explanation.in_language(lang)}")
        note = answer.note.in_language(lang)
        if note and note not in shown:
            shown.add(note)
            click.echo(f"      {note}")
    if check.citations:
        click.echo(f"\n{translate('Sources', lang)}:")
    for citation in check.citations:
        click.echo(f"  {citation}")


def _as_json(check: NumberCheck, lang: Language) -> dict[str, Any]:
    question, number = check.question, check.question.number
    return {
        "verdict": check.verdict,
        "explanation": check.explanation.in_language(lang),
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
        "statements": [_answer_as_json(answer, lang) for answer in check.answers],
        "citations": check.citations,
    }


def _answer_as_json(answer: Answer, lang: Language) -> dict[str, Any]:
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
        "explanation": answer.explanation.in_language(lang),
        "note": answer.note.in_language(lang),
        "citations": answer.citations,
    }
