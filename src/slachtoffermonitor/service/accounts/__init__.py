"""Organisations, people, their roles, and the one table of who may do what."""
