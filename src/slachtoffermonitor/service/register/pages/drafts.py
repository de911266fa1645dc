"""Drafts: every answer kept at once, sealed, until the report is sent or thrown away."""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404

from slachtoffermonitor.service.accounts.permissions import visible_to
from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.register.forms.report import Answers
from slachtoffermonitor.service.register.models import Draft
from slachtoffermonitor.service.vault import open_identity, reseal, seal, shred

__all__ = ["answers_of", "begin", "end", "find_draft", "keep"]

_FIELD = "answers"
_WHY = "DRAFT"


def begin(actor: Any) -> Draft:
    """Begin a report; its draft is kept from the first page on."""
    with transaction.atomic():
        draft = Draft.objects.create(
            organisation_id=actor.organisation_id,
            author=actor,
            answers=seal({_FIELD: "{}"}, organisation=actor.organisation_id),
        )
        record("draft.begun", actor=actor, subject=draft)
    return draft


def find_draft(request: Any, draft_id: Any) -> Draft:
    """Give a draft that this person may see; else there is none."""
    return get_object_or_404(
        visible_to(request.user, Draft.objects.all(), request.scope), pk=draft_id
    )


def answers_of(draft: Draft, *, actor: Any) -> Answers:
    """What was answered so far?"""
    opened = open_identity(draft.answers, actor=actor, purpose=_WHY)
    found: Answers = json.loads(opened[_FIELD])
    return found


def keep(draft: Draft, answers: Answers, *, actor: Any) -> None:
    """Keep the answers, sealed again."""
    reseal(draft.answers, {_FIELD: json.dumps(answers)}, actor=actor, purpose=_WHY)
    draft.save(update_fields=["changed_at"])


def end(draft: Draft, *, actor: Any, reason: str) -> None:
    """Destroy a draft: it was sent, or thrown away."""
    with transaction.atomic():
        sealed, key = draft.answers, draft.pk
        draft.delete()
        shred(sealed, actor=actor, reason=reason)
        record("draft.ended", actor=actor, subject=f"draft:{key}", detail={"reason": reason})
