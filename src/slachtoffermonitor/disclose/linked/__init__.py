"""A set of tables as one system: equal cells are one variable, margins are linear equations."""

from slachtoffermonitor.disclose.linked.pieces import Knowledge, Piece, exact_pieces
from slachtoffermonitor.disclose.linked.system import LinkedSet, link_pieces

__all__ = ["Knowledge", "LinkedSet", "Piece", "exact_pieces", "link_pieces"]
