"""Retention: what is over its time is removed, by each desk for its own records.

A desk that keeps records has a module `retention` with `expire_due(on) -> Mapping[str, int]`: what
it removed or reduced, by kind. This module adds what belongs to no desk: sessions that ended and
attempts that were counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from importlib import import_module
from importlib.util import find_spec

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import timezone

from slachtoffermonitor.service.accounts.permissions import APPS
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit import record

__all__ = ["expire_due"]


def expire_due(on: date) -> Mapping[str, int]:
    """Remove everything whose time is over on this day; one transaction for each desk.

    Returns:
        What was removed or reduced, by kind; every act of a desk stands in the audit trail.

    """
    removed = dict(_sessions_and_attempts())
    for app in APPS:
        name = f"slachtoffermonitor.service.{app}"
        if find_spec(name) and find_spec(f"{name}.retention"):
            with as_service("retention"):
                done: Mapping[str, int] = import_module(f"{name}.retention").expire_due(on)
            removed.update({f"{app}.{kind}": count for kind, count in done.items()})
    with as_service("retention"):
        record(
            "retention.run",
            actor="service:retention",
            subject=f"day:{on.isoformat()}",
            detail={kind: count for kind, count in removed.items() if count},
        )
    return removed


def _sessions_and_attempts() -> Mapping[str, int]:
    now = timezone.now()
    table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
    with as_service("retention"), connection.cursor() as cursor:
        sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
        ended = Exists(Session.objects.filter(session_key=OuterRef("session_key")))
        UserSession.objects.filter(~ended).delete()
        cursor.execute(
            f"DELETE FROM {table} WHERE expires < %s",  # noqa: S608 - our own table's name
            [connection.ops.adapt_datetimefield_value(now.replace(microsecond=0))],
        )
        attempts = cursor.rowcount
    return {"sessions": sessions, "attempts": attempts}
