"""Judging how urgent a request is, and why it still waits: by people, with reasons."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.service.care.acts.asking import urgency_problems
from slachtoffermonitor.service.care.acts.writing import held, note, require_code
from slachtoffermonitor.service.care.models import CareEvent, HelpRequest

__all__ = ["judge_urgency", "say_turns_18", "say_why_it_waits"]


def judge_urgency(request: HelpRequest, urgency: str, reason: str, *, actor: Any) -> None:
    """Take a professional's urgency with its reason; the last one holds, each is kept.

    Raises:
        InputError: They are no codes, or the reason is not one for this urgency.

    """
    problems = urgency_problems(urgency, reason)
    if problems:
        raise InputError(problems)
    with transaction.atomic():
        now = held(request)
        now.urgency, now.urgency_reason = urgency, reason
        now.triaged_on = now.triaged_on or timezone.localdate()
        now.save(update_fields=["urgency", "urgency_reason", "triaged_on"])
        note(now, CareEvent.Kind.TRIAGED, actor=actor, code=urgency, reason=reason)


def say_why_it_waits(request: HelpRequest, reason: str, *, actor: Any) -> None:
    """Add why a request waits; what was said before stays in its history.

    Raises:
        InputError: It is no code of `waiting_reasons`.

    """
    require_code("waiting_reasons", reason, column="waiting_reason")
    with transaction.atomic():
        note(held(request), CareEvent.Kind.WAITING, actor=actor, reason=reason)


def say_turns_18(request: HelpRequest, month: date | None, *, actor: Any) -> None:
    """Take the month in which the victim turns 18; the day of birth stays in the vault.

    Raises:
        InputError: The month lies further off than a child can be from 18.

    """
    today = timezone.localdate()
    if month is not None and not -1 <= (month.year - today.year) <= 18:
        raise InputError(Problem(what="is not a month to turn 18 in", column="turns_18_in"))
    with transaction.atomic():
        now = held(request)
        now.turns_18_in = month and month.replace(day=1)
        now.save(update_fields=["turns_18_in"])
        note(now, CareEvent.Kind.TURNS_18, actor=actor)
