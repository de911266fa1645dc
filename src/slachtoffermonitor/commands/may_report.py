"""`slachtoffermonitor may-report`: may this be reported, on which basis, and what is missing?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from slachtoffermonitor.commands._options import json_option, language_option
from slachtoffermonitor.ground import InputError, Language, Problem, translate

if TYPE_CHECKING:
    from slachtoffermonitor.service.basis import ConsentText, Verdict

__all__ = ["command"]

_COLOURS = {"green": "green", "amber": "yellow", "red": "red"}


@click.command("may-report")
@click.option("--reporter", required=True, help="Who reports: a code of the list reporters.")
@click.option(
    "--purpose", default="REGISTER", show_default=True, help="A code of the list purposes."
)
@click.option("--age", default="ONB", show_default=True, help="Age of the victim: 15, or L00_15.")
@click.option(
    "--consent", default="GEEN", show_default=True, help="A code of the list consent_forms."
)
@click.option(
    "--suspect",
    "suspects",
    multiple=True,
    help="Who may be an offender, and so never consents: OUDER, VOOGD; repeatable.",
)
@click.option(
    "--officer-decided",
    is_flag=True,
    help="A named privacy or child-protection officer decided on a vital interest.",
)
@click.option(
    "--minors",
    default="TOT_16",
    show_default=True,
    help="Rule that the jurist chose: a code of the list minor_consent.",
)
@click.option("--contested-ground", is_flag=True, help="The jurist turned legitimate interest on.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Day of the report. Default: today.")
@click.option("--text", "with_text", is_flag=True, help="Print the texts of consent too.")
@language_option
@json_option
def command(
    reporter: str,
    *,
    purpose: str,
    age: str,
    consent: str,
    suspects: tuple[str, ...],
    officer_decided: bool,
    minors: str,
    contested_ground: bool,
    on: datetime | None,
    with_text: bool,
    language: Language,
    as_json: str | None,
) -> None:
    """Say whether a victim may be reported, on which legal basis, and what is missing.

    \b
    slachtoffermonitor may-report --reporter OPVANG --age 15 --suspect OUDER
    slachtoffermonitor may-report --reporter JEUGD --age 16 --consent ZELF --json -

    The rules are data of this program with their sources. A jurist verifies them first.
    """
    from slachtoffermonitor.service.basis import Policy, Situation, consent_text, may_report

    day = (on or datetime.now(UTC)).date()
    verdict = may_report(
        Situation(
            reporter=reporter,
            purpose=purpose,
            age=_age(age),
            consent=consent,
            suspects=frozenset(suspects),
            officer_decided=officer_decided,
        ),
        on=day,
        policy=Policy(minors=minors, contested_ground=contested_ground),
    )
    texts = [
        consent_text(giver, purpose, spoken, on=day)
        for giver in verdict.ask
        for spoken in (language, f"{language}-plain")
    ]
    if as_json:
        click.echo(json.dumps(_as_json(verdict, texts, language), ensure_ascii=False))
        return
    _show(verdict, language)
    for text in texts if with_text else ():
        click.echo(f"\n--- {text.text_id}\n{text.text}")


def _age(written: str) -> str:
    from slachtoffermonitor.vocabulary import age_band

    if not written.isdecimal():
        return written
    if int(written) > 120:
        raise InputError(Problem(what="is no age", column="--age", allowed="0 to 120, or a code"))
    return age_band("age_bands_consent", int(written))


def _show(verdict: Verdict, language: Language) -> None:
    from slachtoffermonitor.service.basis import current_rules
    from slachtoffermonitor.vocabulary import code_list

    def say(what: str, value: str) -> None:
        if value:
            click.echo(f"{translate(what, language)}: {value}")

    click.secho(verdict.reason[language], bold=True, fg=_COLOURS[verdict.light])
    basis = code_list("legal_bases").label(verdict.basis, language)
    say("Basis", f"{basis} ({verdict.article})" if verdict.article else basis)
    say("What may be sent", code_list("report_contents").label(verdict.may_send, language))
    needs = current_rules().needs
    say("Missing", "; ".join(needs[need][language] for need in verdict.needs))
    givers = code_list("consent_forms")
    say("Who can consent", "; ".join(givers.label(giver, language) for giver in verdict.ask))
    if verdict.officer_may_decide:
        click.echo(
            translate(
                "A privacy or child-protection officer can decide, by name, that a vital interest "
                "requires the report.",
                language,
            )
        )
    if verdict.instead:
        say("What you may report now", code_list("purposes").label(verdict.instead, language))
    for source in verdict.sources:
        unread = "" if source.reading == "read" else translate("not read in full", language)
        say("Source", f"{source.title} ({unread})" if unread else source.title)


def _as_json(verdict: Verdict, texts: list[ConsentText], language: Language) -> dict[str, Any]:
    from slachtoffermonitor.service.basis import describe_verdict

    described = describe_verdict(verdict, language)
    described["consent_texts"] = [
        {"text_id": text.text_id, "language": text.language, "sha256": text.sha256}
        for text in texts
    ]
    return described
