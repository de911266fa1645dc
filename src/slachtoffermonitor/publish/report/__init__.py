"""The full report as a PDF: contents, numbered tables and figures, annexes."""

from slachtoffermonitor.publish.report.content import report

__all__ = ["report"]
