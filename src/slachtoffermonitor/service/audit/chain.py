"""Checking the audit trail from its first entry to its head, and against its anchors."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from slachtoffermonitor.service.audit.anchors import Anchor
from slachtoffermonitor.service.audit.models import AuditEntry, AuditHead
from slachtoffermonitor.service.audit.trail import digest_of, start_of_chain

__all__ = ["Fault", "Verification", "verify_chain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One place where the trail is not what was written."""

    position: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a check of the trail found; whole only without a fault."""

    entries: int
    anchors: int
    faults: tuple[Fault, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing was changed, removed, put in or cut off."""
        return not self.faults


def verify_chain(anchors: Iterable[Anchor] = ()) -> Verification:
    """Is every entry as it was written, in its place, up to the head?

    Without anchors, a tail that was cut off together with a head that was set back is not seen:
    anchor daily, outside, and give the anchors here.

    Returns:
        The number of entries and anchors checked, and every fault with its position.

    """
    expected = {anchor.position: anchor.digest for anchor in anchors}
    count = len(expected)
    faults: list[Fault] = []
    position, digest, entries = 0, start_of_chain(), 0
    for entry in AuditEntry.objects.order_by("position").iterator(chunk_size=2000):
        entries += 1
        faults.extend(_faults_of(entry, position, digest))
        position, digest = entry.position, entry.digest
        anchored = expected.pop(position, None)
        if anchored is not None and not hmac.compare_digest(anchored, digest):
            faults.append(Fault(position=position, what="differs from what was anchored outside"))
    faults.extend(
        Fault(position=missing, what="was anchored outside and is gone")
        for missing in sorted(expected)
        if missing
    )
    head = AuditHead.objects.filter(pk=1).first()
    if head is None:
        faults.append(Fault(position=position, what="the head of the chain is gone"))
    elif (head.position, head.digest) != (position, digest):
        faults.append(Fault(position=head.position, what="the head does not end the chain"))
    return Verification(entries=entries, anchors=count, faults=tuple(faults))


def _faults_of(entry: AuditEntry, position: int, digest: str) -> Iterator[Fault]:
    if entry.position != position + 1:
        yield Fault(position=entry.position, what=f"entries {position + 1} to here are missing")
    if not hmac.compare_digest(entry.previous, digest):
        yield Fault(position=entry.position, what="does not follow from the entry before it")
    if not hmac.compare_digest(entry.digest, digest_of(entry)):
        yield Fault(position=entry.position, what="was altered, or not written by the service")
