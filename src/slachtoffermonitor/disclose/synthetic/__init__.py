"""Synthetic records in the schema of the CTDC Global Synthetic Dataset."""

from slachtoffermonitor.disclose.synthetic.checking import check_ctdc
from slachtoffermonitor.disclose.synthetic.describing import (
    describe_synthetic,
    explain_synthetic,
)
from slachtoffermonitor.disclose.synthetic.records import to_ctdc
from slachtoffermonitor.disclose.synthetic.synthesis import SyntheticRecords, synthesise
from slachtoffermonitor.disclose.synthetic.utility import Utility, measure_utility

__all__ = [
    "SyntheticRecords",
    "Utility",
    "check_ctdc",
    "describe_synthetic",
    "explain_synthetic",
    "measure_utility",
    "synthesise",
    "to_ctdc",
]
