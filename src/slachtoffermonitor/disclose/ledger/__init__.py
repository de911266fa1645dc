"""The memory of all that was ever released, and what it means for what is released next."""

from slachtoffermonitor.disclose.ledger.chain import Entry, Ledger
from slachtoffermonitor.disclose.ledger.older import Older, older_bounds, older_pieces

__all__ = ["Entry", "Ledger", "Older", "older_bounds", "older_pieces"]
