"""The acts of operation that see every row: the trail checked and anchored, duplicates sought."""

from __future__ import annotations

from django.conf import settings

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit import Verification, verify_chain, write_anchor
from slachtoffermonitor.service.audit.anchors import Anchor, read_anchors
from slachtoffermonitor.service.desk.delivering import RegisterDelivery, deliver_register
from slachtoffermonitor.service.desk.folders import find_edition

__all__ = ["anchor_audit", "deliver_to_edition", "find_duplicates", "verify_audit"]


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


def find_duplicates() -> int:
    """Look for reports that may be about one person, by name and by tokens.

    Returns:
        How many pairs are new; the registrar finds them at the desk and decides.

    """
    # Linking loads more than all the rest of the service, and no other act needs it.
    from slachtoffermonitor.service.register.matching.searching import (  # noqa: PLC0415
        look_for_duplicates,
    )

    # Not in one transaction: linking takes its time, and on SQLite everybody would wait for it.
    with as_service("find-duplicates", write=False) as standing:
        return look_for_duplicates(actor=standing)


def deliver_to_edition(name: str) -> RegisterDelivery:
    """Put the register's delivery in the folder of an edition: tokens, and nobody's name.

    Raises:
        InputError: There is no such edition in MONITOR_EDITIONS, or it can take no delivery.

    """
    edition = find_edition(name)
    if edition is None:
        raise InputError(Problem(what="there is no such edition", column="MONITOR_EDITIONS"))
    # Not in one transaction: opening every name takes its time, as linking does.
    with as_service("deliver", write=False) as standing:
        return deliver_register(edition, actor=standing)
