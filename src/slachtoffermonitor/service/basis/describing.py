"""A verdict as plain values, the same for the command, the pages and the interface."""

from __future__ import annotations

from typing import Any

from slachtoffermonitor.ground import Language
from slachtoffermonitor.service.basis.deciding import Verdict
from slachtoffermonitor.service.basis.reading import current_rules

__all__ = ["describe_verdict"]


def describe_verdict(verdict: Verdict, language: Language) -> dict[str, Any]:
    """How is a verdict told to a program, with its sentences in one language?

    Returns:
        Plain values that JSON can hold: codes, sentences, and by which rule it was decided.

    """
    situation, needs = verdict.situation, current_rules().needs
    return {
        "question": {
            "reporter": situation.reporter,
            "purpose": situation.purpose,
            "age": situation.age,
            "consent": situation.consent,
            "suspects": sorted(situation.suspects),
            "officer_decided": situation.officer_decided,
            "on": verdict.on.isoformat(),
        },
        "policy": {
            "minors": verdict.policy.minors,
            "contested_ground": verdict.policy.contested_ground,
        },
        "basis": verdict.basis,
        "article": verdict.article,
        "may_send": verdict.may_send,
        "light": verdict.light,
        "reason": verdict.reason[language],
        "needs": [{"code": need, "text": needs[need][language]} for need in verdict.needs],
        "ask": list(verdict.ask),
        "officer_may_decide": verdict.officer_may_decide,
        "instead": verdict.instead,
        "rules": {
            "version": verdict.rules_version,
            "rule_set": verdict.rule_set,
            "rule": verdict.rule,
        },
        "sources": [
            {"title": source.title, "reading": source.reading} for source in verdict.sources
        ],
    }
