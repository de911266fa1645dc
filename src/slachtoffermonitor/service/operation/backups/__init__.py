"""Backups: the whole database in one encrypted file, read back before it counts."""

from slachtoffermonitor.service.operation.backups.restoring import Backup, back_up, restore

__all__ = ["Backup", "back_up", "restore"]
