"""Records: the shapes of what organisations deliver, and the reading and checking of it."""

from slachtoffermonitor.records.exchanging import to_htcds
from slachtoffermonitor.records.opening import open_as_text
from slachtoffermonitor.records.reading import CHECKED_TABLES, check, read
from slachtoffermonitor.records.schemas import (
    CareRequest,
    ChatContact,
    Event,
    Membership,
    Notification,
    Person,
    PopulationEntry,
    Presence,
    Tally,
    Verdict,
)

__all__ = [
    "CHECKED_TABLES",
    "CareRequest",
    "ChatContact",
    "Event",
    "Membership",
    "Notification",
    "Person",
    "PopulationEntry",
    "Presence",
    "Tally",
    "Verdict",
    "check",
    "open_as_text",
    "read",
    "to_htcds",
]
