"""One new report against a register of many, by the weights of their linkage."""

from slachtoffermonitor.link.incremental.register import Register
from slachtoffermonitor.link.incremental.timing import one_report_ms

__all__ = ["Register", "one_report_ms"]
