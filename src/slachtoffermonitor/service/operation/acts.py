"""The acts of operation that see every row: checking and anchoring the trail."""

from __future__ import annotations

from django.conf import settings

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit import Verification, verify_chain, write_anchor
from slachtoffermonitor.service.audit.anchors import Anchor, read_anchors

__all__ = ["anchor_audit", "verify_audit"]


def verify_audit() -> Verification:
    """Is the trail whole, up to its head and as its anchors say?"""
    file = settings.CONFIGURATION.anchor_file
    with as_service("verify-audit", write=False):
        return verify_chain(read_anchors(file) if file is not None else ())


def anchor_audit() -> Anchor:
    """Write the head of the trail outside the database.

    Raises:
        InputError: No file is configured.

    """
    file = settings.CONFIGURATION.anchor_file
    if file is None:
        raise InputError(Problem(what="no file is configured", column="MONITOR_AUDIT_ANCHORS"))
    with as_service("anchor-audit", write=False):
        return write_anchor(file)
