"""Disclosure control: nothing leaves that exposes a person."""

from slachtoffermonitor.disclose.protection import Protected, Rules, protect, release
from slachtoffermonitor.disclose.tables import Column, Origin, ReleasedTable, Table

__all__ = [
    "Column",
    "Origin",
    "Protected",
    "ReleasedTable",
    "Rules",
    "Table",
    "protect",
    "release",
]
