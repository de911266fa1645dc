"""Disclosure control: nothing leaves that exposes a person."""

from slachtoffermonitor.disclose.attack import Breach, attack
from slachtoffermonitor.disclose.protection import Protected, protect, release
from slachtoffermonitor.disclose.rules import METHODS, Method, Rules
from slachtoffermonitor.disclose.tables import Column, Hierarchy, Origin, ReleasedTable, Table

__all__ = [
    "METHODS",
    "Breach",
    "Column",
    "Hierarchy",
    "Method",
    "Origin",
    "Protected",
    "ReleasedTable",
    "Rules",
    "Table",
    "attack",
    "protect",
    "release",
]
