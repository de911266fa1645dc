"""Breaks in a series that nobody named beforehand, with the rate of false ones."""
