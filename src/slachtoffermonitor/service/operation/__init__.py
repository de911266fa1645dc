"""Keeping the service going: serving, the demo office, health, backup and restore, retention."""
