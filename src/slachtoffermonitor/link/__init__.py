"""Reports to persons: which reports are about one person, and how sure that is."""

from slachtoffermonitor.link.incremental import Register, one_report_ms
from slachtoffermonitor.link.linkage import Linkage, LinkageQuality
from slachtoffermonitor.link.linking import link_reports

__all__ = ["Linkage", "LinkageQuality", "Register", "link_reports", "one_report_ms"]
