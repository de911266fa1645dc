"""Health and figures for whoever keeps the service going; nothing about anybody."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from slachtoffermonitor.service.accounts.models import User
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit.anchors import read_anchors
from slachtoffermonitor.service.audit.models import AuditHead
from slachtoffermonitor.service.vault.models import SealedIdentity

__all__ = ["health", "metrics"]


@never_cache
def health(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Say whether the service can do its work: the database answers and its tables are current."""
    try:
        executor = MigrationExecutor(connection)
        current = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        audited = AuditHead.objects.exists()
    except DatabaseError:
        current = audited = False
    well = current and audited
    return JsonResponse({"well": well}, status=200 if well else 503)


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Give counts in the text form of Prometheus, to whoever has the token."""
    token = settings.CONFIGURATION.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        return HttpResponseNotFound()
    with as_service("metrics", write=False):
        lines = [line for name, text, value in _figures() for line in _told(name, text, value)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")


def _figures() -> Iterator[tuple[str, str, float]]:
    head = AuditHead.objects.get()
    ring = settings.CONFIGURATION.keys
    yield "audit_entries", "Entries of the audit trail.", head.position
    yield "audit_anchor_age_seconds", "Since the head was last anchored outside.", _anchor_age()
    sealed = SealedIdentity.objects.filter(destroyed_at=None)
    yield "vault_sealed", "Identities in the vault.", sealed.count()
    due = sealed.exclude(key_id=ring.current).count()
    yield "vault_under_old_key", "Identities still under an older key.", due
    yield "users_active", "Accounts that can sign in.", User.objects.filter(is_active=True).count()


def _anchor_age() -> float:
    file = settings.CONFIGURATION.anchor_file
    anchors = read_anchors(file) if file is not None else ()
    if not anchors:
        return float("inf")
    return (timezone.now() - datetime.fromisoformat(anchors[-1].at)).total_seconds()


def _told(name: str, text: str, value: float) -> tuple[str, str, str]:
    full = f"slachtoffermonitor_{name}"
    shown = "+Inf" if value == float("inf") else f"{value:g}"
    return f"# HELP {full} {text}", f"# TYPE {full} gauge", f"{full} {shown}"
