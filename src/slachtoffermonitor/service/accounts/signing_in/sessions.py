"""The sessions of one person: which are open, how many at a time, and how they end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction

from slachtoffermonitor.service.audit import record

__all__ = ["browser_named", "end_sessions", "keep_newest", "open_sessions"]

# The first that stands in what a browser says of itself: the others' names stand in it too.
_BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome"} | {
    "Safari": "Safari"
}
_SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows"} | {
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def open_sessions(user: Any) -> list[UserSession]:
    """Which sessions of this person are open now, the newest first?

    What ended by itself meanwhile (its time, another password) is forgotten on the way.
    """
    found: list[UserSession] = UserSession.objects.purge_and_list(user)
    return sorted(found, key=lambda one: one.created_at, reverse=True)


def end_sessions(sessions: Iterable[UserSession], *, actor: Any, reason: str) -> int:
    """End sessions at once, and write down that and why; how many there were."""
    ended = list(sessions)
    with transaction.atomic():
        for one in ended:
            one.end()
            record("session.ended", actor=actor, subject=one.user, detail={"reason": reason})
    return len(ended)


def keep_newest(user: Any) -> int:
    """End the oldest sessions of a person who has more than are allowed; how many were ended.

    Asked while somebody signs in: the library has then forgotten what ended by itself, and the
    newest session is not yet kept as one that is signed in.
    """
    found = UserSession.objects.filter(user=user).order_by("-created_at")
    surplus = found[settings.SESSIONS_AT_A_TIME :]
    return end_sessions(surplus, actor=user, reason="AT_A_TIME")


def browser_named(said: str) -> str:
    """Name browser and system by what the browser says of itself; nothing if it says neither."""
    browser = next((name for mark, name in _BROWSERS.items() if mark in said), "")
    system = next((name for mark, name in _SYSTEMS.items() if mark in said), "")
    return ", ".join(part for part in (browser, system) if part)
