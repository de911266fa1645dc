"""Disclosure control: nothing leaves that exposes a person."""

from slachtoffermonitor.disclose.attack import Breach, Reconstruction, attack, reconstruct
from slachtoffermonitor.disclose.attack.microdata import (
    MicrodataAttack,
    attack_microdata,
    try_synthesis,
)
from slachtoffermonitor.disclose.cellkey import count_with_keys
from slachtoffermonitor.disclose.ledger import Ledger
from slachtoffermonitor.disclose.protection import Protected, protect
from slachtoffermonitor.disclose.releasing import check_approvals, release
from slachtoffermonitor.disclose.rules import METHODS, Method, Rules
from slachtoffermonitor.disclose.synthetic import (
    SyntheticRecords,
    Utility,
    check_ctdc,
    describe_synthetic,
    explain_synthetic,
    measure_utility,
    synthesise,
    to_ctdc,
)
from slachtoffermonitor.disclose.tables import Column, Hierarchy, Origin, ReleasedTable, Table

__all__ = [
    "METHODS",
    "Breach",
    "Column",
    "Hierarchy",
    "Ledger",
    "Method",
    "MicrodataAttack",
    "Origin",
    "Protected",
    "Reconstruction",
    "ReleasedTable",
    "Rules",
    "SyntheticRecords",
    "Table",
    "Utility",
    "attack",
    "attack_microdata",
    "check_approvals",
    "check_ctdc",
    "count_with_keys",
    "describe_synthetic",
    "explain_synthetic",
    "measure_utility",
    "protect",
    "reconstruct",
    "release",
    "synthesise",
    "to_ctdc",
    "try_synthesis",
]
