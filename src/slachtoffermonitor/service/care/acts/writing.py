"""An event of a request with its entry in the trail, and rows held while they are changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.care.models import CareEvent, HelpRequest
from slachtoffermonitor.vocabulary import code_list

__all__ = ["held", "note", "require_code"]


def held(request: HelpRequest) -> HelpRequest:
    """Give the request as it is now, held until the end of the transaction.

    Raises:
        InputError: It has ended: nothing is done to it any more.

    """
    found = HelpRequest.objects.select_for_update().get(pk=request.pk)
    if found.ended_on is not None:
        raise InputError(Problem(what="this request has ended"))
    return found


def note(
    request: HelpRequest,
    kind: CareEvent.Kind,
    *,
    actor: Any,
    code: str = "",
    reason: str = "",
    on: date | None = None,
) -> None:
    """Add an event to a request, today where no day is given, and to the audit trail."""
    CareEvent.objects.create(
        request=request,
        kind=kind,
        on=on or timezone.localdate(),
        code=code,
        reason=reason,
        made_by=actor if isinstance(actor, str) else actor.audit_name,
    )
    record(
        f"help.{kind.value.lower()}",
        actor=actor,
        subject=request,
        purpose="ZORG",
        detail={"code": code, "reason": reason},
    )


def require_code(listed: str, code: str, *, column: str) -> None:
    """Refuse what is no code of its list.

    Raises:
        InputError: It is not.

    """
    if code not in code_list(listed):
        raise InputError(
            Problem(
                what="is not a code of its list",
                column=column,
                allowed=", ".join(code_list(listed)),
            )
        )
