"""Reports against a population register that does not fit in memory."""

from slachtoffermonitor.link.large.linking import Files, Workplace, score_files

__all__ = ["Files", "Workplace", "score_files"]
