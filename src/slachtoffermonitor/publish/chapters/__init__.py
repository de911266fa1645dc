"""The chapters of the site, in the order in which they are read."""

from slachtoffermonitor.publish.chapters.after import AFTER
from slachtoffermonitor.publish.chapters.gaps import GAPS
from slachtoffermonitor.publish.chapters.seen import SEEN
from slachtoffermonitor.publish.chapters.shape import Chapter, Section, View

__all__ = ["CHAPTERS", "Chapter", "Section", "View"]

CHAPTERS: tuple[Chapter, ...] = (*SEEN, *AFTER, GAPS)
