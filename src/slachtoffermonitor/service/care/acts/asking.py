"""Asking for help: only on a ground of its own, and everything is kept or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.service.basis import Verdict, find_consent_text
from slachtoffermonitor.service.care.acts.writing import note
from slachtoffermonitor.service.care.models import CareEvent, HelpGround, HelpRequest, Need
from slachtoffermonitor.service.register.models import Report
from slachtoffermonitor.service.register.receiving.checking import problems_of
from slachtoffermonitor.service.register.receiving.submission import (
    GivenConsent,
    OfficersWord,
    Submission,
)
from slachtoffermonitor.service.register.receiving.taking_in import NoBasisError, judge
from slachtoffermonitor.service.vault import open_identity, seal
from slachtoffermonitor.vocabulary import code_list

__all__ = ["Asked", "ask_for_help", "rests_on_report", "urgency_problems", "verdict_on"]

_PURPOSE = "ZORG"
_UNKNOWN = "ONB"
_LONGEST_AGO = 366
_LISTS = {
    "sex": "sexes",
    "language": "contact_languages",
    "wanted_place": "wanted_places",
    "speciality": "care_specialities",
}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Asked:
    """What is asked for whom. `identity` is empty where a report tells who it is.

    `requested_on` is today where it is not given.
    """

    municipality: str
    needs: tuple[str, ...]
    urgency: str
    urgency_reason: str
    age: str
    sex: str = "ONB"
    language: str = ""
    wanted_place: str = "GEEN_VOORKEUR"
    speciality: str = "ALGEMEEN"
    turns_18_in: date | None = None
    requested_on: date | None = None
    consent: GivenConsent = field(default_factory=GivenConsent)
    identity: Mapping[str, str] = field(default_factory=dict)
    suspects: frozenset[str] = frozenset()
    decision: OfficersWord | None = None

    def __repr__(self) -> str:
        return f"Asked(needs={self.needs!r})"


def rests_on_report(report: Report) -> bool:
    """Whether a report was made for help itself, and its ground still holds."""
    return (
        report.purpose == _PURPOSE
        and report.ended_at is None
        and report.content == "VOLLEDIG"
        and not report.consents.exclude(withdrawn_at=None).exists()
    )


def verdict_on(asked: Asked, organisation: Any, report: Report | None = None) -> Verdict:
    """May this organisation ask for help with this consent, by the rules for help?"""
    return judge(_submission(asked, report, {}), organisation)


def _submission(asked: Asked, report: Report | None, identity: Mapping[str, str]) -> Submission:
    known = report.facts() if report is not None else {}
    return Submission(
        content="VOLLEDIG",
        purpose=_PURPOSE,
        age=asked.age,
        reported_on=timezone.localdate(),
        facts={
            "sex": asked.sex,
            "main_form": _UNKNOWN,
            "forms": _UNKNOWN,
            "route": _UNKNOWN,
            "municipality": asked.municipality,
            "recruiter_relation": known.get("recruiter_relation"),
        },
        consent=asked.consent,
        identity=identity,
        suspects=asked.suspects,
        decision=asked.decision,
    )


def ask_for_help(
    asked: Asked, *, actor: Any, organisation: Any, report: Report | None = None
) -> HelpRequest:
    """Ask for help, about the person of a report or about somebody the register does not know.

    Consent to the registration is none to help: unless the report was made for help, the consent
    is judged anew, and a suspect's is none.

    Raises:
        InputError: What is wrong, all at once, without a person's value.
        NoBasisError: The rules do not allow it. Nothing about the person was kept or opened.

    """
    problems = list(_problems(asked, report))
    if report is not None and rests_on_report(report):
        if problems:
            raise InputError(problems)
        return _kept(asked, None, actor=actor, organisation=organisation, report=report)
    verdict = verdict_on(asked, organisation, report)
    # Who a report is about is opened only after the verdict; until then something stands for it.
    named = {} if report is None or report.identity is None else {"surname": "-"}
    found = problems_of(
        _submission(asked, report, asked.identity or named), today=timezone.localdate()
    )
    problems += [problem for problem in found if problem.column not in _LISTS]
    if problems:
        raise InputError(problems)
    if not verdict.allows("VOLLEDIG"):
        raise NoBasisError(verdict)
    return _kept(asked, verdict, actor=actor, organisation=organisation, report=report)


def urgency_problems(urgency: str, reason: str) -> list[Problem]:
    """What is wrong with an urgency and its reason? By the written rule each has its reasons."""
    reasons = code_list("urgency_reasons")
    if urgency not in code_list("urgencies"):
        return [Problem(what="is not a code of its list", column="urgency")]
    if reason not in reasons or reasons[reason].parent != urgency:
        allowed = ", ".join(code for code, entry in reasons.items() if entry.parent == urgency)
        return [
            Problem(what="is no reason for this urgency", column="urgency_reason", allowed=allowed)
        ]
    return []


def _problems(asked: Asked, report: Report | None) -> list[Problem]:
    problems = urgency_problems(asked.urgency, asked.urgency_reason)
    for name, listed in _LISTS.items():
        value = getattr(asked, name)
        if value not in code_list(listed) and not (name == "language" and not value):
            problems.append(Problem(what="is not a code of its list", column=name))
    if not asked.needs or set(asked.needs) - set(code_list("care_types")):
        problems.append(Problem(what="names no type of care", column="needs"))
    today = timezone.localdate()
    if asked.requested_on and not 0 <= (today - asked.requested_on).days <= _LONGEST_AGO:
        problems.append(
            Problem(what="is no day of the last year", column="requested_on", allowed="up to today")
        )
    if not asked.municipality:
        problems.append(Problem(what="must not be empty", column="municipality"))
    if report is not None and (report.ended_at is not None or not report.facts()):
        problems.append(Problem(what="the report has ended", column="report"))
    if report is not None and HelpRequest.objects.filter(report=report, ended_on=None).exists():
        problems.append(Problem(what="there is a request for this report", column="report"))
    return problems


def _kept(
    asked: Asked, verdict: Verdict | None, *, actor: Any, organisation: Any, report: Report | None
) -> HelpRequest:
    with transaction.atomic():
        identity = dict(asked.identity)
        if not identity and report is not None and report.identity is not None:
            identity = open_identity(report.identity, actor=actor, purpose=_PURPOSE)
        if asked.consent.giver_name:
            identity["consent_giver"] = asked.consent.giver_name
        request = HelpRequest.objects.create(
            organisation=organisation,
            municipality=asked.municipality,
            report=report,
            identity=seal(identity, organisation=organisation.pk),
            age=asked.age,
            turns_18_in=asked.turns_18_in and asked.turns_18_in.replace(day=1),
            requested_on=asked.requested_on or timezone.localdate(),
            urgency=asked.urgency,
            urgency_reason=asked.urgency_reason,
            **{name: getattr(asked, name) for name in _LISTS},
        )
        Need.objects.bulk_create(
            Need(request=request, care_type=code) for code in sorted(set(asked.needs))
        )
        ground = _new_ground(asked, verdict) if verdict else _ground_of(report)
        HelpGround.objects.create(request=request, **ground)
        kind, on = CareEvent.Kind.ASKED, request.requested_on
        note(request, kind, actor=actor, code=asked.urgency, on=on)
    return request


def _new_ground(asked: Asked, verdict: Verdict) -> dict[str, Any]:
    consent, decision = asked.consent, asked.decision
    written = code_list("consent_forms")[consent.form].attributes.get("written") == "yes"
    ground: dict[str, Any] = {
        name: getattr(verdict, name)
        for name in ("basis", "light", "rules_version", "rule_set", "rule")
    }
    ground["form"] = consent.form
    if written:
        ground |= {
            "given_on": consent.given_on,
            "text_id": consent.text_id,
            "text_sha256": find_consent_text(consent.text_id).sha256,
            "document_sha256": consent.document_sha256,
        }
    if decision is not None:
        ground |= {
            "officer": decision.officer,
            "office": decision.office,
            "decided_on": decision.decided_on,
        }
    return ground


def _ground_of(report: Report | None) -> dict[str, Any]:
    """Give the ground of a report that was made for help itself."""
    if report is None:
        raise InputError(Problem(what="there is no ground for this request", column="report"))
    ground: dict[str, Any] = {
        name: getattr(report, name)
        for name in ("basis", "light", "rules_version", "rule_set", "rule")
    }
    ground |= {"form": "GEEN", "of_the_report": True}
    consent = report.consents.filter(purpose=_PURPOSE).last()
    if consent is not None:
        evidence = ("form", "given_on", "text_id", "text_sha256", "document_sha256")
        ground |= {name: getattr(consent, name) for name in evidence}
    decision = getattr(report, "decision", None)
    if decision is not None:
        ground |= {name: getattr(decision, name) for name in ("officer", "office", "decided_on")}
    return ground
