"""A page that was refused is written in the trail, and nobody can flood the trail with it."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache

from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit import record

__all__ = ["PAGES_AN_HOUR", "write_refusal"]

_HOUR = 3600
# Of one person or system, at most this many different pages are written in an hour.
PAGES_AN_HOUR = 20


def write_refusal(user: Any, page: str, method: str) -> None:
    """Write down who was refused which page: each page once an hour, and no more than a few pages.

    Who is not known has one name together. The name of the page is written, and nothing of its
    address or of what was sent.
    """
    actor = user.audit_name if user.is_authenticated else "service:stranger"
    if not cache.add(f"refused:{actor}:{page}", True, _HOUR):
        return
    numbers = range(PAGES_AN_HOUR)
    if not any(cache.add(f"refused:{actor}:#{number}", True, _HOUR) for number in numbers):
        return
    with as_service("refusal"):
        record(
            "page.refused",
            actor=user if user.is_authenticated else actor,
            subject=f"page:{page}",
            detail={"method": method if method in _METHODS else "OTHER"},
        )


_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
