"""All questions that can be asked, and the page that shows the answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from slachtoffermonitor.ground import Language
from slachtoffermonitor.service.basis.deciding import Verdict, may_report
from slachtoffermonitor.service.basis.situation import Policy, Situation
from slachtoffermonitor.vocabulary import code_list

__all__ = ["all_situations", "render_matrix"]


def all_situations() -> Iterator[Situation]:
    """Which questions are there: each reporter, purpose, age and form of consent?

    Returns:
        Every cell of the matrix, without suspects and without the decision of an officer.

    """
    for reporter in code_list("reporters"):
        for purpose in code_list("purposes"):
            for age in code_list("age_bands_consent"):
                for consent in code_list("consent_forms"):
                    yield Situation(reporter=reporter, purpose=purpose, age=age, consent=consent)


def render_matrix(*, on: date, policy: Policy, language: Language) -> str:
    """Write the whole matrix as Markdown: a row for each reporters, purpose and age.

    Reporters with the same answers everywhere share their rows.

    Returns:
        A table; each cell holds the basis and what may be sent.

    """
    forms = tuple(code_list("consent_forms"))
    labels = [code_list("consent_forms").label(form, language) for form in forms]
    lines = ["| | | | " + " | ".join(labels) + " |", "|" + "---|" * (len(forms) + 3)]
    answers: dict[tuple[str, ...], list[str]] = {}
    for reporter in code_list("reporters"):
        answers.setdefault(_cells(reporter, on, policy, language), []).append(reporter)
    for cells, reporters in answers.items():
        named = ", ".join(reporters)
        lines += [line.replace("REPORTERS", named, 1) for line in cells]
    return "\n".join(lines) + "\n"


def _cells(reporter: str, on: date, policy: Policy, language: Language) -> tuple[str, ...]:
    lines = []
    for purpose in code_list("purposes"):
        for age in code_list("age_bands_consent"):
            verdicts = (
                may_report(
                    Situation(reporter=reporter, purpose=purpose, age=age, consent=consent),
                    on=on,
                    policy=policy,
                )
                for consent in code_list("consent_forms")
            )
            heads = (
                "REPORTERS",
                code_list("purposes").label(purpose, language),
                code_list("age_bands_consent").label(age, language),
            )
            lines.append("| " + " | ".join((*heads, *map(_cell, verdicts))) + " |")
    return tuple(lines)


def _cell(verdict: Verdict) -> str:
    return f"{verdict.basis} · {verdict.may_send}"
