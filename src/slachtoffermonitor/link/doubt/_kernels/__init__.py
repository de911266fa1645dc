"""Compiled loops over partitions of records into persons; nothing else belongs here."""
