"""Two editions side by side: what changed, and why; an edition made again from its provenance."""

from slachtoffermonitor.edition.comparison.changes import Change, Comparison, compare_editions
from slachtoffermonitor.edition.comparison.opened import (
    OpenedEdition,
    OpenedTable,
    open_edition,
)
from slachtoffermonitor.edition.comparison.reproducing import reproduce_edition
from slachtoffermonitor.edition.comparison.written import WrittenEdition, read_edition

__all__ = [
    "Change",
    "Comparison",
    "OpenedEdition",
    "OpenedTable",
    "WrittenEdition",
    "compare_editions",
    "open_edition",
    "read_edition",
    "reproduce_edition",
]
