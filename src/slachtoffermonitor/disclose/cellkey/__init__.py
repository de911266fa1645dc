"""Cell-key perturbation: small noise that is the same wherever the same people are counted."""

from slachtoffermonitor.disclose.cellkey.keys import condition_keys, count_with_keys, record_keys
from slachtoffermonitor.disclose.cellkey.ptable import PerturbationTable, perturbation_table

__all__ = [
    "PerturbationTable",
    "condition_keys",
    "count_with_keys",
    "perturbation_table",
    "record_keys",
]
