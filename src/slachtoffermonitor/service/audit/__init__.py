"""The audit trail: what was done, by whom, to what and why; appended only, chained by digests.

`record` writes one entry inside the transaction of the act that it tells of: both are kept or
neither. `verify_chain` finds every later edit, deletion or insertion; the anchors outside the
database find a tail that was cut off and a chain that was rewritten as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from slachtoffermonitor.service.audit.anchors import write_anchor
    from slachtoffermonitor.service.audit.chain import Fault, Verification, verify_chain
    from slachtoffermonitor.service.audit.trail import Act, AuditError, record, record_many

__all__ = [
    "Act",
    "AuditError",
    "Fault",
    "Verification",
    "record",
    "record_many",
    "verify_chain",
    "write_anchor",
]

_ORIGINS = {
    "Act": "trail",
    "AuditError": "trail",
    "Fault": "chain",
    "Verification": "chain",
    "record": "trail",
    "record_many": "trail",
    "verify_chain": "chain",
    "write_anchor": "anchors",
}


def __getattr__(name: str) -> Any:
    """Load the models only when a name is asked for: Django must be set up by then."""
    if name not in _ORIGINS:
        raise AttributeError(name)
    from importlib import import_module  # noqa: PLC0415

    return getattr(import_module(f"{__name__}.{_ORIGINS[name]}"), name)
