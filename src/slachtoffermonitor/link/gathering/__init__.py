"""Deliveries brought into one shape, with everything that is wrong told at once."""

from slachtoffermonitor.link.gathering.clear import describe_register, gather_clear
from slachtoffermonitor.link.gathering.deliveries import Deliveries, Mode, deliveries_of
from slachtoffermonitor.link.gathering.shape import ColumnNames, in_shape
from slachtoffermonitor.link.gathering.verdicts import with_verdicts

__all__ = [
    "ColumnNames",
    "Deliveries",
    "Mode",
    "deliveries_of",
    "describe_register",
    "gather_clear",
    "in_shape",
    "with_verdicts",
]
