"""The end of keeping: who a request was about is destroyed, and its codes and days stay."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

from slachtoffermonitor.service.care.acts.ending import end_request, forget_person
from slachtoffermonitor.service.care.days import months_after
from slachtoffermonitor.service.care.models import HelpRequest

__all__ = ["expire_due", "retention_policy"]

_ACTOR: Final = "service:retention"


@cache
def retention_policy() -> Mapping[str, Any]:
    """How long is what kept? Data, so that a privacy officer can read and decide it."""
    path = files("slachtoffermonitor.service.care").joinpath("data", "retention.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def expire_due(on: date) -> Mapping[str, int]:
    """End what is open too long, and destroy who was helped long enough ago.

    Returns:
        How many requests were ended, and how many identities destroyed.

    """
    policy = retention_policy()
    asked_before = months_after(on, -policy["open_months"])
    ended = list(HelpRequest.objects.filter(ended_on=None, requested_on__lt=asked_before))
    for request in ended:
        end_request(request, "BEWAARTIJD", actor=_ACTOR)
        forget_person(request, actor=_ACTOR, reason="RETENTION")
    ended_before = months_after(on, -policy["identity_months"])
    due = HelpRequest.objects.filter(
        ended_on__lt=ended_before, identity__isnull=False, identity__destroyed_at=None
    )
    forgotten = list(due)
    for request in forgotten:
        forget_person(request, actor=_ACTOR, reason="RETENTION")
    return {"open_requests": len(ended), "identities": len(forgotten)}
