"""Disclosure control: nothing leaves that exposes a person."""

from slachtoffermonitor.disclose.tables import Column, Origin, ReleasedTable, Table

__all__ = ["Column", "Origin", "ReleasedTable", "Table"]
