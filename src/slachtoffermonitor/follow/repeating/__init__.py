"""Repeat victimisation: the share to whom it happens again, and how often."""
