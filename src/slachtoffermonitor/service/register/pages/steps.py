"""Which questions a report asks, in which order, and which of them the answers make needless."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from slachtoffermonitor.service.basis import SUSPECTS, Verdict, may_report
from slachtoffermonitor.service.register.forms import report as forms
from slachtoffermonitor.service.register.forms.report import Answers, StepForm
from slachtoffermonitor.service.register.receiving.checking import FACTS
from slachtoffermonitor.service.register.receiving.submission import (
    IDENTITY,
    CountedReport,
    GivenConsent,
    OfficersWord,
    Submission,
)
from slachtoffermonitor.service.register.receiving.taking_in import chosen_policy
from slachtoffermonitor.vocabulary import code_list

__all__ = [
    "STEPS",
    "Step",
    "asked_steps",
    "counted_of",
    "first_unanswered",
    "next_step",
    "step_named",
    "submission_of",
    "verdict_of",
]


@dataclass(frozen=True, slots=True)
class Step:
    """One page of questions, and when it is asked."""

    name: str
    form: type[StepForm]
    asked: Callable[[Answers], bool]


def _always(answers: Answers) -> bool:  # noqa: ARG001
    return True


def _written(answers: Answers) -> bool:
    form = code_list("consent_forms").get(answers.get("consent", "GEEN"))
    return form is not None and form.attributes.get("written") == "yes"


def _about_a_person(answers: Answers) -> bool:
    return answers.get("go_on") in ("REPORT", "OFFICER")


def _counts(answers: Answers) -> bool:
    return answers.get("go_on") == "COUNT"


def _by_officer(answers: Answers) -> bool:
    return answers.get("go_on") == "OFFICER"


def _names(answers: Answers) -> bool:
    return _about_a_person(answers) and answers.get("_content") == "VOLLEDIG"


def _no_names(answers: Answers) -> bool:
    return _about_a_person(answers) and not _names(answers)


STEPS: tuple[Step, ...] = (
    Step("purpose", forms.Purpose, _always),
    Step("age", forms.Age, _always),
    Step("suspects", forms.Suspects, _always),
    Step("consent", forms.Consent, _always),
    Step("evidence", forms.Evidence, _written),
    Step("verdict", forms.Choice, _always),
    Step("officer", forms.Officer, _by_officer),
    Step("count", forms.CountedForm, _counts),
    Step("forms", forms.Forms, _about_a_person),
    Step("route", forms.Route, _about_a_person),
    Step("sex", forms.Sex, _about_a_person),
    Step("origin", forms.Origin, _about_a_person),
    Step("period", forms.Period, _about_a_person),
    Step("recruitment", forms.Recruitment, _about_a_person),
    Step("identity", forms.Identity, _names),
    Step("tokens", forms.Tokens, _no_names),
    Step("check", forms.Check, _always),
)
_BY_NAME: Mapping[str, Step] = {step.name: step for step in STEPS}


def step_named(name: str) -> Step | None:
    """Give the page of this name; None when there is none."""
    return _BY_NAME.get(name)


def asked_steps(answers: Answers) -> list[Step]:
    """Which pages do these answers ask, in order?"""
    return [step for step in STEPS if step.asked(answers)]


def next_step(answers: Answers, after: str) -> Step:
    """Which page follows? The last one follows itself."""
    asked = asked_steps(answers)
    places = [number for number, step in enumerate(asked) if step.name == after]
    return asked[min(places[0] + 1, len(asked) - 1)] if places else asked[0]


def first_unanswered(answers: Answers) -> Step | None:
    """Which asked page has not been answered yet (the last one, to check, not counted)?"""
    done = answers.get("_done", [])
    return next((s for s in asked_steps(answers) if s.name not in done and s.name != "check"), None)


def verdict_of(answers: Answers, reporter: str) -> Verdict:
    """May this be reported, by the answers so far?"""
    return may_report(
        submission_of(answers).situation(reporter), on=timezone.localdate(), policy=chosen_policy()
    )


def submission_of(answers: Answers) -> Submission:
    """Give the answers in the shape of the one door."""
    content = answers.get("_content") or "VOLLEDIG"
    facts = {name: _text(answers.get(name)) for name in FACTS}
    identity = {name: _text(answers.get(name)) for name in IDENTITY}
    return Submission(
        content=content,
        purpose=answers.get("purpose", "REGISTER"),
        age=answers.get("age", "ONB"),
        reported_on=timezone.localdate(),
        facts=facts,
        consent=_consent(answers),
        identity={name: value for name, value in identity.items() if value}
        if content == "VOLLEDIG"
        else {},
        tokens=b64decode(answers.get("_tokens", "")),
        token_key=answers.get("tokens") or "",
        suspects=frozenset(answers.get("suspects", ())) & frozenset(SUSPECTS),
        decision=_decision(answers),
    )


def _text(value: Any) -> str | None:
    return ";".join(value) if isinstance(value, list) else (value or None)


def _consent(answers: Answers) -> GivenConsent:
    if not _written(answers):
        return GivenConsent(form=answers.get("consent", "GEEN"))
    given = answers.get("given_on")
    return GivenConsent(
        form=answers["consent"],
        given_on=date.fromisoformat(given) if given else None,
        text_id=answers.get("_text_id", ""),
        document_sha256=answers.get("_document_sha256", ""),
        giver_name=answers.get("giver_name", ""),
    )


def _decision(answers: Answers) -> OfficersWord | None:
    if not _by_officer(answers) or not answers.get("officer"):
        return None
    return OfficersWord(
        officer=answers["officer"],
        office=answers["office"],
        decided_on=date.fromisoformat(answers["decided_on"]),
    )


def counted_of(answers: Answers, region: str) -> CountedReport:
    """Give the answers as a count."""
    return CountedReport(
        month=timezone.localdate().replace(day=1),
        age_band=answers["age_band"],
        form=answers["main_form"],
        region=region,
    )
