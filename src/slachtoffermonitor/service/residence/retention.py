"""The end of keeping: tracks are destroyed some time after their end."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.care.days import months_after
from slachtoffermonitor.service.residence.models import Track

__all__ = ["expire_due", "retention_policy"]

_ACTOR: Final = "service:retention"


@cache
def retention_policy() -> Mapping[str, Any]:
    """How long is what kept? Data, so that a privacy officer can read and decide it."""
    path = files("slachtoffermonitor.service.residence").joinpath("data", "retention.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def expire_due(on: date) -> Mapping[str, int]:
    """Destroy tracks that ended long enough ago, or whose report is past its time.

    Returns:
        How many; every one stands in the audit trail.

    """
    before = months_after(on, -retention_policy()["ended_months"])
    ended = Track.objects.filter(ended_on__lt=before)
    due = list(ended | Track.objects.filter(report__status="EXPIRED"))
    for track in due:
        record("track.destroyed", actor=_ACTOR, subject=track)
        track.delete()
    return {"tracks": len(due)}
