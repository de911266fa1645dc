"""Disclosure control: nothing leaves that exposes a person."""

from slachtoffermonitor.disclose.attack import Breach, attack
from slachtoffermonitor.disclose.cellkey import count_with_keys
from slachtoffermonitor.disclose.ledger import Ledger
from slachtoffermonitor.disclose.protection import Protected, protect
from slachtoffermonitor.disclose.releasing import check_approvals, release
from slachtoffermonitor.disclose.rules import METHODS, Method, Rules
from slachtoffermonitor.disclose.tables import Column, Hierarchy, Origin, ReleasedTable, Table

__all__ = [
    "METHODS",
    "Breach",
    "Column",
    "Hierarchy",
    "Ledger",
    "Method",
    "Origin",
    "Protected",
    "ReleasedTable",
    "Rules",
    "Table",
    "attack",
    "check_approvals",
    "count_with_keys",
    "protect",
    "release",
]
