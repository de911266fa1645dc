"""Which counts agree with all that was published, and how far each can lie from the truth."""

from slachtoffermonitor.disclose.feasible._local import Parts, reach_inside
from slachtoffermonitor.disclose.feasible._search import Need, System
from slachtoffermonitor.disclose.feasible.completing import completed
from slachtoffermonitor.disclose.feasible.intervals import (
    Intervals,
    feasible_intervals,
)

__all__ = [
    "Intervals",
    "Need",
    "Parts",
    "System",
    "completed",
    "feasible_intervals",
    "reach_inside",
]
